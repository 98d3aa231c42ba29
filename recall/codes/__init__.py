"""Product codes: any string in, one frozen code out, or a refusal."""

"""The way out: what is asked for is what was checked."""

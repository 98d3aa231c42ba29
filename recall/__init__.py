"""The recall engine: what a recall is, and the steps that carry it from notice to completion."""

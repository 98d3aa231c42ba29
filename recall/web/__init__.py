"""The pages, one file an audience."""

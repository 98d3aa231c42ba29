"""Nouns, each knowing only those before it; no I/O, no clock."""

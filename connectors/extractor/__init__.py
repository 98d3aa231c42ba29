"""Extractors: language models and others that propose clauses of a notice beside the reader."""

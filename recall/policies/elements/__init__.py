"""The words by which the elements of a notice are seen, a file a language."""

"""The revisions, oldest first; each knows the one before it."""

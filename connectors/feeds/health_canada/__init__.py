"""Recalls and safety alerts of Canada."""

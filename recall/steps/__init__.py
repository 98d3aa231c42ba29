"""Verbs, in order, none knows another; each is one transaction."""

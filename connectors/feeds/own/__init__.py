"""Notices in our own JSON form."""

"""Unsafe products as the UK's Office for Product Safety and Standards takes them in bulk."""

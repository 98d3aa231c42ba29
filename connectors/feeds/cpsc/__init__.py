"""Recalls of the U.S. Consumer Product Safety Commission."""

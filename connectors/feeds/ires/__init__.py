"""Enforcement reports of the U.S. Food and Drug Administration, as its iRES service gives them."""

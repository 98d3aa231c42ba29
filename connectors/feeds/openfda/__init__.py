"""Enforcement reports of the U.S. Food and Drug Administration, as openFDA gives them."""

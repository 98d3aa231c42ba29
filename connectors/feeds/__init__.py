"""Notices of regulators, as ours."""

"""Alerts of the European Union's Safety Gate."""

"""The laws' numbers, as data."""

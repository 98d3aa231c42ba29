"""The engine's API, one file a noun."""

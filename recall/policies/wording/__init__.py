"""The fixed words of a compiled notice, a file a language."""

"""The words of the messages, a file a language."""

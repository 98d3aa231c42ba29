"""The words of the command `recall`, one noun a file."""

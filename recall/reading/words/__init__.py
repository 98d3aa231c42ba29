"""The words by which a notice says what a code, a date or a line is: data, one file a language."""

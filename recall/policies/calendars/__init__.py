"""Days off and days of work that the library of holidays does not know, a file for each place."""

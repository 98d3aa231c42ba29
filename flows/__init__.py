"""What runs: passes over the facts, the timer, and the command line."""

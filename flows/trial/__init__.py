"""The trial: a market of known truth through the engine's real steps, and the score that this gives."""

"""A market with known truth for trials of the engine: from ten thousand order lines to fifty million."""

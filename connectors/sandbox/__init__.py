"""A market to practise on: a seeded generator with known truth, and partners that speak the protocol."""

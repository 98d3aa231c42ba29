"""Supply-chain events: the event, its identity, the document it came in."""

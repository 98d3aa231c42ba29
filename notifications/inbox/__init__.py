"""The inbox channel: the message stands in the party's own list of the portal."""

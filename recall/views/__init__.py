"""The views: one recall as each audience may see it, read in one transaction and never changed."""

"""Vehicle recalls of the UK's Driver and Vehicle Standards Agency."""

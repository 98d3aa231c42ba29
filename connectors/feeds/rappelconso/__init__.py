"""Recalls of France's RappelConso."""

"""The wing of ways to tell a party."""

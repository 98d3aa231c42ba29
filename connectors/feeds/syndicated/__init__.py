"""Recalls as feeds announce them: RSS, Atom, and collections of such items."""

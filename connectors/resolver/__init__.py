"""Passports over GS1-conformant resolvers."""

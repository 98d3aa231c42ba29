"""Free text of a notice as a scope, each clause with its place in the source; pure."""

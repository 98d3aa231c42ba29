"""The conformance kit: one check for each promise of the protocol, asked at a participant's own doors."""

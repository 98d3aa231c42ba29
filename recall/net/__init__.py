"""The way out: addresses that may be asked, connections that stay on them, answers with an end."""

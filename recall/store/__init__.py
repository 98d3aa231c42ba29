"""The store: the one door to the database; its functions take a transaction and speak the domain's values."""

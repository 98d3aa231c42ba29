"""The store: tables beside their queries, behind functions that speak the domain's words."""

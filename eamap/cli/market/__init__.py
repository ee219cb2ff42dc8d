"""Market, maturity and spend as answers."""

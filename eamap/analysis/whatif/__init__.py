"""What would be different if somebody changed something: a file of changes, and the estate as it would be then."""

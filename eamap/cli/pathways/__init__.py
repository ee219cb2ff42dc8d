"""Hand-offs and levers as answers."""

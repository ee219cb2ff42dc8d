"""Support, alerts and matches as answers."""

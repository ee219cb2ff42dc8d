"""Places and flows as answers."""

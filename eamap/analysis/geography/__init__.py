"""Where organisations lie, and what flows between boards."""

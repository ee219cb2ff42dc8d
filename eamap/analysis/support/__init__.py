"""How components stand with support: what ends when, what hits where, how much falls out by then."""

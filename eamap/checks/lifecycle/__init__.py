"""Checks of what systems run on, and whether it is still supported."""

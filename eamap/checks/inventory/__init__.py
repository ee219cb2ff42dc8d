"""Checks of the inventory itself: whether it is complete, and agrees with itself."""

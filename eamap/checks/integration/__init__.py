"""Checks of interfaces, and whether the standards they follow still stand."""

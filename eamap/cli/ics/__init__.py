"""The sheet of one integrated care system."""

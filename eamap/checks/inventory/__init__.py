"""Checks of the inventory itself: is it complete, and does it agree with itself?"""

"""Checks of what systems run on: is it still supported?"""

"""Checks of interfaces: do they follow standards that still stand?"""

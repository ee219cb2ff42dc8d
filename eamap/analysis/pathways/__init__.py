"""Gaps along care pathways, and what would close them."""

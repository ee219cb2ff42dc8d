"""Checks of what vulnerabilities expose: reported by scanners, or exploited since support ended."""

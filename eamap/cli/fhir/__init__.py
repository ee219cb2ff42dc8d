"""Statements, requirements and standards as answers."""

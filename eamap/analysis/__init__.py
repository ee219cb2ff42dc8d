"""Answers to questions about an estate: pure functions of the estate, reference data and a day."""

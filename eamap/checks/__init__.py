"""Checks: pure functions that judge things of an estate on a day.

:mod:`~eamap.checks.definition` says what a check is, :mod:`~eamap.checks.engine` runs checks,
:mod:`~eamap.checks.outcome` holds what they found. One folder a family, one file a check.
"""

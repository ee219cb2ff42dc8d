"""Typed readers of the reference data that comes with eamap: what is known about the world, not about an estate.

Every set has a birth certificate (:mod:`eamap.reference.sets`). Readers are lazy, remember what they read for the life
of the process (:mod:`eamap.reference.memory`) and take an optional folder whose sets replace those of the package.
"""

"""FHIR CapabilityStatements of any release: the only door to ``fhir.resources``.

:func:`eamap.fhir.statement.read_statement` reads a file; :mod:`eamap.fhir.release` says which release a text means.
"""

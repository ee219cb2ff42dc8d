"""FHIR statements and payloads of any release, and nothing of England: the only door to ``fhir.resources``.

:func:`eamap.fhir.statement.read_statement` reads and judges a CapabilityStatement, :mod:`eamap.fhir.payload` resources and
Bundles, :mod:`eamap.fhir.release` says which release a text means, :mod:`eamap.fhir.catalogue` what each finding means.
"""

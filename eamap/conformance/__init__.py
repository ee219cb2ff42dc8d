"""What a FHIR statement claims, and whether it keeps it: policy, requirements of standards, payloads.

Stands above :mod:`eamap.fhir`, which knows FHIR and nothing of England, and above the registry of standards.
"""

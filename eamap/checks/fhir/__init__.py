"""Checks of the CapabilityStatements of FHIR interfaces."""

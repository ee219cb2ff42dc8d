"""The ids of what is found about payloads in the layer policy; their pages stand in ``schemas/checks/fhir_payload.yaml``."""

from __future__ import annotations

from eamap.fhir.problems import Layer, Level, Problem

CARDINALITY = "FHR100"
FIXED_VALUE = "FHR101"
REQUIRED_BINDING = "FHR102"
EXTENSION_TYPE = "FHR103"
EXTENSION_CONTENT = "FHR104"
INVARIANT = "FHR105"
NHS_NUMBER_SHAPE = "FHR106"
NHS_NUMBER_DIGIT = "FHR107"
ODS_CODE_SHAPE = "FHR108"
IDENTIFIER_SYSTEM = "FHR109"
PROFILE_UNKNOWN = "FHR110"
PROFILE_TYPE = "FHR111"
PROFILE_RELEASE = "FHR112"
PROFILE_VERSION = "FHR113"
COURSES_MIXED = "FHR114"
EXTENSION_UNKNOWN = "FHR115"
REFERENCE_TARGET = "FHR116"
NOT_ASSESSED = "FHR117"


def policy(rule: str, finding: str, message: str, at: str, level: Level = Level.ERROR, fix: str = "") -> Problem:
    """Returns a problem of the layer policy."""
    return Problem(Layer.POLICY, rule, message, at, level, finding, fix)

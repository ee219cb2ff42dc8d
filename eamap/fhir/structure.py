"""Whether a statement fits the structure of its release, as ``fhir.resources`` knows it.

Structure means elements, cardinalities and data types. Required bindings and invariants are not checked by that
library (measured: kind "bogus" and fhirVersion "9.9.9" are accepted), so a statement that fits may still be wrong.
R4 is judged by R4B, whose CapabilityStatement has the same elements and cardinalities. There is no model of DSTU2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from typing import Any

from eamap.fhir.problems import Layer, Problem, pointer
from eamap.fhir.release import Release

_MODULES = {
    Release.STU3: "fhir.resources.STU3.capabilitystatement",
    Release.R4: "fhir.resources.R4B.capabilitystatement",
    Release.R4B: "fhir.resources.R4B.capabilitystatement",
    Release.R5: "fhir.resources.capabilitystatement",
}


class Fit(StrEnum):
    """Whether a statement fits the structure of its release."""

    FITS = "fits"
    DOES_NOT_FIT = "does not fit"
    NOT_ASSESSED = "not assessed"


@dataclass(frozen=True, slots=True)
class Structure:
    """How well a statement fits; ``why`` says why it was not assessed."""

    fit: Fit
    problems: tuple[Problem, ...] = ()
    why: str = ""


def check_structure(raw: Mapping[str, Any], release: Release | None) -> Structure:
    """Judges the structure of a statement by the models of a release."""
    from pydantic import ValidationError

    if release is None:
        return Structure(Fit.NOT_ASSESSED, why="no published release of FHIR is declared")
    if release not in _MODULES:
        return Structure(Fit.NOT_ASSESSED, why=f"there is no model of {release} to judge by")
    model = import_module(_MODULES[release]).CapabilityStatement
    content = {**raw, "resourceType": "CapabilityStatement"}
    try:
        model.model_validate(content)
    except ValidationError as error:
        return Structure(Fit.DOES_NOT_FIT, _problems(error, release, raw))
    except (LookupError, TypeError, AttributeError, ValueError, RecursionError) as error:
        # The library stumbles over some valid documents (a type of another release in "contained"): that is no verdict.
        return Structure(Fit.NOT_ASSESSED, why=f"fhir.resources could not judge it: {type(error).__name__}: {error}")
    return Structure(Fit.FITS)


def _problems(error: Any, release: Release, raw: Mapping[str, Any]) -> tuple[Problem, ...]:
    found: dict[tuple[str, str], Problem] = {}
    for item in error.errors(include_url=False, include_input=False):
        steps = tuple(step for step in item["loc"] if step != "root")
        at = pointer(*_existing(steps, raw))
        rule = f"fhir-{release.lower()}:{str(item['type']).rpartition('.')[2]}"
        found.setdefault((at, rule), Problem(Layer.FHIR, rule, _words(item, steps), at))
    return tuple(found.values())


def _existing(steps: tuple[str | int, ...], raw: Mapping[str, Any]) -> tuple[str | int, ...]:
    # A missing element has no place of its own: point at the object that lacks it.
    place: Any = raw
    for depth, step in enumerate(steps):
        try:
            place = place[step]
        except (LookupError, TypeError):
            return steps[:depth]
    return steps


def _words(item: Mapping[str, Any], steps: tuple[str | int, ...]) -> str:
    last = steps[-1] if steps else "the document"
    kind = str(item["type"])
    if kind.endswith("missing"):
        return f"{last} is required and missing"
    if kind == "extra_forbidden":
        return f"{last} is not an element here"
    return f"{last}: {item['msg']}"

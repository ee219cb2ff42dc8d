"""What the user chooses for one run: a file of constants, weights, pathways and the questions asked, and a file of weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from eamap.errors import SourceError
from eamap.reference.doonce import CONDITIONS, WORDS, Method

_STEP = frozenset(
    {"pathway", "step", "name", "from_org_type", "to_org_type", "handoff", "capability_ids", "cross_ics_typical_LMH"}
)
_ASKED = ("capability", "as_of", "weights", "pathways")
_ALLOWED = {
    "strata": ("type", "region", "ics", "none"),
    "national_component": ("service", "team", "framework", "assurance", "none"),
    "pace_layer": ("record", "differentiation", "innovation"),
}
_HINT = "see docs/doonce.md, parameters"


@dataclass(frozen=True)
class Parameters:
    """What one file says; empty where it says nothing."""

    capability: str = ""
    as_of: date | None = None
    numbers: Mapping[str, float | None] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    weights: Mapping[str, float] | None = None
    steps: tuple[Mapping[str, str], ...] | None = None
    """Steps of care pathways that replace all others for this run."""

    def applied(self, method: Method) -> Method:
        """Returns the method with these constants and weights in place of its own."""
        changed = method.replaced(self.numbers, self.words)
        return changed if self.weights is None else changed.weighted("parameters", self.weights)


def read_parameters(file: Path, method: Method) -> Parameters:
    """Reads a file of parameters (JSON or YAML); SourceError names what in it eamap has no use for."""
    told = _mapping(file)
    known = {*method.numbers, *WORDS, *_ASKED}
    if strange := sorted(str(name) for name in told if name not in known):
        raise SourceError(
            f"has no use for {', '.join(strange)}", where=str(file), hint=f"names are {', '.join(sorted(known))}"
        )
    return Parameters(
        capability=str(told.get("capability") or ""),
        as_of=_day(told["as_of"], file) if told.get("as_of") else None,
        numbers={name: _number(name, told[name], file) for name in told if name in method.numbers},
        words={name: _word(name, told[name], file) for name in told if name in WORDS},
        weights=_weights(told["weights"], file) if told.get("weights") else None,
        steps=_steps(told["pathways"], file) if told.get("pathways") is not None else None,
    )


def read_weights(file: Path) -> dict[str, float]:
    """Reads a profile of weights: one number for each condition, perhaps under the key ``weights``."""
    told = _mapping(file)
    return _weights(told.get("weights", told), file)


def _mapping(file: Path) -> dict[str, Any]:
    import yaml

    from eamap.model.shipped import yaml_loader

    try:
        # JSON is YAML too, as far as numbers, texts, lists and mappings go.
        found = yaml.load(file.read_text(encoding="utf-8-sig"), Loader=yaml_loader())  # noqa: S506  (a safe loader)
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError("cannot be read", where=str(file), hint=_HINT) from error
    except yaml.YAMLError as error:
        raise SourceError("is neither JSON nor YAML", where=str(file), hint=str(error).splitlines()[0]) from error
    if not isinstance(found, dict):
        raise SourceError("holds no names and values", where=str(file), hint=_HINT)
    return {str(name): value for name, value in found.items()}


def _number(name: str, value: Any, file: Path) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e15:
        raise SourceError(f"{name} is {value!r}: not a number from 0 on", where=str(file), hint=_HINT)
    return float(value)


def _word(name: str, value: Any, file: Path) -> str:
    word = str(value or "none").removeprefix("system_of_")
    if word not in _ALLOWED[name]:
        raise SourceError(f"{name} is {value!r}", where=str(file), hint=f"it may be {', '.join(_ALLOWED[name])}")
    return word


def _day(value: Any, file: Path) -> date:
    try:
        return value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError as error:
        raise SourceError(f"as_of is {value!r}: no day", where=str(file), hint="write it as 2026-03-31") from error


def _weights(told: Any, file: Path) -> dict[str, float]:
    given = told if isinstance(told, dict) else {}
    if sorted(map(str, given)) != sorted(CONDITIONS):
        raise SourceError(
            "has not one weight for each condition", where=str(file), hint=f"conditions are {', '.join(CONDITIONS)}"
        )
    weights = {name: _number(name, given[name], file) or 0.0 for name in CONDITIONS}
    if not sum(weights.values()):
        raise SourceError("has only weights of nothing", where=str(file), hint=_HINT)
    return weights


def _steps(told: Any, file: Path) -> tuple[Mapping[str, str], ...]:
    if not isinstance(told, list) or not all(isinstance(row, dict) for row in told):
        raise SourceError("pathways are no list of steps", where=str(file), hint=_HINT)
    if strange := sorted({str(name) for row in told for name in row} - _STEP):
        raise SourceError(
            f"steps have no use for {', '.join(strange)}",
            where=str(file),
            hint=f"columns are {', '.join(sorted(_STEP))}",
        )
    return tuple({str(name): str(value) for name, value in row.items() if value is not None} for row in told)

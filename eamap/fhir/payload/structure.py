"""What the models of ``fhir.resources`` say about a resource beyond its shape: the forms of dates, ids, addresses, numbers."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from eamap.fhir.payload.elements import Table
from eamap.fhir.payload.resources import Path
from eamap.fhir.payload.shape import SHAPE, Shape
from eamap.fhir.problems import Layer, Problem, pointer

# Said by the check of the shape already, and more of them, since the library stops early.
_SHAPE_TOO = frozenset({"missing", "extra_forbidden", "list_type"})


def check_structure(content: Mapping[str, Any], known: Table, shape: Shape) -> tuple[tuple[Problem, ...], str]:
    """Judges a resource by its model; returns the problems, and why it could not be judged if it could not.

    What ``shape`` found wrong is cut out first, so that one wrong element does not hide the next.
    """
    from pydantic import ValidationError

    module, _, name = known.model.rpartition(".")
    model = getattr(import_module(module), name)
    try:
        model.model_validate(_cut(content, (), shape.wrong))
    except ValidationError as error:
        return _problems(error, shape, content), ""
    except (LookupError, TypeError, AttributeError, ValueError, RecursionError) as error:
        # The library stumbles over some valid documents: that is no verdict.
        return (), f"fhir.resources could not judge {known.name}: {type(error).__name__}: {error}"
    return (), ""


def _cut(value: Any, path: Path, wrong: set[Path]) -> Any:
    """Returns a copy without what is wrong, and without what R4B does not know of R4."""
    if isinstance(value, Mapping):
        kept = {
            key: _cut(part, (*path, key), wrong)
            for key, part in value.items()
            if (*path, key) not in wrong and key != "valueMeta"
        }
        return {key: part for key, part in kept.items() if part not in ({}, [])}
    if isinstance(value, list):
        parts = [(_cut(part, (*path, place), wrong), (*path, place) in wrong) for place, part in enumerate(value)]
        return [part for part, gone in parts if not gone and part not in ({}, [])]
    return value


def _problems(error: Any, shape: Shape, content: Mapping[str, Any]) -> tuple[Problem, ...]:
    found: dict[tuple[str, str], Problem] = {}
    for item in error.errors(include_url=False, include_input=False):
        kind = str(item["type"]).rpartition(".")[2]
        steps = _existing(tuple(step for step in item["loc"] if step != "root"), content)
        if kind in _SHAPE_TOO:
            continue
        message = str(item["msg"]).removeprefix("Value error, ")
        if not steps and shape.wrong and message.startswith("Expect any of"):
            continue
        rule = f"fhir-{shape.release.lower()}:{_rule(kind, message)}"
        at = pointer(*shape.base, *steps)
        last = next((str(step) for step in reversed(steps) if isinstance(step, str)), "the resource")
        found.setdefault((at, rule), Problem(Layer.FHIR, rule, f"{last}: {_words(message)}", at, finding=SHAPE))
    return tuple(found.values())


def _existing(steps: Path, content: Mapping[str, Any]) -> Path:
    """Returns the steps as far as they lead to something: what the library names is not always in the document."""
    place: Any = content
    for depth, step in enumerate(steps):
        try:
            place = place[step]
        except (LookupError, TypeError):
            return steps[:depth]
    return steps


def _rule(kind: str, message: str) -> str:
    if "Expect any of" in message:
        return "required"
    return "format" if kind.startswith(("string_", "value_error", "date", "time", "decimal", "url", "bytes")) else kind


def _words(message: str) -> str:
    if message.startswith("Expect any of field value from this list "):
        names = message.removeprefix("Expect any of field value from this list ").strip("[].").replace("'", "")
        return f"one of these is required: {names}"
    return message

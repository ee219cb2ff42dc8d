"""What the models of ``fhir.resources`` say about a resource beyond its shape: the forms of dates, ids, addresses, numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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
    cut = _Cut(shape.wrong)
    try:
        model.model_validate(cut.without(content, (), ()))
    except ValidationError as error:
        return _problems(error, shape, content, cut), ""
    except (LookupError, TypeError, AttributeError, ValueError, RecursionError) as error:
        # The library stumbles over some valid documents: that is no verdict.
        return (), f"fhir.resources could not judge {known.name}: {type(error).__name__}: {error}"
    return (), ""


@dataclass
class _Cut:
    """Takes out what is wrong, and remembers which entries of a list stayed, so that a place in it can be told again."""

    wrong: set[Path]
    kept: dict[Path, list[int]] = field(default_factory=dict)

    def without(self, value: Any, path: Path, new: Path) -> Any:
        """Returns a copy without what is wrong, and without what R4B does not know of R4; it will stand at ``new``."""
        if isinstance(value, Mapping):
            parts = {
                key: self.without(part, (*path, key), (*new, key))
                for key, part in value.items()
                if (*path, key) not in self.wrong and key != "valueMeta"
            }
            return {key: part for key, part in parts.items() if part not in ({}, [])}
        if isinstance(value, list):
            stayed: list[int] = []
            result: list[Any] = []
            for place, part in enumerate(value):
                if (*path, place) not in self.wrong:
                    bare = self.without(part, (*path, place), (*new, len(result)))
                    if bare not in ({}, []):
                        stayed.append(place)
                        result.append(bare)
            self.kept[new] = stayed
            return result
        return value

    def original(self, steps: Path) -> Path:
        """Returns the place in the document of a place in the copy."""
        found: list[str | int] = []
        for depth, step in enumerate(steps):
            stayed = self.kept.get(steps[:depth])
            known = isinstance(step, int) and stayed is not None and step < len(stayed)
            found.append(stayed[step] if known and stayed is not None and isinstance(step, int) else step)
        return tuple(found)


def _problems(error: Any, shape: Shape, content: Mapping[str, Any], cut: _Cut) -> tuple[Problem, ...]:
    found: dict[tuple[str, str], Problem] = {}
    for item in error.errors(include_url=False, include_input=False):
        kind = str(item["type"]).rpartition(".")[2]
        steps = _existing(cut.original(tuple(step for step in item["loc"] if step != "root")), content)
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

"""What a check is: a plain function, and what the engine must know about it.

::

    @check(id="INV001", name="system-without-operator", subject="system", optional=("operator",), family="inventory")
    def system_without_operator(operator: str | None, *, on: date, reference: Reference) -> Judgement: ...

The function is called once for each distinct combination of its fields, never once a row, so it must not depend on
anything else. Its docstring is its page (:mod:`eamap.checks.page`).
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from eamap.errors import PluginError
from eamap.model.findings import Confidence, Severity, Verdict

_ID = re.compile(r"[A-Z]{3}[0-9]{3}")
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a check says about one combination of fields.

    ``identity`` tells apart several findings of one check about one subject, and must survive next month: a cycle or a
    standard, never wording or a date. ``reference`` is the row of reference data it rests on, with its date and link.
    ``severity`` and ``confidence`` override those of the check.
    """

    verdict: Verdict
    message: str
    identity: str = ""
    reference: str = ""
    fix: str = ""
    severity: Severity | None = None
    confidence: Confidence | None = None
    rule: str = ""
    layer: str = ""
    pointer: str = ""


def passes(message: str, *, identity: str = "", reference: str = "", confidence: Confidence | None = None) -> Judgement:
    """Says that all is well, and why that is known."""
    return Judgement(Verdict.PASS, message, identity, reference, confidence=confidence)


def unknown(message: str, *, identity: str = "", reference: str = "", fix: str = "") -> Judgement:
    """Says that it cannot be known, and what is missing."""
    return Judgement(Verdict.UNKNOWN, message, identity, reference, fix)


def not_applicable(message: str) -> Judgement:
    """Says that the question does not arise, and why."""
    return Judgement(Verdict.NOT_APPLICABLE, message)


Judge: TypeAlias = Callable[..., Judgement]


@dataclass(frozen=True, slots=True)
class Check:
    """A judge and what the engine must know about it.

    ``depends`` are fields without which nothing can be said: where one is empty, the verdict is unknown. ``optional``
    fields reach the judge as ``None``. :mod:`eamap.checks.fields` lists what a field may be.
    """

    id: str
    name: str
    subject: str
    depends: tuple[str, ...]
    optional: tuple[str, ...]
    family: str
    severity: Severity
    confidence: Confidence
    audience: tuple[str, ...]
    reference: tuple[str, ...]
    aliases: tuple[str, ...]
    judge: Judge

    @property
    def fields(self) -> tuple[str, ...]:
        """All fields, in the order in which the judge takes them."""
        return self.depends + self.optional


def check(
    *,
    id: str,  # noqa: A002  (the word that findings, cases and people use)
    name: str,
    subject: str,
    family: str,
    depends: Sequence[str] = (),
    optional: Sequence[str] = (),
    severity: Severity = Severity.MEDIUM,
    confidence: Confidence = Confidence.HIGH,
    audience: Sequence[str] = (),
    reference: Sequence[str] = (),
    aliases: Sequence[str] = (),
) -> Callable[[Judge], Check]:
    """Makes a check of a function; PluginError if the two do not fit."""

    def define(judge: Judge) -> Check:
        found = Check(id, name, subject, tuple(depends), tuple(optional), family, severity, confidence, tuple(audience),
                      tuple(reference), tuple(aliases), judge)  # fmt: skip
        if complaint := _complaint(found):
            raise PluginError(
                f"check {id} is malformed: {complaint}", hint="see eamap.checks.definition", where=judge.__module__
            )
        return found

    return define


def _complaint(found: Check) -> str:
    if not _ID.fullmatch(found.id):
        return "an id is three capitals and three digits"
    if not _NAME.fullmatch(found.name):
        return "a name is words in lower case joined by hyphens"
    if not found.fields:
        return "it depends on no field"
    if len(set(found.fields)) < len(found.fields):
        return "it names a field twice"
    parameters = inspect.signature(found.judge).parameters.values()
    positional = [each for each in parameters if each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD)]
    if len(positional) != len(found.fields):
        return f"its function takes {len(positional)} fields, but it declares {len(found.fields)}"
    keywords = {each.name for each in parameters if each.kind is each.KEYWORD_ONLY}
    if keywords != {"on", "reference"}:
        return "its function must take the keywords 'on' and 'reference', and no other"
    return ""

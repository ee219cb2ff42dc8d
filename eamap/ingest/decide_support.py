"""What decisions about support must say: proof of extended support, and corrections of the ends that vendors publish.

An entitlement names what it is about (``PRODUCT:CYCLE`` or ``PRODUCT`` of the lifecycle data, a system or a component), its
scope (``national`` or an organisation; a thing is its own), who pays (``field``), the reference of the contract (``value``)
and its term (``date``, ``expires``). An override of ``lifecycle:PRODUCT:CYCLE`` sets ``eol`` or ``extended_end`` and says
where that stands (``evidence``).
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from eamap.errors import UsageError
from eamap.model.decisions import Decision

if TYPE_CHECKING:
    import polars as pl

SUBJECT = "lifecycle:"
NATIONAL = "national"
PAYERS = ("local", "national")
_THINGS = ("system:", "component:")
_RELEASE = re.compile(r"(?:(?:lifecycle|product):)?([a-z0-9.\-+_]+)(?::([a-z0-9.\-+_]+))?")
_SCOPE = re.compile(r"(organisation:)?[A-Z0-9][A-Z0-9%._~-]*")
_VALUES = {"eol": ("undated_past", "none_published"), "extended_end": ("none",)}


def is_about_support(decision: Decision) -> bool:
    """Says whether a decision proves extended support or corrects an end."""
    return decision.kind == "entitlement" or (decision.kind == "override" and decision.subject.startswith(SUBJECT))


def refuse_unsound_support(decision: Decision) -> None:
    """Raises UsageError for proof or a correction that lacks something, or says it so that nothing would come of it."""
    (_entitlement if decision.kind == "entitlement" else _override)(decision)


def _entitlement(decision: Decision) -> None:
    lacks = [
        name
        for name, said in (("expires", decision.expires), ("value", decision.value or decision.evidence))
        if not said
    ]
    if not decision.object and not decision.subject.startswith(_THINGS):
        lacks.append("object")
    if lacks:
        raise UsageError(
            f"the entitlement lacks {', '.join(lacks)}",
            hint="it needs a scope (object: national or an organisation), a reference (value) and an end (expires)",
            where=decision.subject,
        )
    if decision.field not in PAYERS:
        raise UsageError(
            f"{decision.field or 'nothing'} is no payer", hint="field is local or national", where=decision.subject
        )
    if decision.object not in ("", NATIONAL) and not _SCOPE.fullmatch(decision.object):
        raise UsageError(
            f"{decision.object!r} is no scope", hint="national, or the code of an organisation", where=decision.subject
        )
    first, last = (_day(decision, name) for name in ("date", "expires"))
    if last <= first:
        raise UsageError(
            f"the entitlement ends on {last}, before it begins on {first}", hint="--date says when it begins",
            where=decision.subject,
        )  # fmt: skip
    if not decision.subject.startswith(_THINGS) and not _RELEASE.fullmatch(decision.subject):
        raise UsageError(
            f"{decision.subject!r} is no release", hint="PRODUCT:CYCLE as eamap eol shows it, a system: or a component:"
        )


def _override(decision: Decision) -> None:
    words = _VALUES.get(decision.field)
    if words is None:
        raise UsageError(
            f"a release has no field {decision.field!r}",
            hint=f"fields are {', '.join(_VALUES)}",
            where=decision.subject,
        )
    if decision.value not in words:
        _day(decision, "value", f", or {' or '.join(words)}")
    if not decision.evidence:
        raise UsageError(
            "the correction names no source", hint="--evidence says where the vendor says so", where=decision.subject
        )
    found = _RELEASE.fullmatch(decision.subject)
    if found is None or found[2] is None:
        raise UsageError(f"{decision.subject!r} is no release", hint="lifecycle:PRODUCT:CYCLE, as eamap eol shows it")


def _day(decision: Decision, name: str, more: str = "") -> date:
    text = getattr(decision, name)
    try:
        # The short forms of ISO 8601 would not sort with the long one.
        return date.fromisoformat(text) if len(text) == len("2026-03-31") else date.fromisoformat("")
    except ValueError as error:
        raise UsageError(
            f"{text!r} is no day ({name})", hint=f"write it as 2026-03-31{more}", where=decision.subject
        ) from error


def refuse_unknown_release(decision: Decision, reference: Path | None) -> None:
    """Raises UsageError for a release that neither the lifecycle data nor its supplement holds: it would change nothing."""
    found = None if decision.subject.startswith(_THINGS) else _RELEASE.fullmatch(decision.subject)
    if found is None:
        return
    product, cycle = found[1], found[2]
    cycles = _releases(reference)
    mine = cycles.filter(cycles["product"] == product)["cycle"].to_list()
    if mine and (cycle is None or cycle in mine):
        return
    said = f"{product!r} has no release {cycle!r}" if mine else f"the lifecycle data has no product {product!r}"
    raise UsageError(said, hint=_near(cycle or "", mine) if mine else _near(product, cycles["product"].unique().to_list()),
                     where=decision.subject)  # fmt: skip


def _releases(reference: Path | None) -> pl.DataFrame:
    import polars as pl

    from eamap.reference import lifecycle

    found = lifecycle.load(reference)
    return pl.concat([table.select("product", "cycle") for table in (found.cycles, found.supplement)])


def _near(given: str, known: list[str]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(given, sorted(known), n=3, cutoff=0.5)
    return f"did you mean {' or '.join(close)}?" if close else "eamap eol --format csv shows product and cycle"

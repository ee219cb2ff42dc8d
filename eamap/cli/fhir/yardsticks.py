"""Requirements as answers: rows and counts of comparisons and of coverage, and the refs that give each number again."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eamap.cli.numbers import ref as ref_to

if TYPE_CHECKING:
    from collections.abc import Iterable

    from eamap.cli.opening import Opened
    from eamap.conformance.comparison_results import Comparison, Line
    from eamap.conformance.requirements import Requirement, Requirements
    from eamap.model.citations import Citation
    from eamap.model.issues import Issue
    from eamap.model.refs import Context, Evidence, Explanation, Ref
    from eamap.model.refs.evidence import Resolver
    from eamap.model.results import Tally
    from eamap.model.selector import EstateOn

ALL = "all"
"""Stands for every strength or every result in a ref."""


def compared(instance: Path, against: str, folder: Path | None) -> tuple[Comparison, tuple[Issue, ...]]:
    """Reads an instance and holds it against a yardstick; what kept it from being read whole is a problem."""
    from eamap.conformance.comparing import compare
    from eamap.conformance.requirements_finding import yardstick
    from eamap.errors import SourceError
    from eamap.fhir.statement import read_statement

    requirements = yardstick(against, folder)
    try:
        content = instance.read_bytes()
    except OSError as error:
        raise SourceError(
            "cannot read the file", where=str(instance), hint="check the path and its permissions"
        ) from error
    reading = read_statement(content)
    if reading.statement is None:
        said = reading.problems[0].message if reading.problems else "it holds no statement"
        raise SourceError(
            f"there is no statement to compare: {said}", where=str(instance), hint="see: eamap fhir inspect FILE"
        )
    issues = tuple(_issue(instance.name, problem) for problem in reading.unreadable)
    return compare(reading.statement, instance.name, requirements), issues


def _issue(file: str, problem: Any) -> Issue:
    from eamap.model.issues import Issue

    hint = "the file was not read whole, so what seems to be missing may be there; see: eamap fhir inspect"
    return Issue(file, "", 0, problem.pointer, problem.rule, problem.message, hint)


def comparison_rows(comparison: Comparison, instance: str, against: str) -> list[dict[str, Any]]:
    """Returns a row a requirement, the worst first, and one for each thing beyond."""
    base = comparison.instance.base
    rows = [
        _line(line, base) | {"ref": ref_to("compared", instance, against, line.requirement.id)}
        for line in comparison.worst_first
    ]
    return rows + [
        {"strength": "not asked", "result": "beyond", "kind": str(extra.kind), "mode": extra.mode or "any",
         "resource": extra.resource or "whole system", "what": extra.what, "says": "nothing asks for it", "requirement": "none",
         "clause": "none", "source": "none", "link": "none", "pointer": base + extra.pointer,
         "ref": ref_to("compared", instance, against, "beyond " + (base + extra.pointer))}
        for extra in comparison.extras
    ]  # fmt: skip


def _line(line: Line, base: str) -> dict[str, Any]:
    from eamap.conformance.comparison_page import resource_of

    row = line.requirement
    asked = row.asked
    return {
        "strength": str(row.strength), "result": str(line.outcome), "kind": str(row.kind),
        "mode": (asked and (asked.mode or asked.way)) or "any", "resource": resource_of(line), "what": row.what,
        "says": line.says or "as asked", "requirement": row.id, "clause": row.clause, "source": str(row.source) or "not stated",
        "link": row.source.link or "none", "pointer": "; ".join(base + place for place in line.pointers) or "none",
    }  # fmt: skip


def comparison_ref(instance: str, against: str, strength: str, outcome: str) -> str:
    """Returns the ref of how many requirements of a strength (a|b) came out so (a|b)."""
    return ref_to("comparison", instance, against, strength or ALL, outcome or ALL)


def comparison_counts(comparison: Comparison, instance: str, against: str) -> dict[str, Tally]:
    """Returns each result of each strength with how many of that strength are asked, and what is beyond of what is declared."""
    from eamap.conformance.comparison_results import Outcome
    from eamap.model.results import Tally

    ref = partial(comparison_ref, instance, against)
    found = {
        f"{strength} {outcome}": Tally(n, comparison.of(strength), ref(strength, outcome), ref(strength, ""))
        for strength in comparison.strengths
        for outcome in (Outcome.SATISFIED, Outcome.PARTLY, Outcome.MISSING, Outcome.NOT_OBSERVED)
        if (n := comparison.count(strength, outcome)) or outcome is Outcome.SATISFIED
    }
    beyond = Tally(len(comparison.extras), comparison.declared, ref("", Outcome.BEYOND), ref("", "declared"))
    return {**found, "beyond what is asked": beyond}


def coverage_rows(requirements: Iterable[Requirements]) -> list[dict[str, Any]]:
    """Returns a row a requirement: what it asks, and what checks it, or why nothing does."""
    return [
        {"list": each.id, "standard": each.standard or "not in the registry", "requirement": row.id, "strength": str(row.strength),
         "kind": str(row.kind), "what": row.what, "checked_by": _checked_by(row), "not_tested": row.not_tested or "tested",
         "source": str(row.source) or "not stated", "link": row.source.link or "none", "ref": ref_to("requirement", each.id, row.id)}
        for each in requirements
        for row in each.rows
    ]  # fmt: skip


def _checked_by(row: Requirement) -> str:
    return f"eamap fhir compare, test {row.asked.test}" if row.asked else "nothing"


def coverage_counts(requirements: Iterable[Requirements]) -> dict[str, Tally]:
    """Returns how many rows of each list are tested, of how many."""
    from eamap.model.results import Tally

    return {
        f"{each.id} tested": Tally(
            len(each.tested),
            len(each.rows),
            ref_to("requirements", each.id, "tested"),
            ref_to("requirements", each.id, ALL),
        )
        for each in requirements
    }


def resolvers(opened: Opened) -> dict[str, Resolver]:
    """Returns what answers the refs of requirements and comparisons."""
    return {
        "requirement": partial(_requirement, opened),
        "requirements": partial(_requirements, opened),
        "compared": partial(_compared, opened),
        "comparison": partial(_comparison, opened),
    }


def _requirement(opened: Opened, ref: Ref, on: EstateOn, within: Context) -> Explanation:
    from eamap.conformance.requirements_finding import yardstick
    from eamap.errors import UsageError
    from eamap.model.refs import Explanation

    del on, within  # requirements are not in the estate
    found = yardstick(ref.arguments[0], opened.reference)
    row = next((each for each in found.rows if each.id == ref.arguments[1]), None)
    if row is None:
        raise UsageError(
            f"{found.id} has no requirement {ref.arguments[1]!r}", hint=f"see: eamap standards coverage {found.id}"
        )
    return Explanation(str(ref), str(row.strength), row.what, (_asked(found, row),))


def _requirements(opened: Opened, ref: Ref, on: EstateOn, within: Context) -> Explanation:
    from eamap.conformance.requirements_finding import yardstick
    from eamap.model.refs import Explanation

    del on
    found = yardstick(ref.arguments[0], opened.reference)
    which = ref.arguments[1]
    rows = found.tested if which == "tested" else found.rows
    shown = rows[: within.limit]
    meaning = f"how many requirements of {found.id} {'are tested' if which == 'tested' else 'there are'}: {found.title}"
    cited = tuple(_asked(found, row) for row in shown)
    return Explanation(str(ref), len(rows), meaning, cited, len(rows) - len(shown), len(found.rows))


def _asked(found: Requirements, row: Requirement) -> Evidence:
    from eamap.model.refs import Evidence

    return Evidence("", row.id, _cited(found.file, row.clause, f"{row.what} ({row.strength}); {row.source}"))


def _cited(file: str, place: str, value: str) -> Citation:
    from eamap.model.citations import Citation

    return Citation(file, "", "", 0, place, value)


def _compared(opened: Opened, ref: Ref, on: EstateOn, within: Context) -> Explanation:
    from eamap.errors import UsageError
    from eamap.model.refs import Evidence, Explanation

    del on, within
    instance, against, which = ref.arguments
    comparison, _ = compared(Path(instance), against, opened.reference)
    rows = comparison_rows(comparison, instance, against)
    row = next((each for each in rows if each["ref"] == str(ref)), None)
    if row is None:
        raise UsageError(f"there is no line {which!r} in this comparison", hint=f"see: eamap fhir compare {instance}")
    there = Evidence("", "statement", _cited(comparison.file, row["pointer"], row["says"]))
    asked = Evidence("", "requirement", _cited(comparison.requirements.file, row["clause"], row["what"]))
    return Explanation(str(ref), row["result"], f"{row['what']} ({row['strength']})", (asked, there))


def _comparison(opened: Opened, ref: Ref, on: EstateOn, within: Context) -> Explanation:
    from eamap.model.refs import Evidence, Explanation

    del on
    instance, against, strength, outcome = ref.arguments
    comparison, _ = compared(Path(instance), against, opened.reference)
    every = comparison_rows(comparison, instance, against)
    if outcome == "declared":
        return Explanation(
            str(ref), comparison.declared, f"how many facts {comparison.file} declares", searched=comparison.declared
        )
    asked = [row for row in every if row["result"] != "beyond"] if outcome == ALL else every
    rows = [
        row for row in asked
        if (strength == ALL or row["strength"] in strength.split("|")) and (outcome == ALL or row["result"] in outcome.split("|"))
    ]  # fmt: skip
    shown = rows[: within.limit]
    cited = tuple(
        Evidence("", row["requirement"], _cited(comparison.file, row["pointer"], f"{row['what']}: {row['result']}"))
        for row in shown
    )
    meaning = (
        f"how many requirements of {comparison.requirements.id} ({strength}) came out {outcome} for {comparison.file}"
    )
    return Explanation(str(ref), len(rows), meaning, cited, len(rows) - len(shown), len(every))

"""Explains a check, a finding or a number: the page, or the cells it came from."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from eamap.cli import options
from eamap.cli.options import Answering, Reading

if TYPE_CHECKING:
    from eamap.cli.opening import Opened
    from eamap.model.results import Result

_CHECK = re.compile(r"[A-Z]{3}[0-9]{3}")
_FINDING = re.compile(r"([A-Z]{3}[0-9]{3})-[0-9a-f]{16}")


@click.command("explain")
@click.argument("what", metavar="CHECK|FINDING|REF")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="How many things to cite.")
@click.option(
    "--changes",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The file of changes that a ref of eamap whatif rests on.",
)
@click.option("--all", "everything", is_flag=True, help="Cite all of them.")
@options.reading
@options.answering()
def command(what: str, limit: int, changes: Path | None, everything: bool, reading: Reading, answer: Answering) -> None:
    """Explains what is printed or drawn.

    CHECK (LIF001) prints the check's page. FINDING (LIF001-0123456789abcdef) prints its evidence. REF, the string beside
    every number, counts again and lists the cells behind it; an id lists the rows that attest the thing.
    """
    from eamap.cli.opening import Opened
    from eamap.cli.output import deliver, emit, form_of
    from eamap.cli.sharing import refuse_findings

    if _CHECK.fullmatch(what) and form_of(answer) == "table":
        deliver(_page(what).encode(), answer.output)
        return
    opened = Opened(reading)
    if _FINDING.fullmatch(what):
        refuse_findings(answer.profile)
        emit(_finding(opened, what), answer, marking=answer.marked(weaknesses=True))
    elif _CHECK.fullmatch(what):
        emit(_check(opened, what), answer)
    else:
        emit(_ref(opened, what, None if everything else limit, changes), answer)


def _page(identifier: str) -> str:
    from eamap.checks.page import page_of
    from eamap.checks.registry import check_ids, load
    from eamap.fhir.catalogue import findings

    if identifier not in check_ids() and identifier in findings():
        return _page_of_document(identifier)
    check = load(identifier)
    facts = {
        "Family": check.family, "Judges": check.subject, "Severity": check.severity, "Rests on": ", ".join(check.fields),
        "Reference data": ", ".join(check.reference) or "none", "For": ", ".join(check.audience) or "everyone",
        "Also called": ", ".join((check.name, *check.aliases)),
    }  # fmt: skip
    lines = [
        f"{check.id} {check.name}",
        "",
        *(f"{name + ':':<16}{value}" for name, value in facts.items()),
        "",
        str(page_of(check.judge)),
    ]
    return "\n".join(lines) + "\n"


def _page_of_document(identifier: str) -> str:
    """Returns the page of a finding that only document commands give: eamap fhir inspect, validate-payload."""
    from textwrap import fill

    from eamap.fhir.catalogue import findings

    found = findings()[identifier]
    parts = {
        "What it checks": found.what, "Why it matters": found.why, "How to fix it": found.fix, "Known limits": found.limits,
        "References": found.references,
    }  # fmt: skip
    head = [f"{found.id} {found.name}", "", f"{'Layer:':<16}{found.layer}", f"{'Severity:':<16}{found.level}", ""]
    body = [
        line
        for title, text in parts.items()
        for line in (title, fill(text, 100, initial_indent="    ", subsequent_indent="    "))
    ]
    return "\n".join([*head, *body]) + "\n"


def _check(opened: Opened, identifier: str) -> Result:
    from eamap.model.results import Column, Result

    row = {"id": identifier, "page": _page(identifier), "ref": identifier}
    columns = (Column("id", "Check"), Column("page", "Page"))
    return Result("explain", opened.reading.as_of, opened.estate.version, columns, [row])


def _finding(opened: Opened, fingerprint: str) -> Result:
    from eamap.cli.judging import judged, used_sets
    from eamap.errors import UsageError
    from eamap.model.results import Column, Result

    report = judged(opened, (fingerprint[:6],))
    finding = report.by_fingerprint(fingerprint)
    if finding is None:
        raise UsageError(
            f"there is no finding {fingerprint} on {opened.reading.as_of}", hint="it may be fixed; see: eamap check"
        )
    told = {**finding.as_dict(), "citations": None}
    rows = [{"what": name, "says": value, "ref": finding.fingerprint} for name, value in told.items() if value]
    rows += [
        {"what": "evidence", "says": str(cell), "ref": finding.subject, **cell.as_dict()} for cell in finding.evidence
    ]
    columns = (Column("what", "What"), Column("says", "Says"))
    used = opened.used(*used_sets(outcome.check for outcome in report.outcomes))
    return Result("explain", opened.reading.as_of, opened.estate.version, columns, rows, reference=used)


def _ref(opened: Opened, text: str, limit: int | None, changes: Path | None) -> Result:
    from dataclasses import replace

    from eamap.cli.resolvers import context
    from eamap.model.refs import Ref, resolve
    from eamap.model.results import Column, Omitted, Result

    found = resolve(text, opened.estate, opened.reading.as_of, replace(context(opened, changes), limit=limit))
    rows: list[dict[str, Any]] = [
        {"value": found.value, "meaning": found.meaning, "id": "", "field": "", "cell": f"{found.searched} searched" if found.searched else "",
         "ref": found.ref, "refs": {"value": found.ref}}
    ]  # fmt: skip
    rows += [
        {
            "value": "",
            "meaning": "",
            "id": each.id,
            "field": each.field,
            "cell": str(each.citation),
            "citation": each.citation.as_dict(),
            "ref": each.id or found.ref,
        }
        for each in found.rows
    ]
    columns = tuple(Column(name, name.capitalize()) for name in ("value", "meaning", "id", "field", "cell"))
    left = Ref("uncited", (str(limit), found.ref))
    omitted = Omitted(found.omitted, "--all cites everything", str(left)) if found.omitted else Omitted()
    return Result("explain", opened.reading.as_of, opened.estate.version, columns, rows, omitted=omitted)

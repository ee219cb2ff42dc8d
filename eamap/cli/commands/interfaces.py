"""Lists interfaces: the standard they claim, its status on the day, what their statement shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from eamap.cli import options
from eamap.cli.options import Answering, Reading

if TYPE_CHECKING:
    import polars as pl

    from eamap.cli.opening import Opened
    from eamap.model.results import Tally

CHECKS = ("fhir", "INT001")
SHOWN = 200
NOT_ASSESSED = "not assessed"
_COLUMNS = (
    ("id", "Interface"), ("exposer", "Exposed by"), ("protocol", "Protocol"), ("standard", "Standard"),
    ("status", "Its status on the day"), ("result", "Result"), ("worst", "Worst finding"), ("evidence", "Evidence"),
)  # fmt: skip


@click.command("interfaces")
@click.argument("selector", default="")
@click.option(
    "--limit", type=click.IntRange(min=1), help=f"How many interfaces to list; default: all, {SHOWN} in a table."
)
@options.reading
@options.answering()
def command(selector: str, limit: int | None, reading: Reading, answer: Answering) -> None:
    """Lists the interfaces of the estate, or those that SELECTOR selects: one line for each standard that one claims.

    Result is "conformant" only where a statement was compared with the standard's requirements; "declared" is a claim, and
    "not assessed" says that nothing was there to assess. eamap explain FINDING, or an id, shows the evidence.
    """
    from eamap.cli.judging import judged
    from eamap.cli.numbers import ref
    from eamap.cli.opening import Opened
    from eamap.cli.output import emit, form_of
    from eamap.cli.sharing import refuse_findings
    from eamap.model.results import Column, Omitted, Result

    refuse_findings(answer.profile)
    opened = Opened(reading)
    asked = f"kind:interface and ({selector})" if selector else "kind:interface"
    ids = opened.select(asked).ids
    shown = ids.head(limit or (SHOWN if form_of(answer) == "table" else ids.len()))
    rows = _rows(opened, shown, judged(opened, CHECKS, asked).table)
    left = ids.len() - shown.len()
    why = "the first are listed; --limit, --format csv and json show more"
    omitted = Omitted(left, why, ref("count", asked, f"after {shown.len()}")) if left else Omitted()
    columns = tuple(Column(*each) for each in _COLUMNS)
    used = opened.used("standards")
    result = Result(
        "interfaces", reading.as_of, opened.estate.version, columns, rows, _counts(opened, asked), used, omitted
    )
    emit(result, answer, marking=answer.marked(weaknesses=True))


def _counts(opened: Opened, asked: str) -> dict[str, Tally]:
    from eamap.cli.numbers import ref
    from eamap.model.results import Tally
    from eamap.model.selector import select_on

    every = ref("count", asked)
    total = len(select_on(opened.on, asked))
    narrower = {"state a standard": "has:standard", "speak FHIR": "protocol:fhir", "have a statement": "has:statement"}
    counted = {name: f"({asked}) and {more}" for name, more in narrower.items()}
    return {
        name: Tally(len(select_on(opened.on, text)), total, ref("count", text), every) for name, text in counted.items()
    }


def _rows(opened: Opened, ids: pl.Series, verdicts: pl.DataFrame) -> list[dict[str, Any]]:
    """Returns one row for each interface and standard it claims."""
    import polars as pl

    from eamap.conformance.judged import DECLARED, verifiable
    from eamap.maps.conformance import statuses
    from eamap.model.status import Status

    things = opened.on.things("interface").filter(pl.col("id").is_in(ids.implode())).sort("id")
    standing = statuses(opened.on, things["id"], verdicts)
    standards = {row["id"]: row for row in opened.on.things("standard").iter_rows(named=True)}
    claims = opened.on.links("CLAIMS").select("from", "to").collect().group_by("from", maintain_order=True).agg("to")
    claimed = {row["from"]: sorted(row["to"]) for row in claims.iter_rows(named=True)}
    worst = _worst(verdicts)
    rows = []
    for thing in things.iter_rows(named=True):
        result = standing.get(thing["id"])
        told = {
            "id": thing["id"], "exposer": thing["exposer"], "protocol": thing["protocol"],
            "result": result.word if result else "no standard claimed", "worst": worst.get(thing["id"], ""),
            "evidence": thing["statement"] or NOT_ASSESSED, "ref": thing["id"],
        }  # fmt: skip
        listed = claimed.get(thing["id"], [""])
        for standard in listed:
            known = standards.get(standard, {})
            said = standard.removeprefix("standard:") or thing["standard"]
            row = {**told, "standard": said, "status": known.get("status_text") or NOT_ASSESSED}
            row["refs"] = _refs(standard, told["worst"])
            # What speaks no FHIR has no statement to look at, so its claim is all there will ever be.
            silent = result is Status.DECLARED and known and not verifiable(known["wire"])
            rows.append({**row, "result": DECLARED} if silent else row)
    return rows


def _refs(standard: str, worst: str) -> dict[str, str]:
    """Returns what explains the cells that are not the interface's own: the standard, its status, the finding."""
    from eamap.cli.numbers import ref

    refs = {"standard": standard, "status": ref("field", standard, "status_text")} if standard else {}
    return {**refs, "worst": worst.partition("(")[2].partition(")")[0]} if worst else refs


def _worst(verdicts: pl.DataFrame) -> dict[str, str]:
    """Returns the worst finding of each interface, in words."""
    import polars as pl

    order = {name: place for place, name in enumerate(("critical", "high", "medium", "low", "info"))}
    failed = verdicts.filter(pl.col("verdict") == "fail").with_columns(
        pl.col("severity").replace_strict(order, default=9, return_dtype=pl.Int32).alias("order")
    )
    first = failed.sort("subject", "order", "check", "identity").unique("subject", keep="first", maintain_order=True)
    said = first.select("subject", pl.format("{} ({}): {}", "check", "fingerprint", "message"))
    return {subject: text if len(text) <= 160 else text[:157] + "…" for subject, text in said.rows()}

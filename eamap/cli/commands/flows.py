"""Says what part of patient flows crosses ICS boundaries, by specialty or from ICS to ICS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from eamap.cli import options
from eamap.cli.options import Answering, Reading

if TYPE_CHECKING:
    from eamap.analysis.geography.flows import Placed
    from eamap.model.results import Column, Omitted

LIMIT = 40
"""How many pairs a person reads on a terminal."""


@click.command("flows")
@click.option(
    "--by", type=click.Choice(("specialty", "ics")), help="A row a specialty, or a row from one ICS to another."
)
@click.option("--ics", metavar="CODE", help="Only flows that begin or end in this ICS, or may.")
@click.option(
    "--limit", type=click.IntRange(min=1), help=f"How many pairs --by ics gives; default: all, {LIMIT} as a table."
)
@options.geography_option
@options.reading
@options.answering()
def command(
    by: str | None, ics: str | None, limit: int | None, geography: str | None, reading: Reading, answer: Answering
) -> None:
    """Counts what flows from the ICS of the patient to that of the provider, and what part of it crosses a boundary.

    \b
    eamap flows
    eamap flows --by specialty --geography 2022
    eamap flows --by ics --ics QKK

    Flows are the published ones (RTT: incomplete pathways of April 2026) and those that the estate states; they are never
    added up. A share is a range: under other boundaries than those of the day of counting, land that merged, was divided
    or was gained cannot be told apart. An ICS of a provider is that of its headquarters.
    """
    from eamap.cli.geography import flowing
    from eamap.cli.opening import Opened
    from eamap.cli.output import emit, form_of
    from eamap.model.results import Omitted, Result

    opened = Opened(reading)
    every = flowing.asked(opened, geography, ics and ics.strip().upper())
    left = Omitted()
    if by == "ics":
        most = limit or (LIMIT if form_of(answer) == "table" else None)
        rows, left = flowing.between_rows(every, most), _left(every, most)
    else:
        rows = flowing.specialty_rows(every) if by else flowing.overall_rows(opened, every, ics)
    columns = _pair_columns() if by == "ics" else _share_columns()
    result = Result("flows", reading.as_of, flowing.version_of(opened), columns, rows, flowing.counts(every),
                    opened.used(*flowing.SETS), left)  # fmt: skip
    emit(result, answer)


def _share_columns() -> tuple[Column, ...]:
    from eamap.model.results import Column

    return (
        Column("flows", "Flows", "rtt (published) or estate"), Column("geography", "Boundaries"), Column("level", "Between"),
        Column("specialty", "Specialty"), Column("specialty_name", "Name"), Column("total", "All"), Column("crosses", "Crosses"),
        Column("undecided", "Undecided"), Column("lower", "Share, at least"), Column("upper", "Share, at most"),
    )  # fmt: skip


def _pair_columns() -> tuple[Column, ...]:
    from eamap.model.results import Column

    return (
        Column("flows", "Flows", "rtt (published) or estate"), Column("geography", "Boundaries"), Column("begins", "From"),
        Column("begins_name", "From ICS"), Column("ends", "To"), Column("ends_name", "To ICS"), Column("standing", "Boundary"),
        Column("volume", "Volume"), Column("of", "Of all from there"), Column("share", "Share"),
    )  # fmt: skip


def _left(every: tuple[Placed, ...], most: int | None) -> Omitted:
    """Says how many pairs were left out; where there are two sources of flows, of the published ones."""
    from eamap.model.results import Omitted

    cut: list[Any] = [each for each in every if most is not None and each.between.height > most]
    if not cut or most is None:
        return Omitted()
    each = cut[-1]
    n = each.between.height - most
    return Omitted(n, "the pairs with the smallest volumes; --limit gives more", each.ref("pairs", f"after {most}"))

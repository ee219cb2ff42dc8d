"""Lists the hand-offs of the care pathways with the answer whether the two ends are connected."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from eamap.cli import options
from eamap.cli.options import Answering, HandoffsAsked, Reading

if TYPE_CHECKING:
    from eamap.analysis.pathways.gaps import Gaps
    from eamap.cli.opening import Opened
    from eamap.model.results import Omitted, Result

SHOWN = 200
TITLE = "Gaps along care pathways"
_COLUMNS = (
    ("pathway", "Pathway", "care pathway"), ("pathway_name", "Pathway name", ""), ("step", "Step", "pathway and place in its order"),
    ("step_name", "Step name", ""), ("from_role", "From role", ""), ("from_organisation", "From", "who hands over"), ("to_role", "To role", ""),
    ("to_organisation", "To", "who takes over"), ("ics", "System of care", "of the two, or whose role nobody fills"),
    ("answer", "Answer", "whether they are connected"), ("why", "Why", ""), ("standards", "Standards asked", "any one of them"),
    ("verified", "Verified", "by the checks of CapabilityStatements"), ("route", "Route", "direct, by a shared system, or via an intermediary"),
    ("through", "Through", "the shared system, engine or national service"), ("interfaces", "Interfaces", ""),
    ("volume", "Volume", "of the latest period; unknown is not zero"), ("volume_kind", "Volume is", "observed or apportioned"),
    ("cross_ics", "Crosses", "whether the two are of different systems of care"),
)  # fmt: skip
_TABLE = (
    "step",
    "step_name",
    "from_organisation",
    "to_organisation",
    "ics",
    "answer",
    "why",
    "standards",
    "verified",
    "route",
    "volume",
)


@click.command("gaps")
@options.handoffs
@click.option("--from", "origin", metavar="ORG", help="Only what this organisation hands over.")
@click.option("--to", "destination", metavar="ORG", help="Only what this organisation takes over.")
@click.option("--limit", type=click.IntRange(min=1), help=f"How many rows to list; default: all, {SHOWN} in a table.")
@options.reading
@options.answering()
def command(
    handoffs: HandoffsAsked,
    origin: str | None,
    destination: str | None,
    limit: int | None,
    reading: Reading,
    answer: Answering,
) -> None:
    """Lists every hand-off of the care pathways and every pair that should exchange, with how they are connected.

    \b
    eamap gaps --ics RXX
    eamap gaps --pathway P4 --from RXX -o gaps.xlsx

    conformant: verified against a standard asked for. declared_only: claimed, not verified. non_conformant: an interface
    that claims none, or one past its use, or that its statement contradicts. other_means: paper, email, phone. none_known:
    no interface is known. not_in_inventory: nobody of the system of care fills the role. The largest volume comes first.
    """
    from eamap.analysis.pathways.gaps import Scope
    from eamap.cli.opening import Opened
    from eamap.cli.output import Tabled, emit, form_of
    from eamap.cli.pathways.handoffs import gaps_of
    from eamap.cli.sharing import refuse_findings
    from eamap.cli.sheets import result_sheets

    refuse_findings(answer.profile)
    scope = Scope(handoffs.ics, handoffs.pathway, origin, destination, handoffs.least, handoffs.geography)
    opened = Opened(reading)
    form = form_of(answer)
    shown = limit or (SHOWN if form == "table" else None)
    result = _result(opened, gaps_of(opened, scope), shown, wide=form != "table")
    emit(result, answer, marking=answer.marked(weaknesses=True), tabled=Tabled(TITLE, result_sheets))


def _result(opened: Opened, gaps: Gaps, shown: int | None, *, wide: bool) -> Result:
    from eamap.cli.pathways.handoffs import SETS, published, tallies
    from eamap.model.results import Column, Result

    every = gaps.rows
    rows = published(gaps, every if shown is None else every.head(shown))
    columns = tuple(Column(*each) for each in _COLUMNS if wide or each[0] in _TABLE)
    version, left = opened.estate.version, _left(gaps, every.height, len(rows))
    return Result("gaps", gaps.on.as_of, version, columns, rows, tallies(gaps), opened.used(*SETS), left)


def _left(gaps: Gaps, total: int, listed: int) -> Omitted:
    from eamap.cli.numbers import ref
    from eamap.cli.pathways.handoffs import HANDOFFS
    from eamap.model.results import Omitted

    left = total - listed
    why = "the first are listed; --limit, --format csv and json show more"
    return Omitted(left, why, ref("gaps", HANDOFFS, str(gaps.scope), f"after {listed}")) if left else Omitted()

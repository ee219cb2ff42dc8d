"""Lists the few actions that would close most gaps along care pathways, and who would have to act."""

from __future__ import annotations

import click

from eamap.cli import options
from eamap.cli.options import Answering, HandoffsAsked, Reading

TOP = 10
TITLE = "Levers"
_COLUMNS = (
    ("rank", "No", "the order in which the actions close most"), ("action", "Action", "what somebody does"),
    ("level", "Who acts", "supplier, trust, ICS or nation"), ("kind", "Kind", ""), ("subject", "Subject", "what conforms or is connected"),
    ("standard", "Standard", ""), ("target", "To", "the service or engine"), ("closes", "Closes", "gaps, beside those closed by the actions above"),
    ("alone", "Closes alone", "gaps, if nothing else is done"), ("cumulative", "Together", "gaps closed by this and all above"),
    ("weight", "Weight", "of what it closes: volumes where known"), ("organisations", "Organisations", "at the ends of what it closes"), ("method", "Chosen", "exact, or greedy"),
    ("bound", "Bound", "the most weight that so many actions could close"),
)  # fmt: skip
_TABLE = ("rank", "action", "level", "closes", "alone", "cumulative", "weight", "organisations")


@click.command("levers")
@options.handoffs
@click.option(
    "--top",
    type=click.IntRange(min=1, max=100),
    default=TOP,
    show_default=True,
    metavar="N",
    help="At most so many actions.",
)
@options.reading
@options.answering()
def command(handoffs: HandoffsAsked, top: int, reading: Reading, answer: Answering) -> None:
    """Lists the actions, at most N, that together close most of the gaps, and what each closes.

    \b
    eamap levers --ics RXX --top 5
    eamap levers --pathway P4

    A supplier makes a product conform to a standard; an organisation connects to a national service or to an engine; an
    engine is connected to a national service. Some gaps need two actions. The choice is exact where the question is small
    enough, and else greedy, printed with the most that any choice could close. A gap weighs its volume where that is known.
    """
    from eamap.analysis.pathways.gaps import Scope
    from eamap.cli.opening import Opened
    from eamap.cli.output import Tabled, emit, form_of, say
    from eamap.cli.pathways.handoffs import SETS
    from eamap.cli.pathways.levering import levers_of, rows_of, tallies
    from eamap.cli.sharing import refuse_findings
    from eamap.cli.sheets import result_sheets
    from eamap.model.results import Column, Result

    refuse_findings(answer.profile)
    opened = Opened(reading)
    levers = levers_of(opened, Scope(handoffs.ics, handoffs.pathway, None, None, handoffs.least, handoffs.geography))
    best = levers.best(top)
    wide = form_of(answer) != "table"
    columns = tuple(Column(*each) for each in _COLUMNS if wide or each[0] in _TABLE)
    result = Result(
        "levers", reading.as_of, opened.estate.version, columns, rows_of(levers, best, top), tallies(levers, best, top),
        opened.used(*SETS),
    )  # fmt: skip
    emit(result, answer, marking=answer.marked(weaknesses=True), tabled=Tabled(TITLE, result_sheets))
    weight = sum(levers.rows["weight"][gap] for gap in best.closed)
    if best.method == "exact":
        say("No other actions, as many, close more.")
    else:
        share = f"{100 * (1 - weight / best.bound):.1f} %" if best.bound else "nothing"
        say(
            f"Chosen greedily: what is closed weighs {weight:.10g}, at most {best.bound:.10g} could be; the gap is {share}."
        )

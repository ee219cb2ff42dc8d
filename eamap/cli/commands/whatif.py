"""Tells what every answer would be if changes were made; the store stays as it is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from eamap.cli import options
from eamap.cli.options import Answering, Reading

if TYPE_CHECKING:
    from eamap.cli.whatif.rows import Compared
    from eamap.model.results import Omitted, Result

SHOWN = 60
TITLE = "What if"
_COLUMNS = (
    ("question", "Question", "the answer that the figure is of"), ("subject", "About", "all, an ICS, a capability, or a step"), ("name", "Name", ""),
    ("what", "What", ""), ("before", "Before", "as recorded"), ("before_of", "Of", "the denominator before; unknown counts in it; no share: there is none"),
    ("after", "After", "after the changes"), ("after_of", "Of, after", "the denominator after"),
    ("difference", "Difference", "after less before; closed and opened say which hand-offs cease or begin to be gaps"),
)  # fmt: skip


@click.command("whatif")
@click.argument("changes", type=click.Path(path_type=Path), required=False, metavar="CHANGES.yaml")
@click.option("--template", is_flag=True, help="Print an example of a file of changes, with every kind, and stop.")
@options.ics
@options.pathway
@click.option("--capability", "capabilities", multiple=True, metavar="CODE", help="Ask the market and do-once about this one; repeat for more. "
              "Default: those that the changes touch.")  # fmt: skip
@click.option("--all", "everything", is_flag=True, help="List also the figures that stay as they are.")
@click.option(
    "--limit", type=click.IntRange(min=1), help=f"How many hand-offs to list; default: all, {SHOWN} in a table."
)
@options.reading
@options.answering()
def command(changes: Path | None, *, template: bool, reading: Reading, answer: Answering, **asked: Any) -> None:
    """Tells what every answer would be if changes were made; the store stays as it is.

    \b
    eamap whatif --template > changes.yaml
    eamap whatif changes.yaml --ics RXX
    eamap whatif changes.yaml -o change.svg

    The changes of a YAML file are made on a copy in memory, and the difference of each figure is told. Asked again are gaps, interop, debt, eol, suppliers, converge and doonce (of the capabilities that the changes touch),
    and flows where a boundary moves. With -o and the suffix of a picture the changes are drawn. A ref of a changed figure begins with whatif( and is explained by: eamap explain REF --changes FILE.
    """
    from eamap.analysis.whatif.reading import read_changes
    from eamap.analysis.whatif.spec import TEMPLATE
    from eamap.cli.opening import Opened
    from eamap.cli.output import Tabled, deliver, emit, form_of
    from eamap.cli.pictures import draws, export_picture
    from eamap.cli.sharing import refuse_findings
    from eamap.cli.whatif.picture import drawn
    from eamap.cli.whatif.rows import Asked, compared
    from eamap.cli.whatif.sheets import NUMBERS, whatif_sheets

    if template:
        deliver(TEMPLATE.encode(), answer.output)
        return
    if changes is None:
        raise click.UsageError("Missing argument 'CHANGES.yaml'; --template prints an example.")
    refuse_findings(answer.profile)
    everything, limit = asked.pop("everything"), asked.pop("limit")
    both = compared(Opened(reading), read_changes(changes), _asked(Asked, asked))
    _say(both)
    marking = answer.marked(weaknesses=True)
    if answer.form is None and answer.output is not None and draws(answer.output):
        export_picture(drawn(both, marking), answer.output, marking, answer.profile)
        return
    shown = limit or (SHOWN if form_of(answer) == "table" else None)
    emit(_result(both, everything, shown), answer, marking=marking, tabled=Tabled(TITLE, whatif_sheets, NUMBERS))


def _asked(kind: Any, told: dict[str, Any]) -> Any:
    codes = (code.strip().upper().removeprefix("CAPABILITY:") for code in told["capabilities"])
    return kind(told["ics"] and told["ics"].strip().upper(), told["pathway"], tuple(sorted(set(codes))))


def _say(both: Compared) -> None:
    """Says what the file comes to, and what stays as it is and why."""
    from eamap.cli.output import say

    found = both.whatif.found
    lines = len({each.line for each in found.steps}) + sum(
        each.kind == "move-boundary" for each in both.whatif.file.asked
    )
    say(
        f"{lines} of {len(both.whatif.file.asked)} changes of {both.whatif.file.name} (sha256 {both.short}…) change something."
    )
    for note in found.notes:
        say(f"Note: {note}")


def _result(both: Compared, everything: bool, shown: int | None) -> Result:
    from eamap.cli.whatif.figures import SETS
    from eamap.model.results import Column, Result

    opened = both.whatif.before
    handoffs = list(both.handoff_rows())
    rows = [*both.rows(everything=everything), *(handoffs if shown is None else handoffs[:shown])]
    columns = tuple(Column(*each) for each in _COLUMNS)
    return Result("whatif", opened.reading.as_of, opened.estate.version, columns, rows, both.tallies(), opened.used(*SETS),
                  _left(both, everything))  # fmt: skip


def _left(both: Compared, everything: bool) -> Omitted:
    from eamap.cli.whatif.rows import UNCHANGED
    from eamap.model.results import Omitted

    n = 0 if everything else both.counted(UNCHANGED)
    return Omitted(n, "figures that stay as they are; --all lists them", both.tally_ref(UNCHANGED)) if n else Omitted()

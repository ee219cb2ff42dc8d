"""What of a server's estate is brought over to be worked on here: the slice for a selector, or all; never much unasked."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from eamap.cli.output import say
from eamap.errors import UsageError

if TYPE_CHECKING:
    from eamap.cli.options import Reading
    from eamap.model.estate import Estate
    from eamap.stores.neo4j.questions.answers import ServerQuestions
    from eamap.stores.neo4j.store import Neo4jStore


def slice_for(questions: ServerQuestions, reading: Reading, scope: str) -> Estate | None:
    """Returns the slice for the scope; None where only the whole estate gives the answer that the whole estate gives.

    That is so where texts have to be understood for another day than the push did, where the scope alone is more than the
    limit, and where what is selected hangs on things that the slice leaves out.
    """
    from eamap.model.estate import LINKS
    from eamap.model.selector import select

    if questions.understood != reading.as_of:
        return None
    chosen = questions.select(scope)
    if len(chosen) > reading.slice_limit:
        return None
    extent = questions.extent(scope)
    _allowed(reading, len(extent.ids), f"the slice for {scope}")
    part = questions.sliced(extent)
    if not select(part, scope, reading.as_of).ids.equals(chosen.ids):
        say(f"Note: what {scope} selects can be told of the whole estate only.")
        return None
    links = sum(part.tables[name].height for name in part.tables if name.startswith(LINKS))
    say(
        f"Note: worked on here is the slice for {scope}: {len(extent.ids):,} things and {links:,} links were brought over, "
        f"of {questions.height():,} things that the server has."
    )
    return part


def about_to_bring_all(store: Neo4jStore, reading: Reading) -> None:
    """Says how large the whole estate is before it is brought over, and asks first if that is more than the limit."""
    from eamap.model.estate import LINKS, THINGS

    tables = store.contents().tables
    things, links = (
        sum(held.height for name, held in tables.items() if name.startswith(start)) for start in (THINGS, LINKS)
    )
    _allowed(reading, things, "the whole estate")
    say(
        f"Note: worked on here is the whole estate: {things:,} things and {links:,} links, brought over as far as needed."
    )


def _allowed(reading: Reading, things: int, what: str) -> None:
    """Asks a person whether so many things may be brought over; UsageError where nobody can be asked, or who was says no."""
    most = reading.slice_limit
    if things <= most:
        return
    told = f"{what} has {things:,} things, and more than {most:,} are not brought over unasked"
    if watched() and click.confirm(f"Note: {told}. Bring them over?", err=True):
        return
    hint = f"ask about less, with a selector where the command takes one, or say --slice-limit {things}"
    raise UsageError(told, hint=hint)


def watched() -> bool:
    """Whether a person is there to be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()

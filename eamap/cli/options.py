"""The options that commands share, so that they are spelt, explained and checked once.

:func:`reading` and :func:`answering` add several options and hand them to the command as one value; the others add one
option each. The default of ``--as-of`` is the only clock in eamap.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import click

if TYPE_CHECKING:
    from eamap.stores.neo4j.address import Address

    Place: TypeAlias = Path | Address
    """Where a store is: a folder, or a database on a server."""

FORMATS = ("table", "json", "csv")
PROFILES = ("full", "partner", "public")
SENSITIVE = "OFFICIAL-SENSITIVE"
SLICE_LIMIT = 200_000
"""Things that are brought over from a server without asking: a large ICS, some hundred megabytes, half a minute."""

F = TypeVar("F", bound=Callable[..., Any])


class Day(click.ParamType[date]):
    """A day as YYYY-MM-DD."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Returns the day, or says what a day looks like."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a day; write it as 2026-03-31", param, ctx)


class StorePlace(click.ParamType["Place"]):
    """Where a store is: a folder, or the address of a server where the command knows what to do with one.

    ``of`` is what the command works on: "folder", "server" or "either".
    """

    name = "store"

    def __init__(self, of: str = "either") -> None:
        self.of = of

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Place:
        """Returns the place, or says which sort of store the command works on."""
        if not isinstance(value, str) or "://" not in value:
            if self.of == "server":
                self.fail(f"{value} is a folder, and this needs a server: neo4j://HOST/DATABASE", param, ctx)
            return Path(value)
        from eamap.stores.neo4j.address import parse

        address = parse(value)
        if self.of == "folder":
            self.fail(
                f"{address.shown} is a server, and this works on a folder: name one with --store, then eamap store push",
                param,
                ctx,
            )
        return address


@dataclass(frozen=True, slots=True)
class Reading:
    """Which estate is read, the day on which it is judged, and how much a server may hand over without asking."""

    store: Place
    at: int | None
    as_of: date
    slice_limit: int = SLICE_LIMIT
    allow_partial: bool = False


@dataclass(frozen=True, slots=True)
class HandoffsAsked:
    """Which hand-offs of the care pathways are asked about; None is everything."""

    ics: str | None
    pathway: str | None
    least: int
    geography: str | None


@dataclass(frozen=True, slots=True)
class Answering:
    """How and where an answer is given; ``form`` and ``marking`` are None where the user left them to the command."""

    form: str | None = None
    output: Path | None = None
    marking: str | None = None
    profile: str = "full"

    def marked(self, weaknesses: bool) -> str:
        """Returns the marking: what the user said, else OFFICIAL-SENSITIVE if weaknesses of named bodies are told."""
        return self.marking if self.marking is not None else SENSITIVE * weaknesses


def _today() -> date:
    return date.today()  # noqa: DTZ011  (the day on the user's wall is meant)


def _one_line(ctx: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    if value is not None and not value.isprintable():
        raise click.BadParameter("a marking is one line of plain text", ctx, parameter)
    return value


def _store(of: str, words: str) -> Callable[[F], F]:
    return click.option(
        "--store",
        type=StorePlace(of),
        default=Path(".eamap"),
        envvar="EAMAP_STORE",
        metavar={"folder": "FOLDER", "either": "FOLDER|ADDRESS"}[of],
        show_default="./.eamap",
        show_envvar=True,
        help=words,
    )


store = _store("either", "The folder in which the versions of the estate are kept, or neo4j://HOST/DATABASE.")
folder_store = _store("folder", "The folder in which the versions of the estate are kept.")
server_store = click.option(
    "--store",
    type=StorePlace("server"),
    required=True,
    envvar="EAMAP_STORE",
    metavar="ADDRESS",
    show_envvar=True,
    help="The shared graph: neo4j://HOST/DATABASE, neo4j+s://…, bolt://….",
)
folder = click.option(
    "--folder",
    type=click.Path(path_type=Path),
    default=Path(".eamap"),
    show_default="./.eamap",
    help="The folder store.",
)
at = click.option(
    "--at", type=click.IntRange(min=1), metavar="VERSION", help="The recorded version; default: the latest."
)
as_of = click.option(
    "--as-of", type=Day(), default=_today, show_default="today", metavar="DATE", help="The day that is judged."
)
allow_partial = click.option(
    "--allow-partial",
    is_flag=True,
    help="Ask a server's graph even while a push in batches is changing it; the answer says so.",
)
slice_limit = click.option(
    "--slice-limit",
    type=click.IntRange(min=1),
    default=SLICE_LIMIT,
    show_default=True,
    metavar="N",
    help="On a server: how many things may be brought over to be worked on here without asking.",
)
output = click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, allow_dash=True),
    metavar="FILE",
    help="Write to this file, in the format of its suffix; - is stdout.",
)
geography_option = click.option(
    "--geography",
    metavar="2022|2026-04|FILE",
    help="The boundaries of integrated care boards: of a date, or a CSV file with the columns code and icb; "
    "default: those of the day that is judged.",
)
ics = click.option("--ics", metavar="CODE", help="Only hand-offs with an end in this system of care.")
pathway = click.option("--pathway", metavar="P", help="Only this care pathway, for example P4.")
least = click.option(
    "--min-flow",
    "least",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    metavar="N",
    help="The observed volume from which two organisations of different systems of care should be connected.",
)
marking = click.option(
    "--marking",
    callback=_one_line,
    metavar="TEXT",
    help=f"What the output is marked with; default: {SENSITIVE} where it names weaknesses of named bodies.",
)
profile = click.option(
    "--profile",
    type=click.Choice(PROFILES),
    default="full",
    show_default=True,
    help="Whom it is for; public leaves out hosts, addresses, versions, people and findings.",
)
wait = click.option(
    "--wait",
    type=click.FloatRange(min=0),
    default=10.0,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for another writer of the store.",
)


def form(*more: str) -> Callable[[F], F]:
    """Adds ``--format`` with the formats of every answer and those that a command adds."""
    return click.option(
        "--format", "form", type=click.Choice((*FORMATS, *more)), help="The format; default: by -o, else table."
    )


LEVELS = ("error", "warning", "info")
"""How bad a finding of a document is, the worst first."""


def fail_on(levels: tuple[str, ...], finding: str = "a finding") -> Callable[[F], F]:
    """Adds ``--fail-on`` with levels, the worst first; never is the default. ``finding`` says which findings count."""
    return click.option(
        "--fail-on",
        type=click.Choice((*levels, "never")),
        default="never",
        show_default=True,
        help=f"Exit 1 if {finding} is as bad as this.",
    )


def as_bad_as(level: str, levels: tuple[str, ...]) -> tuple[str, ...]:
    """Returns the levels that make a command fail under ``--fail-on LEVEL``."""
    return () if level == "never" else levels[: levels.index(level) + 1]


def reading(command: F) -> F:
    """Adds --store, --at, --as-of, --slice-limit and --allow-partial; the command gets them as ``reading``."""
    return _packed(command, "reading", Reading, (store, at, as_of, slice_limit, allow_partial))


def handoffs(command: F) -> F:
    """Adds --ics, --pathway, --min-flow and --geography; the command gets them as ``handoffs``."""
    return _packed(command, "handoffs", HandoffsAsked, (ics, pathway, least, geography_option))


def answering(*more: str) -> Callable[[F], F]:
    """Adds --format, -o, --marking and --profile; the command gets them as ``answer``."""

    def add(command: F) -> F:
        return _packed(command, "answer", Answering, (form(*more), output, marking, profile))

    return add


def _packed(command: F, name: str, kind: type, added: tuple[Callable[[F], F], ...]) -> F:
    """Lets a command take several options as one value, so that no command has a dozen parameters."""

    @wraps(command)
    def unpacking(*args: Any, **values: Any) -> Any:
        packed = {field: values.pop(field) for field in kind.__dataclass_fields__}  # type: ignore[attr-defined]
        return command(*args, **values, **{name: kind(**packed)})

    packing: Any = unpacking
    for option in reversed(added):
        packing = option(packing)
    return packing  # type: ignore[no-any-return]

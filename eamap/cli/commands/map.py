"""Draws a map (capability, gap, do-once and others); the suffix of the file is the format."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from eamap.cli import options
from eamap.cli.options import Reading

if TYPE_CHECKING:
    from eamap.cli.opening import Opened
    from eamap.maps.judged import Judged
    from eamap.model.diagram import Diagram

ALL = "all"
SHEET, SLIDE = 40, 8
"""How many boxes of an interface map can be read on a sheet that may grow, and on one slide."""
LINES = 24
"""How many lines of a flow map can be read."""
FLOWS, DO_ONCE, CHANGE = "flows", "do-once", "change"
FINDINGS = ("change", "gap", "lifecycle")
"""Maps that show nothing but findings."""
REFERENCE = ("capabilities", "doonce", "products", "lifecycle", "market", "pathways", "standards", "organisations")
HANDOFFS = ("capabilities", "crosswalks", "organisations", "pathways", "products", "standards")
"""What the gap map rests on."""


@click.command("map")
@click.argument("name")
@click.argument("selector", default="")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    metavar="FILE",
    help="The file; its suffix says the format.",
)
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    show_default="40, on slides 8",
    help="How many boxes an interface map draws at most, or lines a flow map (24; of one ICS or on slides 12).",
)
@options.geography_option
@click.option("--changes", type=click.Path(path_type=Path), metavar="FILE", help="The changes that a change map draws.")
@options.marking
@options.profile
@options.reading
def command(
    name: str, selector: str, output: Path, limit: int | None, geography: str | None, changes: Path | None, marking: str | None,
    profile: str, reading: Reading,
) -> None:  # fmt: skip
    """Draws the map NAME of what SELECTOR selects (default: the whole estate) and prints the path of what was written.

    \b
    capability  what organisations have live systems for, and how well those are supported
    interface   who gives data to whom, by which protocol and standard (needs a selector)
    gap         who cannot reach whom, on which step of a care pathway
    lifecycle   how what each system runs on is supported, by organisation and capability
    do-once     where to do it once: level and modes by capability, greyer where less is known
    products    how many products organisations use for the same capability
    change      what a file of changes adds, removes and changes (needs --changes; see eamap whatif)
    flows       what flows from one ICS to another, of all or of one (SELECTOR is its code)
    suppliers   who supplies each group of capabilities, and in how few hands that is
    all         all of them as one slide deck (.pptx)

    The suffix of -o says the format: svg, png, pdf, html, dot, mmd or pptx.
    """
    from eamap.cli.options import SENSITIVE
    from eamap.cli.output import say
    from eamap.cli.partial import footnoted

    exporter = _exporter(output)
    wanted = _wanted(name, output, exporter, profile)
    # What flows where is no weakness of anybody.
    default = "" if profile == "public" or name == FLOWS else SENSITIVE
    asked = {
        "limit": limit or _most(name, exporter.name, bool(selector)),
        "within": geography,
        "findings": profile != "public",
        "marking": default if marking is None else marking,
    }
    drawn = [_change_map(changes, reading, asked)] if name == CHANGE else _drawn(wanted, selector, reading, asked)
    diagrams = [*map(footnoted, list(drawn))]
    written = exporter.export(
        diagrams if name == ALL else diagrams[0], output, {"marking": asked["marking"], "profile": profile}
    )
    if len(written) > 1:
        say(f"The picture is in {len(written)} files: the format has a limit for one.")
    for path in written:
        click.echo(str(path))


def _most(name: str, exporter: str, selected: bool) -> int:
    """Returns how many boxes or lines can be read; fewer lines where all of them meet in one box."""
    if name == FLOWS:
        return LINES // 2 if selected or exporter == "pptx" else LINES
    return SLIDE if exporter == "pptx" else SHEET


def _exporter(output: Path) -> Any:
    """Returns the exporter of pictures for the suffix of a file."""
    from eamap import plugins
    from eamap.errors import UsageError

    known: list[str] = []
    for _, exporter in plugins.load_all(plugins.Group.EXPORTERS):
        if exporter.accepts == "diagram":
            if output.suffix.lower() in exporter.suffixes:
                return exporter
            known += exporter.suffixes
    raise UsageError(
        f"no map can be written as {output.suffix!r}", hint=f"there are: {', '.join(sorted(known))}", where=str(output)
    )


def _wanted(name: str, output: Path, exporter: Any, profile: str) -> tuple[str, ...]:
    """Returns the names of the maps to draw; what is nothing but findings is not for the public."""
    from eamap import plugins
    from eamap.cli.sharing import refuse_findings
    from eamap.errors import UsageError

    known = plugins.names(plugins.Group.MAPS)
    if name == ALL:
        if exporter.name != "pptx":
            raise UsageError(
                f"only a slide deck holds all maps, not {output.suffix}", hint="write -o FILE.pptx, or one map a file"
            )
        # Published flows and what is only supposed say nothing of an estate, so a deck about one has no map of them.
        return tuple(
            each for each in known if each not in (FLOWS, CHANGE) and (profile != "public" or each not in FINDINGS)
        )
    if name in FINDINGS:
        refuse_findings(profile)
    if name not in known:
        raise UsageError(f"there is no map {name!r}", hint=f"there are: {', '.join((*known, ALL))}")
    return (name,)


def _drawn(wanted: tuple[str, ...], selector: str, reading: Reading, asked: dict[str, Any]) -> Iterator[Diagram]:
    from eamap import plugins
    from eamap.cli.judging import judged
    from eamap.cli.opening import Opened
    from eamap.interpret.support import support

    opened = Opened(reading)
    if wanted == (FLOWS,):
        yield _flow_map(opened, selector, asked)
        return
    text = str(opened.select(selector).selector) if selector else ""
    drawings = {name: plugins.load(plugins.Group.MAPS, name)() for name in wanted}
    checks = dict.fromkeys(each for drawing in drawings.values() for each in drawing.checks)
    verdicts = judged(opened, tuple(checks)).table if checks and asked["findings"] else None
    told = "lifecycle" in wanted
    standing = support(opened.on, opened.reference, opened.cache) if told else None
    doonce = _judged(opened, asked["within"]) if DO_ONCE in wanted else None
    whole = "kind:*" if len(wanted) > 1 else ""
    for name, drawing in drawings.items():
        scope = text or (whole if name == "interface" else "")
        yield drawing.draw(
            opened.estate, reading.as_of, selector=scope, verdicts=verdicts, support=standing, doonce=doonce,
            reference=opened.used(*(HANDOFFS if name == "gap" else REFERENCE)), folder=opened.reference, **asked,
        )  # fmt: skip


def _judged(opened: Opened, geography: str | None) -> Judged:
    from eamap.cli.doonce.pictures import judged
    from eamap.cli.doonce.settings import Settings

    return judged(opened, Settings(geography=geography or ""))


def _flow_map(opened: Opened, selector: str, asked: dict[str, Any]) -> Diagram:
    """Draws the flows of one board or of all; published ones need no estate."""
    from eamap.maps.flows import FlowMap
    from eamap.model.estate import Estate

    estate = opened.stated if opened.store.versions() else Estate({})
    used = opened.used("organisations")
    return FlowMap().draw(
        estate, opened.reading.as_of, selector=selector, folder=opened.reference, reference=used, **asked
    )


def _change_map(changes: Path | None, reading: Reading, asked: dict[str, Any]) -> Diagram:
    """Draws what a file of changes changes; the estate stays as it is."""
    from eamap.analysis.whatif.reading import read_changes
    from eamap.cli.opening import Opened
    from eamap.cli.whatif.picture import drawn
    from eamap.cli.whatif.rows import Asked, compared
    from eamap.errors import UsageError

    if changes is None:
        raise UsageError(
            "a change map needs changes", hint="add --changes FILE; eamap whatif --template prints an example"
        )
    return drawn(compared(Opened(reading), read_changes(changes), Asked()), asked["marking"], asked["limit"])

"""Says for each capability whether, at which level and how to do it once, and what speaks against it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from eamap.cli import options
from eamap.cli.options import Answering, Reading

if TYPE_CHECKING:
    from eamap.analysis.doonce.assess import Run
    from eamap.analysis.doonce.assessment import Assessment
    from eamap.cli.doonce.settings import Settings
    from eamap.cli.opening import Opened
    from eamap.model.results import Column, Result, Tally


@click.command("doonce")
@click.argument("capabilities", nargs=-1, metavar="[CAPABILITY]...")
@click.option(
    "--setting",
    default="",
    metavar="SETTING",
    help='Only organisations of a type or care setting: acute, "Mental Health".',
)
@click.option("--ics", default="", metavar="CODE", help="Only the organisations of one ICS.")
@options.geography_option
@click.option(
    "--weights", default="", metavar="PROFILE|FILE", help="The weights: equal, review or a file; default: review."
)
@click.option(
    "--parameters",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Constants, pathways and more of your own (JSON or YAML).",
)
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    metavar="N",
    help="The seed of what is random; the same seed gives the same figures.",
)
@options.reading
@options.answering()
def command(capabilities: tuple[str, ...], reading: Reading, answer: Answering, **asked: Any) -> None:
    """Judges CAPABILITY (an id such as DIA-2.1, or a group such as DIA) by the four conditions; without one, all.

    \b
    eamap doonce REC-1.1 --setting acute --geography 2026-04
    eamap doonce DIA-2.1 --parameters mine.json --format json
    eamap doonce --weights equal -o candidates.csv
    eamap doonce DIA-2.1 -o page.pdf

    Conditions: A purchasing power, B interoperability across ICSs, N niche expertise, V unwarranted variation. What is
    not known is missing, never 0, and makes intervals wide. Scores order a long list; they choose nothing. With -o and the
    suffix of a picture (pdf, svg, png, html) it is a page for a board about one capability; slides (pptx) hold several.
    """
    from eamap.cli.doonce.running import parameters_of, run_of, wanted
    from eamap.cli.doonce.settings import Settings
    from eamap.cli.opening import Opened
    from eamap.cli.output import emit, form_of
    from eamap.cli.pictures import draws

    seed = asked.pop("seed")
    settings = Settings(
        **{name: str(value or "") for name, value in asked.items()}, seed="" if seed is None else str(seed)
    )
    told = parameters_of(settings, Opened(reading))
    if (
        told.as_of
        and click.get_current_context().get_parameter_source("as_of") is not click.core.ParameterSource.COMMANDLINE
    ):
        reading, settings = replace(reading, as_of=told.as_of), replace(settings, as_of=told.as_of.isoformat())
    opened = Opened(reading)
    run = run_of(opened, settings)
    asked_for = wanted(run, capabilities, told.capability)
    if answer.form is None and answer.output is not None and draws(answer.output):
        _draw(opened, run, asked_for, settings, answer)
        return
    found = run.assess(asked_for)
    among = "*" if not capabilities and not told.capability else "|".join(asked_for)
    result = _result(opened, found, settings, among, form_of(answer))
    emit(result, answer, marking=answer.marked(weaknesses=False))


def _draw(opened: Opened, run: Run, wanted: Sequence[str], settings: Settings, answer: Answering) -> None:
    """Writes one page a capability; only slides hold several."""
    from eamap.cli.doonce.pictures import judged
    from eamap.cli.doonce.running import SETS
    from eamap.cli.pictures import export_pictures
    from eamap.maps.judged_page import JudgedPage
    from eamap.maps.wording import of_reference

    marking = answer.marked(weaknesses=False)
    sources = of_reference(opened.used(*SETS))
    figures = judged(opened, settings, run, "|".join(wanted))
    pages = [JudgedPage(each, figures, opened.on).draw(marking, sources) for each in run.assess(wanted)]
    export_pictures(pages, answer, marking)


def _result(opened: Opened, found: Sequence[Assessment], settings: Settings, among: str, form: str) -> Result:
    from eamap.cli.doonce.running import SETS
    from eamap.model.results import Result

    columns, rows = _told(found, settings, among, form)
    return Result(
        "doonce",
        opened.reading.as_of,
        opened.estate.version,
        columns,
        rows,
        _counts(found, settings, among),
        opened.used(*SETS),
    )


def _told(
    found: Sequence[Assessment], settings: Settings, among: str, form: str
) -> tuple[tuple[Column, ...], list[dict[str, Any]]]:
    """Returns the columns and rows of a format: everything, flat for a spreadsheet, in words for a person."""
    from eamap.cli.doonce import rows as answers

    if form == "json":
        return (), answers.whole(found, settings, among)
    if form == "table":
        if len(found) == 1:
            return answers.SHEET_COLUMNS, answers.sheet(found[0], settings)
        return answers.LINE_COLUMNS, answers.lines(found, settings, among)
    rows = answers.flat(found, settings, among)
    return answers.flat_columns(rows), rows


def _counts(found: Sequence[Assessment], settings: Settings, among: str) -> dict[str, Tally]:
    from eamap.cli.doonce.running import EVERY, LEVELLED, SUFFICIENT, counted
    from eamap.cli.doonce.settings import figure_ref
    from eamap.model.results import Tally

    if len(found) == 1:
        one = found[0]
        refs = (figure_ref(one.capability, name, settings) for name in ("known", "applicable"))
        return {"organisations whose answer is known": Tally(one.known, one.applicable, *refs)}
    every = figure_ref(among, EVERY, settings)
    return {
        words: Tally(len(counted(found, figure)), len(found), figure_ref(among, figure, settings), every)
        for figure, words in (
            (SUFFICIENT, "capabilities with sufficient evidence"),
            (LEVELLED, "capabilities with a level"),
        )
    }

"""Gives a result to the person or program that asked: a table, the JSON envelope, or CSV.

The answer goes to stdout or the file of ``-o``; everything else is talk and goes to stderr, so that ``--format json``
prints one document and nothing more. Text from spreadsheets is hostile: on a terminal its control characters are shown
as escapes, and in CSV no cell can become a formula.
"""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from eamap.cli.options import Answering
from eamap.cli.partial import noted
from eamap.cli.sharing import shared
from eamap.cli.tables import footers, inert, on_paper, on_terminal, shown
from eamap.errors import UsageError
from eamap.model.results import Result

if TYPE_CHECKING:
    from eamap.cli.sheets import Sheet

__all__ = ["as_csv", "as_json", "deliver", "emit", "form_of", "inert", "say"]

Writer = Callable[[Result], bytes]
"""Makes the bytes of one more format of a command."""


@dataclass(frozen=True, slots=True)
class Tabled:
    """How an answer is written as tables, where a command has its own way: title, tables, and columns with numbers in text.

    ``numbers`` are columns that hold numbers beside words ("not estimated"), and so come as text.
    """

    title: str
    sheets: Callable[[Result], list[Sheet]]
    numbers: Collection[str] = ()


BY_SUFFIX = {".json": "json", ".csv": "csv", ".txt": "table"}
_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def emit(
    result: Result,
    answer: Answering,
    *,
    marking: str = "",
    writers: Mapping[str, Writer] | None = None,
    tabled: Tabled | None = None,
) -> None:
    """Writes a result as it was asked for; ``writers`` are the formats that only this command has, ``tabled`` its own tables.

    With ``-o`` and no ``--format`` the suffix decides; a suffix that is not ours is looked up among the exporters.
    """
    more = writers or {}
    kind = form_of(answer, tuple(more))
    result = noted(shared(result, answer.profile), kind)
    if kind == "":
        assert answer.output is not None, "only a suffix leaves the format open"
        _export(result, answer.output, {"marking": marking, "profile": answer.profile}, tabled)
    elif kind == "table":
        _give_table(result, answer.output, marking)
    else:
        own: dict[str, Writer] = {"json": as_json, "csv": as_csv}
        make = {**own, **more}[kind]
        deliver(make(result), answer.output)
        if kind == "csv":
            _say_what_csv_leaves_out(result)


def form_of(answer: Answering, more: tuple[str, ...] = ()) -> str:
    """Returns the format asked for by name or suffix; empty where an exporter has to know the suffix."""
    if answer.form:
        return answer.form
    if _is_stdout(answer.output):
        return "table"
    assert answer.output is not None, "a file is meant"
    suffix = answer.output.suffix.lower()
    own = {f".{name}": name for name in more}
    return {**BY_SUFFIX, **own}.get(suffix, "")


def as_json(result: Result) -> bytes:
    """Returns the envelope as UTF-8; the keys stay in the order of the contract."""
    import orjson

    envelope = result.envelope()
    options = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE | orjson.OPT_NON_STR_KEYS
    try:
        return orjson.dumps(envelope, option=options)
    except TypeError:
        return _patient_json(envelope)


def _patient_json(envelope: Mapping[str, Any]) -> bytes:
    """Writes what orjson will not: integers over 64 bits, and half characters, which a file's name may hold."""
    import json

    text = json.dumps(envelope, indent=2, ensure_ascii=True)
    return text.encode("ascii") + b"\n"


def as_csv(result: Result) -> bytes:
    """Returns the rows as UTF-8, then the ref of the row and, as JSON, the refs of its columns; no cell is a formula."""
    import orjson

    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    keys = [column.key for column in result.columns]
    writer.writerow([*map(_harmless, keys), "ref", "refs"])
    safe = _Harmless()
    columns = [[safe.cell(row.get(key)) for row in result.rows] for key in keys]
    own = [safe[str(row.get("ref", ""))] for row in result.rows]
    others = (orjson.dumps(refs).decode() if (refs := row.get("refs")) else "" for row in result.rows)
    writer.writerows(zip(*columns, own, others, strict=True))
    return text.getvalue().encode("utf-8", "backslashreplace")


class _Harmless(dict[str, str]):
    """Texts and what a cell holds for them: most texts of an answer stand in many of its rows."""

    def __missing__(self, text: str) -> str:
        self[text] = _harmless(text)
        return self[text]

    def cell(self, value: Any) -> Any:
        """Returns what a cell holds for a value: numbers stay numbers, and nothing stays empty."""
        if type(value) is str:
            return self[value]
        if value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
            return value
        return self[shown(value, raw=True)]


def _harmless(text: str) -> str:
    """Puts an apostrophe before what a spreadsheet would calculate; blanks before it do not stop a spreadsheet."""
    if text[:1].isalnum():
        return text
    start = text.lstrip()
    calculated = start.startswith(_FORMULA) and not _is_number(start)
    return f"'{text}" if calculated or text.startswith(("\t", "\r", "\n")) else text


def _is_number(text: str) -> bool:
    whole, _, part = text.lstrip("+-").partition(".")
    return text.isascii() and len(text) - len(text.lstrip("+-")) <= 1 and (whole + part).isdigit()


def deliver(content: bytes, output: Path | None) -> None:
    """Writes bytes to stdout or to a file; UsageError if that cannot be done."""
    try:
        if _is_stdout(output):
            _to_stdout(content)
        else:
            assert output is not None, "a file is meant"
            _replace(output, content)
    except BrokenPipeError:
        raise
    except OSError as error:
        where = "stdout" if _is_stdout(output) else str(output)
        raise UsageError(f"the answer cannot be written: {error.strerror}", where=where) from error


def _to_stdout(content: bytes) -> None:
    """Writes bytes as they are; only where they would reach a terminal are control characters made harmless."""
    if sys.stdout.isatty():
        lines = content.decode("utf-8", "backslashreplace").splitlines()
        click.echo("\n".join(map(inert, lines)))
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def say(text: str) -> None:
    """Says something to the person on stderr; it is never part of the answer."""
    click.echo(inert(text), err=True)


def _replace(path: Path, content: bytes) -> None:
    """Writes beside the file and puts it in place in one step, so that no half answer is left."""
    import os

    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        scratch.write_bytes(content)
        scratch.replace(path)
    finally:
        scratch.unlink(missing_ok=True)


def _is_stdout(output: Path | None) -> bool:
    return output is None or str(output) == "-"


def _give_table(result: Result, output: Path | None, marking: str) -> None:
    if _is_stdout(output) and sys.stdout.isatty():
        on_terminal(result, marking)
    else:
        deliver(on_paper(result, marking).encode("utf-8", "backslashreplace"), output)


def _say_what_csv_leaves_out(result: Result) -> None:
    for text, ref in footers(result):
        say(f"{text}  [{ref}]" if ref else text)
    if result.issues:
        say(f"Problems in the data are not in the CSV; --format json has them: {len(result.issues)}")


def _export(result: Result, path: Path, options: Mapping[str, Any], tabled: Tabled | None) -> None:
    from eamap import plugins
    from eamap.cli.sheets import result_sheets

    known = sorted(BY_SUFFIX)
    tabled = tabled or Tabled(result.command, result_sheets)
    about = {
        **options,
        "title": tabled.title,
        "as_of": result.as_of,
        "version": result.version,
        "numbers": tabled.numbers,
    }
    for _, exporter in plugins.load_all(plugins.Group.EXPORTERS):
        if exporter.accepts == "table":
            if path.suffix.lower() in exporter.suffixes:
                exporter.export(tabled.sheets(result), path, about)
                return
            known += exporter.suffixes
    raise UsageError(
        f"no table can be written as {path.suffix!r}",
        hint=f"there are: {', '.join(sorted(set(known)))}",
        where=str(path),
    )

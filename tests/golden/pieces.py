"""Takes every piece of text that holds a digit out of an answer or a picture, with the refs that stand beside it."""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

DIGIT = re.compile(r"\d")
SVG = "{http://www.w3.org/2000/svg}"

NOT_NUMBERS = {
    "ref": "the ref itself",
    "refs": "the refs themselves",
    "fingerprint": "the finding's own ref: eamap explain takes it as it is",
    "citation": "a citation is where an explanation ends: file, sheet, row, column and the cell",
    "citations": "a citation is where an explanation ends: file, sheet, row, column and the cell",
    "cell": "a citation in words",
    "where": "a citation in words: file, sheet, row and column",
    "page": "the page of a check, which is what its id is explained by",
    "sha256": "names the bytes of a file, and is what a citation holds",
}
"""Keys of rows whose whole meaning is an identifier or a citation, and why they need no ref."""


@dataclass(frozen=True)
class Piece:
    """One number, or one text that holds digits, and the refs that explain it (the nearest first)."""

    medium: str
    place: str
    key: str
    value: Any
    refs: tuple[str, ...]

    @property
    def is_number(self) -> bool:
        return isinstance(self.value, int | float)


def of_json(command: str, envelope: dict[str, Any]) -> Iterator[Piece]:
    """Takes the numbers of rows, counts, what was left out, and the head of an envelope."""
    for at, row in enumerate(envelope["rows"]):
        yield from _of_row(f"{command} row {at}", row)
    for name, tally in envelope["counts"].items():
        yield Piece("json", f"{command} count {name}", "n", tally["n"], (tally["ref"],))
        yield Piece("json", f"{command} count {name}", "of", tally["of"], (tally["of_ref"],))
    if envelope["omitted"]["n"]:
        yield Piece("json", f"{command} omitted", "n", envelope["omitted"]["n"], (envelope["omitted"]["ref"],))
    yield Piece("json", f"{command} head", "as_of", envelope["as_of"], (f"as-of({envelope['as_of']})",))
    if envelope["version"]:
        yield Piece("json", f"{command} head", "version", envelope["version"], (f"version({envelope['version']})",))
    for name, used in envelope["reference"].items():
        yield Piece("json", f"{command} {name}", "version", used["version"], (f"reference({name}; version)",))
        yield Piece("json", f"{command} {name}", "age_days", used["age_days"], (f"reference({name}; age)",))


def _of_row(place: str, row: dict[str, Any]) -> Iterator[Piece]:
    refs = row.get("refs") or {}
    for key, value in row.items():
        if key not in NOT_NUMBERS:
            for path, each in _leaves(value, key):
                told = _nearest(refs, path) or row.get("ref")
                yield Piece("json", place, key, each, (told,) if told else ())


def _nearest(refs: dict[str, str], path: str) -> str:
    """Returns the ref of a path such as ``conditions.V.lo``, else of the nearest thing it is in."""
    while path not in refs and "." in path:
        path = path.rpartition(".")[0]
    return refs.get(path, "")


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Yields the numbers, and the texts that hold a digit, each with its path."""
    if isinstance(value, dict | list):
        for name, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _leaves(inner, f"{path}.{name}")
    elif not isinstance(value, bool) and value is not None and DIGIT.search(str(value)):
        yield path, value


def of_csv(command: str, text: str) -> Iterator[Piece]:
    """Takes the numbers of the rows of a CSV answer; its last two columns are the ref of the row and those of its cells."""
    for at, row in enumerate(csv.DictReader(io.StringIO(text, newline=""))):
        refs = json.loads(row.pop("refs") or "{}")
        for piece in _of_row(f"{command} row {at}", {**row, "refs": refs}):
            yield replace(piece, medium="csv")


def of_table(command: str, text: str, headings: dict[str, str]) -> Iterator[Piece]:
    """Takes the numbers of a printed table; ``headings`` are those of its columns by key."""
    blocks = text.rstrip("\n").split("\n\n")
    if len(blocks[0].splitlines()) == 1 and len(blocks) > 1 and not blocks[0].startswith(next(iter(headings.values()))):
        assert not DIGIT.search(blocks[0]), "a marking without a number stands above"
        blocks = blocks[1:]
    head, *lines = blocks[0].splitlines()
    yield from _of_lines(command, head, lines, headings)
    for line in blocks[1].splitlines():
        words, _, refs = line.partition("  ")
        yield from _of_footer(command, words.strip(), refs.strip())


def of_page(text: str) -> Iterator[Piece]:
    """Takes the figures of the summary's page: "12 of 14 … [a]", with the refs of both listed below under "a"."""
    listed = dict(re.findall(r"(?m)^  ([a-z]{1,2})  (.+)$", text.partition("eamap explain REF")[2]))
    for number, of, sign in re.findall(r"(?m)^ +([\d,]+) +(?:of|over) ([\d,]+) .*\[([a-z]{1,2})\]$", text):
        for each, ref in zip((number, of), listed[sign].split(" of "), strict=True):
            yield Piece("page", f"summary [{sign}]", "n", each, (ref,))


def _of_lines(command: str, head: str, lines: list[str], headings: dict[str, str]) -> Iterator[Piece]:
    names = [*headings.values(), "Explained by"]
    starts, at = [], 0
    for name in names:
        if name == "Explained by" and name not in head[at:]:
            break
        at = head.index(name, at)
        starts.append(at)
        at += len(name)
    bounds = [*starts[1:], None]
    for number, line in enumerate(lines):
        cells = [line[start:end].rstrip() for start, end in zip(starts, bounds, strict=True)]
        explained = cells[len(headings)] if len(cells) > len(headings) else ""
        own, others = _explained(explained, headings)
        for (key, _), cell in zip(headings.items(), cells, strict=False):
            if DIGIT.search(cell) and key not in NOT_NUMBERS:
                told = others.get(key) or own
                yield Piece("table", f"{command} line {number}", key, cell, (told,) if told else ())


def _explained(text: str, headings: dict[str, str]) -> tuple[str, dict[str, str]]:
    """Cuts "REF, Heading: REF, Heading: REF" apart."""
    keys = {heading: key for key, heading in headings.items()}
    cut = re.compile(r"(?:^|, )(" + "|".join(map(re.escape, sorted(keys, key=len, reverse=True))) + r"): ")
    own, *rest = cut.split(text)
    return own, {keys[heading]: ref for heading, ref in zip(rest[::2], rest[1::2], strict=True)}


def _of_footer(command: str, words: str, refs: str) -> Iterator[Piece]:
    if refs.count(" of ") == 1 and (found := re.search(r"(.*): ([\d.]+) of ([\d.]+)$", words)):
        for number, ref in zip(found.groups()[1:], refs.split(" of "), strict=True):
            yield Piece("table", f"{command} {found[1]}", "n", int(number), (ref,))
    elif DIGIT.search(words):
        told = tuple(re.findall(r"[a-z-]+\(.*?\)(?= [a-z-]+\(|$)", refs))
        yield Piece("table", f"{command} below", words.partition(":")[0], words, told)


def of_svg(path: Path) -> Iterator[Piece]:
    """Takes the texts, titles and descriptions of a picture that hold a digit."""
    root = ET.parse(path).getroot()
    for element in root.iter():
        name = element.tag.removeprefix(SVG)
        if name in ("text", "tspan", "title", "desc"):
            words = (element.text or "") if name == "text" else "".join(element.itertext())
            if DIGIT.search(words):
                refs = tuple(filter(None, (element.get("data-ref") or "").split(" | ")))
                yield Piece("svg", f"{path.name} <{name}>", name, words, refs)
            if name == "tspan" and element.tail and DIGIT.search(element.tail):
                yield Piece("svg", f"{path.name} <text>", "text", element.tail, ())


def of_slides(path: Path) -> Iterator[Piece]:
    """Takes the texts of shapes (their refs stand in their alt text) and the lines of the notes (refs in brackets)."""
    from pptx import Presentation

    for number, slide in enumerate(Presentation(str(path)).slides, start=1):
        for shape in _shapes(slide.shapes):
            place = f"{path.name} slide {number} {shape.name}"
            words, _, told = (shape._element._nvXxPr.cNvPr.get("descr") or "").partition("\nrefs: ")
            refs = tuple(filter(None, told.split(" | ")))
            drawn = shape.text_frame.text if shape.has_text_frame else ""
            if DIGIT.search(drawn):
                yield Piece("slide", place, "text", drawn, refs)
        for line in slide.notes_slide.notes_text_frame.text.splitlines():
            words, _, told = line.rpartition(" [") if line.endswith("]") else (line, "", "")
            if DIGIT.search(words):
                yield Piece(
                    "slide",
                    f"{path.name} slide {number} notes",
                    "notes",
                    words,
                    tuple(told[:-1].split(" | ")) if told else (),
                )


def _shapes(shapes: Any) -> Iterator[Any]:
    for shape in shapes:
        yield shape
        if shape.shape_type == 6:
            yield from _shapes(shape.shapes)

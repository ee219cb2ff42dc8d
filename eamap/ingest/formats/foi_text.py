"""Reads the lettered text of a reply to a freedom of information request: a) System type to k) Notes.

Trusts answer one national template of eleven questions, often as plain text. Each block of answers becomes a row
under the same names as the template in a spreadsheet has. What an answer means ("N/A", "withheld") is for the mapping
to say; here only the printed options of a question ("Yes/No") are taken off the answer.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path

from eamap.ingest.formats import cells as tables
from eamap.ingest.formats.decode import decoded
from eamap.model.grid import Document, Grid
from eamap.model.issues import Issue
from eamap.protocols import Sample

TEMPLATE = (
    "a) System type",
    "b) Supplier name",
    "c) System name",
    "d) Date installed",
    "e) Contract expiration",
    "f) Is this contract annually renewed?",
    "g) Do you currently have plans to replace this system?",
    "h) Procurement framework",
    "i) Other systems it integrates with?",
    "j) Total value of contract (GBP)",
    "k) Notes",
)
"""The questions of the template, as they head its columns."""

_LETTERED = re.compile(r"\s*([a-k])[).]\s*(.*)$", re.IGNORECASE)
_NUMBER = re.compile(r"\s*\d+[.)]?\s*$")
_OPTIONS = re.compile(r"yes\s*/\s*no(?:\s*/\s*n/?a)?\b[\s:–-]*", re.IGNORECASE)
_ASKED = re.compile(r"Systems asked:(.*)", re.IGNORECASE)
_HEAD: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "Organisation code",
        re.compile(r"^\s*Organisation(?: code)?\s*:\s*([A-Z0-9]{3,6})\b", re.IGNORECASE | re.MULTILINE),
    ),
    ("Reference", re.compile(r"\bReference\s*:?\s+([\w./-]*\d[\w./-]*)", re.IGNORECASE)),
    ("replied", re.compile(r"\breplied\s*:?\s+([\d./-]+|\d{1,2} \w+ \d{4})", re.IGNORECASE)),
)


_BLOCK = (
    re.compile(r"^\s*a[).]\s*System type\b", re.IGNORECASE | re.MULTILINE),
    re.compile(r"^\s*[bc][).]\s*(?:Supplier|System) name\b", re.IGNORECASE | re.MULTILINE),
)
"""How a block of answers begins, and how it goes on."""


@dataclass(slots=True)
class _Block:
    """The answers of one block by letter, and the line on which the block begins."""

    line: int
    answers: dict[str, str] = field(default_factory=dict)


class FoiText:
    """Reads a reply in lettered text."""

    name = "foi-text"

    def score(self, sample: Sample) -> float:
        """Returns a high score for text in which a block of lettered answers begins."""
        if sample.kind not in {"text", "yaml"}:
            return 0.0
        return 0.95 if all(pattern.search(sample.text) for pattern in _BLOCK) else 0.0

    def read(self, path: Path, sample: Sample) -> list[Grid | Document]:
        """Returns one grid with a row a block of answers."""
        data = sample.content()
        text = decoded(data, sample.encoding).replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
        lines = text.split("\n")
        blocks, outside = _blocks(lines)
        head = _head("\n".join(lines[: blocks[0].line - 1] if blocks else lines))
        rows = [[block.answers.get(letter, "") for letter in "abcdefghijk"] + list(head.values()) for block in blocks]
        cells = tables.frame(rows, [block.line for block in blocks])
        issues = [*_not_answered(path.name, lines, blocks), *_outside(path.name, outside, lines)]
        header = (*TEMPLATE, *head)
        sha256 = hashlib.sha256(data).hexdigest()
        return [Grid(path.name, "", sha256, self.name, cells, header=header, issues=tuple(issues))]


def _head(text: str) -> dict[str, str]:
    """Returns what the head of the reply says of the whole of it; columns it says nothing of are left out."""
    found = ((name, pattern.search(text)) for name, pattern in _HEAD)
    return {name: match[1] for name, match in found if match}


def _blocks(lines: list[str]) -> tuple[list[_Block], list[int]]:
    """Returns the blocks and the lines after the first of them that belong to none."""
    blocks: list[_Block] = []
    outside: list[int] = []
    letter = ""
    for number, line in enumerate(lines, 1):
        found = _LETTERED.match(line)
        if found and (blocks or found[1].lower() == "a"):
            letter = found[1].lower()
            if letter == "a" or letter in blocks[-1].answers:
                blocks.append(_Block(number))
            blocks[-1].answers[letter] = _answer(letter, found[2])
        elif not line.strip() or _NUMBER.match(line):
            letter = ""
        elif letter:
            blocks[-1].answers[letter] = f"{blocks[-1].answers[letter]}\n{line.strip()}".strip()
        elif blocks:
            outside.append(number)
    return blocks, outside


def _answer(letter: str, text: str) -> str:
    """Takes the question, in the words of the template or others, and its printed options off an answer."""
    question = TEMPLATE["abcdefghijk".index(letter)][3:].rstrip("?")
    stem = re.escape(re.sub(r"\s*\(.*", "", question))
    known = re.match(rf"{stem}\s*(?:\([^)]*\))?\s*\??\s*(?:[-–:]\s*|$)", text, re.IGNORECASE)
    parted = known or re.match(r".*?(?:\?|\s[-–]\s|:\s)\s*[-–:]?\s*", text)
    answer = text[parted.end() :] if parted else text
    if letter in "fg":
        answer = _OPTIONS.sub("", answer, count=1) if _OPTIONS.match(answer) else answer
    return answer.strip().removeprefix("-").strip()


def _not_answered(file: str, lines: list[str], blocks: list[_Block]) -> list[Issue]:
    """Says which systems were asked for and not answered: they are unknown, which is not the same as absent."""
    answered = {_plain(block.answers.get("a", "")) for block in blocks}
    asked_for = [
        (number, name)
        for number, line in enumerate(lines, 1)
        if (asked := _ASKED.match(line.strip()))
        for name in re.split(r"\s*\b\d+[.)]\s+", asked[1])[1:]
    ]
    return [
        Issue(
            file, "", number, TEMPLATE[0], "not-answered",
            "the system was asked for and the reply says nothing of it: unknown, not absent",
            "ask again, or find it in another source", name.strip(),
        )
        for number, name in asked_for
        if _plain(name) not in answered
    ]  # fmt: skip


def _plain(name: str) -> str:
    return re.sub(r"\W+", " ", name).strip().casefold()


def _outside(file: str, outside: list[int], lines: list[str]) -> list[Issue]:
    if not outside:
        return []
    first = outside[0]
    message = f"{len(outside)} line(s) belong to no lettered answer and were not read, the first of them this one"
    return [Issue(file, "", first, "", "text-outside-answers", message, value=lines[first - 1].strip()[:200])]

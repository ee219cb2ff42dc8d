"""Text on a picture: pieces, of which each that holds a digit carries the ref that explains it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_DIGIT = re.compile(r"\d")
_REORDERING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def drawable(text: str) -> str:
    """Returns text that can be drawn on one line: no control, reordering or unpaired characters, blanks made single.

    Spreadsheet cells hold NUL bytes, line breaks and marks that turn the reading order round; none of them is a letter
    anybody meant to show, and each of them is the start of an attack on some format.
    """
    if text.isascii() and text.isprintable() and "  " not in text:
        return text
    kept = (" " if c.isspace() else c for c in text if c.isspace() or _is_visible(c))
    return re.sub(" +", " ", "".join(kept))


def _is_visible(character: str) -> bool:
    if character in _REORDERING or unicodedata.category(character) in {"Cc", "Cs"}:
        return False
    return ord(character) & 0xFFFE != 0xFFFE and not 0xFDD0 <= ord(character) <= 0xFDEF


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of drawn text and the ref that explains its number; a piece with a digit and no ref is refused."""

    text: str
    ref: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", drawable(self.text))
        if _DIGIT.search(self.text) and not self.ref:
            raise ValueError(f"text with a digit needs a ref: {self.text!r}")


@dataclass(frozen=True, slots=True)
class Text:
    """A line of drawn text made of spans, so that both numbers of "12 of 14" carry their own ref."""

    spans: tuple[Span, ...] = ()

    @classmethod
    def of(cls, *parts: str | tuple[str | int, str] | Span) -> Text:
        """Returns a text from plain strings (no digit) and pairs of (text or number, ref).

        ``Text.of((12, "count(…)"), " of ", (14, "count(…)"), " organisations")``
        """
        return cls(tuple(_span(part) for part in parts))

    @property
    def plain(self) -> str:
        """The characters alone."""
        # Layouts ask this hundreds of thousands of times, and most texts are of one span.
        return self.spans[0].text if len(self.spans) == 1 else "".join([span.text for span in self.spans])

    @property
    def refs(self) -> tuple[str, ...]:
        """The refs of the spans, in reading order, each once."""
        return tuple(dict.fromkeys(span.ref for span in self.spans if span.ref))

    def cut(self, start: int, stop: int) -> Text:
        """Returns the characters from start to stop, each still carrying its ref."""
        pieces, at = [], 0
        for span in self.spans:
            piece = span.text[max(start - at, 0) : max(stop - at, 0)]
            at += len(span.text)
            if piece:
                pieces.append(Span(piece, span.ref))
        return Text(tuple(pieces))

    def plus(self, other: Text) -> Text:
        """Returns this text with another behind it."""
        return Text(self.spans + other.spans)

    def __bool__(self) -> bool:
        return any(span.text for span in self.spans)


def _span(part: str | tuple[str | int, str] | Span) -> Span:
    if isinstance(part, Span):
        return part
    return Span(part) if isinstance(part, str) else Span(str(part[0]), part[1])


NOTHING = Text()

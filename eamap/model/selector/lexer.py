"""Cuts the text of a selector into words and parentheses, each knowing its place.

A word keeps for each character whether it stood bare, in quotes or behind a backslash: a bare ``:`` or ``+`` is grammar,
a quoted one is text, and a ``*`` is a wildcard unless it was escaped.
"""

from __future__ import annotations

from dataclasses import dataclass

from eamap.errors import UsageError

BARE, QUOTED, ESCAPED = "b", "q", "e"


@dataclass(frozen=True, slots=True)
class Word:
    """A run of characters without bare white space or parentheses. ``modes`` and ``places`` are parallel to ``text``."""

    text: str
    modes: str
    places: tuple[int, ...]
    at: int
    end: int

    def __getitem__(self, part: slice) -> Word:
        places = self.places[part]
        start = places[0] if places else self.end
        return Word(self.text[part], self.modes[part], places, start, self.end)

    @property
    def bare(self) -> str:
        """The text, with every quoted character blanked, so that grammar is only looked for outside quotes."""
        return "".join(char if mode == BARE else "\0" for char, mode in zip(self.text, self.modes, strict=True))


@dataclass(frozen=True, slots=True)
class Paren:
    """An opening or closing parenthesis."""

    text: str
    at: int

    @property
    def end(self) -> int:
        """The place after it."""
        return self.at + 1


Token = Word | Paren


def complaint(text: str, at: int, message: str, hint: str = "") -> UsageError:
    """Makes the error that shows the selector with a caret under the place."""
    line = " ".join(text.split("\n")) if "\n" in text else text
    shown = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in line)
    start = max(0, at - 60)
    cut = ("…" if start else "") + shown[start : at + 60] + ("…" if at + 60 < len(shown) else "")
    return UsageError(f"{message}\n  {cut}\n  {' ' * (at - start + bool(start))}^", hint=hint)


def tokens(text: str) -> list[Token]:
    """Returns the words and parentheses of a selector; UsageError where a quote is not closed."""
    found: list[Token] = []
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
        elif text[at] in "()":
            found.append(Paren(text[at], at))
            at += 1
        else:
            word = _word(text, at)
            found.append(word)
            at = word.end
    return found


def _word(text: str, start: int) -> Word:
    chars: list[tuple[str, str, int]] = []
    at, opened = start, -1
    while at < len(text) and (opened >= 0 or not (text[at].isspace() or text[at] in "()")):
        if text[at] == '"':
            opened = -1 if opened >= 0 else at
        elif text[at] == "\\" and opened >= 0 and at + 1 < len(text):
            at += 1
            chars.append((text[at], ESCAPED, at))
        else:
            chars.append((text[at], QUOTED if opened >= 0 else BARE, at))
        at += 1
    if opened >= 0:
        raise complaint(text, opened, "this quote is not closed", 'end the text with a second "')
    letters, modes, places = ("".join(c[0] for c in chars), "".join(c[1] for c in chars), tuple(c[2] for c in chars))
    return Word(letters, modes, places, start, at)

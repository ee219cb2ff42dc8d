"""Explains the refs of a what-if: a ref on the changed estate, a difference, or a count of what changes.

Such a ref begins with the checksum of the file of changes it rests on. On the recorded estate alone it means nothing, so
``eamap explain`` asks for the file, and refuses one with other bytes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from eamap.cli.whatif.rows import COUNTS, DIFFERENCE, FIGURES, FORM, Asked, Compared, compared, subtracted
from eamap.errors import UsageError

if TYPE_CHECKING:
    import polars as pl

    from eamap.analysis.whatif.reading import ChangesFile
    from eamap.cli.opening import Opened
    from eamap.model.refs import Context, Evidence, Explanation, Ref
    from eamap.model.refs.evidence import Resolver
    from eamap.model.selector import EstateOn

PARTS = ("systems", "connections", "users", "places")
"""Tables of what differs, counted by a change map."""
WORDS = ("title", "file")
"""What the file says of itself."""


def resolvers(opened: Opened, changes: Path | None, contexts: Callable[[Opened], Context]) -> dict[str, Resolver]:
    """Returns what answers the refs of a what-if; ``changes`` is the file they rest on, ``contexts`` explains the changed estate."""
    return {FORM: partial(_explained, _Held(opened, changes, contexts))}


class _Held:
    """The file, and what was worked out of it, once for all the refs of an answer."""

    def __init__(self, opened: Opened, changes: Path | None, contexts: Callable[[Opened], Context]) -> None:
        self._opened = opened
        self._contexts = contexts
        self._changes = changes
        self.of = cache(self._of)
        self.context = cache(self._context)

    def _of(self, short: str, asked: str) -> Compared:
        from eamap.analysis.whatif.reading import read_changes

        if self._changes is None:
            raise UsageError(
                f"this ref rests on a file of changes (sha256 {short}…), which is no part of the store",
                hint="give the file: eamap explain REF --changes FILE",
            )
        file = read_changes(self._changes)
        if not file.sha256.startswith(short):
            raise UsageError(
                f"this ref rests on other changes (sha256 {short}…) than this file ({file.short}…)",
                hint="give the file as it was when the answer was made", where=str(self._changes),
            )  # fmt: skip
        return compared(self._opened, file, Asked.of(asked))

    def _context(self, short: str) -> Context:
        return self._contexts(self.of(short, "all").whatif.after)


def _explained(held: _Held, ref: Ref, on: EstateOn, within: Context) -> Explanation:
    short, what, *more = ref.arguments
    if what == DIFFERENCE:
        return _difference(held, ref, on, within)
    if what in COUNTS:
        return _counted(held.of(short, more[0] if more else "all"), ref, what, within)
    if what in WORDS:
        return _words(held.of(short, "all").whatif.file, ref, what)
    if what in PARTS:
        return _parts(held.of(short, "all"), ref, what, more[0] if more else "all", within)
    found = _after(held, short, what, within)
    file = held.of(short, "all").whatif.file.name
    return replace(found, ref=str(ref), meaning=f"after the changes of {file}: {found.meaning}")


def _after(held: _Held, short: str, inner: str, within: Context) -> Explanation:
    """Explains a ref on the changed estate."""
    from eamap.model.refs import resolve

    after = held.of(short, "all").whatif.after
    return resolve(inner, after.on, context=replace(held.context(short), limit=within.limit))


def _difference(held: _Held, ref: Ref, on: EstateOn, within: Context) -> Explanation:
    """Works both sides out again, and cites both."""
    from eamap.model.refs import Explanation, resolve

    if len(ref.arguments) != 4:
        raise UsageError("a difference is of two refs", hint="whatif(SHA; difference; BEFORE; AFTER)")
    short, _, before, after = ref.arguments
    one, other = resolve(before, on, context=within), _after(held, short, after, within)
    value = subtracted(one.value, other.value)
    meaning = f"{other.value} after the changes, less {one.value} before: {one.meaning}"
    rows = tuple(dict.fromkeys((*one.rows, *other.rows)))
    return Explanation(str(ref), value, meaning, rows, one.omitted + other.omitted)


def _counted(both: Compared, ref: Ref, what: str, within: Context) -> Explanation:
    from eamap.model.refs import Explanation

    n = both.counted(what)
    name = both.whatif.file.name
    if what.startswith(FIGURES[:6]) or what in ("differing", "unchanged"):
        return Explanation(
            str(ref), n, f"figures told before and after the changes of {name}: {what}", (), 0, len(both.pairs)
        )
    rows = both.handoffs_of(what)
    shown = rows if within.limit is None else rows.head(within.limit)
    words = {"closed": "gaps that the changes close", "opened": "hand-offs that become gaps", "gaps": "gaps before the changes",
             "no-gaps": "hand-offs that are no gap before the changes"}[what]  # fmt: skip
    from eamap.cli.pathways.handoffs import evidence_of

    cells = evidence_of(both.gaps[0], shown.with_columns(ics=None))
    return Explanation(
        str(ref), n, f"{words} ({name}), over {both.asked}", cells, n - shown.height, both.handoffs.height
    )


def _words(file: ChangesFile, ref: Ref, what: str) -> Explanation:
    """Tells what the file says of itself, and cites it."""
    from eamap.model.citations import Citation
    from eamap.model.refs import Evidence, Explanation

    value = file.title if what == "title" else f"{file.name}, sha256 {file.short}"
    cell = Citation(file.name, file.sha256, "", 0, what, value)
    return Explanation(str(ref), value, f"the {what} of a file of changes", (Evidence("", what, cell),))


def _parts(both: Compared, ref: Ref, what: str, part: str, within: Context) -> Explanation:
    """Counts what differs again, and cites both what stood and what stands."""
    import polars as pl

    from eamap.model.refs import Explanation
    from eamap.model.refs.evidence import cut, of_things

    found = dict(both.whatif.difference.parts())[what]
    rows = found if part == "all" else cut(found, part)
    shown = rows if within.limit is None else rows.head(within.limit)
    ids = _ids(shown, what)
    cells: list[Evidence] = []
    for side in (both.whatif.before, both.whatif.after):
        there = [each for each in ids if side.estate.find(each) is not None]
        cells += of_things(side.on, pl.Series(there, dtype=pl.String)) if there else []
    meaning = f"{what} that differ after the changes of {both.whatif.file.name}"
    return Explanation(
        str(ref), rows.height, meaning, tuple(dict.fromkeys(cells)), rows.height - shown.height, found.height
    )


def _ids(rows: pl.DataFrame, what: str) -> list[str]:
    column = {"systems": "id", "connections": "interface", "users": "system", "places": "organisation"}[what]
    prefix = "organisation:" if what == "places" else ""
    return [f"{prefix}{each}" for each in rows[column].unique().sort()]

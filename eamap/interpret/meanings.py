"""What the texts of one column name: each distinct text is judged once.

A decision goes first; then the words that name nobody; then the aliases of the reference data. What is left is itself:
an id made of the text, never the id of something that merely looks like it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from eamap.interpret.in_house import in_house_keys
from eamap.matching.normalise import key
from eamap.model.ids import key_part, thing_id

if TYPE_CHECKING:
    import polars as pl

    from eamap.interpret.decided import Decided
    from eamap.matching.products import Names

ALIAS = "alias"
AS_STATED = "as-stated"
DECISION = "decision"
IN_HOUSE = "in-house"
NOT_A_NAME = "not-a-name"
_Found: TypeAlias = "tuple[str | None, str | None, str, list[str]]"
"""The id, the name, how it was found, and the ids of an ambiguous name."""


@dataclass(frozen=True)
class Meanings:
    """How texts become ids of one kind, ``product`` or ``supplier``."""

    kind: str
    names: Names
    decided: Decided

    @cached_property
    def _texts(self) -> dict[str, str]:
        return self.decided.texts(self.kind)

    @cached_property
    def _things(self) -> dict[str, str]:
        return self.decided.things(self.kind)

    def of(self, texts: pl.Series, prefix: str, *, exactly: bool = False) -> pl.DataFrame:
        """Returns one row a distinct text: ``text``, and with a prefix ``id``, ``name``, ``match``, ``candidates``.

        ``id`` is null where the text names nobody (``match``: in-house or not-a-name). ``name`` is null where a decision
        chose the id. ``candidates`` are the ids of an ambiguous name. ``exactly`` leaves out what is only as stated.
        """
        import polars as pl

        read = ((text, self._one(text, exactly=exactly)) for text in texts.drop_nulls().unique().sort().to_list())
        rows = [(text, *found) for text, found in read if found is not None]
        columns = dict.fromkeys(("text", "id", "name", "match"), pl.String) | {"candidates": pl.List(pl.String)}
        frame = pl.DataFrame(rows, schema=columns, orient="row")
        return frame.rename({name: prefix + name for name in frame.columns if name != "text"})

    def _one(self, text: str, *, exactly: bool) -> _Found | None:
        if self._texts and (chosen := self._texts.get(key(text))):
            return self._things.get(chosen, chosen), None, DECISION, []
        found = self.names.match(text)
        if found.name is None and exactly:
            return None
        if found.meaning == IN_HOUSE or (found.name is None and key(text) in in_house_keys()):
            return None, None, IN_HOUSE, []
        if found.outcome == NOT_A_NAME or not (made := key_part(found.name or text)):
            return None, None, NOT_A_NAME, []
        identifier = thing_id(self.kind, made)
        if identifier in self._things:
            return self._things[identifier], None, DECISION, []
        candidates = [thing_id(self.kind, key_part(each)) for each in found.candidates]
        return identifier, found.name or text.strip(), ALIAS if found.name else AS_STATED, candidates

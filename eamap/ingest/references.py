"""What a cell names when it names another thing: an organisation, a system."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eamap.model.ids import key_part, organisation_code

if TYPE_CHECKING:
    import polars as pl

_CODE = re.compile(r"[A-Z0-9]{3,10}")


def _nobody(text: str) -> str | None:
    del text
    return None


@dataclass(frozen=True)
class Organisations:
    """The organisations known while a file is read: those of the estate and those of ODS.

    ``find`` returns the code that a text stands for, a code or a name, or ``None``. ``listed`` are codes that stand for
    themselves, whatever else is known: a column of texts is looked up among them at once.
    """

    find: Callable[[str], str | None] = _nobody
    listed: pl.Series | None = None

    def at_once(self, texts: pl.Series) -> pl.Series:
        """Returns the codes of the texts that are listed codes, in capitals or not; null for all others."""
        import polars as pl

        codes = texts.str.to_uppercase().alias("code")
        if self.listed is None:
            return codes.clear().extend_constant(None, codes.len())
        return codes.to_frame().select(pl.when(pl.col("code").is_in(self.listed.implode())).then("code")).to_series()

    def is_known(self, code: str) -> bool:
        """Whether a code is one of the estate's own or of ODS."""
        return self.find(code) == code

    def code(self, text: str) -> str:
        """Returns the code a text stands for; ValueError if it is neither a code nor the name of one body."""
        if found := self.find(text):
            return found
        code = organisation_code(text)
        # A code nobody knows is kept as reported, and a finding names the nearest successor. A name is not a code.
        if (
            _CODE.fullmatch(code)
            and " " not in text.strip()
            and (text.strip().isupper() or any(c.isdigit() for c in text))
        ):
            return code
        raise ValueError("names no organisation eamap knows, by code or by name")


def qualified_key(text: str, organisations: Organisations) -> str | None:
    """Returns the key of a system written as ``ORG/key``; ``None`` where the first part is no known code."""
    head, slash, rest = text.partition("/")
    if slash and rest.strip() and organisations.is_known(code := organisation_code(head)):
        return f"{code}/{key_part(rest)}"
    return None

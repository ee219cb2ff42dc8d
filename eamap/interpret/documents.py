"""Which kept CapabilityStatement belongs to each interface."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

    from eamap.model.estate import Estate

_PATH = re.compile(r"[/\\]")


def with_documents(estate: Estate) -> pl.DataFrame:
    """Returns the interfaces with a column ``document``: the sha256 of the kept file that its statement names, or null.

    A statement names a file by its sha256 or by its name, with or without a path. A name that two kept files share names
    neither.
    """
    import polars as pl

    interfaces = estate.things("interface")
    if not estate.documents or "statement" not in interfaces.columns:
        return interfaces.with_columns(pl.lit(None, dtype=pl.String).alias("document"))
    files = Counter(_base(name) for name in estate.document_names.values())
    held = {_base(name): sha256 for sha256, name in estate.document_names.items() if files[_base(name)] == 1}
    held |= {sha256: sha256 for sha256 in estate.documents}
    texts = interfaces["statement"].drop_nulls().unique()
    found = pl.Series([_find(text.strip(), held) for text in texts.to_list()], dtype=pl.String)
    named = interfaces["statement"].replace_strict(texts, found, default=None, return_dtype=pl.String)
    return interfaces.with_columns(named.alias("document"))


def _find(text: str, held: dict[str, str]) -> str | None:
    return held.get(text.lower()) or held.get(_base(text))


def _base(path: str) -> str:
    return _PATH.split(path)[-1]

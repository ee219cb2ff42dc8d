"""Which texts name a language: tags of BCP 47 (RFC 5646), whose short parts are looked up in IANA's registry.

Languages and regions of two letters are looked up in ``schemas/languages/`` (the old ones are kept, as the registry keeps
them). Those of three letters and digits, and scripts and variants, are judged by their form.
"""

from __future__ import annotations

import csv
import re
from functools import cache

from eamap.model.shipped import shipped_folder

_TAG = re.compile(
    r"(?P<language>[a-z]{2,3})(-[a-z]{3}){0,3}(-[a-z]{4})?(-(?P<region>[a-z]{2}|\d{3}))?"
    r"(-([a-z0-9]{5,8}|\d[a-z0-9]{3}))*(-[a-wyz0-9](-[a-z0-9]{2,8})+)*(-x(-[a-z0-9]{1,8})+)?"
)
_PRIVATE = re.compile(r"x(-[a-z0-9]{1,8})+")


def is_language(text: object) -> bool:
    """Whether a text is a language tag of BCP 47; the case of its letters says nothing."""
    if not isinstance(text, str):
        return False
    tag = text.lower()
    if tag in _listed("whole") or _PRIVATE.fullmatch(tag):
        return True
    found = _TAG.fullmatch(tag)
    if found is None:
        return False
    return _registered(found["language"], "language") and _registered(found["region"], "region")


def _registered(part: str | None, kind: str) -> bool:
    return part is None or len(part) != 2 or part in _listed(kind)


@cache
def _listed(kind: str) -> frozenset[str]:
    """Returns the subtags of a kind: language, region, or whole for tags that are registered as a whole."""
    with (shipped_folder() / "languages" / "subtags.csv").open(encoding="utf-8", newline="") as file:
        return frozenset(row["subtag"] for row in csv.DictReader(file) if row["kind"] == kind)

"""What can be seen of a url without asking anybody: whether it is absolute, and whether something stray is in it."""

from __future__ import annotations

import re

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:\S")
_STRAY = re.compile(r"[\"'<>`{}\\^\s]|[,;.]\Z|\Ahttps?:/(?!/)|https?://.*https?://")
"""Characters no url may hold, or that a sentence left at its end; a scheme with one slash; two urls in one."""


def is_absolute(text: str) -> bool:
    """Whether a text has a scheme, as http:, urn: or mailto: do."""
    return bool(_SCHEME.match(text))


def stray(text: str) -> str:
    """Returns what in a url cannot belong to it; empty if nothing is."""
    found = _STRAY.search(text)
    return found[0][:20] if found else ""


def bare(canonical: str) -> str:
    """Returns a canonical without its version: ``|1.2`` and ``/_history/1.2`` at its end are stripped, and a slash."""
    return re.sub(r"(/_history/[^/|]*)?(\|.*)?\Z", "", canonical).rstrip("/")

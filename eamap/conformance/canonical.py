"""Canonicals as statements write them: taken apart, and told from the addresses of web pages.

GP Connect writes ``/_history/1.12`` at the end of a canonical, HL7 writes ``|1.12``: both are a version and no part of the
name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_HISTORY = "/_history/"
_PAGE = re.compile(
    r"\.html?($|[?#|])"
    # A host of documentation; some projects have canonicals there too, and those name the type of the definition.
    r"|^https?://((www\.)?(simplifier\.net|github\.com)|digital\.nhs\.uk|developer\.[a-z0-9.-]+)/"
    r"(?!.*(StructureDefinition|CapabilityStatement|Operation|Message|ImplementationGuide|Conformance))",
    re.IGNORECASE,
)
_HOST = re.compile(r"^[a-z][a-z0-9+.-]*://(?:[^/?#@]*@)?(\[[^\]]*\]|[^/?#:]*)", re.IGNORECASE)
_NHS = re.compile(r"(^|\.)(nhs\.uk|nhs\.net|hl7\.org\.uk)$")


@dataclass(frozen=True, slots=True)
class Canonical:
    """A canonical without its version; ``version`` is what stands after ``|``, never a number of the history."""

    url: str
    version: str | None
    text: str

    @property
    def short(self) -> str:
        """The last part of its path, which is how people name it."""
        return self.url.rstrip("/").rpartition("/")[2] + (f"|{self.version}" if self.version else "")


@lru_cache(maxsize=20_000)
def parsed(text: str) -> Canonical:
    """Takes a canonical apart."""
    url, _, version = text.partition("|")
    url = url.strip().partition("#")[0]
    place = url.find(_HISTORY)
    if place > 0:
        url = url[:place]
    return Canonical(url, version.partition("#")[0].strip() or None, text)


@lru_cache(maxsize=20_000)
def is_page(text: str) -> bool:
    """Says whether an address leads to a page for people, where a canonical belongs."""
    return _PAGE.search(text) is not None


@lru_cache(maxsize=20_000)
def host_of(address: str | None) -> str:
    """Returns the host of an address in lower case without its port; empty where there is none."""
    found = _HOST.match((address or "").strip())
    return found[1].lower() if found else ""


def is_nhs(address: str | None) -> bool:
    """Says whether an address is one of the NHS or of HL7 UK."""
    return _NHS.search(host_of(address)) is not None


def listed(names: tuple[str, ...] | list[str], shown: int = 3) -> str:
    """Returns the first few of many names and how many more there are."""
    rest = len(names) - shown
    return ", ".join(names[:shown]) + (f" and {rest} more" if rest > 0 else "")

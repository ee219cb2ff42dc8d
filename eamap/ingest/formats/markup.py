"""Opens XML that strangers wrote: no entities, no network, no endless depth."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from eamap.errors import SourceError

_DECLARES = re.compile(r"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_ROOT = re.compile(r"<(?![?!])(?:[\w.-]+:)?([\w.-]+)([^>]*)>?", re.DOTALL)


def refuse_declarations(text: str, where: str) -> None:
    """Raises SourceError for a document type or an entity: both can make a small file grow without end."""
    if _DECLARES.search(text):
        raise SourceError(
            "the XML declares a document type or entities, which can hide an endless expansion",
            where=where,
            hint="export the file again without a DOCTYPE; none of the formats read here needs one",
        )


def root_of(text: str) -> tuple[str, str]:
    """Returns the local name of the root element and its attributes as written; ("", "") where there is none."""
    bare = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
    found = _ROOT.search(bare)
    return (found[1], found[2]) if found else ("", "")


def parsed(data: bytes, where: str) -> Any:
    """Returns the root element of a small part of a package; entities stay unresolved and the network untouched."""
    from lxml import etree

    refuse_declarations(data[:65536].decode("utf-8", errors="replace").replace("\0", ""), where)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise SourceError(f"a part of the file is broken XML: {error}", where=where, hint=_DAMAGED) from error


def fault_of(data: bytes, path: Path) -> str:
    """Returns why XML cannot be parsed, or "" when it can; raises SourceError for entities and document types."""
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        fromstring(data, forbid_dtd=True)
    except ParseError as error:
        return str(error)
    except (ValueError, LookupError) as error:
        if isinstance(error, DefusedXmlException):
            refuse_declarations("<!ENTITY", str(path))
        return str(error)
    return ""


_DAMAGED = "the file may be damaged: open it in the program it comes from and save it again"

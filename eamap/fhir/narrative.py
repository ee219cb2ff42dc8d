"""The narrative of a resource: one XHTML div in its namespace, well formed, with something in it."""

from __future__ import annotations

from typing import Any

_DIV = "{http://www.w3.org/1999/xhtml}div"


def narrative_complaint(item: Any) -> str:
    """Returns what is wrong with a narrative; empty if nothing is."""
    if not isinstance(item, str):
        return "the narrative must be text: one XHTML div"
    root = _parsed(item)
    if root is None:
        return "the narrative is no well-formed XHTML; entities such as &nbsp; are not known in it"
    if root.tag != _DIV:
        return 'the narrative must be one div in the namespace of XHTML: <div xmlns="http://www.w3.org/1999/xhtml">'
    return ""


def is_bare(item: str) -> bool:
    """Whether a right narrative holds neither a word nor a picture."""
    root = _parsed(item)
    return root is not None and not "".join(root.itertext()).strip() and root.find(".//{*}img") is None


def _parsed(item: str) -> Any:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(item.encode(errors="replace"), parser)
    except etree.XMLSyntaxError:
        return None

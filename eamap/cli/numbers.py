"""Refs of the numbers that commands print."""

from __future__ import annotations


def ref(form: str, *arguments: str) -> str:
    """Returns a ref in canonical form."""
    from eamap.model.refs import Ref

    return str(Ref(form, arguments))

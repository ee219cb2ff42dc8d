"""Refs of the numbers that commands print."""

from __future__ import annotations


def ref(form: str, *arguments: str) -> str:
    """Returns a ref in canonical form."""
    from eamap.model.refs import Ref

    return str(Ref(form, arguments))


def refs_to(form: str, *arguments: str, ids: list[str]) -> list[str]:
    """Returns the refs of many things that differ only in their last argument, an id."""
    beginning = ref(form, *arguments, "").removesuffix(")")
    return [f"{beginning}{each})" for each in ids]

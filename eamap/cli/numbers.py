"""Refs of the numbers that commands print."""

from __future__ import annotations

from collections.abc import Iterable


def ref(form: str, *arguments: str) -> str:
    """Returns a ref in canonical form."""
    from eamap.model.refs import Ref

    return str(Ref(form, arguments))


def refs_of(form: str, thing: str, names: Iterable[str]) -> dict[str, str]:
    """Returns the refs of several fields of one thing by field: a list has many, and neither ids nor fields are ever quoted."""
    beginning = f"{form}({thing}; "
    return {name: f"{beginning}{name})" for name in names}


def refs_to(form: str, *arguments: str, ids: list[str]) -> list[str]:
    """Returns the refs of many things that differ only in their last argument, an id."""
    beginning = ref(form, *arguments, "").removesuffix(")")
    return [f"{beginning}{each})" for each in ids]

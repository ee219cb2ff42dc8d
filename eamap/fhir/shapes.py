"""Looks into JSON that may have any shape: what is not as it should be is simply not there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def objects(value: Any) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Yields the objects of a list with their places; none where there is no list."""
    items = value if isinstance(value, list) else []
    return ((number, item) for number, item in enumerate(items) if isinstance(item, dict))


def said(value: Any) -> str | None:
    """Returns a text that says something."""
    return value if isinstance(value, str) and value.strip() else None

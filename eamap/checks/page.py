"""The page of a check: its docstring, under five headings in a fixed order."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from eamap.errors import PluginError

HEADINGS = ("What it checks", "Why it matters", "How to fix it", "Known limits", "References")


@dataclass(frozen=True, slots=True)
class Page:
    """The text of a check's docstring: its first line, and a section for each heading."""

    summary: str
    sections: dict[str, str]

    def __str__(self) -> str:
        return "\n\n".join([self.summary, *(f"{heading}\n{text}" for heading, text in self.sections.items())])


def page_of(judge: Callable[..., Any]) -> Page:
    """Returns the page of a judge; PluginError if a heading is missing, out of order or empty.

    A heading stands alone on a line that is not indented; its text is indented below it.
    """
    lines = inspect.cleandoc(judge.__doc__ or "").splitlines()
    sections: dict[str, list[str]] = {}
    for line in lines[1:]:
        if line and not line[0].isspace():
            sections[line.strip()] = []
        elif sections:
            sections[next(reversed(sections))].append(line)
    page = Page(
        lines[0] if lines else "",
        {name: inspect.cleandoc("\n".join(["", *text])).strip() for name, text in sections.items()},
    )
    if tuple(page.sections) != HEADINGS or not all(page.sections.values()) or not page.summary:
        wanted = ", ".join(HEADINGS)
        raise PluginError(
            f"the docstring of {judge.__name__} is not a page",
            hint=f"give it a first line and {wanted}",
            where=judge.__module__,
        )
    return page

"""The pages of the project, and the commands in them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")
FENCE = re.compile(r"^```(?P<kind>\w*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Command:
    """A command of a page: what follows a dollar sign, with its continuation lines."""

    page: str
    line: str


def blocks(page: str, kind: str) -> list[str]:
    """Returns the fenced blocks of one kind."""
    return [found["body"] for found in FENCE.finditer((ROOT / page).read_text("utf-8")) if found["kind"] == kind]


def commands(page: str) -> list[Command]:
    """Returns the commands of a page in order."""
    lines = [line for block in blocks(page, "console") for line in block.replace("\\\n", " ").splitlines()]
    return [Command(page, line.removeprefix("$ ")) for line in lines if line.startswith("$ ")]

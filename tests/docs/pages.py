"""The pages of the project, and the commands and files in them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = (
    "README.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "CHANGELOG.md",
    *sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").glob("*.md")),
)
FENCE = re.compile(r"^```(?P<kind>\w*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
# A block that is a file, or lines added to one, stands below a line that says which.
FILE = re.compile(r"^(?P<added>Add to )?`(?P<name>[\w./-]+)`:\n\n```\w*\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Command:
    """A command of a page: what follows a dollar sign, with its continuation lines, and the lines shown as its answer."""

    page: str
    line: str
    shown: tuple[str, ...] = ()


def text_of(page: str) -> str:
    """Returns the text of a page."""
    return (ROOT / page).read_text("utf-8")


def sections(page: str) -> dict[str, str]:
    """Returns what stands under each heading of the second level; what comes before the first has the heading ""."""
    first, *others = re.split(r"^## (?=.)", text_of(page), flags=re.MULTILINE)
    return {"": first} | {other.partition("\n")[0]: other for other in others}


def section(page: str, heading: str) -> str:
    """Returns what stands under one heading."""
    return sections(page)[heading]


def blocks(page: str, kind: str) -> list[str]:
    """Returns the fenced blocks of one kind."""
    return [found["body"] for found in FENCE.finditer(text_of(page)) if found["kind"] == kind]


def commands(page: str) -> list[Command]:
    """Returns the commands of a page in order."""
    return commands_in(page, text_of(page))


def commands_in(page: str, text: str) -> list[Command]:
    """Returns the commands of a text in order, each with the lines that are shown below it."""
    found: list[Command] = []
    for fence in FENCE.finditer(text):
        if fence["kind"] != "console":
            continue
        for line in fence["body"].replace("\\\n", " ").splitlines():
            if line.startswith("$ "):
                found.append(Command(page, line.removeprefix("$ ")))
            elif line.strip():
                found[-1] = Command(page, found[-1].line, (*found[-1].shown, line))
    return found


def write_files(text: str, folder: Path) -> list[Path]:
    """Writes the files that a text shows, and adds the lines it adds; returns what was written."""
    written = []
    for found in FILE.finditer(text):
        path = folder / found["name"]
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a" if found["added"] else "w", encoding="utf-8", newline="\n") as file:
            file.write(found["body"])
        written.append(path)
    return written


def missing(shown: tuple[str, ...], printed: str) -> list[str]:
    """Returns the lines shown that were not printed, in order; the blanks between words do not count, "…" is any text."""
    lines = iter(" ".join(line.split()) for line in printed.splitlines())
    absent = []
    for line in shown:
        pieces = [re.escape(" ".join(piece.split())) for piece in line.split("…")]
        pattern = re.compile(".*".join(pieces))
        if not any(pattern.fullmatch(each) for each in lines):
            absent.append(line)
            lines = iter(())
    return absent

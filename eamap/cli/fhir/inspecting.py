"""What ``eamap fhir inspect`` does with many files: collects them, judges each distinct one once, and tells of all."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eamap.errors import SourceError, UsageError

if TYPE_CHECKING:
    from eamap.conformance.inspection import Inspection
    from eamap.fhir.problems import Problem
    from eamap.model.results import Column

_SUFFIXES = (".json", ".xml")
_SKIPPED = frozenset({"raw", "signs", "base", "release"})
"""Fields of a statement that are no declared facts."""
_PLACES = {
    "resource_type": "/resourceType", "declared": "/fhirVersion", "software": "/software/name",
    "software_version": "/software/version", "implementation": "/implementation/description",
    "implementation_url": "/implementation/url",
}  # fmt: skip
"""Where facts stand whose names are not those of their elements."""
_LINE = (
    ("file", "File"), ("release", "Release"), ("kind", "Kind"), ("standards", "Standards"), ("severity", "Severity"),
    ("id", "Finding"), ("rule", "Rule"), ("message", "What"), ("pointer", "Where"), ("fix", "What to do"),
)  # fmt: skip
_TABLE = (("file", "File"), ("severity", "Severity"), ("id", "Finding"), ("message", "What"), ("pointer", "Where"))
_FACT = (("file", "File"), ("fact", "Fact"), ("value", "Value"), ("pointer", "Where"))


@dataclass(frozen=True, slots=True)
class Given:
    """One file as it was given or received."""

    name: str
    content: bytes

    @property
    def sha256(self) -> str:
        """The checksum of its bytes."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class Inspected:
    """One file and what was found in it."""

    file: str
    inspection: Inspection

    @staticmethod
    def columns(form: str, *, facts: bool) -> tuple[Column, ...]:
        """Returns the columns of a line: for people those that fit a page."""
        from eamap.model.results import Column

        return tuple(Column(*each) for each in (_FACT if facts else _TABLE if form == "table" else _LINE))

    def as_object(self, *, facts: bool) -> dict[str, Any]:
        """Returns the file as one object, as the results contract publishes it."""
        told = {
            **self._head(),
            "standards": [
                {"id": each.standard, "strength": each.strength, "evidence": each.evidence, "pointer": each.pointer}
                for each in self.inspection.claims
            ],
            "findings": [_finding(problem) for problem in self.inspection.problems],
        }
        return {**told, "facts": list(self._facts())} if facts else told

    def as_table(self, *, facts: bool) -> list[dict[str, Any]]:
        """Returns for people one line that says what the file is, and one for each finding or fact."""
        if facts:
            return self.as_lines(facts=True)
        problems = self.inspection.problems
        head = {
            "file": self.file,
            "severity": "",
            "id": "",
            "message": self._in_words(),
            "pointer": "",
            "ref": self.file,
        }
        return [head, *({**_finding(each), "file": "", "ref": f"{self.file}#{each.pointer}"} for each in problems)]

    def _in_words(self) -> str:
        head = self._head()
        levels = [problem.level for problem in self.inspection.problems]
        counted = [
            f"{levels.count(level)} {level}{'s' * (levels.count(level) != 1)}" for level in dict.fromkeys(levels)
        ]
        claimed = ", ".join(dict.fromkeys(each.standard for each in self.inspection.claims))
        if self.inspection.reading.statement is None:
            what = "no statement was read"
        else:
            what = f"{head['release'] or 'no known release'} ({head['declared_release'] or 'not declared'}), kind {head['kind'] or 'not stated'}"
        return f"{what}; claims {claimed or 'no standard of the registry'}; {', '.join(counted) or 'nothing found'}"

    def as_lines(self, *, facts: bool) -> list[dict[str, Any]]:
        """Returns a line for each finding, or for each fact; a file without any has one line too."""
        if facts:
            return [{"file": self.file, **fact, "ref": self.file} for fact in self._facts()]
        standards = "; ".join(dict.fromkeys(each.standard for each in self.inspection.claims))
        head = {**self._head(), "standards": standards, "ref": self.file}
        problems = self.inspection.problems
        lines = [{**head, **_finding(problem), "ref": f"{self.file}#{problem.pointer}"} for problem in problems]
        return lines or [
            {**head, "severity": "", "id": "", "rule": "", "message": "nothing found", "pointer": "", "fix": ""}
        ]

    def _head(self) -> dict[str, Any]:
        statement = self.inspection.reading.statement
        if statement is None:
            return {"file": self.file, "declared_release": None, "release": None, "kind": None}
        release = str(statement.release) if statement.release else None
        return {"file": self.file, "declared_release": statement.declared, "release": release, "kind": statement.kind}

    def _facts(self) -> Iterator[dict[str, str]]:
        statement = self.inspection.reading.statement
        if statement is not None:
            for each in fields(statement):
                if each.name not in _SKIPPED:
                    place = _PLACES.get(each.name, f"/{each.name}")
                    for fact in _told(each.name, getattr(statement, each.name), place):
                        yield {**fact, "pointer": statement.base + fact["pointer"]}


def _told(name: str, value: Any, pointer: str) -> Iterator[dict[str, str]]:
    """Yields a declared fact, or those inside it, each with its pointer."""
    if isinstance(value, tuple):
        for item in value:
            yield from _told(name, item, pointer)
    elif is_dataclass(value) and not isinstance(value, type):
        place = getattr(value, "pointer", pointer)
        for each in fields(value):
            if each.name != "pointer":
                yield from _told(
                    name if each.name == "value" else f"{name}.{each.name}", getattr(value, each.name), place
                )
    elif value is not None:
        said = ("true" if value else "false") if isinstance(value, bool) else str(value)
        yield {"fact": name, "value": said, "pointer": pointer}


def _finding(problem: Problem) -> dict[str, str]:
    from eamap.fhir.catalogue import findings

    return {
        "id": problem.finding, "rule": problem.rule, "name": findings()[problem.finding].name, "layer": str(problem.layer),
        "severity": str(problem.level), "message": problem.message, "pointer": problem.pointer, "fix": problem.fix,
    }  # fmt: skip


def contents(files: Iterable[str], *, fetch: bool, allow_private: bool) -> list[Given]:
    """Returns the bytes of every file, of the files in every folder, and with ``fetch`` of every address."""
    return [given for name in files for given in _contents(name, fetch, allow_private)]


def _contents(name: str, fetch: bool, allow_private: bool) -> Iterator[Given]:
    if name.lower().startswith(("http://", "https://")):
        if not fetch:
            raise UsageError(f"{name} is an address, and no server is asked unless you say so", hint="say --fetch")
        from eamap.fhir.fetching import fetch_statement

        yield Given(name, fetch_statement(name, allow_private=allow_private))
        return
    path = Path(name)
    paths = sorted(each for each in path.iterdir() if each.suffix.lower() in _SUFFIXES) if path.is_dir() else [path]
    if not paths:
        raise SourceError("there is no JSON or XML file in the folder", where=name, hint="give the files themselves")
    for each in paths:
        yield Given(str(each) if path.is_dir() else name, _bytes(each))


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SourceError(f"the file cannot be read: {error.strerror}", where=str(path)) from error


def inspected(given: Sequence[Given], as_of: date, reference: Path | None, jobs: int) -> Iterator[Inspected]:
    """Yields what was found in each file, in the order given; the same bytes are judged once."""
    distinct = list({each.sha256: each.content for each in given}.items())
    judge = partial(_inspect, as_of=as_of, reference=reference)
    bytes_of = [content for _, content in distinct]
    found = dict(zip((sha256 for sha256, _ in distinct), _in_parallel(judge, bytes_of, jobs), strict=True))
    for each in given:
        yield Inspected(each.name, found[each.sha256])


def _inspect(content: bytes, as_of: date, reference: Path | None) -> Inspection:
    from eamap.conformance.inspection import inspect

    return inspect(content, as_of=as_of, reference=reference)


def _in_parallel(judge: Any, contents: Sequence[bytes], jobs: int) -> Iterator[Inspection]:
    if jobs == 1 or len(contents) < 2 * jobs:
        yield from map(judge, contents)
        return
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(judge, contents, chunksize=max(1, len(contents) // (8 * jobs)))


def keep_received(given: Iterable[Given], store: Path, system: str) -> None:
    """Keeps what servers answered in the store, as documents named by their address; attached to ``system`` if one is named."""
    import re
    import tempfile
    from datetime import datetime

    from eamap.cli.opening import known_world, open_store
    from eamap.cli.output import say
    from eamap.ingest.pipeline import Asked, ingest

    for each in given:
        if not each.name.lower().startswith(("http://", "https://")):
            continue
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, re.sub(r"[^A-Za-z0-9.-]+", "_", each.name.partition("//")[2]).strip("_") + ".json")
            file.write_bytes(each.content)
            now = datetime.now().astimezone().isoformat(timespec="seconds")
            asked = Asked(keep_going=True, system=system)
            done = ingest(open_store(store), [file], known_world(store, None), asked, published=now)
        say(f"Kept what {each.name} answered (sha256 {each.sha256[:12]}…) in version {done.version or 'the same'}.")

"""What ``eamap fhir validate-payload`` does with many files: judges each distinct one once, and tells of every resource."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eamap.errors import UsageError

if TYPE_CHECKING:
    from eamap.cli.fhir.inspecting import Given
    from eamap.conformance.payload.judging import Answer
    from eamap.fhir.problems import Problem
    from eamap.fhir.release import Release
    from eamap.model.results import Column
    from eamap.reference.ukcore import Profile

_TABLE = (
    ("place", "Resource"), ("profile", "Profile"), ("must_support", "Must-support"), ("severity", "Severity"),
    ("id", "Finding"), ("message", "What"), ("pointer", "Where"), ("fix", "What to do"),
)  # fmt: skip
_FLAT = ("file", "resource", "resource_type", "profile", "profile_version", "profile_basis", "release", "filled", "of",
         "missing", "id", "rule", "name", "layer", "severity", "message", "pointer", "fix")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """One file and what was found of each resource in it."""

    file: str
    answers: tuple[Answer, ...]

    @staticmethod
    def columns(form: str) -> tuple[Column, ...]:
        """Returns the columns of a line, for people or flat for programs."""
        from eamap.model.results import Column

        if form == "csv":
            return tuple(Column(name, name) for name in _FLAT)
        return tuple(Column(key, heading) for key, heading in _TABLE)

    def rows(self, form: str) -> Iterator[dict[str, Any]]:
        """Yields the rows of a format: one object a resource in JSON, one line a finding elsewhere."""
        for answer in self.answers:
            if form == "json":
                yield self._object(answer)
            else:
                yield from self._flat(answer) if form == "csv" else self._lines(answer)

    def _object(self, answer: Answer) -> dict[str, Any]:
        head = _head(answer)
        found = [_finding(problem) for problem in answer.problems]
        return {
            "file": self.file,
            "pointer": answer.pointer,
            **head,
            "findings": found,
            "ref": self._ref(answer.pointer),
        }

    def _flat(self, answer: Answer) -> Iterator[dict[str, Any]]:
        head = _head(answer)
        covered = head.pop("must_support") or {"filled": None, "of": None, "missing": []}
        row = {
            "file": self.file, "resource": answer.pointer, **head, "filled": covered["filled"], "of": covered["of"],
            "missing": "; ".join(covered["missing"]),
        }  # fmt: skip
        for problem in answer.problems:
            yield {**row, **_finding(problem), "ref": self._ref(problem.pointer)}
        if not answer.problems:
            nothing = dict.fromkeys(("id", "rule", "name", "layer", "severity", "message", "pointer", "fix"), "")
            yield {**row, **nothing, "ref": self._ref(answer.pointer)}

    def _lines(self, answer: Answer) -> Iterator[dict[str, Any]]:
        """Yields first what a resource fills, then a line for each finding."""
        place = f"{self.file}#{answer.pointer}" if answer.pointer else self.file
        profile = f"{answer.profile.name} {answer.profile.version}" if answer.profile else ""
        head = {"place": f"{place} {answer.resource_type}".rstrip(), "profile": profile}
        yield {**head, "must_support": _covered(answer), "severity": "", "id": "", "message": _summary(answer),
               "pointer": "", "fix": "", "ref": self._ref(answer.pointer)}  # fmt: skip
        for problem in answer.problems:
            yield {**head, "must_support": "", **_finding(problem), "ref": self._ref(problem.pointer)}

    def _ref(self, pointer: str) -> str:
        return f"{self.file}#{pointer}"


def _head(answer: Answer) -> dict[str, Any]:
    covered = answer.must_support
    return {
        "resource_type": answer.resource_type or None,
        "profile": answer.profile.url if answer.profile else None,
        "profile_version": answer.profile.version if answer.profile else None,
        "profile_basis": answer.basis or None,
        "release": str(answer.release) if answer.resource_type else None,
        "must_support": None if covered is None else {
            "filled": covered.filled, "of": covered.of, "present": list(covered.present), "missing": list(covered.missing)},
    }  # fmt: skip


def _covered(answer: Answer) -> str:
    covered = answer.must_support
    return "not assessed" if covered is None else f"{covered.filled} of {covered.of}"


def _summary(answer: Answer) -> str:
    levels = [str(problem.level) for problem in answer.problems]
    bad = ", ".join(
        f"{levels.count(level)} {level}{'s' * (levels.count(level) != 1)}" for level in ("error", "warning") if level in levels
    )  # fmt: skip
    covered, profile = answer.must_support, answer.profile
    if covered is None or profile is None:
        return bad or "nothing found"
    fills = f"fills {covered.filled} of {covered.of} must-support elements of {profile.name} {profile.version}"
    lacks = f"; not: {', '.join(name.partition('.')[2] for name in covered.missing)}" if covered.missing else ""
    return f"{bad or 'nothing found'}; {fills}{lacks}"


def _finding(problem: Problem) -> dict[str, str]:
    from eamap.fhir.catalogue import findings

    page = findings()[problem.finding]
    return {
        "id": problem.finding, "rule": problem.rule, "name": page.name, "layer": str(problem.layer),
        "severity": str(problem.level), "message": problem.message, "pointer": problem.pointer, "fix": problem.fix or page.fix,
    }  # fmt: skip


def told(given: Sequence[Given], profile: str | None, release: Release | None, reference: Path | None) -> list[Told]:
    """Returns what was found in each file, in the order given; the same bytes are judged once."""
    from eamap.conformance.payload.judging import judge_payload
    from eamap.reference import ukcore

    core = ukcore.load(reference)
    asked = wanted_profile(core, profile)
    known: dict[str, tuple[Answer, ...]] = {}
    found = []
    for each in given:
        checksum = each.sha256
        if checksum not in known:
            known[checksum] = tuple(judge_payload(each.content, core, release=release, profile=asked))
        found.append(Told(each.name, known[checksum]))
    return found


def wanted_profile(core: Any, name: str | None) -> Profile | None:
    """Returns the profile asked for by its URL, name or resource type; raises UsageError if there is none."""
    from difflib import get_close_matches

    if name is None:
        return None
    found: Profile | None = core.profile(name) or core.profile_of_type(name)
    if found is None:
        names = sorted(each.name for each in core.profiles.values())
        near = get_close_matches(name.rpartition("/")[2].partition("|")[0], names, n=3) or names
        raise UsageError(
            f"UK Core {core.version} has no profile {name!r}", hint=f"there are: {', '.join(near)}", where="--profile"
        )
    return found

"""Explains the refs that the estate alone cannot: verdicts, rows and problems of sources, reference data, versions, changes."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

from eamap.cli.opening import Opened

if TYPE_CHECKING:
    import polars as pl

    from eamap.checks.outcome import Report
    from eamap.model.refs import Context, Evidence, Explanation, Ref
    from eamap.model.refs.evidence import Resolver
    from eamap.model.selector import EstateOn


def context(opened: Opened) -> Context:
    """Returns the context in which every ref that eamap prints can be explained."""
    from eamap.model.refs import Context

    resolvers: dict[str, Resolver] = {
        "verdicts": _Verdicts(opened),
        "rows": _rows,
        "issues": _issues,
        "reference": lambda ref, on, within: _reference(opened, ref),
        "version": lambda ref, on, within: _version(opened, ref),
        "changes": lambda ref, on, within: _changes(opened, ref, within),
    }
    return Context(resolvers)


class _Verdicts:
    """Runs the checks that refs ask for, each once."""

    def __init__(self, opened: Opened) -> None:
        self._opened = opened
        self._judged = cache(self._run)

    def _run(self, check: str) -> Report:
        from eamap.cli.judging import judged

        return judged(self._opened, () if check == "*" else (check,))

    def __call__(self, ref: Ref, on: EstateOn, within: Context) -> Explanation:
        """Counts the verdicts again, over the same selection."""
        import polars as pl

        from eamap.model.findings import Verdict
        from eamap.model.refs import Evidence, Explanation
        from eamap.model.selector import select_on

        check, words, selector = ref.arguments
        subjects = select_on(on, selector).ids
        report = self._judged(check)
        verdicts = [Verdict(word) for word in words.split("|")]
        found = pl.concat([outcome.select(verdicts).select("check", "subject", "identity") for outcome in report.outcomes])
        mine = found.filter(pl.col("subject").is_in(subjects.implode()))
        shown = mine if within.limit is None else mine.head(within.limit)
        rows: list[Evidence] = []
        for each in shown.iter_rows(named=True):
            rows += [Evidence(each["subject"], each["check"], cell) for cell in self._evidence(each)]
        meaning = f"{'subjects' if check == '*' else 'subjects of ' + check} judged {' or '.join(words.split('|'))} among {selector}"
        return Explanation(str(ref), mine.height, meaning, tuple(rows), mine.height - shown.height, subjects.len())

    def _evidence(self, row: dict[str, str]) -> Iterable[object]:
        from eamap.checks.evidence import evidence
        from eamap.checks.registry import load

        return evidence(self._opened.estate, load(row["check"]), row["subject"], row["identity"])


def _rows(ref: Ref, on: EstateOn, within: Context) -> Explanation:
    from eamap.errors import UsageError
    from eamap.model.citations import Citation
    from eamap.model.refs import Evidence, Explanation

    part = on.estate.parts.get(ref.arguments[0])
    if part is None:
        raise UsageError(f"there is no source part {ref.arguments[0]!r}", hint="see: eamap source list")
    rows = on.estate.raw_rows(part.name)["row"]
    shown = rows if within.limit is None else rows.head(within.limit)
    cited = tuple(Evidence(f"source:{part.name}", "", Citation(part.file, part.sha256, part.sheet, row, "", "")) for row in shown.to_list())
    meaning = f"rows of data of {part.file}{', sheet ' + part.sheet if part.sheet else ''}, read with {part.mapping}, sha256 {part.sha256}"
    return Explanation(str(ref), rows.len(), meaning, cited, rows.len() - shown.len(), rows.len())


def _issues(ref: Ref, on: EstateOn, within: Context) -> Explanation:
    import polars as pl

    from eamap.model.citations import Citation
    from eamap.model.refs import Evidence, Explanation

    name = ref.arguments[0]
    found = on.estate.issues if name == "*" else on.estate.issues.filter(pl.col("source") == name)
    shown = found if within.limit is None else found.head(within.limit)
    rows = tuple(
        Evidence(f"source:{row['source']}", row["code"], Citation(row["file"], "", row["sheet"], row["row"], row["column"], row["value"]))
        for row in shown.iter_rows(named=True)
    )
    return Explanation(str(ref), found.height, f"problems found in {'all sources' if name == '*' else name}", rows, found.height - shown.height)


def _reference(opened: Opened, ref: Ref) -> Explanation:
    from eamap.model.refs import Explanation
    from eamap.reference import sets

    name, aspect = ref.arguments
    facts = sets.facts(name, opened.reference)
    values = {"version": facts.version, "age": facts.age_days(opened.reading.as_of), "rows": facts.rows}
    meaning = f"the {aspect} of the reference set {name}: {facts.title}, from {facts.origin}, licence {facts.licence}, sha256 {facts.checksum}"
    return Explanation(str(ref), values[aspect], meaning)


def _version(opened: Opened, ref: Ref) -> Explanation:
    from eamap.errors import UsageError
    from eamap.model.refs import Explanation

    number = int(ref.arguments[0])
    found = next((each for each in opened.store.versions() if each.number == number), None)
    if found is None:
        raise UsageError(f"there is no version {number}", hint="see: eamap log")
    return Explanation(str(ref), number, f"version {number}, published {found.published} by {found.summary.get('command', '')}")


def _changes(opened: Opened, ref: Ref, within: Context) -> Explanation:
    """Counts again what changed between two versions."""
    import polars as pl

    from eamap.model.citations import Citation
    from eamap.model.difference import difference
    from eamap.model.refs import Evidence, Explanation

    old, new, kind, change = ref.arguments
    found = difference(opened.store.estate(int(old)), opened.store.estate(int(new)))
    if kind != "*":
        found = found.filter(pl.col("kind") == kind)
    if change != "*":
        found = found.filter(pl.col("change") == change)
    things = found.unique(["kind", "id", "change"], keep="first", maintain_order=True)
    shown = things if within.limit is None else things.head(within.limit)
    rows = tuple(
        Evidence(row["id"], row["field"], Citation(row["source"] or "", "", "", row["row"] or 0, "", row["after"] or row["before"] or ""))
        for row in shown.iter_rows(named=True)
    )
    meaning = f"{'things and links' if kind == '*' else kind} {'changed in any way' if change == '*' else change} from version {old} to {new}"
    return Explanation(str(ref), things.height, meaning, rows, things.height - shown.height)

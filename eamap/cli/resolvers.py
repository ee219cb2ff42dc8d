"""Explains the refs that the estate alone cannot: verdicts, reference data, versions, changes between them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, partial
from typing import TYPE_CHECKING

from eamap.cli.opening import Opened

if TYPE_CHECKING:
    from eamap.checks.outcome import Report
    from eamap.model.citations import Citation
    from eamap.model.refs import Context, Evidence, Explanation, Ref
    from eamap.model.refs.evidence import Resolver
    from eamap.model.selector import EstateOn


def context(opened: Opened) -> Context:
    """Returns the context in which every ref that eamap prints can be explained."""
    from eamap.model.refs import Context

    resolvers: dict[str, Resolver] = {
        "verdicts": _Verdicts(opened),
        "reference": partial(_reference, opened),
        "version": partial(_version, opened),
        "changes": partial(_changes, opened),
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
        found = pl.concat(
            [outcome.select(verdicts).select("check", "subject", "identity") for outcome in report.outcomes]
        )
        mine = found.filter(pl.col("subject").is_in(subjects.implode()))
        shown = mine if within.limit is None else mine.head(within.limit)
        rows: list[Evidence] = []
        for each in shown.iter_rows(named=True):
            rows += [Evidence(each["subject"], each["check"], cell) for cell in self._evidence(each)]
        meaning = f"{'subjects' if check == '*' else 'subjects of ' + check} judged {' or '.join(words.split('|'))} among {selector}"
        return Explanation(str(ref), mine.height, meaning, tuple(rows), mine.height - shown.height, subjects.len())

    def _evidence(self, row: dict[str, str]) -> Iterable[Citation]:
        from eamap.checks.evidence import evidence
        from eamap.checks.registry import load

        return evidence(self._opened.estate, load(row["check"]), row["subject"], row["identity"])


def _reference(opened: Opened, ref: Ref, on: EstateOn, within: Context) -> Explanation:
    del on, within  # reference data is not of the estate, and is never cut
    from eamap.model.refs import Explanation
    from eamap.reference import sets

    name, aspect = ref.arguments
    facts = sets.facts(name, opened.reference)
    values: dict[str, int | str] = {"version": facts.version, "age": facts.age_days(opened.reading.as_of), "rows": facts.rows}
    meaning = f"the {aspect} of the reference set {name}: {facts.title}, from {facts.origin}, licence {facts.licence}, sha256 {facts.checksum}"
    return Explanation(str(ref), values[aspect], meaning)


def _version(opened: Opened, ref: Ref, on: EstateOn, within: Context) -> Explanation:
    del on, within  # the log is asked, not the estate that is open
    from eamap.errors import UsageError
    from eamap.model.refs import Explanation

    number = int(ref.arguments[0])
    found = next((each for each in opened.store.versions() if each.number == number), None)
    if found is None:
        raise UsageError(f"there is no version {number}", hint="see: eamap log")
    return Explanation(
        str(ref), number, f"version {number}, published {found.published} by {found.summary.get('command', '')}"
    )


def _changes(opened: Opened, ref: Ref, on: EstateOn, within: Context) -> Explanation:
    """Counts again what changed between two versions."""
    del on  # two versions are asked, whichever is open
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
        Evidence(
            row["id"],
            row["field"],
            Citation(row["source"] or "", "", "", row["row"] or 0, "", row["after"] or row["before"] or ""),
        )
        for row in shown.iter_rows(named=True)
    )
    meaning = f"{'things and links' if kind == '*' else kind} {'changed in any way' if change == '*' else change} from version {old} to {new}"
    return Explanation(str(ref), things.height, meaning, rows, things.height - shown.height)

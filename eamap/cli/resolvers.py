"""Explains the refs that the estate alone cannot: verdicts, reference data, mappings, likeness, and history."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from eamap.cli import history
from eamap.cli.doonce import running
from eamap.cli.fhir import yardsticks
from eamap.cli.geography import flowing, locating
from eamap.cli.ics import refs as ics_refs
from eamap.cli.market import refs as market_refs
from eamap.cli.opening import Opened
from eamap.cli.pathways import handoffs, levering
from eamap.cli.registers import figures as register_figures
from eamap.cli.support import alerting, components, matched, updates
from eamap.cli.whatif import refs as whatif_refs

if TYPE_CHECKING:
    import polars as pl

    from eamap.checks.outcome import Report
    from eamap.model.refs import Context, Evidence, Explanation, Ref
    from eamap.model.refs.evidence import Resolver
    from eamap.model.selector import EstateOn


def context(opened: Opened, changes: Path | None = None) -> Context:
    """Returns the context in which every ref that eamap prints can be explained; ``changes`` is the file of a what-if."""
    from eamap.model.refs import Context

    resolvers: dict[str, Resolver] = {
        "verdicts": _Verdicts(opened),
        "reference": partial(_reference, opened),
        "mapping": _mapping,
        "likeness": partial(_likeness, opened),
        **history.resolvers(opened),
        **yardsticks.resolvers(opened),
        **register_figures.resolvers(opened),
        **components.resolvers(opened),
        **flowing.resolvers(opened),
        **locating.resolvers(opened),
        **matched.resolvers(opened),
        **alerting.resolvers(opened),
        **updates.resolvers(opened),
        **handoffs.resolvers(opened),
        **running.resolvers(opened),
        **market_refs.resolvers(opened),
        **ics_refs.resolvers(opened),
        **whatif_refs.resolvers(opened, changes, context),
        **levering.resolvers(opened),
    }
    return Context(resolvers)


class _Verdicts:
    """Runs the checks that refs ask for, each once."""

    def __init__(self, opened: Opened) -> None:
        self._opened = opened
        self._judged = cache(self._run)

    def _run(self, check: str) -> Report:
        from eamap.cli.judging import judged

        return judged(self._opened, () if check == "*" else tuple(check.split("|")))

    def __call__(self, ref: Ref, on: EstateOn, within: Context) -> Explanation:
        """Counts the verdicts again, over the same selection."""
        import polars as pl

        from eamap.model.findings import Verdict
        from eamap.model.refs import Explanation
        from eamap.model.refs.evidence import cut
        from eamap.model.selector import select_on

        check, words, selector, *part = ref.arguments
        subjects = select_on(on, selector).ids
        report = self._judged(check)
        verdicts = [Verdict(word) for word in words.split("|")]
        found = pl.concat(
            [outcome.select(verdicts).select("check", "subject", "identity") for outcome in report.outcomes]
        )
        mine = found.filter(pl.col("subject").is_in(subjects.implode()))
        if part:
            mine = cut(mine, part[0])
        shown = mine if within.limit is None else mine.head(within.limit)
        rows = (
            row
            for (name,), mine_of in shown.group_by("check", maintain_order=True)
            for row in self._cited(str(name), mine_of)
        )
        meaning = f"{'subjects' if check == '*' else 'subjects of ' + check} judged {' or '.join(words.split('|'))} among {selector}"
        return Explanation(str(ref), mine.height, meaning, tuple(rows), mine.height - shown.height, subjects.len())

    def _cited(self, check: str, rows: pl.DataFrame) -> Iterator[Evidence]:
        from eamap.checks.evidence import evidence_of_rows
        from eamap.checks.registry import load
        from eamap.model.refs import Evidence

        cells = evidence_of_rows(self._opened.estate, load(check), rows)
        for subject, cited in zip(rows["subject"], cells, strict=True):
            yield from (Evidence(subject, check, cell) for cell in cited)


def _reference(opened: Opened, ref: Ref, on: EstateOn, within: Context) -> Explanation:
    """Cites the birth certificate of the set."""
    from eamap.model.citations import Citation
    from eamap.model.refs import Evidence, Explanation
    from eamap.reference import sets

    del on, within  # a set is not in the estate, and its certificate is short
    name, aspect = ref.arguments
    facts = sets.facts(name, opened.reference)
    told = sets.described(facts, opened.reading.as_of)
    values = {**told, "age": told["age_days"], "sha256": told["checksum"]}
    rows = tuple(
        Evidence("", key, Citation(f"{name}/{sets.PROVENANCE}", "", "", 0, key, str(value)))
        for key, value in told.items()
        if value != ""
    )
    meaning = f"the {aspect} of the reference set {name}: {facts.title}"
    return Explanation(str(ref), values[aspect], meaning, rows)


def _mapping(ref: Ref, on: EstateOn, within: Context) -> Explanation:
    from eamap.errors import UsageError
    from eamap.ingest.known import mappings_folder
    from eamap.ingest.mapping import read_mappings
    from eamap.model.citations import Citation
    from eamap.model.refs import Evidence, Explanation

    del on, within  # a mapping is not in the estate
    name = ref.arguments[0]
    layout = read_mappings(mappings_folder()).get(name)
    if layout is None:
        raise UsageError(f"there is no mapping {name!r}", hint="see: eamap mapping list")
    told = {"title": layout.title, "origin": layout.origin, "provenance": layout.provenance}
    rows = (Evidence("", key, Citation(f"{name}.yaml", "", "", 0, key, value)) for key, value in told.items())
    return Explanation(str(ref), name, f"the mapping {name}: {layout.title}", tuple(rows))


def _likeness(opened: Opened, ref: Ref, on: EstateOn, within: Context) -> Explanation:
    """Compares the two names again, and cites the systems that bear them."""
    import polars as pl

    from eamap.analysis.resolve import suggestions
    from eamap.model.refs import Evidence, Explanation

    one, other = ref.arguments
    things = on.things("system")
    bearing = things.filter(
        pl.col("id").is_in([one, other]) | (pl.col("product") == one) | (pl.col("supplier") == one)
    ).sort("id")
    components = on.things("component").filter(pl.col("raw") == one)
    systems = pl.concat([bearing["id"], components["system"].drop_nulls()]).unique().sort()
    found = [
        row
        for row in suggestions(opened.estate, systems, opened.reference, 0.0)
        if (row["subject"], row["object"]) == (one, other)
    ]
    bearing = pl.concat([bearing.select("id"), components.select("id")]).unique().sort("id")
    shown = bearing if within.limit is None else bearing.head(within.limit)
    rows = (Evidence(each, "", citation) for each in shown["id"] for citation in on.estate.cite(each))
    value = found[0]["likeness"] if found else None
    meaning = f"how alike {one} and {other} are, of 100, by their words"
    return Explanation(str(ref), value, meaning, tuple(rows), bearing.height - shown.height, bearing.height)

"""Reference data for checks out of the sets that come with eamap, or of a folder that replaces them."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from eamap.checks.reference import StandardOn, Support, Unmatched

if TYPE_CHECKING:
    from eamap.matching.lifecycle import LifecycleMatch, Matcher
    from eamap.reference.lifecycle import Lifecycle
    from eamap.reference.organisations import Organisations
    from eamap.reference.standards import Standards

_WHY = {
    "no-version": "the text names no version",
    "no-name": "the text is not the name of a known product alone",
    "no-single-cycle": "the text fits no single release cycle",
}
_END = "end of support"


class PackagedReference:
    """Answers checks from the reference sets; each set is read when it is first asked."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder

    def support(self, text: str) -> Support | Unmatched:
        """Returns the release cycle that a component's text means, or why there is none."""
        match = self._matcher.match(text)
        if match.outcome != "exact" or match.product is None or match.cycle is None:
            return Unmatched(_WHY.get(match.rule, match.rule))
        cycle = self._lifecycle.get(match.product, match.cycle)
        title, ends_means = self._products.get(match.product, (match.product, _END))
        label = _label(title, cycle.label if cycle else match.cycle)
        link = cycle.link if cycle else None
        return Support(
            match.product,
            match.cycle,
            label,
            match.eol,
            match.extended_end,
            ends_means,
            match.rule,
            _lifecycle_row(match, link),
        )

    def standard(self, identifier: str, on: date) -> StandardOn | None:
        """Returns what is known about a standard on a day."""
        standard, status = self._standards.get(identifier), self._standards.status_on(identifier, on)
        if standard is None or status is None:
            return None
        told = (
            f"status {status.status}",
            status.since and f"since {status.since}",
            status.as_of and f"as of {status.as_of}",
            standard.url,
        )
        row = f"standards: {identifier}; " + "; ".join(each for each in told if each)
        return StandardOn(
            standard.title, status.status, status.wording, standard.superseded_by, row, standard.confidence
        )

    def knows_organisation(self, code: str) -> bool:
        """Says whether the reference organisations hold a code."""
        return self._organisations.get(code) is not None

    @cached_property
    def _lifecycle(self) -> Lifecycle:
        from eamap.reference import lifecycle

        return lifecycle.load(self._folder)

    @cached_property
    def _matcher(self) -> Matcher:
        from eamap.matching.lifecycle import Matcher

        return Matcher(self._lifecycle)

    @cached_property
    def _products(self) -> dict[str, tuple[str, str]]:
        rows = self._lifecycle.products.select("product", "title", "eol_label").iter_rows()
        return {product: (title, label or _END) for product, title, label in rows}

    @cached_property
    def _standards(self) -> Standards:
        from eamap.reference import standards

        return standards.load(self._folder)

    @cached_property
    def _organisations(self) -> Organisations:
        from eamap.reference import organisations

        return organisations.load(self._folder)


def _label(title: str, label: str) -> str:
    # Some labels repeat the product ("Windows Server 2012 R2"), most are a bare version.
    return label if set(title.casefold().split()) & set(label.casefold().split()) else f"{title} {label}"


def _lifecycle_row(match: LifecycleMatch, link: str | None) -> str:
    told = (
        match.eol and f"end {match.eol}",
        match.extended_end and f"extended end {match.extended_end}",
        f"snapshot {match.snapshot}",
        link,
    )
    return f"lifecycle: {match.product} {match.cycle}; " + "; ".join(each for each in told if each)

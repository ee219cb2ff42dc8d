"""The answers of a do-once run as pictures ask for them: each figure in words, with the ref that gives it again."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from eamap.cli.doonce.rows import in_words, named
from eamap.cli.doonce.running import run_of
from eamap.cli.doonce.settings import ANY, WORDS, Settings, figure_ref

if TYPE_CHECKING:
    from eamap.analysis.doonce.assess import Run
    from eamap.analysis.doonce.assessment import Assessment
    from eamap.cli.opening import Opened
    from eamap.maps.judged import Judged
    from eamap.model.diagram import Count, Span


def judged(opened: Opened, settings: Settings, made: Run | None = None, among: str = "") -> Judged:
    """Returns the answers of a run; where none is ``made``, it is when the first answer is asked for.

    ``among`` names the capabilities that stand together, because a caution may be about all of them.
    """
    from eamap.analysis.doonce.evidence import number_of
    from eamap.maps.judged import METHOD, Judged
    from eamap.model.diagram import Count, Span

    run = cache(lambda: made or run_of(opened, settings))

    def tell(found: Assessment, path: str) -> Span:
        return Span(in_words(path, found.figure(path)), figure_ref(named(found, among, path), path + WORDS, settings))

    def count(found: Assessment, name: str) -> Count:
        return Count(number_of(found, name), figure_ref(named(found, among, name), name, settings))

    def constant(name: str) -> Span:
        value = run().facts.method[name.removeprefix(METHOD)]
        return Span(f"{value:,g}", figure_ref(ANY, name, settings))

    return Judged(lambda asked: run().assess(asked), tell, count, constant, lambda name: run().facts.method[name])

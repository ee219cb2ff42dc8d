"""What pictures of do-once answers have in common: the answers, how their figures are told, and the words of modes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from eamap.analysis.doonce.assessment import NO, POSSIBLE, YES, Assessment
from eamap.model.diagram import Count, Span, Status

MODES = {"buy": "Buy", "standardise": "Standardise", "blueprint": "Blueprint", "expert": "Expert team", "run": "Run"}
"""The ways of doing once, as a heading says them, in the order of how much they ask of organisations."""
ANSWERS = {YES: Status.ASKED_FOR, POSSIBLE: Status.POSSIBLE, NO: Status.NOT_ASKED_FOR}
GATES = {"run": "run_once_barred", "buy": "single_supplier_barred"}
"""Which gate bars which mode."""
METHOD = "method."
"""What the path of a constant of the method begins with."""


@dataclass(frozen=True)
class Judged:
    """The do-once answers of a run, as a picture asks for them.

    ``assess`` answers for capabilities by id (``REC-1.1``); ``tell`` writes a figure of an answer in words, with the ref that
    gives it again; ``count`` does so for how many there are of something, ``constant`` and ``number`` for a constant.
    """

    assess: Callable[[Sequence[str]], Sequence[Assessment]]
    tell: Callable[[Assessment, str], Span]
    count: Callable[[Assessment, str], Count]
    constant: Callable[[str], Span]
    number: Callable[[str], float]

    def by_id(self, wanted: Sequence[str]) -> Mapping[str, Assessment]:
        """Returns the answers by id of the thing (``capability:REC-1.1``)."""
        codes = [each.partition(":")[2] for each in wanted]
        return {f"capability:{each.capability}": each for each in self.assess(codes)} if codes else {}

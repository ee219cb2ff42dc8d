"""Draws what a what-if changes, with what becomes of the gaps at its foot."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from eamap.cli.whatif.rows import Compared
    from eamap.model.diagram import Diagram

MOST = 40
"""Boxes that can be read."""


def drawn(both: Compared, marking: str, limit: int = MOST) -> Diagram:
    """Returns the change map."""
    from eamap.cli.whatif.rows import CLOSED, GAPS, OPENED_, OTHERS
    from eamap.maps.change import ChangeMap
    from eamap.model.diagram import Count

    def count(what: str) -> Count:
        return Count(both.counted(what), both.tally_ref(what))

    told = (("Gaps closed", count(CLOSED), count(GAPS)), ("Gaps opened", count(OPENED_), count(OTHERS)))
    opened = both.whatif.before
    return ChangeMap().draw(
        opened.estate, opened.reading.as_of, difference=both.whatif.difference, changes=both.whatif.file, told=told,
        marking=marking, limit=limit, reference=opened.used("organisations", "products", "standards"),
    )  # fmt: skip

"""A page of panels as boxes in boxes, for formats that draw nothing else: each mark with its figure in words."""

from __future__ import annotations

from eamap.model.diagram import NOTHING, Block, Text
from eamap.model.panels import Area, Entry, Page, Panel, Plane, Reach, Spot


def outline(page: Page) -> tuple[Block, ...]:
    """Returns a box a panel, and in it a box a mark."""
    return tuple(
        Block(
            f"panel {panel.id}",
            panel.heading,
            lines=(panel.note,),
            blocks=tuple(map(_box, panel.content.marks())) + _lines(panel),
        )
        for panel in page.panels
    )


def _box(mark: Entry | Reach | Spot | Area) -> Block:
    texts = mark.texts if isinstance(mark, Entry) else (mark.label, mark.text)
    first, *rest = [text for text in texts if text] or [NOTHING]
    return Block(mark.id, first, mark.kind, mark.status, tuple(rest), mark.note, mark.ref)


def _lines(panel: Panel) -> tuple[Block, ...]:
    """The lines that points are held against, where they are named."""
    limits = panel.content.limits if isinstance(panel.content, Plane) else ()
    named = (limit for limit in limits if limit.text)
    return tuple(Block(f"{panel.id} line {n}", Text.of("line: ").plus(limit.text)) for n, limit in enumerate(named))

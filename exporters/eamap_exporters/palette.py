"""How each status looks: a tint, a strong colour, a letter and a line style, so that colour never speaks alone.

Colours keep at least 4.5 to 1 against their text; letters are unique, so a grey print says the same as the screen.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from eamap.model.diagram import Status

INK = "#1b1f24"
QUIET = "#4a5560"
PAPER = "#ffffff"
FRAME = "#5c6b7a"
GROUND = "#f3f5f7"
GROUND_DEEP = "#e3e8ed"
SPAN = "#a9c1de"
SOLID = "#3d6aa3"
"""An interval, and a bar from nought: figures that have no status."""


@dataclass(frozen=True, slots=True)
class Paint:
    """The look of one status: ``dash`` in picture units for lines, ``hatch`` names the pattern of the band."""

    tint: str
    strong: str
    letter: str
    dash: tuple[float, ...] = ()
    hatch: str = ""
    thick: float = 1.6


NEUTRAL = Paint("#ffffff", FRAME, "")
_GREEN, _AMBER, _RED, _BLUE, _PURPLE, _GREY, _TEAL = (
    ("#e2f2e6", "#1d6b38"),
    ("#fdf0d0", "#8a5300"),
    ("#fbe0de", "#a3201a"),
    ("#dfeaf8", "#1c4f91"),
    ("#ece4f6", "#5b3391"),
    ("#eceef0", "#525c66"),
    ("#dcf0ef", "#0f5f5c"),
)

_PAINTS: dict[Status, Paint] = {
    Status.SUPPORTED: Paint(*_GREEN, "S"),
    Status.EXTENDED_SUPPORT: Paint(*_PURPLE, "+", hatch="up"),
    Status.SUPPORT_ENDING: Paint(*_AMBER, "E", hatch="down"),
    Status.EXPIRED: Paint(*_RED, "X", hatch="cross"),
    Status.CONFORMANT: Paint(*_GREEN, "C", thick=2.4),
    Status.DECLARED: Paint(*_BLUE, "D", dash=(9, 3)),
    Status.NON_CONFORMANT: Paint(*_RED, "F", dash=(3, 3), hatch="cross", thick=2.4),
    Status.RETIRED_STANDARD: Paint(*_AMBER, "O", dash=(10, 3, 2, 3), hatch="down", thick=2.0),
    Status.OTHER_MEANS: Paint(*_PURPLE, "@", dash=(2, 3), hatch="up"),
    Status.NO_INTERFACE: Paint("#f9e4d8", "#7a1712", "!", dash=(2, 4), hatch="down"),
    Status.LIVE: Paint(*_GREEN, "L"),
    Status.PLANNED: Paint(*_BLUE, "P", dash=(9, 3)),
    Status.RETIRING: Paint(*_AMBER, "R", dash=(10, 3, 2, 3), hatch="down"),
    Status.RETIRED: Paint(*_GREY, "T", dash=(3, 3), hatch="cross"),
    Status.SHARED: Paint(*_TEAL, "●"),
    Status.SINGLE: Paint(*_BLUE, "="),
    Status.SEVERAL: Paint(*_AMBER, "M", hatch="down"),
    Status.PARTIAL: Paint(*_BLUE, "~", dash=(9, 3), hatch="up"),
    Status.CONCENTRATED: Paint(*_RED, "H", hatch="cross"),
    Status.MODERATE: Paint(*_AMBER, "B", hatch="down"),
    Status.VARIED: Paint(*_GREEN, "V"),
    Status.TOO_FEW: Paint("#ffffff", "#525c66", "I", dash=(6, 4)),
    Status.ADDED: Paint(*_GREEN, "◆", thick=2.4),
    Status.REMOVED: Paint(*_RED, "◇", dash=(3, 3), hatch="cross", thick=2.0),
    Status.CHANGED: Paint(*_AMBER, "Δ", dash=(10, 3, 2, 3), hatch="down", thick=2.0),
    Status.ASSUMED: Paint(*_GREY, "U", dash=(6, 4), hatch="up"),
    Status.ASKED_FOR: Paint(*_GREEN, "Y"),
    Status.POSSIBLE: Paint(*_AMBER, "±", hatch="down"),
    Status.NOT_ASKED_FOR: Paint("#ffffff", "#3d4750", "×"),
    Status.ABSENT: Paint("#ffffff", "#3d4750", "A"),
    Status.NOT_APPLICABLE: Paint(*_GREY, "–"),
    Status.WITHHELD: Paint(*_PURPLE, "W", dash=(2, 3), hatch="cross"),
    Status.UNKNOWN: Paint(*_GREY, "?", dash=(2, 4), hatch="up"),
    Status.NOT_ASSESSED: Paint("#ffffff", "#525c66", "N", dash=(6, 4), hatch="down"),
}


THINNEST, WIDEST = 1.2, 8.0
"""The widths, in picture units, of lines whose width means something."""


def thickness(status: Status | None, width: float) -> float:
    """Returns how wide a line is drawn: as its width says, else as its status does."""
    return THINNEST + (WIDEST - THINNEST) * width if width else paint(status).thick


def paint(status: Status | None, pale: float = 0.0) -> Paint:
    """Returns the look of a status; no status looks neutral. ``pale`` is how far its colours are drawn towards grey."""
    look = NEUTRAL if status is None else _PAINTS[status]
    if not pale:
        return look
    tint, strong = (_mixed(colour, grey, pale) for colour, grey in zip((look.tint, look.strong), _GREY, strict=True))
    return replace(look, tint=tint, strong=strong)


def _mixed(colour: str, other: str, share: float) -> str:
    pairs = ((int(colour[at : at + 2], 16), int(other[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(mine + (its - mine) * share):02x}" for mine, its in pairs)


def softened(colour: str) -> str:
    """Returns a strong colour a little lighter, for the second colour of a pattern that text stands on."""
    parts = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{part + (255 - part) // 5:02x}" for part in parts)

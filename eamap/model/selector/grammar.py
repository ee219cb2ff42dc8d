"""What a selector says, as a small frozen tree that prints itself in one canonical form.

Every reader of selectors works from this tree: :mod:`eamap.model.selector.evaluate` answers it with joins on tables, and
a store with a query language of its own can translate it. ``parse(str(tree))`` gives the same tree again; places in the
text are kept for error messages and do not count when trees are compared.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

_BARE = re.compile(r"[A-Za-z0-9_./%~:-]+")


@dataclass(frozen=True, slots=True)
class Text:
    """A wanted text, cut at its wildcards: ``("epic", "")`` is ``epic*``; one piece means the text itself."""

    pieces: tuple[str, ...]

    @property
    def plain(self) -> str | None:
        """The text, if it holds no wildcard."""
        return self.pieces[0] if len(self.pieces) == 1 else None

    def __str__(self) -> str:
        whole = "*".join(self.pieces)
        bare = all(not piece or _BARE.fullmatch(piece) for piece in self.pieces) and ".." not in whole and whole
        return whole if bare else '"' + "*".join(re.sub(r'(["*\\])', r"\\\1", piece) for piece in self.pieces) + '"'


class Operator(StrEnum):
    """How a field is compared with the operand."""

    EQUAL = "="
    BELOW = "<"
    AT_MOST = "<="
    ABOVE = ">"
    AT_LEAST = ">="
    BETWEEN = ".."


class Knowledge(StrEnum):
    """What is known about a field: ``has:FIELD`` or why it is empty, the four reasons kept apart."""

    KNOWN = "has"
    ABSENT = "absent"
    NOT_APPLICABLE = "not-applicable"
    WITHHELD = "withheld"
    UNKNOWN = "unknown"


class Towards(StrEnum):
    """Which way a reach goes: ``+ID`` to what the thing needs, ``ID+`` to what needs the thing."""

    NEEDED = "needed"
    NEEDING = "needing"


@dataclass(frozen=True, slots=True)
class Kind:
    """``kind:system``; ``kind:*`` is everything."""

    kind: str
    at: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return f"kind:{self.kind}"


@dataclass(frozen=True, slots=True)
class Identity:
    """``system:RXX/pas``: the thing with this id; a wildcard selects several."""

    kind: str
    key: Text
    at: int = field(default=0, compare=False)

    def __str__(self) -> str:
        # A word that means attachment cannot be printed as an id, except where "+" makes it one.
        return f"{self.kind}:{self.key}"


@dataclass(frozen=True, slots=True)
class Attached:
    """``org:RXX``: what is attached to a thing, and the thing itself."""

    kind: str
    name: Text
    at: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return f"{'org' if self.kind == 'organisation' else self.kind}:{self.name}"


@dataclass(frozen=True, slots=True)
class FieldName:
    """A field, of one kind if the kind is given, else of every kind that has it."""

    name: str
    kind: str = ""
    at: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return f"{self.kind}.{self.name}" if self.kind else self.name


@dataclass(frozen=True, slots=True)
class Equals:
    """``status:retired``, ``name:epic*``."""

    field: FieldName
    value: Text

    def __str__(self) -> str:
        return f"{self.field}:{self.value}"


@dataclass(frozen=True, slots=True)
class Compares:
    """``installed:>=2020``, ``count:5..10``: with numbers or dates; ``low`` or ``high`` may be open in a range."""

    field: FieldName
    operator: Operator
    low: str
    high: str = ""

    def __str__(self) -> str:
        if self.operator is Operator.BETWEEN:
            return f"{self.field}:{self.low}..{self.high}"
        return f"{self.field}:{self.operator.value}{self.low}"


@dataclass(frozen=True, slots=True)
class Knows:
    """``has:operator``, ``withheld:contract_end``: things that have the field, by what is known about it."""

    knowledge: Knowledge
    field: FieldName

    def __str__(self) -> str:
        return f"{self.knowledge.value}:{self.field}"


@dataclass(frozen=True, slots=True)
class Attested:
    """``attested:NAME``: things of which a row of this source says something."""

    source: Text
    at: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return f"attested:{self.source}"


@dataclass(frozen=True, slots=True)
class Reach:
    """``+ID``, ``ID+2``, ``+(…) via:USES``: what the start depends on, or what depends on it; never the start."""

    start: Expression
    towards: Towards
    hops: int | None = None
    via: tuple[str, ...] = ()

    def __str__(self) -> str:
        start = str(self.start) if isinstance(self.start, Identity) else f"({self.start})"
        hops = "" if self.hops is None else str(self.hops)
        reach = f"+{hops}{start}" if self.towards is Towards.NEEDED else f"{start}+{hops}"
        return f"{reach} via:{','.join(self.via)}" if self.via else reach


@dataclass(frozen=True, slots=True)
class Not:
    """Everything the part does not select."""

    part: Expression

    def __str__(self) -> str:
        return f"not ({self.part})" if isinstance(self.part, And | Or) else f"not {self.part}"


@dataclass(frozen=True, slots=True)
class And:
    """What every part selects; made by :func:`every`, which keeps it flat."""

    parts: tuple[Expression, ...]

    def __str__(self) -> str:
        return " and ".join(f"({part})" if isinstance(part, Or) else str(part) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Or:
    """What any part selects; made by :func:`some`, which keeps it flat."""

    parts: tuple[Expression, ...]

    def __str__(self) -> str:
        return " or ".join(str(part) for part in self.parts)


Term: TypeAlias = Kind | Identity | Attached | Equals | Compares | Knows | Attested | Reach
Expression: TypeAlias = Term | Not | And | Or


def every(*parts: Expression) -> Expression:
    """Joins parts with ``and``, taking up the parts of an ``and`` among them."""
    flat = tuple(inner for part in parts for inner in (part.parts if isinstance(part, And) else (part,)))
    return flat[0] if len(flat) == 1 else And(flat)


def some(*parts: Expression) -> Expression:
    """Joins parts with ``or``, taking up the parts of an ``or`` among them."""
    flat = tuple(inner for part in parts for inner in (part.parts if isinstance(part, Or) else (part,)))
    return flat[0] if len(flat) == 1 else Or(flat)

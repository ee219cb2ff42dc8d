"""How a question in Cypher is put together: texts that are ours, values that are parameters, lists that subqueries collect."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from eamap.stores.neo4j.layout import EAMAP, LABELS, MENTIONED


@dataclass(frozen=True, slots=True)
class Question:
    """One question: its text, and the values of its parameters."""

    text: str
    parameters: dict[str, Any]


@dataclass
class Writing:
    """A question while it is written: parameters get numbers in order, so that questions of one shape have one text."""

    as_of: date
    parameters: dict[str, Any] = field(default_factory=dict)
    lists: list[str] = field(default_factory=list)
    """The subqueries, each of which collects one list of nodes."""

    def __post_init__(self) -> None:
        self.parameters.update(day_of(self.as_of))

    def value(self, value: Any) -> str:
        """Returns the parameter that stands for a value."""
        name = f"p{len(self.parameters) - 2}"
        self.parameters[name] = value
        return f"${name}"

    def collect(self, body: str) -> str:
        """Adds a subquery and returns the name of its list; ``{name}`` in the body is where it goes."""
        name = f"s{len(self.lists)}"
        self.lists.append(f"CALL ({', '.join(self.names)}) {{\n{body.replace('{name}', name)}\n}}")
        return name

    @property
    def names(self) -> list[str]:
        """The lists that were collected so far."""
        return [f"s{number}" for number in range(len(self.lists))]


def day_of(as_of: date) -> dict[str, str]:
    """Returns the parameters that :func:`holds` compares with: the day and the one after it."""
    following = (as_of + timedelta(days=1)).isoformat() if as_of < date.max else "~"
    return {"today": as_of.isoformat(), "next": following}


def holds(link: str = "r") -> str:
    """Returns the condition that a link holds on the day: since <= day < until, an unknown bound open.

    It says of ISO text of any precision what :func:`eamap.model.selector.onday.holding` says.
    """
    return f"coalesce({link}.since, '') <= $today AND coalesce({link}.until, '~') + '~' > $next"


def labelled(kinds: Sequence[str], name: str = "n") -> str:
    """Returns the condition that a node is a thing of one of some kinds."""
    return f"{name}:{'|'.join(LABELS[kind] for kind in kinds)}"


def matching(kinds: Sequence[str], name: str = "n") -> str:
    """Returns the clause that finds all things of some kinds; without kinds, all things."""
    if not kinds:
        return f"MATCH ({name}:{EAMAP}) WHERE NOT {name}:{MENTIONED}"
    return f"MATCH ({labelled(kinds, name)}) WHERE {name}:{EAMAP}"


def together(imported: Sequence[str], branches: Sequence[str], name: str, node: str = "z") -> str:
    """Returns a subquery that collects, once each, the nodes that several branches return as ``node``.

    The branches are not made distinct before they are collected: the server would compare the imported lists with each row,
    and keep them for each.
    """
    scope = ", ".join(imported)
    inner = "\nUNION ALL\n".join(branches)
    return f"CALL ({scope}) {{\nCALL ({scope}) {{\n{inner}\n}}\nRETURN collect(DISTINCT {node}) AS {name}\n}}"


def along(source: str, pattern: str, *conditions: str) -> str:
    """Returns a branch that goes from the nodes of a list, ``a``, to ``z``."""
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    return f"UNWIND {source} AS a MATCH {pattern}{where} RETURN z"

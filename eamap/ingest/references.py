"""What a cell names when it names another thing: an organisation, a system, a capability."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from eamap.ingest.readers import fold
from eamap.model.ids import key_part, organisation_code

_CODE = re.compile(r"[A-Z0-9]{3,10}")
_NAMED_CODE = re.compile(r"(?:.*\()?\s*([A-Za-z0-9]{3,10})\s*\)?")


@dataclass(frozen=True)
class Organisations:
    """The organisations known while a file is read: those of the estate, then those of ODS.

    ``own`` maps folded names of the estate's own organisation files to codes, ``codes`` holds their codes; ``named`` and
    ``known`` ask the reference data.
    """

    own: Mapping[str, str] = field(default_factory=dict)
    codes: frozenset[str] = frozenset()
    named: Callable[[str], str | None] = lambda name: None
    known: Callable[[str], bool] = lambda code: False

    def is_known(self, code: str) -> bool:
        """Whether a code is one of the estate's own or of ODS."""
        return code in self.codes or self.known(code)

    def code(self, text: str) -> str:
        """Returns the code a text stands for: a code, "Name (CODE)", or a name; ValueError if it is none of them."""
        code = organisation_code(text)
        if self.is_known(code):
            return code
        if (inner := re.fullmatch(r".*\(([A-Za-z0-9]{3,10})\)\s*", text)) and self.is_known(inner[1].upper()):
            return inner[1].upper()
        if found := self.own.get(fold(text)) or self.named(text):
            return found
        # A code nobody knows is kept as reported: the finding about it names the nearest successor. A name is not a code.
        if _CODE.fullmatch(code) and " " not in text.strip() and (text.isupper() or any(c.isdigit() for c in text)):
            return code
        raise ValueError("names no organisation eamap knows, by code or by name")


def system_key(text: str, organisation: str, organisations: Organisations) -> str:
    """Returns ``ORG/key`` for a system named in a cell: by key alone, or as ``ORG/key`` where the first part is a code."""
    head, slash, rest = text.partition("/")
    if slash and rest.strip() and organisations.is_known(organisation_code(head)):
        return f"{organisation_code(head)}/{key_part(rest)}"
    return f"{organisation}/{key_part(text)}"

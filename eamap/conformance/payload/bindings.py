"""Required value sets of UK Core: of what can be told without the value set at hand, and what cannot."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from eamap.conformance.payload import findings
from eamap.conformance.payload.findings import policy
from eamap.conformance.payload.places import Node
from eamap.fhir.problems import Level, Problem
from eamap.reference.ukcore import Rule

LANGUAGES = "http://hl7.org/fhir/ValueSet/all-languages"
_BCP_47 = "urn:ietf:bcp:47"
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*|[ix](-[A-Za-z0-9]{1,8})+")
_CODES = {"http://hl7.org/fhir/ValueSet/observation-triggeredbytype": frozenset({"reflex", "repeat", "re-run"})}


def judge_binding(node: Node, rule: Rule, element: str, name: str) -> Iterator[Problem]:
    """Judges one coded value against the value set that is required of it."""
    if rule.steps[-1].name.endswith("xtension") or not node.filled:
        # The binding is stated on the extension, and means the value in it.
        return
    codings = list(_codings(node.value))
    if not any(_text(coding, "code") for coding in codings):
        told = f"{element} needs a code of {rule.value_set}; it has none"
        yield policy(name, findings.REQUIRED_BINDING, told, node.pointer, fix="Add a coding with system and code.")
    elif rule.value_set == LANGUAGES:
        if not any(_is_language(coding) for coding in codings):
            given = ", ".join(f"{_text(coding, 'system')}|{_text(coding, 'code')}" for coding in codings)
            told = f"{element} has no language of {_BCP_47} ({rule.value_set}); it has {given}"
            fix = f"Add a coding with system {_BCP_47} and the language, for instance en or cy."
            yield policy(name, findings.REQUIRED_BINDING, told, node.pointer, fix=fix)
    elif (codes := _CODES.get(rule.value_set)) is not None:
        if not any(_text(coding, "code") in codes for coding in codings):
            told = f"{element} has no code of {rule.value_set}: {', '.join(sorted(codes))}"
            yield policy(name, findings.REQUIRED_BINDING, told, node.pointer)
    else:
        told = f"not assessed: whether {element} is of {rule.value_set}, whose codes do not come with eamap"
        yield policy(name, findings.NOT_ASSESSED, told, node.pointer, Level.INFO)


def _codings(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, str):
        yield {"code": value}
    elif isinstance(value, Mapping):
        listed = value.get("coding")
        if isinstance(listed, list):
            yield from (each for each in listed if isinstance(each, Mapping))
        elif "code" in value:
            yield value


def _is_language(coding: Mapping[str, Any]) -> bool:
    return coding.get("system") == _BCP_47 and bool(_LANGUAGE.fullmatch(_text(coding, "code")))


def _text(coding: Mapping[str, Any], name: str) -> str:
    value = coding.get(name)
    return value.strip() if isinstance(value, str) else ""

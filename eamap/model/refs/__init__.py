"""Refs: one string beside every number, which gives the number again and the cells behind it.

What only upper layers know (verdicts, reference sets) is answered by resolvers that the caller passes in a Context.
"""

from __future__ import annotations

from eamap.model.refs.evidence import Context, Evidence, Explanation, Resolver
from eamap.model.refs.forms import FORMS, THING, Form, Ref, count_ref, parse_ref
from eamap.model.refs.resolve import resolve

__all__ = [
    "FORMS",
    "THING",
    "Context",
    "Evidence",
    "Explanation",
    "Form",
    "Ref",
    "Resolver",
    "count_ref",
    "parse_ref",
    "resolve",
]

"""Which texts name a format: a mime type, or one of the short words the specification allows."""

from __future__ import annotations

import re

_SHORT = frozenset({"json", "xml", "ttl", "html"})
_NAME = r"[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}"
_MIME = re.compile(rf'{_NAME}/{_NAME}(\s*;\s*{_NAME}=("[^"]*"|[^\s;"]+))*')
_JSON = re.compile(r"(application|text)/(json|fhir\+json|json\+fhir|json-patch\+json)|json", re.IGNORECASE)


def is_format(text: object) -> bool:
    """Whether a text can stand in ``format``; types that are registered and types that are not look alike."""
    return isinstance(text, str) and (text in _SHORT or bool(_MIME.fullmatch(text)))


def is_json(text: str) -> bool:
    """Whether a format is one of the names under which servers offer JSON."""
    return bool(_JSON.fullmatch(text.partition(";")[0].strip()))

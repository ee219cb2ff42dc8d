"""The sentences in which checks speak of what is not there."""

from __future__ import annotations


def field_words(field: str) -> str:
    """Returns a field as people say it: ``fhir_version`` is "fhir version"."""
    return field.rpartition(":")[2].replace("_", " ").replace(".", "'s ")


def why_empty(field: str, reason: str | None, stated: str | None = None) -> str:
    """Says why a field is empty, in the source's own words where it has any."""
    name = field_words(field)
    sentence = {
        None: f"{name} is not stated",
        "absent": f"the source says that there is no {name}",
        "not-applicable": f"the source says that {name} does not apply",
        "withheld": f"{name} is withheld by the source",
        "unknown": f"the source says that {name} is not known",
    }.get(reason, f"{name} is empty: {reason}")
    return f"{sentence} ({stated!r})" if stated else sentence

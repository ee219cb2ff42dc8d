"""What may leave the room: the profiles full, partner and public, and what each leaves out of tables and answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from eamap.errors import UsageError
from eamap.model.results import Result

PEOPLE_AND_NOTES = frozenset(
    {
        "owner_role",
        "notes",
        "description",
        "owner",
        "assessor",
        "mitigation_by",
        "mitigation_what",
        "mitigation_evidence",
        "acceptance_by",
        "acceptance_what",
    }
)
"""Columns that may name people or hold anything: left out for partners and the public."""
HOSTS_AND_VERSIONS = frozenset(
    {
        "product_version",
        "fhir_version",
        "statement",
        "document",
        "internet_exposed",
        "last_seen",
        "external_id",
        "via",
        "raw",
        "identifier",
        "host",
    }
)
"""Columns that tell an attacker where and what: left out for the public."""
KINDS_FOR_PUBLIC = frozenset(
    {
        "organisation",
        "system",
        "product",
        "supplier",
        "capability",
        "standard",
        "interface",
        "absence",
        "data-object",
        "pathway",
        "step",
    }
)
"""Kinds of thing the public profile keeps: components name hosts and versions, contracts are others' business."""
WITHOUT_FINDINGS = "findings are left out of the public profile"


def hidden(profile: str) -> frozenset[str]:
    """Returns the columns that a profile leaves out."""
    return {"full": frozenset[str](), "partner": PEOPLE_AND_NOTES, "public": PEOPLE_AND_NOTES | HOSTS_AND_VERSIONS}[
        profile
    ]


def shows_kind(kind: str, profile: str) -> bool:
    """Whether a profile shows things of a kind."""
    return profile != "public" or kind in KINDS_FOR_PUBLIC


def shared(result: Result, profile: str) -> Result:
    """Returns an answer without what a profile leaves out; rows of kinds it does not show are counted as omitted."""
    if profile == "full":
        return result
    gone = hidden(profile)
    rows = [
        {key: value for key, value in row.items() if key not in gone}
        for row in result.rows
        if shows_kind(str(row.get("kind", "system")), profile)
    ]
    left = len(result.rows) - len(rows)
    omitted = result.omitted
    if left:
        omitted = replace(
            omitted,
            n=omitted.n + left,
            why="; ".join(filter(None, (omitted.why, f"left out of the {profile} profile"))),
        )
    columns = tuple(column for column in result.columns if column.key not in gone)
    issues = result.issues if profile == "partner" else ()
    return replace(result, rows=rows, columns=columns, omitted=omitted, issues=issues)


def refuse_findings(profile: str) -> None:
    """Refuses to tell findings to the public."""
    if profile == "public":
        raise UsageError(WITHOUT_FINDINGS, hint="use --profile partner or full, or leave it out")


def kept(columns: Iterable[str], profile: str) -> list[str]:
    """Returns the columns that a profile keeps."""
    gone = hidden(profile)
    return [column for column in columns if column not in gone]

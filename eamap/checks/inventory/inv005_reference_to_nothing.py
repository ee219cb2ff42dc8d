"""INV005: a row refers to something that is not in the inventory."""

from __future__ import annotations

from datetime import date

from eamap.checks.definition import Judgement, check, not_applicable, passes
from eamap.checks.reference import Reference
from eamap.checks.words import field_words
from eamap.model.findings import Severity, Verdict
from eamap.model.ids import split_id

_RELATIONS = {
    "CONSUMES": "consumer",
    "COVERED_BY": "system",
    "DEPENDS_ON": "need for",
    "USES": "user",
    "via": "intermediary",
}


@check(
    id="INV005",
    name="reference-to-nothing",
    subject="thing",
    optional=("mention:field", "mention:missing"),
    family="inventory",
    severity=Severity.MEDIUM,
    audience=("inventory",),
    reference=("organisations",),
)
def reference_to_nothing(field: str | None, missing: str | None, *, on: date, reference: Reference) -> Judgement:
    """Fails a thing that refers to another which the inventory does not hold.

    What it checks
        The system of a component, the exposer, consumers and intermediaries of an interface, the users of a system and
        what it depends on, the system and buyer of a contract, and every other field that names an organisation, a
        system or a component: what is named is in the inventory. An organisation may instead be one that ODS knows.
    Why it matters
        A link to nothing is a line on no map: what depends on it is not seen when something fails.
    How to fix it
        Give the file that lists what is missing, or correct the name. A code that was closed has a successor, which
        the problems of the ingest suggest.
    Known limits
        Whether the thing named is the right one is not known. An intermediary is found by the key, name or product of
        any system, whoever operates it. An organisation that ODS knew once counts as known, although it may be closed.
        The operator of a system is the matter of INV001.
    References
        Organisation Data Service reference data, the snapshot that eamap data shows.
    """
    del on
    if field is None:
        return not_applicable("it refers to nothing")
    name = _RELATIONS.get(field) or field_words(field)
    if missing is None:
        return passes(f"its {name} is in the inventory")
    kind, key = split_id(missing)
    if kind == "organisation" and reference.knows_organisation(key):
        return passes(f"its {name} is an organisation that ODS knows")
    where = "neither in the inventory nor in ODS" if kind == "organisation" else "not in the inventory"
    shown = missing if kind else repr(missing)
    return Judgement(
        Verdict.FAIL, f"its {name} {shown} is {where}", fix=f"add the {kind or 'system'}, or correct the name"
    )

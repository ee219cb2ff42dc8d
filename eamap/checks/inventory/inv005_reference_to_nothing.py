"""INV005: a row refers to something that is not in the inventory."""

from __future__ import annotations

from datetime import date

from eamap.checks.definition import Judgement, check, not_applicable, passes
from eamap.checks.reference import Reference
from eamap.checks.words import field_words
from eamap.model.findings import Severity, Verdict
from eamap.model.ids import split_id

_RELATIONS = {"CONSUMES": "consumer", "USES": "user"}


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
        The system of a component, the exposer and the consumers of an interface, the operator and the users of a
        system, and every other field that names an organisation, a system or a component: what is named is in the
        inventory. An organisation may instead be one that ODS knows.
    Why it matters
        A link to nothing is a line on no map: what depends on it is not seen when something fails.
    How to fix it
        Give the file that lists what is missing, or correct the name. A code that was closed has a successor, which
        the problems of the ingest suggest.
    Known limits
        Whether the thing named is the right one is not known. Systems that are named in free text are not looked for.
        An organisation that ODS knew once counts as known, although it may be closed.
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
    where = "in the inventory nor in ODS" if kind == "organisation" else "in the inventory"
    no = "neither " if kind == "organisation" else "not "
    return Judgement(Verdict.FAIL, f"its {name} {missing} is {no}{where}", fix=f"add the {kind}, or correct the name")

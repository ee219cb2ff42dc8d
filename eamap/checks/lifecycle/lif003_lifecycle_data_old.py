"""LIF003: reference data on ends of support that is old."""

from __future__ import annotations

from datetime import date, timedelta

from eamap.checks.definition import Judgement, check, passes, unknown
from eamap.checks.reference import Reference
from eamap.model.findings import Severity, Verdict


@check(
    id="LIF003",
    name="lifecycle-data-old",
    subject="reference-set",
    depends=("name", "date"),
    optional=("version",),
    family="lifecycle",
    severity=Severity.MEDIUM,
    audience=("security", "data"),
    reference=("lifecycle", "support"),
)
def lifecycle_data_old(name: str, day: str, version: str | None, *, on: date, reference: Reference) -> Judgement:
    """Fails a set of reference data that is older than it may be on the day asked.

    What it checks
        The day of the snapshot of the lifecycle data against the day asked: older than 90 days fails. A set dated by
        month or year counts from its first day. Which sets are judged, and from when each is old, is data: the rows
        "age-of-SET" of the set "support".
    Why it matters
        Vendors move ends of support, in both directions, and new releases appear every week. An answer from old data is
        still precise, and wrong.
    How to fix it
        Read a newer snapshot: eamap data update lifecycle --from FILE or URL. The old one is kept, and the difference is
        shown.
    Known limits
        A young snapshot can hold old facts: each row has its own link. A day asked before the day of the snapshot passes,
        with facts that were not known on that day.
    References
        xeol refuses data older than 2160 hours (90 days) by default.
    """
    days = reference.days(f"age-of-{name}")
    try:
        parts = [int(part) for part in day.split("-")]
        dated = date(*(*parts, 1, 1)[:3])
    except (ValueError, TypeError):
        return unknown(f"the set {name} is dated {day!r}, which is no day", fix="repair its PROVENANCE.toml")
    age = (on - dated).days
    row = f"{name}: version {version or 'not stated'} of {day}, {age} days old; old after {days} days"
    if dated + timedelta(days=days) >= on:
        return passes(f"the set {name} is {age} days old; it may be {days}", reference=row)
    message = f"the set {name} of {day} is {age} days old on the day asked, more than {days}: ends may have moved since"
    return Judgement(Verdict.FAIL, message, "", row, f"eamap data update {name} --from FILE|URL")

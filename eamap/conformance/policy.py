"""Layer policy: what is right by FHIR, and still not what an interface of the NHS should say.

Nothing here says that a file is wrong by FHIR; that is :mod:`eamap.fhir`. Each finding has an id (FHR050 to FHR089) with a
page in ``schemas/checks/fhir_policy.yaml``. What a statement does not show is "not observed", and never a pass or a fail.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from eamap.conformance.detection import Claim
from eamap.conformance.policy_claims import findings as about_claims
from eamap.conformance.policy_inventory import findings as about_inventory
from eamap.conformance.policy_profiles import findings as about_profiles
from eamap.conformance.policy_service import findings as about_service
from eamap.conformance.subject import Inventory, Subject
from eamap.fhir.problems import Problem
from eamap.fhir.statement import Reading

__all__ = ["STALE_AFTER", "Inventory", "findings"]

STALE_AFTER = 24
"""Months after which the statement of a running system counts as old: two yearly releases of its software."""


def findings(
    reading: Reading,
    *,
    as_of: date,
    reference: Path | None = None,
    inventory: Inventory | None = None,
    stale_after: int = STALE_AFTER,
    claimed: tuple[Claim, ...] | None = None,
) -> tuple[Problem, ...]:
    """Returns every finding of layer policy about one statement; none where no statement could be read.

    ``as_of`` is the day on which standards and dates are judged, ``inventory`` what is said of the interface the statement
    is attached to, ``stale_after`` a number of months, ``claimed`` what the statement claims if that is known already.
    """
    if reading.statement is None:
        return ()
    subject = Subject(reading.statement, as_of, reference, inventory, stale_after, claimed)
    parts = (about_claims, about_profiles, about_service, about_inventory)
    return tuple(problem for part in parts for problem in part(subject))

"""Holds what an instance declares against requirements, whatever these were read from.

Three rules decide what a missing declaration means. Requirements for a mode (server, client) that the instance says
nothing of are not observed. So is what is asked of a resource that is itself only a SHOULD or MAY, where the instance
leaves that resource out. What a statement cannot show, or nothing tests, is not observed; it is neither a pass nor a fail.
"""

from __future__ import annotations

from collections.abc import Callable

from eamap.conformance import comparing_names as names
from eamap.conformance import comparing_rest as of_rest
from eamap.conformance import comparing_whole as of_whole
from eamap.conformance.comparing_beyond import beyond
from eamap.conformance.comparing_scope import Scope, missing, unseen
from eamap.conformance.comparison_results import Comparison, Judged, Line, Outcome
from eamap.conformance.requirements import OF_RESOURCE, OF_REST, Asked, Probe, Requirement, Requirements, Strength
from eamap.fhir.declared import Statement

_JUDGES: dict[Probe, Callable[[Asked, Scope], Judged]] = {
    Probe.ELEMENT: of_whole.element,
    Probe.RELEASE: of_whole.release,
    Probe.INSTANTIATES: of_whole.instantiates,
    Probe.FORMAT: of_whole.media,
    Probe.MESSAGE: of_whole.message,
    Probe.DOCUMENT: of_whole.document,
    Probe.SECURITY_SERVICE: of_whole.security_service,
    Probe.CORS: of_whole.cors,
    Probe.RESOURCE: of_rest.resource,
    Probe.PROFILE: of_rest.profile,
    Probe.INTERACTION: of_rest.interaction,
    Probe.SYSTEM_INTERACTION: of_rest.system_interaction,
    Probe.SEARCH_PARAMETER: of_rest.search_parameter,
    Probe.COMBINATION: of_rest.combination,
    Probe.INCLUDE: of_rest.include,
    Probe.REVERSE_INCLUDE: of_rest.include,
    Probe.OPERATION: of_rest.operation,
}
_SOFT = (Strength.SHOULD, Strength.MAY)


def compare(instance: Statement, file: str, requirements: Requirements) -> Comparison:
    """Returns what an instance shows of each requirement, in their order, and what it has beyond them."""
    scope = Scope(instance)
    soft = _optional_resources(requirements)
    lines = tuple(_line(row, scope, soft) for row in requirements.rows)
    extras, declared = beyond(scope, requirements)
    return Comparison(instance, file, requirements, lines, extras, declared, _notes(instance, requirements))


def _optional_resources(requirements: Requirements) -> dict[tuple[str, str], Strength]:
    """Returns the resources that need not be there, with how far they are asked for, by mode and type."""
    return {
        (row.asked.mode, value): row.strength
        for row in requirements.tested
        if row.asked and row.asked.test is Probe.RESOURCE and row.strength in _SOFT
        for value in row.asked.values
    }


def _line(row: Requirement, scope: Scope, soft: dict[tuple[str, str], Strength]) -> Line:
    if row.asked is None:
        return Line(row, Outcome.NOT_OBSERVED, row.not_tested, ())
    judged = _unmet_condition(row.asked, scope, soft) or _JUDGES[row.asked.test](row.asked, scope)
    if row.strength.forbids:
        judged = _forbidden(judged)
    return Line(row, judged.outcome, judged.says, judged.pointers or _where_it_belongs(row.asked, scope))


def _where_it_belongs(asked: Asked, scope: Scope) -> tuple[str, ...]:
    """Returns the resource in which something that is missing would stand."""
    return tuple(entry.pointer for entry in scope.entries(asked)) if asked.resource else ()


def _unmet_condition(asked: Asked, scope: Scope, soft: dict[tuple[str, str], Strength]) -> Judged | None:
    if asked.test in OF_REST and asked.mode and not scope.rests(asked.mode):
        return unseen(f"the statement says nothing of a {asked.mode}")
    if asked.test not in OF_RESOURCE or not asked.resource or scope.entries(asked):
        return None
    strength = soft.get((asked.mode, asked.resource))
    if strength:
        return unseen(
            f"asked only where {asked.resource} is declared, which is itself a {strength}, and it is not declared"
        )
    # Up to STU3 profiles stand at the root and operations at the level of the system, with no entry of a resource.
    at_root = asked.test in (Probe.PROFILE, Probe.OPERATION)
    return None if at_root else missing(f"declares no {asked.resource}")


def _forbidden(judged: Judged) -> Judged:
    """Turns a result round: what must not be there is satisfied where it is missing."""
    if judged.outcome in (Outcome.SATISFIED, Outcome.PARTLY):
        return Judged(Outcome.MISSING, "it is declared, and it must not be", judged.pointers)
    return Judged(Outcome.SATISFIED, "it is not declared") if judged.outcome is Outcome.MISSING else judged


def _notes(instance: Statement, requirements: Requirements) -> tuple[str, ...]:
    """Says what a reader has to know before the lines: a claim, an unlike release, a yardstick for another mode."""
    notes = []
    if requirements.url:
        claims = {names.canonical(fact.value) for fact in instance.instantiates}
        does = "claims" if names.canonical(requirements.url) in claims else "does not claim"
        notes.append(f"The instance {does} (instantiates) to follow {requirements.url}.")
    if instance.release and requirements.release and str(instance.release) != requirements.release:
        notes.append(f"The instance is {instance.release}, the requirements are {requirements.release}: names of resources and "
                     "of search parameters may differ for that alone.")  # fmt: skip
    stated = {rest.mode for rest in instance.rest if rest.mode}
    if requirements.modes and stated and not stated & set(requirements.modes):
        notes.append(f"The requirements are for a {' and a '.join(requirements.modes)}, the instance describes a "
                     f"{' and a '.join(sorted(stated))}: another list may be the right one.")  # fmt: skip
    if instance.kind == "requirements":
        notes.append(
            "The statement compared is itself of kind requirements: it says what others must do, not what a system does."
        )
    return tuple(notes)

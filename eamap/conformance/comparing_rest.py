"""Judges requirements about resources: profiles, interactions, searches, includes and operations."""

from __future__ import annotations

from eamap.conformance import comparing_names as names
from eamap.conformance.comparing_scope import Scope, listed, missing, unseen, values
from eamap.conformance.comparison_results import Judged, Outcome
from eamap.conformance.requirements import Asked, Probe
from eamap.fhir.declared import Fact, Operation
from eamap.fhir.release import Release


def resource(asked: Asked, scope: Scope) -> Judged:
    """Looks for an entry of one of these types."""
    found = [entry.pointer for entry in scope.entries(asked) if entry.type in asked.values]
    if found:
        return scope.met(*found)
    return missing(f"declares no {' or '.join(asked.values)}")


def profile(asked: Asked, scope: Scope) -> Judged:
    """Looks for a profile in the entry of its resource, or at the root, where STU3 and DSTU2 list them."""
    here = [fact for entry in scope.entries(asked) for fact in entry.profiles]
    facts = [*here, *scope.statement.profiles] if asked.resource else list(scope.statement.every_profile)
    wanted = {names.canonical(value): names.version(value) for value in asked.values}
    found = [fact for fact in facts if names.canonical(fact.value) in wanted]
    if not found:
        return _no_profile(asked, scope, here)
    other = [
        fact.value
        for fact in found
        if (asks := wanted[names.canonical(fact.value)]) and names.version(fact.value) not in ("", asks)
    ]
    places = tuple(fact.pointer for fact in found)
    if len(other) == len(found):
        return scope.partly(f"of another version: {listed(other)}", *places)
    if asked.once and len(found) > 1:
        return scope.partly(f"stands {len(found)} times, and once is asked", *places)
    return scope.met(*places)


def _no_profile(asked: Asked, scope: Scope, here: list[Fact]) -> Judged:
    base = {names.base_resource(value) for value in asked.values} - {""}
    if asked.resource and asked.resource in base:
        entries = scope.entries(asked)
        if entries:
            return scope.met(*(entry.pointer for entry in entries), says="every entry of the resource follows its base")
    wanted = {names.canonical(value) for value in asked.values}
    elsewhere = [fact for fact in scope.statement.every_profile if names.canonical(fact.value) in wanted]
    if elsewhere:
        return scope.partly("declared for another resource", *(fact.pointer for fact in elsewhere))
    others = listed(values(tuple(here)))
    return missing(f"declares {others} instead" if others else "declares no profile", *(fact.pointer for fact in here))


def interaction(asked: Asked, scope: Scope) -> Judged:
    """Looks for an interaction of the resource."""
    facts = [fact for entry in scope.entries(asked) for fact in entry.interactions]
    return _coded(asked, scope, facts)


def system_interaction(asked: Asked, scope: Scope) -> Judged:
    """Looks for an interaction of the whole system."""
    return _coded(asked, scope, [fact for rest in scope.rests(asked.mode) for fact in rest.interactions])


def _coded(asked: Asked, scope: Scope, facts: list[Fact]) -> Judged:
    found = [fact.pointer for fact in facts if fact.value in asked.values]
    if found:
        return scope.met(*found)
    others = listed(values(tuple(facts)), 9)
    return missing(f"declares {others}" if others else "declares no interaction")


def search_parameter(asked: Asked, scope: Scope) -> Judged:
    """Compares a search parameter by name and type."""
    wanted = asked.values[0]
    met: list[str] = []
    near: list[tuple[str, str]] = []
    for each in scope.parameters(asked):
        name = each.name or ""
        if name == wanted and (not asked.type or each.type == asked.type):
            met.append(each.pointer)
        elif name == wanted:
            near.insert(0, (f"its type is {each.type or 'not stated'}, and {asked.type} is asked", each.pointer))
        elif names.unmodified(name) == names.unmodified(wanted) and ":" in name + wanted:
            near.append((f"declared as {name}", each.pointer))
    if met:
        return scope.met(*met)
    return scope.partly(*near[0]) if near else missing("declares no such search parameter")


def combination(asked: Asked, scope: Scope) -> Judged:
    """Compares combinations; that parameters combine can be true without being said."""
    wanted = set(asked.values)
    declared = [both for entry in scope.entries(asked) for both in entry.combinations]
    met = [both.pointer for both in declared if set(both.required) <= wanted <= {*both.required, *both.optional}]
    if met:
        return scope.met(*met)
    known = {each.name for each in scope.parameters(asked)}
    absent = [name for name in asked.values if name not in known]
    if absent:
        return missing(f"not declared as search parameter: {listed(absent)}")
    said = (
        "others are declared, this one is not"
        if declared
        else "each parameter is declared; that they combine is not said"
    )
    return unseen(said)


def include(asked: Asked, scope: Scope) -> Judged:
    """Compares includes: a wider one (``*``, or without the target type) covers a narrower one."""
    reverse = asked.test is Probe.REVERSE_INCLUDE
    facts = [
        fact
        for entry in scope.entries(asked)
        for fact in (entry.reverse_includes if reverse else entry.includes)
    ]  # fmt: skip
    wanted = asked.values[0]
    near: list[tuple[str, str]] = []
    for fact in facts:
        if fact.value in (wanted, "*") or wanted.startswith(f"{fact.value}:"):
            return scope.met(fact.pointer, says="" if fact.value == wanted else f"covered by {fact.value}")
        if names.include(fact.value) == names.include(wanted):
            near.append((f"written {fact.value}", fact.pointer))
        elif fact.value.startswith(f"{wanted}:"):
            near.append((f"only {fact.value}", fact.pointer))
    if near:
        return scope.partly(*near[0])
    others = listed(values(tuple(facts)))
    return missing(f"declares {others}" if others else f"declares no {'reverse ' * reverse}include")


def operation(asked: Asked, scope: Scope) -> Judged:
    """Compares an operation by name and by definition, the version of the definition apart."""
    here, elsewhere = _operations(asked, scope)
    fits = [fit for each in here if (fit := _operation(asked, each, scope))]
    # What is declared elsewhere counts only where nothing is declared here.
    fits = fits or [fit for each in elsewhere if (fit := _elsewhere(asked, each, scope))]
    if fits:
        best = next((fit for fit in fits if fit.outcome is Outcome.SATISFIED), fits[0])
        scope.used.update(best.pointers)
        return best
    others = listed([each.name for each in here if each.name])
    return missing(f"declares {others}" if others else "declares no operation")


def _operations(asked: Asked, scope: Scope) -> tuple[list[Operation], list[Operation]]:
    of_system = [each for rest in scope.rests(asked.mode) for each in rest.operations]
    of_resource = [each for entry in scope.entries(asked) for each in entry.operations]
    if not asked.resource or scope.statement.release in (Release.STU3, Release.DSTU2):
        return [*of_system, *of_resource], []
    return of_resource, of_system


def _operation(asked: Asked, each: Operation, scope: Scope) -> Judged | None:
    """Judges one operation of the instance; ``None`` where it is another one altogether."""
    quiet = Scope(scope.statement)  # what is only looked at meets nothing yet
    called = names.operation(each.name or "") in {names.operation(value) for value in asked.values}
    stated, wanted = each.definition or "", asked.definition
    if not wanted:
        return quiet.met(each.pointer) if called else None
    if stated and names.canonical(stated) == names.canonical(wanted):
        if not called:
            return quiet.partly(f"the definition is this one, the name is {each.name or 'not stated'}", each.pointer)
        differs = names.version(stated) != names.version(wanted)
        both = f"version {names.version(stated) or 'not stated'}, asked {names.version(wanted) or 'any'}"
        return quiet.met(each.pointer, says=both if differs else "")
    if called:
        return quiet.partly(f"its definition is {stated}" if stated else "no definition is stated", each.pointer)
    return None


def _elsewhere(asked: Asked, each: Operation, scope: Scope) -> Judged | None:
    found = _operation(asked, each, scope)
    says = f"declared for the whole system, asked of {asked.resource}"
    return Judged(Outcome.PARTLY, says, found.pointers) if found else None

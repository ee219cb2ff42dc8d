"""The do-once method as a command asks for it, and what answers the refs of its figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from eamap.cli.doonce.settings import ANY, FORM, WORDS, Settings
from eamap.errors import UsageError

if TYPE_CHECKING:
    from eamap.analysis.doonce.assess import Run
    from eamap.analysis.doonce.assessment import Assessment
    from eamap.analysis.doonce.parameters import Parameters
    from eamap.cli.opening import Opened
    from eamap.model.refs import Context, Explanation, Ref
    from eamap.model.refs.evidence import Resolver
    from eamap.model.selector import EstateOn

SETS = ("doonce", "capabilities", "pathways", "organisations", "products", "crosswalks")
_OTHER = {"2026-04": "2022"}
"""The boundaries that are told beside those of a name; beside any other, the newest."""


def parameters_of(settings: Settings, opened: Opened) -> Parameters:
    """Reads the file of parameters; what no file says is empty."""
    from eamap.analysis.doonce.parameters import Parameters, read_parameters
    from eamap.reference import doonce

    if not settings.parameters:
        return Parameters()
    return read_parameters(Path(settings.parameters), doonce.load(opened.reference))


def run_of(opened: Opened, settings: Settings) -> Run:
    """Returns the run that settings ask for; UsageError or SourceError for those that nothing can be made of."""
    from eamap.analysis.doonce.assess import Run
    from eamap.analysis.doonce.facts import Facts
    from eamap.analysis.doonce.parameters import read_weights
    from eamap.analysis.market.arrangements import SEED
    from eamap.interpret.geography import geography
    from eamap.reference import doonce

    told = parameters_of(settings, opened)
    method = told.applied(doonce.load(opened.reference))
    if settings.weights in method.profiles:
        method = method.weighted(settings.weights)
    elif settings.weights:
        file = Path(settings.weights)
        method = method.weighted(file.name, read_weights(file)) if file.is_file() else method.weighted(settings.weights)
    placed = partial(geography, as_of=opened.on.as_of, estate=opened.estate, reference=opened.reference)
    mine = placed(settings.geography or None)
    other = placed(_OTHER.get(mine.name, "2026-04"))
    ics = settings.ics.strip().upper()
    facts = Facts(opened.on, mine, method, settings.setting, ics, other, told.steps, opened.reference)
    if (settings.setting or ics) and not facts.bodies.height:
        types = ", ".join(sorted(set(replace(facts, setting="", ics="").bodies["type"].drop_nulls())))
        raise UsageError(
            f"no organisation is of {settings.setting or ics!r}", hint=f"types are {types}; see also --geography"
        )
    return Run(facts, int(settings.seed) if settings.seed else SEED)


def wanted(run: Run, asked: Sequence[str], told: str) -> list[str]:
    """Returns the capabilities that are asked for, in order; a group stands for its leaves, nothing for all leaves.

    ``told`` is the capability that the file of parameters is about. UsageError for one that nobody knows.
    """
    from eamap.analysis.doonce.assess import capabilities_known

    known = capabilities_known(run.facts)
    named = [each.strip().upper().removeprefix("CAPABILITY:") for each in asked] or ([told.upper()] if told else [])
    if told and named != [told.upper()]:
        raise UsageError(f"the parameters are for {told}", hint=f"ask for {told}, or leave capability out of the file")
    found: list[str] = []
    for each in named:
        mine = [leaf for leaf in known if leaf == each or leaf.startswith((f"{each}.", f"{each}-"))]
        if not mine:
            near = [leaf for leaf in known if leaf.startswith(each[:3])]
            hint = f"there are: {', '.join(near)}" if near else "see: eamap query kind:capability"
            raise UsageError(f"there is no capability {each!r}", hint=hint)
        found += [leaf for leaf in mine if leaf not in found]
    return found or known


def resolvers(opened: Opened) -> dict[str, Resolver]:
    """Returns what answers the refs of do-once figures; each run and each answer is worked out once."""
    return {FORM: partial(_figure, _Runs(opened))}


class _Runs:
    """The runs that refs ask for."""

    def __init__(self, opened: Opened) -> None:
        self._opened = opened
        self.run = cache(self._run)
        self.answers = cache(self._answers)

    def _run(self, settings: Settings) -> Run:
        from eamap.cli.opening import Opened

        opened = self._opened
        if settings.as_of and settings.as_of != opened.reading.as_of.isoformat():
            opened = Opened(replace(opened.reading, as_of=date.fromisoformat(settings.as_of)))
        return run_of(opened, settings)

    def _answers(self, capabilities: str, settings: Settings) -> tuple[Assessment, ...]:
        run = self.run(settings)
        asked = [] if capabilities == "*" else capabilities.split("|")
        return tuple(run.assess(wanted(run, asked, "")))


def _figure(runs: _Runs, ref: Ref, on: EstateOn, within: Context) -> Explanation:
    """Works a figure out again, and cites the facts it rests on."""
    del on  # the day of a figure may be that of its parameters
    capability, figure, *more = ref.arguments
    settings = Settings.of(more[0] if more else "")
    if capability == ANY and figure.startswith("method."):
        return _constant(runs.run(settings), ref, figure.removeprefix("method."))
    if figure in COUNTED:
        return _counted(runs, ref, capability, figure, settings)
    # A caution about several capabilities needs them all: the ref of a row names those it stood among after "of".
    one, _, among = capability.partition(" of ")
    found = next((each for each in runs.answers(among or one, settings) if each.capability == one.upper()), None)
    if found is None:
        raise UsageError(f"there is no capability {one!r}", hint="see: eamap doonce")
    return _explained(runs.run(settings), ref, found, figure, within)


def _constant(run: Run, ref: Ref, name: str) -> Explanation:
    from eamap.model.refs import Explanation

    try:
        value = run.facts.method[name]
    except KeyError as error:
        raise UsageError(f"there is no constant {name!r}", hint="see docs/doonce.md, parameters") from error
    return Explanation(str(ref), value, f"{name}, a constant of the do-once method (docs/doonce.md, parameters)")


def _explained(run: Run, ref: Ref, found: Assessment, figure: str, within: Context) -> Explanation:
    import polars as pl

    from eamap.analysis.doonce.evidence import BEHIND, NUMBER, behind, number_of
    from eamap.cli.doonce.rows import in_words
    from eamap.model.refs import Explanation
    from eamap.model.refs.evidence import of_things

    path = figure.removesuffix(WORDS)
    try:
        value = number_of(found, path) if path.startswith((BEHIND, NUMBER)) else found.figure(path)
    except (KeyError, IndexError, ValueError, TypeError) as error:
        raise UsageError(f"there is no figure {path!r}", hint="see: eamap doonce --format json") from error
    ids = behind(found, path.removeprefix(BEHIND))
    shown = ids if within.limit is None else ids[: within.limit]
    rows = tuple(of_things(run.facts.on, pl.Series(shown, dtype=pl.String))) if shown else ()
    plain = isinstance(value, int | float | str | bool) or value is None
    said = in_words(path, value) if figure.endswith(WORDS) or not plain else value
    meaning = f"{path} of {found.capability} {found.name}, by the do-once method (docs/doonce.md)"
    return Explanation(str(ref), said, meaning, rows, len(ids) - len(shown), found.applicable)


EVERY, SUFFICIENT, LEVELLED = "capabilities", "capabilities with evidence", "capabilities with a level"
COUNTED = (EVERY, SUFFICIENT, LEVELLED)
"""Figures of several capabilities."""


def counted(found: Sequence[Assessment], figure: str) -> list[Assessment]:
    """Returns the answers that a figure of several capabilities counts."""
    if figure == SUFFICIENT:
        return [each for each in found if not each.sufficient]
    return [each for each in found if figure == EVERY or each.level is not None]


def _counted(runs: _Runs, ref: Ref, capabilities: str, figure: str, settings: Settings) -> Explanation:
    import polars as pl

    from eamap.model.refs import Explanation
    from eamap.model.refs.evidence import of_things

    found = runs.answers(capabilities, settings)
    mine = counted(found, figure)
    ids = pl.Series([f"capability:{each.capability}" for each in mine], dtype=pl.String)
    rows = tuple(of_things(runs.run(settings).facts.on, ids)) if mine else ()
    return Explanation(str(ref), len(mine), f"capabilities of the run: {figure}", rows, 0, len(found))

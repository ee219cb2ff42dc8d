"""Works out what a file of changes comes to on an estate: which systems, interfaces and organisations each entry means.

What an entry names has to be there: a selector that selects nothing, a standard that nobody knows or two entries that say
different things about one system are refused with their lines, because a change that changes nothing would read as
"makes no difference".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, singledispatchmethod
from typing import TYPE_CHECKING, Any

from eamap.analysis.changes import Conform, Connect
from eamap.analysis.pathways.ends import IN_USE
from eamap.analysis.whatif import spec
from eamap.analysis.whatif.reading import Asked, ChangesFile
from eamap.analysis.whatif.steps import Placed, Replace, Resolved, Retire, Step, TakeOver, Use
from eamap.errors import EamapError, SourceError

if TYPE_CHECKING:
    import polars as pl

    from eamap.interpret.geography import Geography
    from eamap.model.selector import EstateOn

_BODY, _SYSTEM, _CAPABILITY, _STANDARD = "organisation:", "system:", "capability:", "standard:"
_SHOWN = 5


def resolved(file: ChangesFile, on: EstateOn, geography: Geography) -> Resolved:
    """Returns what a file comes to on an estate; SourceError with the line of an entry that means nothing there."""
    found = _Resolving(file, on, geography)
    for asked in file.asked:
        found.add(asked)
    return found.result()


@dataclass(eq=False)
class _Resolving:
    """The steps found so far."""

    file: ChangesFile
    on: EstateOn
    geography: Geography
    steps: dict[Step, int] = field(default_factory=dict)
    moves: dict[str, tuple[str, int]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    capabilities: list[str] = field(default_factory=list)
    fate: dict[str, tuple[Step, int]] = field(default_factory=dict)
    """What becomes of each system that does not stay what it is, and the line that says so."""

    def add(self, asked: Asked) -> None:
        """Works out one entry."""
        self._line = asked.line
        self._kind = asked.kind
        self._of(asked.spec)

    def result(self) -> Resolved:
        """Returns everything found."""
        steps = tuple(Placed(line, step) for step, line in self.steps.items())
        moves = ",".join(f"{code}:{to}" for code, (to, _) in sorted(self.moves.items()))
        return Resolved(steps, moves, tuple(self.notes), self._systems(), tuple(dict.fromkeys(self.capabilities)))

    # Kinds of change ----------------------------------------------------------------------------------------------------

    @singledispatchmethod
    def _of(self, asked: Any) -> None:
        raise TypeError(f"no change is made of {type(asked).__name__}")

    @_of.register
    def _replace(self, asked: spec.ReplaceProduct) -> None:
        for system in self._selected(asked.systems, "system"):
            self._decide(system, Replace(system, asked.product, asked.supplier, asked.version, asked.runs_on == "gone"))

    @_of.register
    def _retire(self, asked: spec.RetireSystem) -> None:
        for system in self._selected(asked.systems, "system"):
            self._decide(system, Retire(system))

    @_of.register
    def _converge(self, asked: spec.Converge) -> None:
        import polars as pl

        self._known("system", asked.on)
        board, capability = asked.ics.upper(), f"{_CAPABILITY}{asked.capability.upper()}"
        self._known("capability", capability)
        own = self.does.filter((pl.col("capability") == capability) & (pl.col("system") != asked.on))
        bodies = self._bodies_of(board)
        mine = own.join(self.live, on="system").filter(pl.col("operator").is_in(bodies.implode())).sort("system")
        if not mine.height:
            raise self._wrong(f"no organisation of {board} has another live system that surely does {asked.capability}",
                              f"see: eamap query 'org:{board} and capability:{asked.capability}'")  # fmt: skip
        self.capabilities.append(capability.removeprefix(_CAPABILITY))
        for operator in mine["operator"].unique().sort():
            if operator != self.operators.get(asked.on):
                self._step(Use(operator, asked.on))
        self._step_aside(asked, capability, mine["system"].unique().sort().to_list())

    def _step_aside(self, asked: spec.Converge, capability: str, systems: list[str]) -> None:
        """Retires what the instance takes the place of; what surely does something else as well stays, and a note says so."""
        import polars as pl

        more = self.does.filter(pl.col("system").is_in(systems) & (pl.col("capability") != capability))
        others = {
            system: list(codes)
            for system, codes in more.group_by("system").agg(pl.col("capability").sort()).iter_rows()
        }
        for system in systems:
            if system in others and not asked.whole:
                does = ", ".join(code.removeprefix(_CAPABILITY) for code in others[system][:_SHOWN])
                dots = " and more" if len(others[system]) > _SHOWN else ""
                self.notes.append(
                    f"line {self._line}: {system} is not retired, because it also does {does}{dots}; whole: true would retire it"
                )
                continue
            self._decide(system, Retire(system))
            if asked.interfaces == "move":
                self._step(TakeOver(system, asked.on))

    @_of.register
    def _conform(self, asked: spec.ConformInterface) -> None:
        standard = self._standard(asked.standard)
        for interface in self._selected(asked.interfaces, "interface"):
            self._step(Conform(interface, standard, asked.instead))

    @_of.register
    def _conform_product(self, asked: spec.ConformProduct) -> None:
        import polars as pl

        self._known("product", asked.product)
        standard = self._standard(asked.standard)
        links = self.on.links("INSTANCE_OF").filter(pl.col("to") == asked.product).select(exposer="from").collect()
        of_it = links.filter(pl.col("exposer").is_in(self.live["system"].implode()))["exposer"].unique()
        listed = self.on.things("interface").filter(pl.col("exposer").is_in(of_it.implode()))
        if not listed.height:
            raise self._wrong(
                f"no system in use that is a {asked.product} exposes an interface",
                f"see: eamap interfaces {asked.product}",
            )
        for interface in listed["id"].sort():
            self._step(Conform(interface, standard, asked.instead))

    @_of.register
    def _connect(self, asked: spec.Connect) -> None:
        for end in (asked.what, asked.to):
            self._known(end.partition(":")[0], end)
        if asked.what == asked.to:
            raise self._wrong(f"connects {asked.what} to itself", "name two ends")
        self._step(Connect(asked.what, asked.to, self._standard(asked.standard) if asked.standard else None))

    @_of.register
    def _move(self, asked: spec.MoveBoundary) -> None:
        to = asked.to.upper()
        for code in (each.upper() for each in asked.codes):
            before = self.moves.get(code)
            if before and before[0] != to:
                raise self._wrong(f"{code} goes to {to}, and to {before[0]} in line {before[1]}", "say one of them")
            self._placed(code)
            self.moves[code] = (to, self._line)

    def _placed(self, code: str) -> None:
        """Refuses a code that lies nowhere now: moving it would change nothing that anybody could compare."""
        known = self.geography.units["organisation"].to_list()
        if code not in known and code not in self.geography.boards["icb"].to_list():
            raise self._wrong(f"nobody knows an organisation or board {code}", f"see: eamap geography {code}")

    # What there is ------------------------------------------------------------------------------------------------------

    @cached_property
    def live(self) -> pl.DataFrame:
        """The production systems in use: system, operator."""
        import polars as pl

        listed = self.on.things("system").select("id", "operator", "status", "environment")
        status, environment = pl.col("status").fill_null("live"), pl.col("environment").fill_null("production")
        return listed.filter(status.is_in(IN_USE) & (environment == "production")).select(
            system="id", operator="operator"
        )

    @cached_property
    def operators(self) -> dict[str, str | None]:
        """Who runs each system."""
        return dict(self.on.things("system").select("id", "operator").iter_rows())

    @cached_property
    def does(self) -> pl.DataFrame:
        """What each system surely does: system, capability."""
        import polars as pl

        links = self.on.links("REALISES").filter(pl.col("certainty") != "possible")
        return links.select(system="from", capability="to").unique().collect()

    def _bodies_of(self, board: str) -> pl.Series:
        import polars as pl

        units = self.geography.units.filter(pl.col("icb") == board)["organisation"]
        if not units.len():
            boards = ", ".join(self.geography.boards["icb"].to_list()[:60])
            raise self._wrong(
                f"there is no board {board} in the boundaries {self.geography.name}", f"boards are {boards}"
            )
        return _BODY + units

    def _selected(self, text: str, kind: str) -> list[str]:
        """Returns what a selector selects of one kind."""
        from eamap.model.selector import select_on

        try:
            ids = select_on(self.on, text).ids
        except EamapError as error:
            raise self._wrong(f"{text[:120]!r}: {error.message}", error.hint) from error
        found = sorted(each for each in ids.to_list() if each.startswith(f"{kind}:"))
        if not found:
            raise self._wrong(f"{text[:120]!r} selects no {kind}", "try it with: eamap query SELECTOR")
        return found

    def _known(self, kind: str, identifier: str) -> None:
        if identifier not in self._ids(kind):
            near = [each for each in self._ids(kind) if each.startswith(identifier[: len(kind) + 4])][:_SHOWN]
            hint = f"there are {', '.join(near)}" if near else f"see: eamap query kind:{kind}"
            raise self._wrong(f"the estate knows no {identifier}", hint)

    @cached_property
    def _held(self) -> dict[str, list[str]]:
        return {}

    def _ids(self, kind: str) -> list[str]:
        if kind not in self._held:
            self._held[kind] = self.on.things(kind)["id"].sort().to_list()
        return self._held[kind]

    def _standard(self, code: str) -> str:
        self._known("standard", f"{_STANDARD}{code}")
        return code

    # Steps --------------------------------------------------------------------------------------------------------------

    def _step(self, step: Step) -> None:
        self.steps.setdefault(step, self._line)

    def _decide(self, system: str, step: Step) -> None:
        """Notes what becomes of a system; two entries that say different things about it are refused."""
        before = self.fate.get(system)
        if before and before[0] != step:
            hint = "leave it out of one of them, for example: ... and not " + system
            raise self._wrong(f"says something else about {system} than line {before[1]}", hint)
        self.fate.setdefault(system, (step, self._line))
        self._step(step)

    def _systems(self) -> frozenset[str]:
        """The systems at any end of what changes."""
        import polars as pl

        named: set[str] = set()
        interfaces: set[str] = set()
        for step in self.steps:
            if isinstance(step, Conform):
                interfaces.add(step.interface)
            elif isinstance(step, Connect):
                named |= {step.consumer, step.exposer}
            elif isinstance(step, TakeOver):
                named |= {step.old, step.new}
            else:
                named.add(step.system)
        wanted = list(interfaces)
        exposers = self.on.things("interface").filter(pl.col("id").is_in(wanted))["exposer"].drop_nulls().to_list()
        consumers = (
            self.on.links("CONSUMES").filter(pl.col("to").is_in(wanted)).select("from").collect()["from"].to_list()
        )
        return frozenset(each for each in (*named, *exposers, *consumers) if each.startswith(_SYSTEM))

    def _wrong(self, message: str, hint: str) -> SourceError:
        return SourceError(f"{self._kind}: {message}", where=f"{self.file.name}, line {self._line}", hint=hint)

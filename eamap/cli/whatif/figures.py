"""The figures that a what-if tells before and after: those of every answer that a change may move, each with its ref."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from eamap.analysis.pathways.gaps import Gaps, Scope
    from eamap.cli.opening import Opened
    from eamap.model.results import Tally

SETS = (
    "pathways",
    "crosswalks",
    "standards",
    "capabilities",
    "products",
    "organisations",
    "lifecycle",
    "support",
    "doonce",
)
Value: TypeAlias = int | float | str | None
Key: TypeAlias = tuple[str, str, str]
EVERYWHERE = "all"
_MARKET = ("n", "live", "suppliers", "n_eff", "hhi", "top_share")
_ALIKE = ("systems", "products", "extra", "convergence")
_ONCE = {
    "level": "level", "modes": "modes", "case D": "D.point", "case D, at least": "D.lo", "case D, at most": "D.hi",
    "A purchasing power": "conditions.A.point", "B interoperability": "conditions.B.point", "N expertise": "conditions.N.point",
    "V variation": "conditions.V.point", "objections R": "R", "different products": "products", "effective number": "n_eff",
}  # fmt: skip
_SAID = {
    "n": "organisations with a known supplier", "live": "organisations with a live system", "suppliers": "suppliers",
    "n_eff": "effective number of suppliers", "hhi": "HHI", "top_share": "share of the largest supplier", "systems": "instances",
    "products": "products", "extra": "instances beyond what is expected", "convergence": "convergence index",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: which question it answers, about what, its value and what it is a share of, with the refs of both."""

    question: str
    subject: str
    name: str
    what: str
    value: Value
    ref: str
    of: int | None = None
    of_ref: str = ""

    @property
    def key(self) -> Key:
        """What the figure is compared by."""
        return self.question, self.subject, self.what


@dataclass(frozen=True, slots=True)
class Questions:
    """What is asked of one side: which hand-offs, as they are answered, and which capabilities (codes)."""

    gaps: Gaps
    capabilities: tuple[str, ...]
    flows: bool = False

    @property
    def scope(self) -> Scope:
        """Which hand-offs."""
        return self.gaps.scope


def figures(opened: Opened, asked: Questions) -> dict[Key, Figure]:
    """Returns every figure of one side, in the order in which they are told."""
    every = (_gaps, _interop, _debt, _support, _suppliers, _alike, _once, _flows)
    return {figure.key: figure for question in every for figure in question(opened, asked)}


def _tallied(question: str, subject: str, name: str, told: Mapping[str, Tally]) -> Iterator[Figure]:
    for what, tally in told.items():
        yield Figure(question, subject, name, what, tally.n, tally.ref, tally.of, tally.of_ref)


def _gaps(opened: Opened, asked: Questions) -> Iterable[Figure]:
    from eamap.cli.pathways.handoffs import tallies

    del opened  # the hand-offs are those of the question
    ics = asked.scope.ics or EVERYWHERE
    return _tallied("gaps", ics, asked.scope.pathway or "every pathway", tallies(asked.gaps))


def _interop(opened: Opened, asked: Questions) -> Iterator[Figure]:
    from eamap.analysis.pathways.interop import BY
    from eamap.cli.numbers import ref
    from eamap.cli.pathways.handoffs import interop_of

    where = asked.scope.geography
    told = interop_of(opened, where).totals()
    names = {"stated": "interfaces that state a standard", "claimed": "interfaces that claim a standard of the registry",
             "verified": "interfaces verified", "contradicted": "interfaces that their statement contradicts"}  # fmt: skip

    def of(count: str) -> str:
        return ref("interop", BY[0], where or "as judged", EVERYWHERE, f"any {count}")

    for count, words in names.items():
        yield Figure(
            "interop",
            EVERYWHERE,
            "standards claimed",
            words,
            told[count],
            of(count),
            told["interfaces"],
            of("interfaces"),
        )


def _debt(opened: Opened, asked: Questions) -> Iterator[Figure]:
    from eamap.analysis.support.measures import MEASURES, PACKS
    from eamap.cli.registers.figures import tally
    from eamap.cli.registers.made import Registers

    del asked  # the register has no boundaries
    registers = Registers(opened)
    told = {MEASURES[name].says: tally(registers, name, "", None) for name in PACKS["debt"]}
    yield from _tallied("debt", EVERYWHERE, "the debt register", told)


def _support(opened: Opened, asked: Questions) -> Iterator[Figure]:
    from eamap.cli.support.components import asked_of, shares

    del asked  # support has no boundaries
    yield from _tallied("eol", EVERYWHERE, "components in use", shares(asked_of(opened, "")))


def _suppliers(opened: Opened, asked: Questions) -> Iterator[Figure]:
    yield from _of_market(opened, asked, "suppliers", {"by": "capability"}, _MARKET)


def _alike(opened: Opened, asked: Questions) -> Iterator[Figure]:
    options = {"geography": asked.scope.geography or "", "ics": asked.scope.ics or ""}
    yield from _of_market(opened, asked, "converge", options, _ALIKE)


def _of_market(
    opened: Opened, asked: Questions, table: str, options: Mapping[str, str], names: Iterable[str]
) -> Iterator[Figure]:
    """Yields figures of the rows of a table about the market whose capability is asked about."""
    from eamap.cli.market.asked import Asked, rounded
    from eamap.cli.market.tables import TABLES

    question = Asked(opened, "", {"setting": "", **options} if table == "converge" else options)
    called = question.names("capability")
    for row in TABLES[table].rows(question).iter_rows(named=True):
        code = row["capability"].partition(":")[2]
        if code not in asked.capabilities:
            continue
        for name in names:
            if row[name] is not None:
                yield Figure(
                    table,
                    code,
                    called.get(row["capability"], code),
                    _SAID[name],
                    rounded(row[name]),
                    question.ref(table, name, row["key"]),
                )


def _once(opened: Opened, asked: Questions) -> Iterator[Figure]:
    from eamap.analysis.doonce.assess import capabilities_known
    from eamap.cli.doonce.rows import in_words
    from eamap.cli.doonce.running import run_of
    from eamap.cli.doonce.settings import WORDS, Settings, figure_ref

    if not asked.capabilities:
        return
    settings = Settings(geography=asked.scope.geography or "")
    run = run_of(opened, settings)
    known = set(capabilities_known(run.facts))
    for found in run.assess([code for code in asked.capabilities if code in known]):
        for words, path in _ONCE.items():
            value = found.figure(path)
            told = path == "modes" or value is None or isinstance(value, str)
            value, name = (in_words(path, value), path + WORDS) if told else (value, path)
            yield Figure(
                "doonce", found.capability, found.name, words, value, figure_ref(found.capability, name, settings)
            )


def _flows(opened: Opened, asked: Questions) -> Iterator[Figure]:
    """Yields what crosses a boundary; asked only where one moved."""
    from eamap.cli.geography import flowing

    if not asked.flows:
        return
    names = {"total": "volume", "crosses": "volume that crosses", "undecided": "volume undecided", "lower": "share that crosses, at least",
             "upper": "share that crosses, at most"}  # fmt: skip
    own = flowing.asked(opened, asked.scope.geography, None)
    for row in flowing.overall_rows(opened, own, asked.scope.ics or ""):
        for key, words in names.items():
            if row[key] is not None:
                yield Figure(
                    "flows",
                    f"{row['flows']}, between {row['level']}",
                    "patient flows",
                    words,
                    row[key],
                    row["refs"][key],
                )

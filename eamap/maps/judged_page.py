"""One capability on one page: what should be done once, how sure that is, on what it rests and what would change it.

A sheet that a board can be handed. Every figure is one of the answer (``eamap.analysis.doonce``) with its ref; this module
arranges and words, and works nothing out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from eamap.analysis.doonce.assessment import LEVELS, NO, YES, Assessment, Benefit, Interval
from eamap.analysis.doonce.evidence import NUMBER
from eamap.maps.judged import GATES, METHOD, MODES, Judged
from eamap.maps.judged_evidence import evidence
from eamap.model.diagram import NOTHING, Diagram, Source, Span, Tally, Text, as_of_text
from eamap.model.panels import Area, Entry, Limit, Page, Panel, Plane, Ranges, Reach, Spot, Words
from eamap.model.selector import EstateOn

CONDITIONS = {
    "A": "A purchasing power", "B": "B interoperability across ICSs", "N": "N niche expertise", "V": "V unwarranted variation",
}  # fmt: skip
OBJECTIONS = {
    "K1": "K1 warranted variation", "K2": "K2 spread of maturity", "K3": "K3 lock-in", "K4": "K4 concentrated market",
    "K5": "K5 pace of change", "K6": "K6 coupled to local partners",
}  # fmt: skip
_WORTH = {
    "price": "Price: nobody pays above the median", "contracts": "Contracts: fewer procurements", "interfaces": "Interfaces: fewer to keep",
    "legacy": "Legacy: old instances retired early", "switching, once": "Switching, once: moving to one",
}  # fmt: skip
_WANTED = {
    "procurement_cost_gbp": "what a procurement costs", "cycle_years": "the years between two",
    "interface_cost_gbp": "what an interface costs a year", "interfaces_after": "how many stay",
    "legacy_run_cost_gbp": "what an old instance costs a year", "legacy_instances": "how many",
    "migration_cost_gbp": "what moving an organisation costs", "termination_cost_gbp": "ending contracts early",
    "parallel_cost_gbp": "running both at once",
}  # fmt: skip
_CORNERS = ("Coordination", "Unification", "Diversification", "Replication")
_GATE_LINES = {"K3": "gate.run_once", "K4": "gate.single_supplier"}
_SHOWN = 6
"""How many of what would change the answer, and of the cautions, a page has room for."""
_NAMED = 16
"""How many organisations are named in a line."""
_DO = {"buy": "buy once", "standardise": "set one standard", "blueprint": "make one blueprint", "expert": "have one expert team",
       "run": "run it once"}  # fmt: skip
_BARRED = {
    "run": ("running it once is barred by lock-in", "lock-in may bar running it once"),
    "buy": (
        "a single supplier is barred, because the market is concentrated",
        "a single supplier may be barred, because the market may be concentrated",
    ),
}


@dataclass(frozen=True)
class JudgedPage:
    """Draws the page of one capability."""

    found: Assessment
    judged: Judged
    on: EstateOn

    def draw(self, marking: str = "", sources: Iterable[Source] = ()) -> Diagram:
        """Returns the page; ``sources`` are the sets of reference data used."""
        found = self.found
        table = evidence(found, self.judged, self.on)
        ref = f"capability:{found.capability}"
        title = Text.of("Do it once? ", (f"{found.capability} {found.name}".strip(), ref))
        return Diagram(
            title, "do-once-page", Page(self._panels(table.words)), self._tallies(), marking, self.on.as_of, self._alt(), self._subtitle(),
            self.on.estate.version, (*table.sources, *sources), self._footnotes(),
        )  # fmt: skip

    def tell(self, path: str) -> Span:
        """Returns a figure of the answer in words, with its ref."""
        return self.judged.tell(self.found, path)

    def _panels(self, table: Words) -> tuple[Panel, ...]:
        return (
            Panel("statement", Text.of("In words"), Words(tuple(self._statement()))),
            Panel("conditions", Text.of("The case for doing it once: four conditions, and all of them by weight"), self._conditions(), 7,
                  Text.of("Bar: from at least to at most. Dot: the point, where one is known. The scale runs from nothing to all.")),
            Panel("levels", Text.of("Levels: share of all weightings that give each"), self._levels(), 5,
                  self._standing()),
            Panel("objections", Text.of("Counter-conditions: what speaks against it"), self._objections(), 7, self._gates()),
            Panel("modes", Text.of("Modes: share of all weightings that ask for each"), self._modes(), 5),
            Panel("capture", Text.of("How much of the value each level reaches"), self._capture(), 6,
                  self._inside()),
            Panel("quadrant", Text.of("Operating model"), self._quadrant(), 6,
                  Text.of("Share of the weightings: ", self.tell("operating_model_acceptability"), ".")),
            Panel("benefits", Text.of("What it may be worth, in pounds: who pays and who gains"), self._benefits(), note=self._worth()),
            Panel("evidence", Text.of("Evidence: what each figure rests on"), table),
            Panel("changes", Text.of("What would change the answer"), self._changes()),
            Panel("position", Text.of("Position of ICSs"), Words(tuple(self._position()))),
            Panel("cautions", Text.of("Cautions that apply"), self._cautions()),
        )  # fmt: skip

    def _subtitle(self) -> Text:
        said = Text.of("Care setting: ", self.tell("setting"), "; boundaries: ", self.tell("geography"), "; weights: ")
        return said.plus(Text.of(self.tell("weights"), ". ")).plus(as_of_text(self.on.as_of))

    def _statement(self) -> Iterable[Entry]:
        found = self.found
        yield Entry("recommended", (self._recommended(),), ref=self.tell("level").ref, strong=True)
        model = Text.of("Operating model: ", self.tell("operating_model"), ". The case for once, D: ", self.tell("D"))
        yield Entry("model", (model.plus(Text.of("; objections, R: ", self.tell("R"), ".")),), ref=self.tell("D").ref)
        yield Entry("variety", (self._variety(),), ref=self.tell("n").ref)
        yield Entry("confidence", (self._confidence(),), ref=self.tell("confidence").ref)
        for place in range(len(found.notes)):
            yield Entry(f"note {place}", (Text.of(self.tell(f"notes.{place}")),), ref=self.tell(f"notes.{place}").ref)

    def _variety(self) -> Text:
        said = Text.of(
            "It applies to ", self.tell("applicable"), " organisations; ", self.tell("known"), " gave an answer and ", self.tell("n"),
            " have something live",
        )  # fmt: skip
        if not self.found.n:
            return said.plus(Text.of("."))
        products = Text.of(", with ", self.tell("products"), " different products (as varied as ", self.tell("n_eff"))
        said = said.plus(products).plus(Text.of(" equally common ones"))
        if "n_eff" in self.found.bootstrap:
            said = said.plus(Text.of("; ", self.tell("bootstrap.n_eff"), " by resampling"))
        return said.plus(Text.of(")."))

    def _confidence(self) -> Text:
        said = Text.of(f"Confidence: {self.found.confidence.word}, ", self.tell("confidence.value"), ", of ")
        for place, name in enumerate(self.found.confidence.factors):
            said = said.plus(Text.of(f"{', ' * bool(place)}{name} ", self.tell(f"confidence.{name}")))
        return said.plus(Text.of("."))

    def _recommended(self) -> Text:
        found = self.found
        asked = [_DO[each.mode] for each in found.modes if each.answer == YES and each.mode in _DO]
        maybe = [_DO[each.mode] for each in found.modes if each.answer not in (YES, NO) and each.mode in _DO]
        level = f"Level: {found.level}" if found.level else "No level is stated"
        said = Text.of(f"{level} (", self.tell("level_reason"), "). ")
        said = said.plus(Text.of(f"Asked for: {', '.join(asked) or 'nothing for certain'}. "))
        if maybe:
            said = said.plus(Text.of(f"Possible, but not enough is known: {', '.join(maybe)}. "))
        return said

    def _conditions(self) -> Ranges:
        rows = [
            self._interval(f"conditions.{name}", words, self.found.conditions[name])
            for name, words in CONDITIONS.items()
        ]
        return Ranges((*rows, self._interval("D", "D all, by weight", self.found.D)))

    def _interval(self, path: str, words: str, interval: Interval) -> Reach:
        figure = self.tell(path)
        return Reach(path, Text.of(words), interval.lo, interval.point, interval.hi, Text.of(figure), ref=figure.ref)

    def _objections(self) -> Ranges:
        return Ranges(
            (
                *(self._objection(name, words) for name, words in OBJECTIONS.items()),
                self._point("R", "R all, their mean", self.found.R),
            )
        )

    def _objection(self, name: str, words: str) -> Reach:
        point, ends = self.found.K[name], self.found.K_intervals.get(name)
        path = f"K.{name}"
        if ends is None:
            return self._point(path, words, point)
        figure = Text.of(self.tell(path), " (", self.tell(f"{name}_interval"), ")")
        limit = self.judged.number(_GATE_LINES[name]) if name in _GATE_LINES else None
        label = Text.of((words, self.tell(path).ref))
        return Reach(path, label, ends[0], point, ends[1], figure, limit, ref=self.tell(path).ref)

    def _point(self, path: str, words: str, point: float | None) -> Reach:
        figure = self.tell(path)
        lo, hi = (0.0, 1.0) if point is None else (point, point)
        return Reach(path, Text.of((words, figure.ref)), lo, point, hi, Text.of(figure), ref=figure.ref)

    def _gates(self) -> Text:
        lock_in, market = (self.judged.constant(METHOD + name) for name in _GATE_LINES.values())
        told = Text.of(
            "Upright lines are gates: lock-in above ", lock_in, ", a concentrated market above ", market, ". "
        )
        said = [
            words[self.found.gates[gate] != YES]
            for mode, gate in GATES.items()
            for words in (_BARRED[mode],)
            if self.found.gates[gate] != NO
        ]
        return told.plus(Text.of(f"{'; '.join(said).capitalize()}." if said else "No gate bars anything."))

    def _standing(self) -> Text:
        if self.found.sufficient:
            return Text.of("The evidence is insufficient, so none of these is an answer.")
        standing = f"Over all weightings the answer is {self.found.standing}. Smallest change that flips it: "
        return Text.of(standing, self.tell("flip"), ".")

    def _levels(self) -> Ranges:
        named = {**{level: level for level in LEVELS}, "none": "no level"}
        return Ranges(
            tuple(
                self._share(f"acceptability_level.{key}", words, self.found.acceptability_level[key])
                for key, words in named.items()
            ),
            True,
        )

    def _modes(self) -> Ranges:
        order = list(MODES)
        places = [(place, each) for place, each in enumerate(self.found.modes)]
        places.sort(key=lambda each: order.index(each[1].mode) if each[1].mode in order else len(order))
        words = {**MODES, "local": "Local choice"}
        return Ranges(
            tuple(self._share(f"modes.{place}.acceptability", words[each.mode], each.acceptability, each.answer, each.because) for place, each in places),
            True,
        )  # fmt: skip

    def _share(self, path: str, words: str, share: float, answer: str = "", why: str = "") -> Reach:
        figure = self.tell(path)
        text = Text.of(f"{answer}, " if answer else "", figure)
        return Reach(path, Text.of(words), 0.0, share, 1.0, text, note=Text.of(why), ref=figure.ref)

    def _capture(self) -> Plane:
        step = 1 / (len(LEVELS) - 1)
        spots = tuple(
            Spot(f"capture.{level}", Text.of(level), place * step, value, Text.of(self.tell(f"capture.{level}")), ref=self.tell(f"capture.{level}").ref)
            for place, level in enumerate(LEVELS)
            if (value := self.found.capture[level]) is not None
        )  # fmt: skip
        line = self.judged.constant(METHOD + "level_threshold")
        ticks = tuple((place * step, Text.of(level)) for place, level in enumerate(LEVELS))
        return Plane(
            NOTHING, Text.of("share of the value, from nothing to all"), spots, (),
            (Limit(self.judged.number("level_threshold"), Text.of("line ", line)),), ticks, joined=True,
        )  # fmt: skip

    def _inside(self) -> Text:
        """Tells what the curve rests on, and how much of the variety ICSs hold beside what chance alone would give them."""
        rests, found = Text.of("It rests on: ", self.tell("capture_conditions"), ". "), self.found
        if found.within_ics is None:
            return rests.plus(Text.of("How much of the variety lies inside ICSs is not known."))
        told = rests.plus(Text.of(self.tell("within_ics"), " of the variety lies inside ICSs"))
        if found.H_ics_permuted is None or found.convergence_index is None:
            return told.plus(Text.of("; there is no chance to hold it against."))
        chance = Text.of(
            " (by chance alone ",
            self.tell("H_ics_permuted"),
            " of ",
            self.tell("entropy"),
            " nats). Convergence against chance: ",
        )
        return told.plus(chance).plus(Text.of(self.tell("convergence_index"), "."))

    def _quadrant(self) -> Plane:
        up, across = self.found.conditions["B"], self.found.conditions["V"]
        told = Text.of("B ", self.tell("conditions.B"), ", V ", self.tell("conditions.V"))
        box = Area("uncertainty", Text.of("where it may lie"), across.lo, up.lo, across.hi, up.hi, told)
        spots: tuple[Spot, ...] = ()
        if up.point is not None and across.point is not None:
            spots = (Spot("where", Text.of("what is known"), across.point, up.point),)
        limits = (Limit(self.judged.number("axis.B")), Limit(self.judged.number("axis.V"), upright=True))
        return Plane(
            Text.of("V standardisation, to the right"), Text.of("B integration, upwards"), spots, (box,), limits,
            corners=tuple(map(Text.of, _CORNERS)),
        )  # fmt: skip

    def _benefits(self) -> Words:
        heads = ("Line", "Least, central, most", "Of which kind", "Who pays", "Who gains")
        rows = tuple(self._benefit(place, each) for place, each in enumerate(self.found.benefits))
        return Words(rows, tuple(map(Text.of, heads)), (2.9, 4.8, 1.2, 1.1, 1.1))

    def _benefit(self, place: int, line: Benefit) -> Entry:
        path = f"benefits.{place}"
        named = Text.of((_WORTH.get(line.line, line.line), self.tell(path).ref))
        kind = Text.of(f"{line.cash}, {line.budget}")
        texts = (named, self._pounds(path, line), kind, Text.of(line.payer), Text.of(line.beneficiary))
        return Entry(f"benefit {place}", texts, ref=self.tell(path).ref)

    def _pounds(self, path: str, line: Benefit) -> Text:
        """Tells a range; a line that lacks a driver says which, and is not nothing."""
        if line.central is None:
            wanted = "; ".join(_WANTED.get(each, each) for each in line.missing)
            return Text.of("not estimated, for want of ", (wanted, self.tell(f"{path}.missing").ref))
        low, central, high = (self.tell(f"{path}.{name}") for name in ("low", "central", "high"))
        return Text.of(low, ", ", central, ", ", high)

    def _worth(self) -> Text:
        years, rate = (self.judged.constant(METHOD + name) for name in ("benefit_years", "discount_rate"))
        told = Text.of(
            "Each year, but switching, which is paid once. A saving may be nothing; one that is not estimated is not nothing. "
        )
        over = told.plus(Text.of("Net present value over ", years, " years at a discount rate of ", rate, ": "))
        if self.found.net_present_value is None:
            return over.plus(Text.of("not estimated, because a line is not."))
        return over.plus(Text.of(self.tell("net_present_value"), "."))

    def _changes(self) -> Words:
        heads = ("What would have to be known", "It would move", "D, at most by")
        rows = tuple(self._change(place) for place in range(min(len(self.found.what_would_change), _SHOWN)))
        return Words(rows, tuple(map(Text.of, heads)), (5.5, 3.5, 1.4))

    def _change(self, place: int) -> Entry:
        change, path = self.found.what_would_change[place], f"what_would_change.{place}"
        what = Text.of(self.tell(f"{path}.what")).plus(
            self._organisations(f"{path}.organisations", len(change.organisations))
        )
        width = Text.of(self.tell(f"{path}.width")) if change.width else Text.of("–")
        texts = (what, Text.of(self.tell(f"{path}.moves")), width)
        return Entry(f"change {place}", texts, "change", ref=self.tell(path).ref)

    def _organisations(self, path: str, n: int) -> Text:
        """Names the first of them by code, and counts the others."""
        named = NOTHING
        for place in range(min(n, _NAMED)):
            named = named.plus(Text.of(", " if named else ": ", self.tell(f"{path}.{place}")))
        if n <= _NAMED:
            return named
        more = self.judged.count(self.found, f"{NUMBER}{path} after {_NAMED}")
        return named.plus(Text.of(" and ", more.span, " more"))

    def _position(self) -> Iterable[Entry]:
        for place in range(len(self.found.dissent)):
            span = self.tell(f"dissent.{place}")
            yield Entry(f"dissent {place}", (Text.of(span),), ref=span.ref)
        if not self.found.dissent:
            yield Entry(
                "no dissent",
                (Text.of("No ICS has recorded that it disagrees. Silence is not consent: eamap decide dissent."),),
            )

    def _cautions(self) -> Words:
        return Words(tuple(
            Entry(f"caution {place}", (Text.of(self.tell(f"cautions.{place}")),), "caution", ref=self.tell(f"cautions.{place}").ref)
            for place in range(len(self.found.cautions))
        ))  # fmt: skip

    def _tallies(self) -> tuple[Tally, ...]:
        return (
            self._tally("change", "things that would change the answer", "what_would_change", _SHOWN),
            self._tally("caution", "cautions", "cautions", len(self.found.cautions)),
        )

    def _tally(self, kind: str, noun: str, path: str, most: int) -> Tally:
        drawn, left, every = (
            self.judged.count(self.found, f"{NUMBER}{path}{part}") for part in (f" first {most}", f" after {most}", "")
        )
        return Tally(kind, noun, drawn, left, every)

    def _alt(self) -> Text:
        said = Text.of("A page on one capability. ").plus(self._recommended())
        return said.plus(Text.of("The case for once is ", self.tell("D"), ", the objections ", self.tell("R"), "."))

    def _footnotes(self) -> tuple[Text, ...]:
        counts = {"weight_draws": "weightings", "permutations": "random arrangements", "bootstraps": "resamples"}
        told = Text.of("Scores put a long list in order; they choose nothing. Worked out with ")
        for place, (name, words) in enumerate(counts.items()):
            told = told.plus(Text.of(", " * bool(place), self.judged.constant(METHOD + name), f" {words}"))
        return (told.plus(Text.of(".")),)

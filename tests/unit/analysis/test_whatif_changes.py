"""Each kind of change on a small estate: what it comes to, what the estate is then, and what it refuses."""

from __future__ import annotations

import polars as pl
import pytest

from eamap.analysis.pathways.gaps import GAPS, Gaps, Scope
from eamap.analysis.whatif.applying import supposed
from eamap.analysis.whatif.differing import Difference
from eamap.analysis.whatif.reading import parsed
from eamap.analysis.whatif.resolving import resolved
from eamap.errors import SourceError
from eamap.interpret import interpret
from eamap.interpret.geography import geography
from eamap.model.selector import EstateOn
from tests.unit.analysis.handoff_estates import BODIES, DAY, body, consumes, does, interface, stated, system, under

MORE = [*BODIES, body("A02", "acute"), body("Q02", "", "icb")]


def estate(**more):
    """Returns two trusts and a practice: A01 with letters and a lab system, A02 with a lab system, B01 with a record."""
    content = {
        "organisation": MORE, "PART_OF": [*under("A01", "A02", "B01"), *under("X01", board="Q02")],
        "system": [system("A01/letters", product="Letters"), system("A01/lab", product="WinPath"), system("A02/lab", product="Own"),
                   system("A02/suite", product="Suite"), system("B01/record"), system("X01/ers"), system("A01/engine")],
        "REALISES": does("A01/letters CRD-2.1", "A01/lab DIA-2.1", "A02/lab DIA-2.1", "A02/suite DIA-2.1", "A02/suite REC-1.1",
                         "B01/record REC-1.1", "A01/engine TEC-1.1"),
        "component": [{"id": "component:A02/lab/c1", "system": "system:A02/lab", "raw": "Windows Server 2012 R2"}],
        "interface": [interface("A01/letters/i1", "system:A01/letters", "hl7v2"), interface("A02/lab/i2", "system:A02/lab", None)],
        "CONSUMES": consumes("system:B01/record A01/letters/i1", "system:B01/record A02/lab/i2"),
    }  # fmt: skip
    return stated(**{name: content.get(name, []) + more.get(name, []) for name in (*content, *more)})


class Sides:
    """Both sides of a what-if on an estate."""

    def __init__(self, text: str, given=None) -> None:
        self.file = parsed(("changes:\n" + text).encode(), "changes.yaml", "changes.yaml")
        self.given = given if given is not None else estate()
        self.before = EstateOn(interpret(self.given, DAY), DAY)
        self.found = resolved(self.file, self.before, geography(None, DAY, self.before.estate))
        self.changed = supposed(self.given, self.found, self.file)
        self.after = EstateOn(interpret(self.changed, DAY), DAY)

    def find(self, identifier: str) -> dict:
        return self.after.estate.find(identifier)

    @property
    def difference(self) -> Difference:
        moved = tuple(pair.partition(":")[0] for pair in self.found.moves.split(",") if pair)
        places = (geography(None, DAY, self.before.estate), geography(self.found.moves or None, DAY, self.after.estate))
        return Difference((self.before, places[0]), (self.after, places[1]), moved)

    def gaps(self) -> tuple[set, set]:
        def of(on):
            rows = Gaps(on, geography(None, DAY, on.estate), None, None, Scope()).rows.filter(
                pl.col("answer").is_in(GAPS)
            )
            return set(rows.select("step", "from_organisation", "to_organisation").iter_rows())

        return of(self.before), of(self.after)


def told(table: pl.DataFrame, *columns: str) -> list[tuple]:
    return table.select(columns).rows()


def test_nothing_changes_nothing():
    sides = Sides("  []\n")
    assert sides.changed is sides.given
    assert all(not table.height for _, table in sides.difference.parts())


def test_a_retired_system_joins_nobody_any_more():
    sides = Sides("  - retire-system: {systems: 'system:A01/letters'}\n")
    assert sides.find("system:A01/letters")["status"] == "retired"
    assert told(sides.difference.systems, "id", "change") == [("system:A01/letters", "removed")]
    assert told(sides.difference.connections, "interface", "change") == [("interface:A01/letters/i1", "removed")]
    before, after = sides.gaps()
    assert before <= after


def test_what_was_retired_before_stays_so():
    given = estate(system=[system("A01/old", status="retired")])
    sides = Sides("  - retire-system: {systems: 'system:A01/old'}\n", given)
    assert all(not table.height for _, table in sides.difference.parts())


def test_a_replaced_product_keeps_what_it_runs_on_unless_that_goes():
    text = "  - replace-product: {systems: 'system:A02/lab', product: WinPath, supplier: Clinisys, version: '7'%s}\n"
    kept, gone = Sides(text % ""), Sides(text % ", runs-on: gone")
    for sides in (kept, gone):
        found = sides.find("system:A02/lab")
        assert (found["product"], found["supplier"], found["product_version"]) == ("WinPath", "Clinisys", "7")
        assert told(sides.difference.systems, "id", "change") == [("system:A02/lab", "changed")]
    assert kept.after.things("component").height == 1
    assert gone.after.things("component").height == 0
    assert gone.before.things("component").height == 1, "the estate itself stays as it is"


def test_two_of_one_product_are_one_product_after_a_replacement():
    sides = Sides("  - replace-product: {systems: 'system:A02/lab', product: WinPath}\n")

    def products(on):
        links = on.links("INSTANCE_OF").filter(pl.col("from").str.ends_with("/lab")).collect()
        return links["to"].n_unique()

    assert (products(sides.before), products(sides.after)) == (2, 1)


def test_converging_retires_what_does_nothing_else_and_says_what_stays():
    sides = Sides("  - converge: {ics: Q01, capability: DIA-2.1, on: 'system:A01/lab'}\n")
    assert told(sides.difference.users, "organisation", "system", "change") == [
        ("organisation:A02", "system:A01/lab", "added")
    ]
    assert told(sides.difference.systems, "id", "change") == [("system:A02/lab", "removed")]
    assert [note for note in sides.found.notes if "system:A02/suite is not retired" in note and "REC-1.1" in note]
    assert sides.found.capabilities == ("DIA-2.1",)


def test_converging_the_whole_retires_what_does_more_too():
    sides = Sides("  - converge: {ics: Q01, capability: DIA-2.1, on: 'system:A01/lab', whole: true}\n")
    assert told(sides.difference.systems, "id") == [("system:A02/lab",), ("system:A02/suite",)]


def test_the_instance_takes_over_interfaces_only_where_that_is_asked():
    text = "  - converge: {ics: Q01, capability: DIA-2.1, on: 'system:A01/lab'%s}\n"
    stay, move = Sides(text % ""), Sides(text % ", interfaces: move")
    assert stay.find("interface:A02/lab/i2")["exposer"] == "system:A02/lab"
    assert move.find("interface:A02/lab/i2")["exposer"] == "system:A01/lab"
    assert told(stay.difference.connections, "interface", "change") == [("interface:A02/lab/i2", "removed")]
    assert ("system:A01/lab", "added") in told(move.difference.connections, "giver", "change")


def test_an_interface_that_would_join_the_instance_to_itself_is_gone():
    given = estate(
        interface=[interface("A01/lab/i3", "system:A01/lab")], CONSUMES=consumes("system:A02/lab A01/lab/i3")
    )
    sides = Sides("  - converge: {ics: Q01, capability: DIA-2.1, on: 'system:A01/lab', interfaces: move}\n", given)
    links = sides.changed.links("CONSUMES")
    assert links.filter(pl.col("to") == "interface:A01/lab/i3").height == 0


@pytest.mark.parametrize(("instead", "claims"), [("", ["hl7v2", "toc"]), (", instead: true", ["toc"])])
def test_an_interface_claims_a_standard_beside_or_instead(instead, claims):
    sides = Sides(f"  - conform-interface: {{interfaces: 'interface:A01/letters/i1', standard: toc{instead}}}\n")
    links = sides.after.links("CLAIMS").filter(pl.col("from") == "interface:A01/letters/i1").collect()
    assert sorted(links["to"].str.strip_prefix("standard:").unique()) == claims
    before, after = sides.gaps()
    assert ("P4/6", "A01", "B01") in before - after


def test_a_product_conforms_at_every_interface_it_exposes():
    given = estate(system=[system("A02/letters", product="Letters")], interface=[interface("A02/letters/i9", "system:A02/letters")],
                   CONSUMES=consumes("system:B01/record A02/letters/i9"))  # fmt: skip
    product = (
        EstateOn(interpret(given, DAY), DAY)
        .links("INSTANCE_OF")
        .filter(pl.col("from") == "system:A01/letters")
        .collect()["to"][0]
    )
    sides = Sides(f"  - conform-product: {{product: '{product}', standard: toc}}\n", given)
    assert told(sides.difference.connections, "interface", "change") == [
        ("interface:A01/letters/i1", "changed"), ("interface:A02/letters/i9", "changed")]  # fmt: skip


@pytest.mark.parametrize("what", ["organisation:B01", "system:A01/engine"])
def test_a_connection_is_made_for_a_standard(what):
    sides = Sides(f"  - connect: {{what: '{what}', to: 'system:X01/ers', for: ers-fhir}}\n")
    assert told(sides.difference.connections, "giver", "taker", "now", "change") == [
        ("system:X01/ers", what, "ers-fhir", "added")
    ]
    (made,) = sides.difference.connections["interface"]
    assert sides.after.estate.cite(made)[0].row == 2, "the line of the file"


def test_a_body_lies_elsewhere():
    sides = Sides("  - move-boundary: {codes: [A02], to: Q02}\n")
    assert sides.found.moves == "A02:Q02"
    assert told(sides.difference.places, "organisation", "was", "now") == [("A02", "Q01", "Q02")]
    assert sides.changed is sides.given, "no table says where organisations lie after a move"


def test_a_board_goes_whole():
    sides = Sides("  - move-boundary: {codes: [Q01], to: Q02}\n")
    assert {"A01", "A02", "B01"} <= set(sides.difference.places["organisation"])


def test_what_a_change_says_wins_and_what_the_source_says_stays_beside_it():
    sides = Sides("  - replace-product: {systems: 'system:A02/lab', product: WinPath}\n")
    cells = sides.after.estate.cite("system:A02/lab", "product")
    assert [(cell.source, cell.row) for cell in cells] == [("changes.yaml", 2), ("made.csv", 4)]
    assert sides.after.estate.cite("system:A02/lab", "name")[0].source == "made.csv"


def test_changes_of_several_kinds_are_made_together():
    sides = Sides(
        "  - retire-system: {systems: 'system:A02/suite'}\n"
        "  - replace-product: {systems: 'system:A02/lab', product: WinPath}\n"
        "  - conform-interface: {interfaces: 'interface:A02/lab/i2', standard: toc}\n"
        "  - connect: {what: organisation:B01, to: system:X01/ers, for: ers-fhir}\n"
    )
    assert told(sides.difference.systems, "id", "change") == [
        ("system:A02/lab", "changed"),
        ("system:A02/suite", "removed"),
    ]
    assert told(sides.difference.connections, "change") == [("changed",), ("added",)] or told(sides.difference.connections, "change") == [
        ("added",), ("changed",)]  # fmt: skip
    assert sides.found.systems >= {"system:A02/lab", "system:A02/suite", "system:X01/ers"}


def test_the_order_of_the_changes_does_not_matter():
    entries = [
        "  - retire-system: {systems: 'system:A02/suite'}\n", "  - conform-interface: {interfaces: 'interface:A02/lab/i2', standard: toc}\n",
        "  - converge: {ics: Q01, capability: CRD-2.1, on: 'system:A01/engine'}\n",
    ]  # fmt: skip
    one, other = Sides("".join(entries)), Sides("".join(reversed(entries)))
    for (_, table), (_, again) in zip(one.difference.parts(), other.difference.parts(), strict=True):
        assert table.equals(again)


@pytest.mark.parametrize(("text", "line", "said"), [
    ("  - retire-system: {systems: 'system:A01/none'}\n", 2, "selects no system"),
    ("  - retire-system: {systems: 'kind:'}\n", 2, "kind:"),
    ("  - retire-system: {systems: 'kind:interface'}\n", 2, "selects no system"),
    ("  - conform-interface: {interfaces: 'kind:interface', standard: none-such}\n", 2, "no standard:none-such"),
    ("  - conform-product: {product: 'product:none-such', standard: toc}\n", 2, "no product:none-such"),
    ("  - conform-product: {product: 'product:winpath', standard: toc}\n", 2, "exposes an interface"),
    ("  - connect: {what: organisation:B01, to: 'system:X01/none'}\n", 2, "no system:X01/none"),
    ("  - connect: {what: 'system:X01/ers', to: 'system:X01/ers'}\n", 2, "to itself"),
    ("  - converge: {ics: Q09, capability: DIA-2.1, on: 'system:A01/lab'}\n", 2, "no board Q09"),
    ("  - converge: {ics: Q01, capability: XXX-9, on: 'system:A01/lab'}\n", 2, "no capability:XXX-9"),
    ("  - converge: {ics: Q02, capability: DIA-2.1, on: 'system:A01/lab'}\n", 2, "another live system"),
    ("  - move-boundary: {codes: [NOBODY], to: Q02}\n", 2, "nobody knows"),
    ("  - move-boundary: {codes: [A02], to: Q02}\n  - move-boundary: {codes: [A02], to: Q01}\n", 3, "in line 2"),
    ("  - retire-system: {systems: 'system:A01/lab'}\n  - replace-product: {systems: 'system:A01/lab', product: X}\n", 3, "than line 2"),
])  # fmt: skip
def test_a_change_that_means_nothing_here_is_refused_with_its_line(text, line, said):
    with pytest.raises(SourceError) as caught:
        Sides(text)
    assert said in caught.value.message, caught.value.message
    assert caught.value.where == f"changes.yaml, line {line}"
    assert caught.value.hint

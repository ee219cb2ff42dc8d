"""The do-once map and the page of one capability: they draw the answer, all of it, and nothing that it does not say."""

from __future__ import annotations

import re

import pytest

from eamap.analysis.doonce.assessment import Change, Interval
from eamap.maps.do_once import DoOnceMap
from eamap.maps.judged_page import JudgedPage
from eamap.model.diagram import Status
from eamap.model.panels import Area, Spot
from eamap.model.selector import EstateOn
from tests.unit.maps.estates import DAY, small, spans
from tests.unit.maps.judgements import DISSENT, answer, changed, judged

ESTATE = small()
MODES = ("buy", "standardise", "blueprint", "expert", "run")


def mapped(*answers):
    return DoOnceMap().draw(ESTATE, DAY, marking="M", doonce=judged(*answers) if answers else None)


def cells(diagram, row="capability:X-1.1"):
    return {cell.column: cell for cell in diagram.body.cells if cell.row == row}


def page(found, **options):
    return JudgedPage(found, judged(found), EstateOn(ESTATE, DAY)).draw("M", **options)


def panel(diagram, name):
    return next(each for each in diagram.body.panels if each.id == name)


def words(diagram, name):
    return [entry.label.plain for entry in panel(diagram, name).content.entries]


def rows(diagram, name):
    return {row.id: row for row in panel(diagram, name).content.rows}


class TestDoOnceMap:
    def test_a_row_has_a_level_a_cell_a_mode_and_a_confidence(self):
        found = cells(mapped(answer()))
        assert {key: cell.text.plain for key, cell in found.items()} == {
            "level": "region", "buy": "yes", "standardise": "yes", "blueprint": "possible", "expert": "no", "run": "no △",
            "confidence": "high",
        }  # fmt: skip
        assert [found[mode].status for mode in MODES] == [
            Status.ASKED_FOR, Status.ASKED_FOR, Status.POSSIBLE, Status.NOT_ASKED_FOR, Status.NOT_ASKED_FOR,
        ]  # fmt: skip

    def test_a_gate_that_bars_has_its_mark_and_one_that_does_not_has_none(self):
        gates = {"run_once_barred": "no", "single_supplier_barred": "yes"}
        found = cells(mapped(changed(answer(), gates=gates)))
        assert (found["buy"].text.plain, found["run"].text.plain) == ("yes ▲", "no")

    @pytest.mark.parametrize("word, pale", [("high", 0.0), ("medium", 0.35), ("low", 0.85)])
    def test_less_confidence_is_greyer_and_the_legend_says_so(self, word, pale):
        sure = changed(answer().confidence, word=word)
        diagram = mapped(changed(answer(), confidence=sure))
        assert {cell.pale for cell in cells(diagram).values()} == {pale}
        assert [shade.text.plain.partition(" ")[0] for shade in diagram.shades] == ([word] if pale else [])

    def test_insufficient_evidence_and_no_level_yet_are_two_things(self):
        short = mapped(changed(answer(), level=None, sufficient="too few answers"))
        none = mapped(changed(answer(), level=None))
        assert (cells(short)["level"].status, cells(none)["level"].status) == (Status.UNKNOWN, Status.ABSENT)
        assert "insufficient" in {entry.meaning for entry in short.legend if entry.status is Status.UNKNOWN}.pop()

    def test_a_row_without_an_answer_is_not_assessed(self):
        assert {cell.status for cell in cells(mapped(answer()), "capability:X-1.2").values()} == {Status.NOT_ASSESSED}
        assert {cell.status for cell in mapped().body.cells} == {Status.NOT_ASSESSED}
        assert "nothing was assessed" in mapped().alt.plain

    def test_it_says_how_many_draws_it_rests_on_and_who_is_judged(self):
        said = " ".join(note.plain for note in mapped(answer()).footnotes)
        assert "10000 weightings, 500 random arrangements, 400 resamples" in said
        assert "judged over all organisations" in said


class TestJudgedPage:
    def test_the_first_sentence_says_level_and_modes(self):
        first = panel(page(answer()), "statement").content.entries[0]
        assert first.strong
        assert first.label.plain == (
            "Level: region (the lowest level that captures 80% of the value of A, B, V). Asked for: set one standard, buy once. "
            "Possible, but not enough is known: make one blueprint. "
        )  # fmt: skip

    def test_without_a_level_it_says_so_and_the_shares_are_no_answer(self):
        diagram = page(changed(answer(), level=None, sufficient="too few", level_reason="insufficient evidence"))
        assert words(diagram, "statement")[0].startswith("No level is stated (insufficient evidence).")
        assert "none of these is an answer" in panel(diagram, "levels").note.plain

    def test_an_estate_without_anything_live_is_not_called_varied(self):
        said = words(page(changed(answer(), n=0, products=0, n_eff=None)), "statement")
        assert "It applies to 14 organisations; 13 gave an answer and 0 have something live." in said

    def test_four_conditions_and_their_sum_are_intervals_with_a_point(self):
        found = rows(page(changed(answer(), D=Interval(0.1, None, 0.9))), "conditions")
        assert [(row.lo, row.point, row.hi) for row in found.values()] == [(0.25, 0.5, 0.75)] * 4 + [(0.1, None, 0.9)]

    def test_a_counter_condition_that_is_missing_may_be_anything(self):
        found = rows(page(answer()), "objections")
        assert (found["K.K2"].lo, found["K.K2"].point, found["K.K2"].hi) == (0.0, None, 1.0)
        assert (found["K.K3"].lo, found["K.K3"].hi, found["K.K3"].limit) == (0.25, 0.75, 0.6)
        assert found["K.K5"].limit is None

    def test_gates_are_told_in_words(self):
        assert "Lock-in may bar running it once" in panel(page(answer()), "objections").note.plain
        gates = {"run_once_barred": "no", "single_supplier_barred": "yes"}
        assert "A single supplier is barred" in panel(page(changed(answer(), gates=gates)), "objections").note.plain

    def test_the_capture_curve_has_a_point_a_level_and_none_where_it_is_missing(self):
        spots = panel(page(answer()), "capture").content.spots
        assert [(spot.label.plain, spot.y) for spot in spots] == [
            ("trust", 0.0),
            ("ICS", 0.5),
            ("region", 0.9),
            ("nation", 1.0),
        ]
        missing = page(changed(answer(), capture=dict.fromkeys(("trust", "ICS", "region", "nation"))))
        assert panel(missing, "capture").content.spots == ()
        (line,) = panel(page(answer()), "capture").content.limits
        assert line.at == 0.8

    def test_the_quadrant_has_a_box_of_uncertainty_and_a_point_only_if_there_is_one(self):
        conditions = answer().conditions | {"B": Interval(0.0, None, 1.0), "V": Interval(0.5, 0.6, 0.7)}
        marks = list(panel(page(changed(answer(), conditions=conditions)), "quadrant").content.marks())
        (box,) = (mark for mark in marks if isinstance(mark, Area))
        assert (box.left, box.low, box.right, box.high) == (0.5, 0.0, 0.7, 1.0)
        assert not [mark for mark in marks if isinstance(mark, Spot)]
        assert [mark for mark in panel(page(answer()), "quadrant").content.marks() if isinstance(mark, Spot)]

    def test_modes_stand_in_one_order_with_their_answer_and_share(self):
        found = panel(page(answer()), "modes").content.rows
        assert [row.label.plain for row in found] == [
            "Buy",
            "Standardise",
            "Blueprint",
            "Expert team",
            "Run",
            "Local choice",
        ]
        assert found[2].text.plain == "possible, 0.5"

    def test_benefits_are_ranges_with_who_pays_and_who_gains(self):
        found = words(page(answer()), "benefits")
        assert (
            found[0] == "Price: nobody pays above the median: 0.0, 300.0, 700.0: cash, revenue: region: organisations"
        )
        assert found[1].startswith(
            "Contracts: fewer procurements: not estimated, for want of what a procurement costs: cash"
        )

    def test_what_all_benefits_come_to_is_told_only_if_each_line_is(self):
        assert "not estimated, because a line is not" in panel(page(answer()), "benefits").note.plain
        whole = page(changed(answer(), net_present_value=(-5.0, 9.0)))
        assert panel(whole, "benefits").note.plain.endswith("over 10 years at a discount rate of 0.035: [-5.0, 9.0].")

    def test_variety_inside_icss_stands_beside_chance(self):
        assert panel(page(answer()), "capture").note.plain.endswith(
            "0.5 of the variety lies inside ICSs (by chance alone 0.6 of 1.4 nats). Convergence against chance: 0.2."
        )
        alone = page(changed(answer(), H_ics_permuted=None, convergence_index=None))
        assert panel(alone, "capture").note.plain.endswith("; there is no chance to hold it against.")
        unplaced = page(changed(answer(), within_ics=None))
        assert panel(unplaced, "capture").note.plain.endswith("How much of the variety lies inside ICSs is not known.")

    def test_the_effective_number_has_its_resampled_ends(self):
        ends = {"n_eff": (3.0, 5.0)}
        said = words(page(changed(answer(), bootstrap=ends)), "statement")[2]
        assert said.endswith("4.3 equally common ones; [3.0, 5.0] by resampling).")

    def test_each_figure_has_its_rows_file_and_date_and_a_missing_one_is_named(self):
        found = words(page(answer()), "evidence")
        assert found[0].startswith("A1 0.5, V1 0.5, K1 0.5")
        assert found[0].endswith(": 2: apps.csv: 2026")
        assert found[-1] == "A2 None, K2 None: none: nothing in the estate"
        assert [source.text.plain for source in page(answer()).sources] == ["apps.csv, 40 rows"]

    def test_what_is_left_out_is_counted(self):
        diagram = page(answer())
        assert len(panel(diagram, "changes").content.entries) == 6
        assert diagram.counts[0].text.plain == "6 of 8 things that would change the answer drawn, 2 not shown"
        assert words(diagram, "changes")[0].startswith("fact a: RA1: V1")

    def test_a_long_list_of_organisations_is_counted_not_cut(self):
        many = tuple(f"R{n:02}" for n in range(40))
        (line,) = words(
            page(changed(answer(), what_would_change=(Change("what they have", "V1", 0.1, many),))), "changes"
        )
        assert line.startswith("what they have: R00, R01")
        assert "R15 and 24 more: V1" in line

    def test_dissent_is_printed_and_silence_is_called_silence(self):
        assert "We have just bought one" in words(page(changed(answer(), dissent=(DISSENT,))), "position")[0]
        assert "Silence is not consent" in words(page(answer()), "position")[0]

    def test_every_number_names_a_figure_of_this_answer(self):
        every = [span for span in spans(page(answer())) if re.search(r"\d", span.text)]
        assert len(every) > 60
        assert {span.ref.partition("(")[0] for span in every} <= {
            "doonce",
            "rows",
            "as-of",
            "version",
            "capability:X-1.1",
        }

"""Whatever bytes come, a statement is judged and nothing is raised; every pointer leads into the document."""

from __future__ import annotations

import json
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from eamap.conformance.inspection import inspect
from tests.unit.fhir.test_structure import VALID

AS_OF = date(2026, 11, 22)
XML = (
    b'<CapabilityStatement xmlns="http://hl7.org/fhir"><name value="X"/><status value="active"/><date value="2026"/>'
    b'<kind value="instance"/><fhirVersion value="4.0.1"/><format value="json"/><rest><mode value="server"/><resource>'
    b'<type value="Patient"/><profile value="http://p"/></resource></rest></CapabilityStatement>'
)
TEXTS = [XML, *(json.dumps(document).encode() for document in VALID.values())]
EDITS = st.lists(st.tuples(st.integers(0, 10_000), st.sampled_from(list(b'<>/"{}[],:&;\x00\xff abc0'))), max_size=12)
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(TEXTS), EDITS, st.integers(0, 10_000))
def test_no_bytes_stop_the_reading(text, edits, cut):
    content = bytearray(text)
    for place, byte in edits:
        content[place % len(content)] = byte
    inspect(bytes(content[: cut % len(content) or None]), as_of=AS_OF)


@given(st.sampled_from(list(VALID.values())), st.data())
def test_no_shape_stops_the_judging_and_pointers_lead_somewhere(document, data):
    made = json.loads(json.dumps(document))
    place = made
    while data.draw(st.booleans()):
        steps = list(place) if isinstance(place, dict) else list(range(len(place))) if isinstance(place, list) else []
        inside = [step for step in steps if isinstance(place[step], dict | list)]
        if not inside:
            break
        place = place[data.draw(st.sampled_from(inside))]
    if steps := list(place) if isinstance(place, dict) else list(range(len(place))):
        place[data.draw(st.sampled_from(steps))] = data.draw(JUNK)
    for problem in inspect(json.dumps(made).encode(), as_of=AS_OF).problems:
        at = made
        for step in problem.pointer.split("/")[1:] if "~" not in problem.pointer else ():
            at = at[int(step)] if isinstance(at, list) else at[step]

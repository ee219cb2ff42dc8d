"""Every query that eamap ships, by name: for EXPLAIN, for benchmarks, and for whoever wants to read them.

A selector has as many texts as selectors have shapes; these are the shapes that all others are put together from.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from eamap.model.selector.grammar import Towards
from eamap.model.selector.parse import parse_expression
from eamap.stores.neo4j.layout import LABELS
from eamap.stores.neo4j.questions.answers import TEXTS_OF, THERE, THINGS
from eamap.stores.neo4j.questions.counted import EXPOSURE, MATRIX
from eamap.stores.neo4j.questions.judging import CODES, near
from eamap.stores.neo4j.questions.path import TEXTS
from eamap.stores.neo4j.questions.reached import impact_question, reach_question
from eamap.stores.neo4j.questions.select import question

if TYPE_CHECKING:
    from eamap.stores.neo4j.questions.catalogue import Catalogue

SHAPES = (
    "kind:*",
    "kind:system",
    "system:RXX/pas",
    "system:RXX/*",
    "org:RXX",
    "supplier:epic",
    "product:systmone",
    "capability:DIA-2",
    "pathway:P1",
    "standard:hl7v2",
    "status:live",
    "operator:RXX",
    "system_type:LIMS",
    "name:*pas*",
    "installed:>=2020",
    "count:2..4",
    "value:>1000",
    "has:contract_end",
    "withheld:contract_end",
    "unknown:contract_end",
    "attested:register",
    "+system:RXX/pas",
    "system:RXX/pas+",
    "+2system:RXX/pas",
    "system:RXX/pas+ via:USES",
    "(kind:component and raw:windows*)+",
    "+2(kind:system and capability:DIA-2) via:RUNS_ON",
    "kind:system and org:RXX and not status:retired",
    "kind:system and (org:RXX or system:RXY/pas)",
    "not (kind:system or kind:component)",
)
"""A selector of each shape of term."""
_DAY = date(2026, 1, 1)


def shipped(catalogue: Catalogue) -> dict[str, str]:
    """Returns the text of every query by name."""
    texts = {f"select {shape}": question(catalogue, parse_expression(shape), _DAY).text for shape in SHAPES}
    for towards in Towards:
        texts[f"reach {towards} from one"] = reach_question(["a"], towards, None, (), _DAY).text
        texts[f"reach {towards} from many"] = reach_question(["a", "b"], towards, None, (), _DAY).text
    texts["impact"] = impact_question("a", _DAY).text
    texts |= {f"path {'directed' if directed else 'either way'}": text for directed, text in TEXTS.items()}
    texts |= {
        "exposure": EXPOSURE,
        "matrix": MATRIX,
        "things": THINGS,
        "whether there": THERE,
        "codes of a name": CODES,
    }
    texts["ids like one"] = near(LABELS["system"])
    texts["texts of a field"] = TEXTS_OF.format(LABELS["measure"], "value", "value")
    return texts

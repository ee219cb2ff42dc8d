"""Writes the tables of the pages listed in :data:`PAGES` from the program, between their markers.

    python scripts/make_docs.py

A test fails while a page says something else.
"""

from __future__ import annotations

import re
from pathlib import Path

from pydantic import BaseModel

from eamap.analysis.support.measures import MEASURES
from eamap.ingest import mapping
from eamap.model.records import RECORDS
from eamap.model.refs.forms import FORMS
from eamap.model.relations import LINK_COLUMNS, RELATIONS, Kept
from eamap.model.schema import thing_schema
from eamap.stores.neo4j.layout import LABELS, relationship

DOCS = Path(__file__).resolve().parents[1] / "docs"
PAGES = ("mappings.md", "results.md", "evidence.md", "shared-graph.md")
PARTS: dict[str, type[BaseModel]] = {
    "mapping": mapping.Mapping,
    "column": mapping.ColumnSpec,
    "rule": mapping.RuleSpec,
    "field": mapping.FieldSpec,
    "condition": mapping.Condition,
    "link": mapping.LinkSpec,
    "end": mapping.EndSpec,
    "pairs": mapping.PairSpec,
}
# What a word of the language means, where the model does not say it.
WORDS = {
    "mapping": {
        "name": "its name: lower case, digits and hyphens",
        "title": "what layout it is for, in one line",
        "provenance": "how far its facts are trusted where sources disagree: signed-off, contract-register, foi, inferred, assumed",
        "origin": "where the layout was seen",
        "formats": "the formats it is for; empty: any",
        "columns": "the columns, each under the name that the rules use",
        "fact_date_column": "column that holds the date of the facts",
        "rules": "what each row makes",
    },
    "column": {
        "headers": "what the column may be called; case, punctuation and blanks do not count",
        "required": "a file without it is not of this layout",
    },
    "rule": {
        "rule": "the rule's name; every fact cites it",
        "make": "the kind of thing each row makes, or links",
        "when": "which rows it is for; empty: all",
        "parent": "whose the thing is: the first part of its id",
        "repeat": "what a key that comes twice means: block the row; merge it into one thing; once: merge, and rows that say the very same are one; say: the same, and say so",
        "explode": "columns whose cells may hold several things: list (at ; | and line breaks), commas, products, cves (the CVE ids in it, however they are parted)",
        "pairs": "columns that come in numbered pairs of category and value",
        "fields": "field of the record: column, or =constant, or a field as below",
        "links": "the links each row makes",
    },
    "field": {
        "column": "the column it is read from",
        "columns": "several columns, joined",
        "const": "a constant; =live is short for it",
    },
    "condition": {
        "stated": "all of these columns hold a value",
        "any_stated": "at least one of them does",
        "not_stated": "none of them does",
        "equals": "column: the texts of which it holds one",
        "not_matches": "column: regular expression that it must not match",
    },
    "link": {
        "relation": "the relation",
        "from": "where it begins; empty: the thing of the row",
        "to": "where it ends; empty: the thing of the row",
        "attributes": "what the link carries, each a field",
        "when": "which of the rule's rows make it",
    },
    "end": {
        "what": "self, organisation, system, endpoint (a system, else an organisation), capability, data-object, contract, product, supplier, site, component (by the key within its system)",
        "column": "the column that names it",
        "split": "the cell may hold several",
    },
    "pairs": {
        "category": "the header of the category, with {n} for the number",
        "value": "the header of the value, with {n}",
        "only": "category: what it is called in the rule, as #category and #value",
    },
}


def tables() -> dict[str, str]:
    """Returns every table by the name in its markers."""
    language = {name: _language(name, model) for name, model in PARTS.items()}
    return language | {"refs": _refs(), "records": _records(), "relations": _relations(), "figures": _figures(),
                       "nodes": _nodes(), "relationships": _relationships(), "drawing": _drawing()}  # fmt: skip


def _language(name: str, model: type[BaseModel]) -> str:
    rows = []
    for field, info in model.model_fields.items():
        word = info.alias or field
        meaning = info.description or WORDS[name][word]
        rows.append((f"`{word}`" + (" (required)" if info.is_required() else ""), meaning))
    return _table(("word", "meaning"), rows)


def _refs() -> str:
    rows = [(f"`{form.name}({'; '.join(form.arguments)})`" if form.arguments else f"`{form.name}`", form.meaning)
            for form in FORMS.values()]  # fmt: skip
    return _table(("ref", "what the number is"), rows)


def _records() -> str:
    rows = [(f"`{kind}`", ", ".join(f"`{field}`" for field in model.model_fields if field != "id"))
            for kind, model in RECORDS.items()]  # fmt: skip
    return _table(("kind", "fields"), rows)


def _relations() -> str:
    rows = [(f"`{each.name}`", f"{_either(each.origins)} {each.meaning.partition(';')[0]} {_either(each.targets)}")
            for each in RELATIONS.values() if each.kept is not Kept.COLUMN]  # fmt: skip
    return _table(("relation", "says that"), rows)


def _figures() -> str:
    rows = [(f"`{each.name}`", f"{each.says}, of `{each.of}`") for each in MEASURES.values()]
    return _table(("figure", "what it counts, and of what"), rows)


def _nodes() -> str:
    rows = [(f"`{label}`", ", ".join(f"`{name}`" for name in thing_schema(kind) if name not in ("id", "source", "row", "rule")))
            for kind, label in LABELS.items()]  # fmt: skip
    return _table(("label", "properties beside `id`, `store`, `source`, `row`, `rule`"), rows)


def _relationships() -> str:
    rows = []
    for relation in RELATIONS.values():
        ends = [" or ".join(f"`{LABELS[kind]}`" for kind in kinds) for kinds in (relation.origins, relation.targets)]
        said = (
            () if relation.kept is Kept.COLUMN else (*LINK_COLUMNS[2:], *relation.attributes, "source", "row", "rule")
        )
        carries = f"; {', '.join(f'`{name}`' for name in said)}" if said else ""
        rows.append(
            (f"`{relationship(relation.name)}`", f"{ends[0]} {relation.meaning.partition(';')[0]} {ends[1]}{carries}")
        )
    return _table(("type", "from and to; properties"), rows)


def _drawing() -> str:
    lines = ["```mermaid", "flowchart LR"]
    for relation in RELATIONS.values():
        lines += [f"    {LABELS[origin]} -->|{relationship(relation.name)}| {LABELS[target]}"
                  for origin in relation.origins for target in relation.targets
                  if origin == target or relation.name not in ("PART_OF", "SUCCEEDED_BY")]  # fmt: skip
    return "\n".join([*lines, "```"])


def _either(kinds: tuple[str, ...]) -> str:
    return " or ".join(kinds)


def _table(headings: tuple[str, str], rows: list[tuple[str, str]]) -> str:
    lines = [headings, ("---", "---"), *rows]
    return "\n".join(f"| {left} | {right.replace('|', chr(92) + '|')} |" for left, right in lines)


def filled(text: str) -> str:
    """Returns a page with the table of each pair of markers made anew."""
    made = tables()
    return re.sub(
        r"(<!-- table: (?P<name>[a-z]+) -->\n).*?(<!-- end -->)",
        lambda found: f"{found[1]}{made[found['name']]}\n{found[3]}",
        text,
        flags=re.DOTALL,
    )


if __name__ == "__main__":
    for page in PAGES:
        path = DOCS / page
        path.write_text(filled(path.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")

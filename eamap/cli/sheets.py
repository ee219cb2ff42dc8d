"""An answer, or an estate, as named tables: what the table exporters write."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from eamap.cli.sharing import kept, shows_kind
from eamap.model.results import Result

if TYPE_CHECKING:
    import polars as pl

    from eamap.model.estate import Estate

Sheet = tuple[str, "pl.DataFrame", Mapping[str, str]]


def result_sheets(result: Result) -> list[Sheet]:
    """Returns an answer as tables: the rows with their refs, the counts, the reference data used, the problems."""
    import polars as pl

    keys = [column.key for column in result.columns]
    rows = [
        {**{key: _plain(row.get(key)) for key in keys}, "ref": row.get("ref"), "refs": _plain(row.get("refs"))}
        for row in result.rows
    ]
    described = {column.key: column.description or column.heading for column in result.columns}
    about = {"ref": "explains the row: eamap explain REF", "refs": "explains each number of the row"}
    schema = [*keys, "ref", "refs"]
    answer = pl.DataFrame(rows, schema=schema, infer_schema_length=None, strict=False)
    counts = [{"count": name, **tally.as_dict()} for name, tally in result.counts.items()]
    used = [{"set": name, **facts} for name, facts in sorted(result.reference.items())]
    issues = [{name: getattr(issue, name) for name in issue.__dataclass_fields__} for issue in result.issues]
    beside = (
        ("counts", counts, {"n": "how many", "of": "out of how many", "ref": "explains n", "of_ref": "explains of"}),
        ("reference data", used, {"age_days": "days before the day that was judged"}),
        ("problems", issues, {"value": "what stands in the cell"}),
    )
    tables = [(name, pl.DataFrame(listed, strict=False), words) for name, listed, words in beside if listed]
    return [(result.command, answer, described | about), *tables]


def _plain(value: Any) -> Any:
    import orjson

    return orjson.dumps(value).decode() if isinstance(value, dict | list | tuple) else value


def estate_sheets(estate: Estate, profile: str) -> Iterator[Sheet]:
    """Returns an estate as tables: one a kind of thing, one a relation, and the sources; ``profile`` decides what is left out."""
    import polars as pl

    from eamap.model.records import RECORDS

    for kind in filter(lambda kind: shows_kind(kind, profile), estate.kinds):
        table = estate.things(kind).sort("id")
        fields = RECORDS[kind].model_fields if kind in RECORDS else {}
        described = {name: field.description or "" for name, field in fields.items()}
        yield (
            kind,
            table.select(kept(table.columns, profile)),
            described | {"source": "the source part cited", "row": "its row"},
        )
    yield from _relations(estate, profile)
    parts = [
        (part.name, part.file, part.sheet, part.sha256, part.mapping, part.organisation, part.provenance, part.rows)
        for part in estate.sources
    ]
    schema = ["source", "file", "sheet", "sha256", "mapping", "organisation", "provenance", "rows"]
    yield "sources", pl.DataFrame(parts, schema=schema, orient="row"), {"sha256": "of the file's bytes"}
    if profile != "public":
        yield "issues", estate.issues, {"blocks": "no record could be made of the row"}


def _relations(estate: Estate, profile: str) -> Iterator[Sheet]:
    """Returns a table a relation that holds something and joins nothing that is left out."""
    from eamap.model.relations import RELATIONS

    words = {"from": "id", "to": "id", "share": "0 to 1", "since": "from this day", "until": "before this day"}
    for name, relation in RELATIONS.items():
        shown = all(shows_kind(kind, profile) for kind in (*relation.origins, *relation.targets))
        if shown and (links := estate.links(name)).height:
            yield name, links.sort("from", "to"), words

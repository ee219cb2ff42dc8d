"""Reads the document ``products/full`` of endoflife.date's API v1 into the tables of the lifecycle set.

A product without an active-support, extended-support or discontinued column lacks those keys altogether, and ``latest``
may be null. An end is a date where one is given, else whether it has passed; ``isMaintained`` is not taken, because it is
true for a product whose paid extension still runs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from eamap.reference.incoming import Incoming, json_object, unpacked, wrong

_PRODUCT = re.compile(r"[a-z0-9]+([.\-+_][a-z0-9]+)*")
_CYCLE = re.compile(r"[A-Za-z0-9.\-+_]+")
_ENDS = {"active_support_end": "Eoas", "eol": "Eol", "extended_end": "Eoes", "discontinued": "Discontinued"}
_CYCLES = ("product", "cycle", "label", "codename", "release_date", "active_support_end", "eol", "extended_end", "lts",
           "discontinued", "latest", "latest_date", "link")  # fmt: skip
_PRODUCTS = ("product", "title", "aliases", "category", "tags", "cpe", "purl", "repology", "eol_label", "eoas_label",
             "eoes_label", "policy")  # fmt: skip


def read_products(content: bytes, where: str) -> Incoming:
    """Returns products and cycles of the document; ReferenceDataError says which place of it is wrong, and how."""
    import polars as pl

    listed, said, day = _document(content, where)
    reader = _Reader(where)
    products = [reader.product(at, each) for at, each in enumerate(listed)]
    tables = {
        "cycles.parquet": pl.DataFrame(reader.cycles, schema=dict.fromkeys(_CYCLES, pl.String)),
        "products.parquet": pl.DataFrame(products, schema={**dict.fromkeys(_PRODUCTS, pl.String), "cycles": pl.Int64}),
    }
    keys = {"cycles.parquet": ("product", "cycle"), "products.parquet": ("product",)}
    _judge(tables, keys, where)
    title = f"Release cycles of {len(products)} products with the ends of their support"
    source = f"endoflife.date, API v1 products/full of {day}"
    return Incoming("lifecycle", title, f"{day} API {said}", day, source, "MIT", tables, keys)


def _document(content: bytes, where: str) -> tuple[list[Any], str, str]:
    """Returns the products of the document, its version and its day, if it is whole and of the form that is read here."""
    document = json_object(unpacked(content, where), where)
    listed, said = document.get("result"), str(document.get("schema_version", ""))
    if not isinstance(listed, list) or not listed:
        raise wrong(where, 'it has no list "result"', "give the document of /api/v1/products/full")
    if said.partition(".")[0] != "1":
        raise wrong(
            where, f"its schema_version is {said or 'not stated'}, and 1 is what is read here", "look for a newer eamap"
        )
    if document.get("total") not in (None, len(listed)):
        raise wrong(where, f"it says total {document['total']}, and holds {len(listed)}: it was cut short or changed")
    day = _date(str(document.get("generated_at", ""))[:10], f"{where}: generated_at")
    if day is None:
        raise wrong(where, "it does not say when it was generated")
    return listed, said, day


def _judge(tables: Mapping[str, Any], keys: Mapping[str, Sequence[str]], where: str) -> None:
    for file, frame in tables.items():
        double = frame.filter(frame.select(keys[file]).is_duplicated())
        if double.height:
            raise wrong(where, f"{' '.join(double.row(0, named=True)[key] for key in keys[file])} stands in it twice")


class _Reader:
    """Reads product by product; the cycles gather in ``cycles``."""

    def __init__(self, where: str) -> None:
        self._where = where
        self.cycles: list[dict[str, str | None]] = []

    def product(self, at: int, stated: Any) -> dict[str, Any]:
        place = f"{self._where}: result[{at}]"
        name = self._name(stated, _PRODUCT, place)
        releases = stated.get("releases")
        if not isinstance(releases, list):
            raise wrong(
                place, f"{name} has no list of releases", "a product of /products has none; /products/full is needed"
            )
        self.cycles += [self._cycle(name, each, f"{place}.releases[{number}]") for number, each in enumerate(releases)]
        labels, links = stated.get("labels") or {}, stated.get("links") or {}
        identifiers = dict(_identifiers(stated.get("identifiers") or ()))
        return {
            "product": name, "title": str(stated.get("label") or name), "aliases": _joined(stated.get("aliases"), ";"),
            "category": stated.get("category"), "tags": _joined(stated.get("tags"), " "),
            **{kind: identifiers.get(kind) for kind in ("cpe", "purl", "repology")},
            **{f"{kind}_label": labels.get(kind) for kind in ("eol", "eoas", "eoes")},
            "policy": links.get("releasePolicy"), "cycles": len(releases),
        }  # fmt: skip

    def _name(self, stated: Any, pattern: re.Pattern[str], place: str) -> str:
        name = stated.get("name") if isinstance(stated, dict) else None
        if not isinstance(name, str) or not pattern.fullmatch(name):
            raise wrong(place, f"its name is {name!r}")
        return name

    def _cycle(self, product: str, stated: Any, place: str) -> dict[str, str | None]:
        cycle = self._name(stated, _CYCLE, place)
        latest = stated.get("latest") or {}
        return {
            "product": product, "cycle": cycle, "label": str(stated.get("label") or cycle), "codename": stated.get("codename"),
            "release_date": _date(stated.get("releaseDate"), f"{place}.releaseDate"),
            **{column: _end(stated, key, place) for column, key in _ENDS.items()},
            "lts": _lts(stated, place), "latest": latest.get("name"),
            "latest_date": _date(latest.get("date"), f"{place}.latest.date"), "link": latest.get("link"),
        }  # fmt: skip


def _end(stated: Mapping[str, Any], key: str, place: str) -> str | None:
    """Returns a date, ``true``, ``false``, or nothing where the product has no such end."""
    first, when = f"is{key}", f"{key[0].lower()}{key[1:]}From"
    if first not in stated:
        if key == "Eol":
            raise wrong(place, "isEol is not there, and every release has it")
        return None
    if (day := _date(stated.get(when), f"{place}.{when}")) is not None:
        return day
    if not isinstance(stated[first], bool | None):
        raise wrong(f"{place}.{first}", f"{stated[first]!r} is neither true nor false")
    return None if stated[first] is None else str(stated[first]).lower()


def _lts(stated: Mapping[str, Any], place: str) -> str | None:
    return _date(stated.get("ltsFrom"), f"{place}.ltsFrom") or str(bool(stated.get("isLts"))).lower()


def _date(value: Any, place: str) -> str | None:
    if value in (None, ""):
        return None
    try:
        return date.fromisoformat(str(value)[:10]).isoformat()
    except ValueError as error:
        raise wrong(place, f"{value!r} is no date") from error


def _identifiers(stated: Sequence[Any]) -> Iterator[tuple[str, str]]:
    for kind in ("cpe", "purl", "repology"):
        found = [
            str(each["id"]) for each in stated if isinstance(each, dict) and each.get("type") == kind and each.get("id")
        ]
        if found:
            yield kind, ";".join(found)


def _joined(values: Any, sign: str) -> str | None:
    return sign.join(map(str, values)) or None if isinstance(values, list) else None

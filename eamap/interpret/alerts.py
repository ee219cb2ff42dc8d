"""Reads what an alert is about: products with constraints, and CVE ids; from a person's list or an NHS cyber alert.

A list is YAML (``products: ['mirth connect < 4.4.1']``, ``cves: [CVE-…]``) or CSV with the columns ``product`` and ``cve``,
and perhaps ``versions``. The JSON of NHS England's cyber alerts is prose: CVE ids are taken wherever they stand, products
only where their known names stand in the title, and versions are left open, since prose says them in too many ways. What is
left open is never answered "affected", only "cannot be told".
"""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eamap.errors import SourceError, UsageError
from eamap.matching.normalise import words
from eamap.matching.versions import Constraint, constraint
from eamap.reference import lifecycle, products

CVE = re.compile(r"CVE-[0-9]{4}-[0-9]{4,19}", re.IGNORECASE)
_HINT = "YAML with products: ['mirth connect < 4.4.1'] and cves: [CVE-…], CSV with product,versions,cve, or the JSON of an NHS cyber alert"
LARGEST = 20 * 1024 * 1024
_LONGEST_NAME = 6
_SHORT = 4


@dataclass(frozen=True, slots=True)
class Alert:
    """What an alert is about. ``open_versions``: its products' versions were not read, so nothing is certainly affected."""

    title: str
    products: tuple[Constraint, ...] = ()
    cves: tuple[str, ...] = ()
    open_versions: bool = False


def read_alert(path: Path, reference: Path | None = None) -> Alert:
    """Returns what an alert is about; SourceError says what is wrong with the file, and where."""
    try:
        if path.stat().st_size > LARGEST:
            raise SourceError("it is too long for an alert", hint=_HINT, where=str(path))
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"it cannot be read: {error}", hint=_HINT, where=str(path)) from error
    readers = {".json": _of_json, ".csv": _of_csv}
    found = readers.get(path.suffix.lower(), _of_yaml)(text, path, reference)
    if not found.products and not found.cves:
        raise SourceError("it names no product that is known and no CVE", hint=_HINT, where=str(path))
    return found


def _of_yaml(text: str, path: Path, reference: Path | None) -> Alert:
    import yaml

    del reference
    try:
        stated = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise SourceError(f"it is no YAML: {error}", hint=_HINT, where=str(path)) from error
    if not isinstance(stated, dict):
        raise SourceError("it has neither products nor cves", hint=_HINT, where=str(path))
    if odd := sorted(set(map(str, stated)) - {"title", "products", "cves"}):
        raise SourceError(f"it has {', '.join(odd)}, which nothing reads", hint=_HINT, where=str(path))
    named = [_asked(each, f"{path}: products") for each in _listed(stated, "products", path)]
    cves = [_cve(each, f"{path}: cves") for each in _listed(stated, "cves", path)]
    return Alert(str(stated.get("title") or path.name), tuple(named), tuple(dict.fromkeys(cves)))


def _listed(stated: dict[str, Any], name: str, path: Path) -> list[str]:
    found = stated.get(name) or []
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise SourceError(f"{name} is no list of texts", hint=_HINT, where=str(path))
    return found


def _of_csv(text: str, path: Path, reference: Path | None) -> Alert:
    del reference
    reader = csv.DictReader(io.StringIO(text, newline=""))
    names = {name.strip().casefold(): name for name in reader.fieldnames or () if name}
    if not names.keys() & {"product", "cve"}:
        raise SourceError("it has neither a column product nor a column cve", hint=_HINT, where=str(path))
    named, cves = [], []
    for row in reader:
        cell = {key: (row.get(name) or "").strip() for key, name in names.items()}
        where = f"{path}: line {reader.line_num}"
        if cell.get("product"):
            named.append(_asked(f"{cell['product']} {cell.get('versions', '')}".strip(), where))
        cves += [_cve(each, where) for each in re.split(r"[;,\s]+", cell.get("cve", "")) if each]
    return Alert(path.name, tuple(dict.fromkeys(named)), tuple(dict.fromkeys(cves)))


def _asked(text: str, where: str) -> Constraint:
    try:
        found = constraint(text)
    except UsageError as error:
        raise SourceError(str(error), hint=error.hint, where=where) from error
    if not words(found.name):
        raise SourceError(f"{text!r} names no product", hint=_HINT, where=where)
    return found


def _cve(text: str, where: str) -> str:
    if not CVE.fullmatch(text.strip()):
        raise SourceError(f"{text!r} is no CVE id", hint=_HINT, where=where)
    return text.strip().upper()


# NHS England's cyber alerts ---------------------------------------------------------------------------------------


def _of_json(text: str, path: Path, reference: Path | None) -> Alert:
    try:
        stated = json.loads(text)
    except ValueError as error:
        raise SourceError(f"it is no JSON: {error}", hint=_HINT, where=str(path)) from error
    items = stated.get("items", [stated]) if isinstance(stated, dict) else stated
    if (
        not isinstance(items, list)
        or not all(isinstance(each, dict) and each.get("title") for each in items)
        or not items
    ):
        raise SourceError("it holds no alert with a title", hint=_HINT, where=str(path))
    prose = [html.unescape(re.sub(r"<[^>]*>", " ", str(each.get("summary") or ""))) for each in items]
    titles = [str(each["title"]) for each in items]
    cves = dict.fromkeys(each.upper() for each in CVE.findall(" ".join([*titles, *prose])))
    named = dict.fromkeys(name for title in titles for name in _names_in(title, reference))
    ids = [str(each["threatId"]) for each in items if each.get("threatId")]
    return Alert("; ".join([*ids, *titles]), tuple(Constraint(name, ()) for name in named), tuple(cves), bool(named))


def _names_in(title: str, reference: Path | None) -> Iterator[str]:
    """Gives the known names of products that stand in a title, the longest at each place."""
    said, at = words(title).split(), 0
    names = _known(reference)
    while at < len(said):
        runs = (" ".join(said[at : at + length]) for length in range(min(_LONGEST_NAME, len(said) - at), 0, -1))
        found = next((run for run in runs if run in names), "")
        if found:
            yield found
        at += len(found.split()) or 1


def _known(reference: Path | None) -> frozenset[str]:
    listed = [*products.load(reference).aliases["alias"].to_list(), *lifecycle.load(reference).names["name"].to_list()]
    # A single word may be an English one: only what a person would call the product by itself counts.
    spoken = lifecycle.load(reference).spoken_names["name"].to_list()
    several = {each for each in map(words, listed) if " " in each}
    return frozenset(several | {each for each in map(words, spoken) if len(each) > _SHORT})

"""Reads newer lifecycle, exploited or EPSS data, shows what differs, and puts it beside the store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from eamap.cli import options
from eamap.cli.options import Answering

if TYPE_CHECKING:
    from eamap.reference.incoming import Incoming
    from eamap.reference.updating import Difference

SAMPLES = 5
_COLUMNS = ("set", "file", "change", "n", "of", "samples")


@click.command("update")
@click.argument("what", type=click.Choice(("lifecycle", "exploited", "epss")))
@click.option(
    "--from", "origin", required=True, metavar="FILE|URL", help="The document as published; a URL must be https."
)
@click.option("--older", is_flag=True, help="Take it even if it is older than what is in use.")
@options.folder_store
@options.as_of
@options.answering()
def command(what: str, origin: str, older: bool, store: Path, as_of: date, answer: Answering) -> None:
    """Updates one set of reference data from the document that its publisher gives out.

    lifecycle: products/full of endoflife.date's API v1. exploited: CISA's list, JSON or CSV. epss: FIRST's CSV, packed or
    not. The edition before is kept; a document that is not sound changes nothing, and is told where it is wrong.
    """
    from eamap.cli.opening import LATELY
    from eamap.cli.output import emit, say
    from eamap.model.results import Column, Result
    from eamap.reference import sets
    from eamap.reference.updating import update

    incoming = _read(what, origin)
    folder = store / LATELY
    found = update(incoming, folder, older=older)
    for note in incoming.notes:
        say(f"Note: {note}")
    columns = tuple(Column(name, name.capitalize()) for name in _COLUMNS)
    used = sets.versions(as_of, (incoming.name,), folder)
    emit(Result("data update", as_of, 0, columns, list(_told(found)), reference=used), answer)


def _read(what: str, origin: str) -> Incoming:
    from eamap.reference import endoflife, epss, kev

    readers = {"lifecycle": endoflife.read_products, "exploited": kev.read_list, "epss": epss.read_scores}
    return readers[what](_content(origin), origin)


def _content(origin: str) -> bytes:
    from eamap.errors import ReferenceDataError, UsageError
    from eamap.fhir.fetching import fetch_document

    if "://" in origin:
        return fetch_document(origin)
    try:
        return Path(origin).read_bytes()
    except FileNotFoundError as error:
        raise UsageError(
            "there is no such file", hint="give a file or a URL that begins with https://", where=origin
        ) from error
    except OSError as error:
        raise ReferenceDataError(
            f"it cannot be read: {error.strerror}", hint="nothing was changed", where=origin
        ) from error


def _told(found: Iterable[Difference]) -> Iterable[Mapping[str, Any]]:
    from eamap.cli.numbers import ref

    for each in found:
        name, _, file = each.file.partition("/")
        for change, keys in each.rows.items():
            of = each.before if change == "removed" else each.after
            own = ref("updated", each.file, change)
            samples = "; ".join(keys[:SAMPLES]) + ("; …" if len(keys) > SAMPLES else "") if keys else "none"
            whole = ref("updated", each.file, "before" if change == "removed" else "rows")
            yield {"set": name, "file": file, "change": change, "n": len(keys), "of": of, "samples": samples, "ref": own,
                   "refs": {"n": own, "of": whole, "samples": own}}  # fmt: skip

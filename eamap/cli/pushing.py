"""Puts a folder's sources into a shared graph and brings its version back: what ``eamap store`` does, put together.

The store does not know how sources are reconciled, and ingest does not know of servers; so they meet here, as they do
when a file is ingested.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from eamap.errors import SourceError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from eamap.protocols import Publication, Store
    from eamap.stores.neo4j.federation import Joined, Pushing
    from eamap.stores.neo4j.store import Neo4jStore


@dataclass(frozen=True)
class Pushed:
    """What a push did: the version that is on the server now, the one before, and what was written."""

    version: int
    before: int
    retired: int
    joined: Joined
    written: Mapping[str, int]
    counts: Mapping[str, int]
    notes: Sequence[str] = ()


def push(remote: Neo4jStore, given: Publication, asked: Pushing, folder: Path, *, wait: float, confirm: bool) -> Pushed:
    """Replaces the owner's sources on the server by what is given, reconciled with everybody else's."""
    from eamap.cli.opening import known_world
    from eamap.ingest.publishing import counts, published_from
    from eamap.model.decisions import no_decisions
    from eamap.stores.neo4j.federation import joined

    with remote.writer(wait):
        held = remote.publication()
        before = remote.contents().version if held.parts else 0
        whole = joined(held, remote.claims(), given, asked)
        retired = _retired(whole, confirm=confirm)
        decisions = whole.decisions if whole.decisions.width else no_decisions()
        on = date.fromisoformat(asked.now[:10])
        made = published_from(whole.parts, decisions, whole.documents, known_world(folder), on)
        counted = counts(made.tables)
        summary = {"command": "store push", "owner": asked.owner, "sources": _sources(whole), "counts": counted}
        version = remote.publish(
            replace(made, summary=summary),
            published=asked.now,
            claims=whole.claims,
            reference=_reference(folder, on),
            day=on,
        )
    return Pushed(version, before, retired, whole, remote.written, counted, tuple(remote.notes))


def _sources(whole: Joined) -> list[dict[str, Any]]:
    """Returns, for the log, what this push brought and took for each of the owner's sources."""
    from eamap.ingest.sources import ids
    from eamap.stores.neo4j.federation import source_of

    told = []
    for source in sorted({source_of(part) for part in (*whole.mine, *whole.before)}):
        now, then = ({*ids(p for p in parts if source_of(p) == source)["id"]} for parts in (whole.mine, whole.before))
        file = next((part.meta["file"] for part in whole.mine if source_of(part) == source), "")
        if now != then:
            told.append({"source": source, "file": file, "added": len(now - then), "retired": len(then - now)})
    return told


def _retired(whole: Joined, *, confirm: bool) -> int:
    """Returns how many things the owner's sources no longer speak of; SourceError if that is many and was not confirmed."""
    from eamap.ingest.sources import MANY, ids

    before = ids(whole.before)
    gone = before.join(ids(whole.mine), on="id", how="anti").height if before.height else 0
    if before.height and gone > MANY * before.height and not confirm:
        raise SourceError(
            f"{gone} of the {before.height} things that you pushed before would be retired",
            hint="if that is right say --confirm-retire; to push only some of your sources name them with --source",
        )
    return gone


def _reference(folder: Path, on: date) -> dict[str, Any]:
    from eamap.cli.opening import reference_folder
    from eamap.reference.sets import versions

    return {name: dict(facts) for name, facts in versions(on, None, reference_folder(folder)).items()}


def pull(remote: Neo4jStore, folder: Store, *, wait: float) -> tuple[int, int]:
    """Publishes the server's version in a folder store; returns the numbers it has there and here.

    Raises UsageError if the folder holds sources that the server does not, unless they came from it.
    """
    contents = remote.contents()
    publication = remote.publication()
    with remote.fetched(), folder.writer(wait):
        _refuse_loss(folder, publication, remote.location)
        summary = {
            **contents.summary,
            "command": "store pull",
            "note": f"version {contents.version} of {remote.location}",
        }
        version = folder.publish(replace(publication, summary=summary), published=contents.published)
    return contents.version, version


def _refuse_loss(folder: Store, publication: Publication, location: str) -> None:
    versions = folder.versions()
    if not versions or str(versions[-1].summary.get("note", "")).endswith(f" of {location}"):
        return
    there = {part.part for part in publication.parts}
    lost = [part.part for part in folder.publication().parts if part.part not in there]
    if lost:
        raise UsageError(
            f"the folder holds {lost[0]!r}{f' and {len(lost) - 1} more' if len(lost) > 1 else ''}, which the server does not",
            hint="pull into an empty folder with --folder, or push first",
            where=folder.location,
        )

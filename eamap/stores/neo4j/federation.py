"""Many owners on one server: what each may replace, and what the next version is made of.

Every source on the server has one owner, whoever pushed it first. A push replaces its owner's sources and nobody else's;
what another owner pushed is neither replaced nor retired, whatever the folder that is pushed holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from eamap.errors import SourceError
from eamap.protocols import Publication, SourceTables
from eamap.stores.manifest import unread
from eamap.stores.sameness import same_rows

if TYPE_CHECKING:
    import polars as pl

Claims = Mapping[str, Mapping[str, Any]]
"""Owner > ``sources`` (names), ``decisions`` (hashes), ``documents`` (sha256), ``profile``, ``pushed`` (when)."""


@dataclass(frozen=True)
class Pushing:
    """Who pushes and what: all sources of the folder, or ``only`` those named; ``profile`` says what was left out."""

    owner: str
    now: str
    only: Sequence[str] = ()
    profile: str = "full"


@dataclass(frozen=True)
class Joined:
    """What the next version is made of. ``mine`` and ``before`` are the owner's parts, as pushed and as they were."""

    parts: Sequence[SourceTables]
    decisions: pl.DataFrame
    documents: Mapping[str, tuple[str, bytes]]
    claims: dict[str, Any]
    mine: Sequence[SourceTables] = ()
    before: Sequence[SourceTables] = ()
    passed_over: Sequence[str] = field(default_factory=tuple)
    """Sources of others that the folder holds too, just as they are on the server."""


def source_of(part: SourceTables) -> str:
    """Returns the name of the source that a part belongs to."""
    return str(part.meta["source"])


def joined(held: Publication, claims: Claims, given: Publication, asked: Pushing) -> Joined:
    """Returns the next version: what is held of others, and what is given for the owner.

    Raises SourceError if a source that is given belongs to another owner and is not what that one pushed, or if none is
    given that was asked for.
    """
    owners = {source: owner for owner, claim in claims.items() for source in claim["sources"]}
    chosen = [part for part in given.parts if not asked.only or source_of(part) in asked.only]
    _refuse_unknown(given, asked)
    others = {source_of(part) for part in chosen if owners.get(source_of(part), asked.owner) != asked.owner}
    for source in sorted(others):
        _refuse_changed(source, owners[source], held, chosen)
    mine = [part for part in chosen if source_of(part) not in others]
    before = [part for part in held.parts if owners.get(source_of(part), asked.owner) == asked.owner]
    stays = [part for part in before if asked.only and source_of(part) not in asked.only]
    foreign = [part for part in held.parts if owners.get(source_of(part), asked.owner) != asked.owner]
    if not mine and not before:
        # Nothing of this owner's is there or comes: what he pulled from others is no claim of his.
        return Joined(held.parts, held.decisions, held.documents, dict(claims), passed_over=sorted(others))
    claim = _claim([*stays, *mine], given, asked)
    return Joined(
        parts=[*foreign, *stays, *mine],
        decisions=_decisions(held, claims, given, asked.owner),
        documents=_documents(held, claims, given, asked.owner),
        claims={**claims, asked.owner: claim},
        mine=[*stays, *mine],
        before=before,
        passed_over=sorted(others),
    )


def _refuse_unknown(given: Publication, asked: Pushing) -> None:
    known = {source_of(part) for part in given.parts}
    for name in asked.only:
        if name not in known:
            raise SourceError(f"there is no source {name!r} to push", hint="see: eamap source list")


def _refuse_changed(source: str, owner: str, held: Publication, given: Sequence[SourceTables]) -> None:
    ours, theirs = ({part.part: part for part in parts if source_of(part) == source} for parts in (given, held.parts))
    if ours.keys() == theirs.keys() and all(_same(ours[name], theirs[name]) for name in ours):
        return
    raise SourceError(
        f"the source {source!r} belongs to {owner}, who pushed it",
        hint="push your own sources only, with --source NAME, or give yours another name when you ingest it",
    )


def _same(one: SourceTables, other: SourceTables) -> bool:
    if unread(one.meta) != unread(other.meta) or one.tables.keys() != other.tables.keys():
        return False
    return same_rows(one.rows, other.rows) and all(
        same_rows(one.tables[name], other.tables[name]) for name in one.tables
    )


def _claim(parts: Sequence[SourceTables], given: Publication, asked: Pushing) -> dict[str, Any]:
    decisions = given.decisions["hash"].to_list() if "hash" in given.decisions.columns else []
    return {
        "sources": sorted({source_of(part) for part in parts}),
        "decisions": sorted(decisions),
        "documents": sorted(given.documents),
        "profile": asked.profile,
        "pushed": asked.now,
    }


def _of_others(claims: Claims, owner: str, kind: str) -> set[str]:
    return {each for name, claim in claims.items() if name != owner for each in claim[kind]}


def _decisions(held: Publication, claims: Claims, given: Publication, owner: str) -> pl.DataFrame:
    """Returns the owner's decisions as they are given, and those of others after them; the same one stands once."""
    import polars as pl

    theirs = _of_others(claims, owner, "decisions")
    if not theirs:
        return given.decisions
    kept = held.decisions.filter(pl.col("hash").is_in(sorted(theirs)))
    mine = [given.decisions] if given.decisions.width else []
    return pl.concat([*mine, kept]).unique("hash", keep="first", maintain_order=True).sort("hash")


def _documents(held: Publication, claims: Claims, given: Publication, owner: str) -> Mapping[str, tuple[str, bytes]]:
    theirs = _of_others(claims, owner, "documents")
    if not theirs and set(held.documents) == set(given.documents) and all(
        held.documents[each][0] == given.documents[each][0] for each in given.documents
    ):  # fmt: skip
        return held.documents
    kept = {sha256: held.documents[sha256] for sha256 in theirs if sha256 in held.documents}
    return {**given.documents, **kept}

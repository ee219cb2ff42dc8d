"""Says who last pushed what to the shared graph, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from eamap.cli import options
from eamap.cli.options import Answering

if TYPE_CHECKING:
    from datetime import date

    from eamap.model.results import Result
    from eamap.stores.neo4j.address import Address
    from eamap.stores.neo4j.contents import Contents
    from eamap.stores.neo4j.store import Neo4jStore


@click.command("status")
@options.server_store
@options.as_of
@options.answering()
def command(store: Address, as_of: date, answer: Answering) -> None:
    """Says for every source who owns it, when it was last pushed, how many rows it has, and where sources disagree.

    Whether the graph is whole, and which versions it had, is said beside it. In the middle of a push in batches the sources
    are those of the version that is coming.
    """
    from eamap.cli.output import emit, say
    from eamap.cli.partial import noticed
    from eamap.stores.neo4j.store import Neo4jStore

    remote = Neo4jStore(store, partial=noticed)
    try:
        state = remote.state()
        if state is None or not (state.version or state.broken):
            say(f"Nothing has been pushed to {store.shown} yet." if state is None else f"{store.shown}: {state.words}.")
            return
        _tell(remote, state.words, f" (in {state.mode}, {state.done:,} rows done)" if state.broken else "")
        emit(_result(remote, remote.contents(), as_of), answer)
    finally:
        remote.close()


def _tell(remote: Neo4jStore, words: str, more: str) -> None:
    from eamap.cli.output import say

    say(f"{remote.location}: {words}{more}.")
    for version in remote.versions()[-10:]:
        told = version.summary
        counts = ", ".join(f"{number:,} {kind}" for kind, number in told.get("counts", {}).items())
        say(f"Version {version.number}, {version.published}, by {told.get('owner') or 'nobody named'}: {counts}")


def _result(remote: Neo4jStore, contents: Contents, as_of: date) -> Result:
    from eamap.cli.numbers import ref
    from eamap.model.conflicts import conflicts
    from eamap.model.results import Column, Result

    owners = {source: (owner, claim) for owner, claim in contents.claims.items() for source in claim["sources"]}
    estate = remote.estate()
    disagreeing = dict(conflicts(estate).group_by("source").len().rows())
    rows = []
    for part in contents.parts:
        source = str(part.meta["source"])
        owner, claim = owners.get(source, ("", {}))
        one = ref("rows", part.name)
        rows.append(
            {"owner": owner, "source": source, "part": part.name, "pushed": claim.get("pushed"), "profile": claim.get("profile"),
             "rows": part.meta.get("rows", part.rows.height), "conflicts": disagreeing.get(part.name, 0), "ref": one,
             "refs": {"rows": one, "conflicts": ref("conflicts", part.name)}}
        )  # fmt: skip
    columns = (
        Column("owner", "Owner"), Column("source", "Source"), Column("part", "Part"), Column("pushed", "Last pushed"),
        Column("profile", "Profile"), Column("rows", "Rows"),
        Column("conflicts", "Conflicts", "fields in which it says something else than the value in use"),
    )  # fmt: skip
    return Result("store status", as_of, contents.version, columns, rows)

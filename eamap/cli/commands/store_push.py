"""Pushes the sources of a folder store to the shared graph."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from eamap.cli import options

if TYPE_CHECKING:
    from datetime import date

    from eamap.cli.pushing import Pushed
    from eamap.model.estate import Estate
    from eamap.stores.neo4j.address import Address


@click.command("push")
@options.server_store
@options.folder
@click.option(
    "--owner",
    envvar="EAMAP_OWNER",
    show_envvar=True,
    metavar="NAME",
    help="Whose sources these are; default: the user who pushes.",
)
@click.option("--source", "only", multiple=True, metavar="NAME", help="Push this source only; may be said again.")
@click.option("--confirm-retire", is_flag=True, help="Yes, more than a fifth of what you pushed before went away.")
@click.option("--batched", is_flag=True, help="In many transactions: for a server with little memory.")
@options.profile
@options.wait
def command(store: Address, folder: Path, owner: str | None, wait: float, **asked: Any) -> None:  # fmt: skip
    """Pushes the sources of a folder store, reconciled with everybody else's; what changed is written, and nothing more.

    Your sources on the server become those of the folder: what went is retired. Nobody else's are touched, and a source
    that somebody else pushed is refused. The same content twice writes nothing. A push that was cut off can be run again.
    """
    from datetime import datetime

    from eamap.cli.opening import open_store, reference_folder
    from eamap.cli.pushing import push
    from eamap.cli.redaction import redacted
    from eamap.interpret import interpret
    from eamap.stores.neo4j.federation import Pushing
    from eamap.stores.neo4j.store import Neo4jStore

    now = datetime.now().astimezone().isoformat(timespec="seconds")
    held = open_store(folder)
    held.estate()  # a folder that holds nothing is refused, rather than taken for one whose sources all went
    profile, only = asked["profile"], asked["only"]

    def meaning(estate: Estate, day: date) -> Estate:
        return interpret(estate, day, reference_folder(folder))

    remote = Neo4jStore(store, meaning=meaning, batched=asked["batched"])
    try:
        owned = owner or remote.user()
        remote.holder = owned
        pushing = Pushing(owned, now, only, profile)
        given = redacted(held.publication(), profile)
        _tell(push(remote, given, pushing, folder, wait=wait, confirm=asked["confirm_retire"]), owned, store.shown)
    finally:
        remote.close()


def _tell(done: Pushed, owner: str, shown: str) -> None:
    from eamap.cli.output import say

    for note in done.notes:
        say(f"Note: {note}")
    if done.joined.passed_over:
        say(f"Note: left as they are, for others pushed them: {', '.join(done.joined.passed_over)}")
    if done.version == done.before:
        say(f"Nothing was written: {shown} holds all of this already, as version {done.version}.")
        return
    written = ", ".join(f"{number:,} {name.replace('_', ' ')}" for name, number in done.written.items())
    say(f"{shown} is now version {done.version}, pushed by {owner}: {written or 'the graph is as it was'}.")
    if done.retired:
        say(f"Retired: {done.retired} thing{'s' * (done.retired != 1)} that your sources no longer speak of.")

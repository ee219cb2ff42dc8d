"""Records what people decide: who, why, until when."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from eamap.cli import options
from eamap.cli.options import Reading

_KINDS = (
    "same-as",
    "not-same",
    "match",
    "capability",
    "mapping",
    "acceptance",
    "mitigation",
    "entitlement",
    "dissent",
    "override",
)


@click.command("decide")
@click.argument("kind", type=click.Choice(_KINDS), required=False)
@click.argument("subject", required=False)
@click.argument("object_", metavar="[OBJECT]", required=False)
@click.option("--field", default="", help="The field that an override sets.")
@click.option("--value", default="", help="The value that an override sets.")
@click.option("--who", default="", metavar="ROLE", help="Who decided: a role, not a name.")
@click.option("--reason", default="", help="Why.")
@click.option(
    "--payer", type=click.Choice(("local", "national")), help="Who pays for the extended support of an entitlement."
)
@click.option("--reference", default="", metavar="TEXT", help="The contract or order that an entitlement rests on.")
@click.option(
    "--date",
    "day",
    type=options.Day(),
    metavar="DATE",
    help="The day it was decided, or from which an entitlement holds; default: today.",
)
@click.option("--expires", type=options.Day(), metavar="DATE", help="The day from which it no longer holds.")
@click.option("--evidence", default="", help="Where the evidence is.")
@click.option(
    "--from", "file", type=click.Path(path_type=Path), metavar="FILE", help="Read decisions from a YAML or CSV file."
)
@options.wait
@options.reading
def command(
    kind: str | None,
    subject: str | None,
    object_: str | None,
    file: Path | None,
    wait: float,
    reading: Reading,
    **said: Any,
) -> None:
    """Records a decision, or those of a file; it is kept with the estate, versioned, and used from then on.

    \b
    eamap decide same-as system:RXX/pas system:RXX/millennium --who "Chief architect" --reason "one instance"
    eamap decide override system:RXX/pas --field supplier --value "Oracle Health" --who ... --reason ...
    eamap decide acceptance LIF001-0123456789abcdef --who SIRO --reason "isolated" --expires 2027-03-31
    eamap decide entitlement mssqlserver:13.0-sp3 national --payer national --reference "Agreement 12"
      --date 2026-07-15 --expires 2027-07-15 --who "National team" --reason "covers all trusts"
    eamap decide override lifecycle:windows:10-22h2 --field eol --value 2026-10-13 --evidence https://... --who ... --reason ...
    """
    from datetime import datetime

    from eamap.cli.opening import folder_only, known_world, open_store
    from eamap.cli.output import say
    from eamap.ingest.decide import decide, read_decisions

    now = datetime.now().astimezone().isoformat(timespec="seconds")
    if file is not None:
        decisions = read_decisions(file, now[:10])
    else:
        decisions = [_one(kind or "", subject or "", object_ or "", now[:10], said)]
    folder = folder_only(reading.store, "eamap decide")
    version = decide(open_store(folder), decisions, known_world(folder), published=now, wait=wait)
    say(f"The estate is now version {version}, with {len(decisions)} decision{'s' * (len(decisions) != 1)} more.")


def _one(kind: str, subject: str, other: str, day: str, said: dict[str, Any]) -> Any:
    from eamap.errors import UsageError
    from eamap.model.decisions import Decision

    if not kind or not subject:
        raise UsageError("says nothing to decide", hint="eamap decide KIND SUBJECT ..., or --from FILE")
    expires = said["expires"].isoformat() if said["expires"] else ""
    since = said["day"].isoformat() if said["day"] else day
    field, value = said["field"] or said["payer"] or "", said["value"] or said["reference"]
    return Decision(kind, subject, said["who"], said["reason"], since, other, field, value, expires, said["evidence"])

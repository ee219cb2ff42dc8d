"""Finds who has solved it already: who has a live answer for a capability, and why each is a peer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from eamap.cli import options
from eamap.cli.options import Answering, Reading

if TYPE_CHECKING:
    from eamap.cli.market.asked import Asked
    from eamap.cli.opening import Opened
    from eamap.model.results import Column, Result


@click.command("peers")
@click.argument("capability")
@click.option("--org", metavar="CODE", help="Who asks: only peers of its care setting, and where they are more mature.")
@options.reading
@options.answering()
def command(capability: str, org: str | None, reading: Reading, answer: Answering) -> None:
    """Lists organisations with a live system for CAPABILITY (a code of the model), in order of code.

    \b
    eamap peers CRD-2.1 --org RXX

    Each is listed with what speaks for asking it: its components are supported, its interfaces agree with the standard
    they claim, it scores higher than the one that asks. What was not listed or assessed is said so. Nobody is ranked.
    """
    from eamap.cli.market.asked import Asked
    from eamap.cli.opening import Opened
    from eamap.cli.output import emit
    from eamap.cli.sharing import refuse_findings

    refuse_findings(answer.profile)
    opened = Opened(reading)
    asked = Asked(
        opened, f"capability:{_capability(opened, capability)}", {"org": _organisation(opened, org) if org else ""}
    )
    emit(_result(asked), answer, marking=answer.marked(weaknesses=True))


def _capability(opened: Opened, text: str) -> str:
    """Returns the code of a capability as the model writes it."""
    from eamap.errors import UsageError

    code = text.removeprefix("capability:").upper()
    if f"capability:{code}" not in set(opened.on.things("capability")["id"].to_list()):
        raise UsageError(f"there is no capability {text!r}", hint="see: eamap query kind:capability")
    return code


def _organisation(opened: Opened, text: str) -> str:
    from eamap.errors import UsageError
    from eamap.model.ids import organisation_code

    code = organisation_code(text)
    if opened.estate.find(f"organisation:{code}") is None:
        raise UsageError(f"there is no organisation {text!r}", hint="see: eamap query kind:organisation")
    return code


def _result(asked: Asked) -> Result:
    from eamap.cli.market.refs import tallies
    from eamap.cli.market.tables import TABLES
    from eamap.cli.support.components import SETS
    from eamap.model.results import Column, Result

    opened = asked.opened
    columns = tuple(Column(*each) for each in _COLUMNS)
    rows = [_row(asked, row, columns) for row in TABLES["peers"].rows(asked).iter_rows(named=True)]
    used = opened.used("capabilities", "market", "products", "standards", *SETS)
    return Result("peers", opened.reading.as_of, opened.estate.version, columns, rows, tallies("peers", asked), used)


def _row(asked: Asked, row: dict[str, Any], columns: tuple[Column, ...]) -> dict[str, Any]:
    from eamap.cli.market.asked import told
    from eamap.cli.numbers import ref

    found = told("peers", asked, row, columns)
    body = row["organisation"]
    found |= {
        "organisation": row["key"],
        "name": asked.names("organisation").get(body, row["key"]),
        "setting": row["setting"] or "not stated",
    }
    known = [asked.names(each.partition(":")[0]).get(each, each.partition(":")[2]) for each in row["products"]]
    found["products"] = "; ".join(known) or "not stated"
    found["ahead"] = "; ".join(row["ahead"]) or ("none known" if asked.options["org"] else "nobody asks")
    system = row["first"]
    found["installed"] = row["installed"] or "not stated"
    found["refs"] |= {
        "organisation": body,
        "name": body,
        "installed": ref("field", system, "installed"),
        "products": row["products"][0] if row["products"] else system,
    }
    return found


_COLUMNS = (
    ("organisation", "Organisation"), ("name", "Name"), ("setting", "Care setting"), ("why", "Why a peer"), ("products", "Products", "or suppliers, where no product is named"),
    ("systems", "Live systems"), ("installed", "Live since"), ("support", "Support"), ("components", "Components"), ("supported", "Supported"),
    ("past", "Past support"), ("conformance", "Conformance"), ("interfaces", "Interfaces"), ("met", "Agree with their standard"),
    ("broken", "Contradict it"), ("ahead", "More mature in"),
)  # fmt: skip

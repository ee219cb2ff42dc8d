"""Says under which ICS organisations lie: by headquarters and by where their patients come from."""

from __future__ import annotations

import click

from eamap.cli import options
from eamap.cli.options import Answering, Reading


@click.command("geography")
@click.argument("codes", nargs=-1, metavar="[CODE]…")
@options.geography_option
@options.reading
@options.answering()
def command(codes: tuple[str, ...], geography: str | None, reading: Reading, answer: Answering) -> None:
    """Follows each organisation to who stands for it on the day, and says in which ICS and region that lies.

    \b
    eamap geography RDU
    eamap geography --geography 2022
    eamap geography RDU --geography proposed.csv

    CODE is an ODS code or one of the estate's own; without any: all organisations of the estate, or the trusts of England.
    The ICS of a trust is that of its headquarters; beside it stands the one most of its patients come from. A code with
    several successors, or whose ICS was divided, has candidates and no ICS.
    """
    from eamap.analysis.geography.located import located
    from eamap.cli.geography import locating
    from eamap.cli.geography.flowing import SETS, geography_of, version_of
    from eamap.cli.opening import Opened
    from eamap.cli.output import emit
    from eamap.model.results import Column, Result

    opened = Opened(reading)
    known = geography_of(opened, geography)
    table = located(known, locating.codes_of(opened, known, codes))
    columns = (
        Column("organisation", "Code"), Column("name", "Organisation"), Column("outcome", "On the day"), Column("current", "Stands for it"),
        Column("confidence", "How sure", "published, stated, derived or inferred"), Column("geography", "Boundaries"),
        Column("icb", "ICS of headquarters"), Column("candidates", "Or one of"), Column("region", "Region"),
        Column("patient_icb", "ICS of most patients"), Column("patient_share", "Their share"), Column("patient_icbs", "ICSs of patients"),
        Column("unplaced", "Share not placed"), Column("agrees", "Same ICS"),
    )  # fmt: skip
    rows, counts = locating.rows_of(table, known), locating.counts(table, known, codes)
    emit(Result("geography", reading.as_of, version_of(opened), columns, rows, counts, opened.used(*SETS)), answer)

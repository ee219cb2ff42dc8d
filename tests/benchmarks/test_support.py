"""What support costs beyond an opened estate: CPU of status, list, roll-ups and forecast, on one million rows and on fewer.

Matching is not in it: what texts mean is worked out before and kept beside the store. The law is that twice the rows cost
about twice as much; the figures are printed and nothing is asserted about time, for machines are shared.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest

ROUNDS = int(os.environ.get("EAMAP_BENCH_ROUNDS", "3"))
SIZES = os.environ.get("EAMAP_BENCH_SUPPORT", "trust,ics,tables-30k").split(",")
HERE = Path(__file__).resolve().parent
EAMAP = (sys.executable, "-c", "from eamap.cli.main import main; main()")
DAY = date(2026, 11, 22)


@pytest.fixture(scope="module", params=SIZES)
def store(request, tmp_path_factory):
    """A store with the tables of a size."""
    folder = tmp_path_factory.mktemp("support")
    files = Path(os.environ.get("EAMAP_BENCH_FILES") or folder) / request.param
    if not files.is_dir():
        subprocess.run([sys.executable, HERE / "generate.py", request.param, files], check=True, capture_output=True)
    subprocess.run(
        [*EAMAP, "ingest", *sorted(files.iterdir()), "--store", folder / "store"], check=True, capture_output=True
    )
    return folder / "store"


def least(work) -> float:
    """Returns the least CPU seconds of several rounds."""
    costs = []
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        costs.append(time.process_time() - start)
    return min(costs)


def opened(store: Path):
    """Returns the estate with its components and systems read, the day, and what is known beside it, matches kept."""
    from eamap.interpret import interpret
    from eamap.interpret.support import knowledge, supported
    from eamap.model.selector import EstateOn
    from eamap.stores.folder import FolderStore

    on = EstateOn(interpret(FolderStore(store).estate(), DAY), DAY)
    for kind in ("component", "system", "decision"):
        on.things(kind)
    on.links("REALISES").collect()
    known = knowledge(None, store / "cache")
    supported(on, known)
    return on, known


def test_support(store):
    from eamap.analysis.support.eol import ending
    from eamap.analysis.support.forecast import forecast
    from eamap.analysis.support.groups import GROUPS
    from eamap.analysis.support.in_use import in_use
    from eamap.analysis.support.rollup import rollup
    from eamap.interpret.support import supported

    on, known = opened(store)
    found = supported(on, known)
    held = in_use(on, found)
    costs = {
        "status of every component": least(lambda: supported(on, known)),
        "what is in use, counted": least(lambda: in_use(on, found).statuses),
        **{f"roll-up by {by}": least(lambda by=by: rollup(held, by)) for by in GROUPS},
        "list to the day": least(lambda: ending(held, DAY, 90)),
        "forecast": least(lambda: forecast(held)),
    }
    rows = on.things("component").height
    print(
        f"\n\n  {rows:,} components, {on.things('component')['raw'].n_unique():,} texts, {found.standings.height:,} standings"
    )
    for name, cost in costs.items():
        print(f"  {name:<28}{cost:>7.3f} s{cost / rows * 1e6:>9.2f} microseconds a row")

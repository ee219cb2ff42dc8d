"""``eamap --help`` against ``import click``: CPU of whole processes, the least of several in one run."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

ROUNDS = 15
MOST = 2.5


def cpu(*command) -> float:
    """Returns the CPU seconds of one child process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def test_help_costs_little_more_than_click():
    eamap = Path(sys.executable).parent / "eamap"
    least = [
        min(cpu(*line) for _ in range(ROUNDS)) for line in ((sys.executable, "-c", "import click"), (eamap, "--help"))
    ]
    print(f"\nimport click {least[0]:.3f} s, eamap --help {least[1]:.3f} s, ratio {least[1] / least[0]:.2f}")
    assert least[1] <= MOST * least[0]

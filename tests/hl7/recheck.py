"""Asks HL7's validator again about the cases: they must say what it says, or why not; a case that was changed is asked about anew.

python -m tests.hl7.recheck OUT [--lib .cache/hl7/lib]
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from pathlib import Path

from tests.hl7.compare import ROOT, File, ask_hl7, kinds

CASES = Path(__file__).with_name("cases")


def main() -> None:
    """Writes the cases as files, asks, and lists those whose record is not what the validator says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--lib", type=Path, default=ROOT / ".cache" / "hl7" / "lib")
    given = parser.parse_args()
    folder = given.out / "cases"
    folder.mkdir(parents=True, exist_ok=True)
    recorded, files = [], []
    for path in sorted(CASES.glob("*.json")):
        for case in json.loads(path.read_text("utf-8")):
            content = case["content"]
            file = folder / f"{path.stem}-{case['name']}.{case['format']}"
            file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
            recorded.append((path.stem, case))
            files.append(File(file, case["release"], digest=hashlib.sha256(file.read_bytes()).hexdigest()))
    ask_hl7(files, folder, given.lib)
    wrong = [
        f"{topic}/{case['name']}: HL7 says {said}, the case {case.get('hl7', case['errors'])}"
        for (topic, case), file in zip(recorded, files)
        if (said := sorted(kinds(file.hl7))) != case.get("hl7", case["errors"])
    ]
    print("\n".join(wrong) or f"{len(files)} cases say what HL7's validator says, or why not")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()

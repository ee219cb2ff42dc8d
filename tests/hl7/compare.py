"""Runs HL7's validator and eamap on the same statements and says where they differ.

    python -m tests.hl7.compare OUT FOLDER… [--lib .cache/hl7/lib] [--offline-verdicts]

Each FOLDER holds statements, with or without a files.tsv (see generate.py). Both judge a file by the release eamap takes
it for. What the validator said is kept in OUT/verdicts.jsonl by content and release, so a second run asks only about
what is new. OUT/disagreements.tsv has every difference with its file; OUT/agreement.md the table; OUT/settled.txt what
settled.yaml settles, with its reason; OUT/classes.txt what is open, for which the command ends with 1.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eamap.fhir.statement import read_statement
from tests.hl7.classes import BREAKS, Said, agreed, hidden, of_eamap, of_hl7, settled
from tests.hl7.settling import SIDES, Difference, Entry, entries
from tests.hl7.statements import RELEASES

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class File:
    """A statement and what is known of it."""

    path: Path
    release: str
    operators: str = ""
    digest: str = ""
    eamap: list[Said] = field(default_factory=list)
    hl7: list[Said] = field(default_factory=list)
    skipped: str = ""

    @property
    def key(self) -> str:
        return f"{self.release}-{self.digest}"


def files_in(folder: Path) -> list[File]:
    """Gives the statements of a folder, with the release and operators its table gives."""
    table = folder / "files.tsv"
    if table.exists():
        with table.open(encoding="utf-8", newline="") as file:
            return [
                File(folder / row["file"], row["release"], row["operators"])
                for row in csv.DictReader(file, delimiter="\t")
            ]
    return [File(path, "R4", "published") for path in sorted(folder.iterdir()) if path.suffix in (".json", ".xml")]


def ask_eamap(files: list[File]) -> tuple[float, list[str]]:
    """Reads every file with eamap, which also says by which release to judge; gives the seconds and the exceptions."""
    broken: list[str] = []
    seconds = 0.0
    for file in files:
        content = file.path.read_bytes()
        file.digest = hashlib.sha256(content).hexdigest()
        begun = time.perf_counter()
        try:
            reading = read_statement(content)
        except Exception as error:  # noqa: BLE001  a traceback is a finding of its own
            broken.append(f"{file.path.name}: {error!r}")
            file.eamap = [Said("error", "traceback", "", repr(error))]
            continue
        finally:
            seconds += time.perf_counter() - begun
        file.release = str(reading.judged or file.release)
        file.eamap = settled([said for said in map(of_eamap, reading.problems) if said])
    return seconds, broken


def ask_hl7(files: list[File], out: Path, lib: Path) -> list[dict[str, Any]]:
    """Asks the validator about what it has not judged yet; gives the times it reports."""
    kept = out / "verdicts.jsonl"
    verdicts = {row["key"]: row["messages"] for row in _lines(kept)}
    new = {file.key: file for file in files if file.key not in verdicts}
    times = []
    if new:
        listed = out / "to-judge.tsv"
        by_path = {str(file.path): key for key, file in new.items()}
        listed.write_text(
            "".join(
                f"{file.release}\t{file.path}\n"
                for file in sorted(new.values(), key=lambda f: RELEASES.index(f.release))
            ),
            encoding="utf-8",
        )
        command = ["java", "-cp", f"{lib}/*", str(Path(__file__).with_name("Judge.java")), str(listed)]
        said = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
        if said.returncode:
            sys.exit(said.stderr)
        rows = [json.loads(line) for line in said.stdout.split("\n") if line]
        times = [row for row in rows if "seconds" in row]
        fresh = {by_path[row["file"]]: row["messages"] for row in rows if "file" in row}
        with kept.open("a", encoding="utf-8") as handle:
            handle.writelines(
                json.dumps({"key": key, "messages": messages}, ensure_ascii=False) + "\n"
                for key, messages in fresh.items()
            )
        verdicts |= fresh
    for file in files:
        file.hl7 = settled([said for said in map(of_hl7, verdicts[file.key]) if said])
        if any(said.kind == "broke-off" for said in file.hl7):
            file.skipped = file.hl7[0].words
    return times


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").split("\n") if line] if path.exists() else []


OUTCOMES = {(True, True): "both", (True, False): "only HL7", (False, True): "only eamap", (False, False): "neither"}


def kinds(said: Iterable[Said]) -> dict[str, list[Said]]:
    """Gives findings by level and kind; only of rules does the level count, so that a warning is not taken for an error."""
    found: dict[str, list[Said]] = defaultdict(list)
    for each in said:
        found[each.kind + (" (warning)" if each.level == "warning" else "")].append(each)
    return found


def judged_alike(file: File) -> tuple[dict[str, list[Said]], dict[str, list[Said]]]:
    """Gives what each judge says, HL7 first, by kind: of one defect the same kind, and nothing one of them could not see."""
    hl7 = agreed(file.hl7, file.eamap)
    seen = {said.kind for said in hl7}
    eamap = [
        said
        for said in agreed(file.eamap, hl7)
        if said.kind in seen or not any(hidden(said, other) for other in file.hl7)
    ]
    left, right = kinds(hl7), kinds(eamap)
    if any(kind in BREAKS for kind in (*left, *right)):
        left, right = ({kind: said for kind, said in side.items() if kind in BREAKS} for side in (left, right))
    return left, right


def compare(files: list[File]) -> tuple[Counter[tuple[str, str, str]], list[Difference], Counter[tuple[str, str]]]:
    """Counts agreement by release and kind, lists the differences, and counts files by what the two make of them."""
    counts: Counter[tuple[str, str, str]] = Counter()
    whole: Counter[tuple[str, str]] = Counter()
    found = []
    for file in files:
        if file.skipped:
            continue
        left, right = judged_alike(file)
        bad = [any("(warning)" not in kind for kind in side) for side in (left, right)]
        whole[file.release, OUTCOMES[bad[0], bad[1]]] += 1
        for kind in sorted({*left, *right}):
            side = SIDES[0] if kind in left and kind in right else SIDES[1] if kind in left else SIDES[2]
            counts[file.release, kind, side] += 1
            if side != SIDES[0]:
                found.append(Difference(
                    str(file.path), file.release, file.operators, side, kind, left.get(kind) or right[kind],
                    sorted(right if kind in left else left), len(file.hl7) + len(file.eamap),
                ))  # fmt: skip
    return counts, found, whole


def table(counts: Counter[tuple[str, str, str]], whole: Counter[tuple[str, str]]) -> str:
    """Gives the agreement as a table: a row for each kind, three numbers for each release."""
    lines = ["| kind | " + " | ".join(RELEASES) + " | all |", "|---|" + "---|" * (len(RELEASES) + 1)]
    cell = "{} / {} / {}".format
    for kind in sorted({kind for _, kind, _ in counts}):
        by = [[counts[release, kind, side] for side in SIDES] for release in RELEASES]
        lines.append(
            f"| {kind} | "
            + " | ".join(cell(*numbers) if any(numbers) else "" for numbers in by)
            + f" | {cell(*map(sum, zip(*by)))} |"
        )
    lines += [
        "",
        "Each cell: both / only HL7 / only eamap, in files.",
        "",
        "| files with an error | " + " | ".join(OUTCOMES.values()) + " |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {release} | " + " | ".join(str(whole[release, each]) for each in OUTCOMES.values()) + " |"
        for release in RELEASES
    ]
    return "\n".join(lines) + "\n"


def classes_of(found: list[Difference]) -> str:
    """Gives the classes of open differences, the most frequent first, each with its simplest file and what was said of it."""
    groups: dict[tuple[str, str, str], list[tuple[Difference, Said]]] = defaultdict(list)
    for each in found:
        for said in each.open[:1]:
            groups[each.side, each.kind, said.name].append((each, said))
    lines = []
    for (side, kind, name), members in sorted(groups.items(), key=lambda item: -len(item[1])):
        simple, said = min(members, key=lambda pair: (pair[0].findings, pair[0].operators.count("+"), pair[0].file))
        releases = ", ".join(release for release in RELEASES if any(each.release == release for each, _ in members))
        lines.append(
            f"{len(members):4} {side}: {kind} / {name} ({releases})\n     {Path(simple.file).name} [{simple.operators}] {said.where}: {said.words[:260]}\n     other side: {', '.join(simple.others)}"
        )
    return "\n".join(lines) + "\n" if lines else ""


def settled_classes(found: list[Difference], known: list[Entry]) -> tuple[str, list[Entry]]:
    """Gives the settled classes with the number of their files and the reason, and those that settle nothing any more."""
    often = Counter(entry.key for each in found for entry in each.settled)
    lines = [
        f"{often[entry.key]:4} {entry.side}: {entry.kind} / {entry.name}\n     {entry.why} [{', '.join(entry.cases)}]"
        for entry in sorted(known, key=lambda entry: -often[entry.key])
        if often[entry.key]
    ]
    return "\n".join(lines) + "\n", [entry for entry in known if not often[entry.key]]


def write(path: Path, rows: list[dict[str, str]]) -> None:
    """Writes rows as a table."""
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(rows[0]) if rows else ["release"], delimiter="\t", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main() -> None:
    """Reads the command line, compares, and prints; ends with 1 where a difference is not settled."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--lib", type=Path, default=ROOT / ".cache" / "hl7" / "lib")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    files = [file for folder in given.folders for file in files_in(folder.resolve())]
    seconds, broken = ask_eamap(files)
    times = ask_hl7(files, given.out, given.lib)
    counts, found, whole = compare(files)
    known = entries()
    for each in found:
        each.settle(known)
    write(given.out / "disagreements.tsv", [each.row() for each in found])
    text, (settled_text, stale) = table(counts, whole), settled_classes(found, known)
    open_text = classes_of(found)
    for name, content in (("agreement.md", text), ("settled.txt", settled_text), ("classes.txt", open_text)):
        (given.out / name).write_text(content, encoding="utf-8")
    print(f"{text}\nSettled differences:\n{settled_text}\nOpen differences:\n{open_text or 'none'}\n")
    if stale:
        print("Entries of settled.yaml that match nothing any more:", *(entry.key for entry in stale), sep="\n")
    left_out = sum(bool(file.skipped) for file in files)
    print(
        f"{len(files)} files; {left_out} left out because HL7's validator broke off; {len(broken)} tracebacks of eamap"
    )
    print("\n".join(broken[:10]))
    print(f"eamap: {seconds:.1f} s")
    for row in times:
        print(
            f"HL7 {row['release']}: {row['files']} files in {row['seconds']:.1f} s after {row['start_seconds']:.1f} s of loading"
        )
    sys.exit(bool(open_text or broken))


if __name__ == "__main__":
    main()

"""Starts, stops, kills and restarts a real Neo4j Community server on the loopback, for tests and for trying eamap out.

    python -m tests.neo4j.serving [--release lts|newest]

starts one, prints the lines that tell eamap where it is, and keeps it until Enter is pressed. Nothing of Neo4j is part of
eamap: Maven fetches its artefacts into ``.cache/neo4j``, once, and the server is a process of its own that ends with ours.
"""

from __future__ import annotations

import argparse
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TextIO

from filelock import FileLock

HERE = Path(__file__).parent
CACHE = HERE.parents[1] / ".cache" / "neo4j"
USER = "neo4j"
READY_WITHIN = 300.0
"""Seconds after which a server that does not answer counts as failed; on an idle machine it takes 5 to 7, on a crowded one minutes."""
STOPPED_WITHIN = 60.0

SETTINGS = """\
server.default_listen_address=127.0.0.1
server.bolt.listen_address=127.0.0.1:{port}
server.bolt.advertised_address=127.0.0.1:{port}
server.http.enabled=false
server.https.enabled=false
server.directories.import=import
server.memory.heap.initial_size={heap}
server.memory.heap.max_size={heap}
server.memory.pagecache.size={page_cache}
dbms.security.auth_enabled=true
dbms.security.allow_csv_import_from_file_urls=false
dbms.usage_report.enabled=false
db.tx_log.preallocate=false
db.tx_log.rotation.retention_policy=keep_none
"""
OPENED = [f"--add-opens=java.base/{name}=ALL-UNNAMED" for name in
          ("java.nio", "java.io", "sun.nio.ch", "java.lang", "java.util.concurrent")]  # fmt: skip
# A server that is started and killed every few seconds spends its time on getting fast; these let it stay as it is. What it
# loads is kept beside its jars when it first ends of itself, and read from there afterwards.
BRIEF = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
# Whether a plan is the best for what is there now is not asked of estates of a few hundred things, and planning is what takes
# time: a text that was planned once keeps its plan.
PLANNED_ONCE = "dbms.cypher.min_replan_interval=1h\n"
LOADED = "classes.jsa"
# Says the server's process number, then waits: when whoever started it is gone, however it went, its stdin ends.
GUARD = '"$@" >/dev/null & child=$!; echo $child; cat >/dev/null; kill $child 2>/dev/null; wait $child'


class AbsentError(Exception):
    """Says what is missing to run a server here."""


@dataclass(frozen=True)
class Release:
    """A release of the server, and the versions of Java it runs on."""

    name: str
    profile: tuple[str, ...]
    javas: range
    main: str


RELEASES = {
    "lts": Release("lts", (), range(17, 25), "org.neo4j.server.CommunityEntryPoint"),
    "newest": Release("newest", ("-P", "newest"), range(21, 1000), "org.neo4j.server.Neo4jCommunity"),
}


@cache
def javas() -> dict[int, str]:
    """Returns each version of Java on this machine with the program that runs it."""
    homes = [Path(home) for home in (os.environ.get("JAVA_HOME"),) if home]
    homes += sorted(path for path in Path("/usr/lib/jvm").glob("*") if not path.is_symlink())
    programs = [shutil.which("java"), *(shutil.which(str(home / "bin" / "java")) for home in homes)]
    found: dict[int, str] = {}
    for program in filter(None, programs):
        said = subprocess.run([program, "-version"], capture_output=True, text=True, check=False).stderr
        if version := re.search(r'version "(\d+)', said):
            found.setdefault(int(version[1]), program)
    return found


def java_for(release: Release) -> str:
    """Returns the program of the oldest Java that a release runs on; raises AbsentError if there is none."""
    fitting = sorted(version for version in javas() if version in release.javas)
    if not fitting:
        raise AbsentError(f"there is no Java {release.javas.start} or later that the {release.name} release runs on")
    return javas()[fitting[0]]


def release_here() -> Release:
    """Returns the release that ``EAMAP_NEO4J_RELEASE`` names, or the first that runs on a Java of this machine."""
    named = os.environ.get("EAMAP_NEO4J_RELEASE", "")
    if named:
        return RELEASES[named]
    runnable = [release for release in RELEASES.values() if any(version in release.javas for version in javas())]
    return runnable[0] if runnable else RELEASES["lts"]


def fetched(release: Release) -> Path:
    """Returns the folder of a release's jars, fetched with Maven the first time; raises AbsentError if that cannot be done."""
    lib, stamp = CACHE / release.name / "lib", CACHE / release.name / "fetched"
    CACHE.mkdir(parents=True, exist_ok=True)
    pom = (HERE / "pom.xml").read_text("utf-8")
    with FileLock(CACHE / f"{release.name}.lock"):
        if stamp.exists() and stamp.read_text("utf-8") == pom:
            return lib
        if shutil.which("mvn") is None:
            raise AbsentError("Maven is not here to fetch the server with")
        shutil.rmtree(lib.parent, ignore_errors=True)
        goal = ["dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={lib}"]
        command = ["mvn", "--quiet", "--batch-mode", "--file", str(HERE / "pom.xml"), *release.profile, *goal]
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
        stamp.write_text(pom, "utf-8")
    return lib


def guarded(command: list[str], log: TextIO) -> tuple[subprocess.Popen[str], int]:
    """Starts a program that ends when whoever started it is gone; returns its guard and its process number."""
    guard = subprocess.Popen(
        ["sh", "-c", GUARD, "sh", *command],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=log,
        text=True,
        start_new_session=True,
    )
    assert guard.stdout is not None
    return guard, int(guard.stdout.readline())


def free_port() -> int:
    """Returns a port of the loopback that nobody listens on."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


@dataclass
class Served:
    """Where a server is and who may ask it: one that was started here, or the one that the environment names."""

    uri: str
    user: str
    password: str
    database: str = "neo4j"

    @property
    def address(self) -> str:
        """What eamap's ``--store`` takes."""
        return f"{self.uri}/{self.database}"

    @property
    def environment(self) -> dict[str, str]:
        """The variables by which eamap gets its credentials."""
        return {"EAMAP_NEO4J_USER": self.user, "EAMAP_NEO4J_PASSWORD": self.password}

    def driver(self, **settings: object):
        """Returns a driver of the tests' own, past everything that eamap does around it."""
        import neo4j

        return neo4j.GraphDatabase.driver(self.uri, auth=(self.user, self.password), **settings)

    def stop(self) -> None:
        """Leaves a server that others started as it is."""


@dataclass
class Local(Served):
    """A server in a folder of its own, which can be stopped, killed and started again on what it left."""

    home: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="eamap-neo4j-")))
    release: Release = RELEASES["lts"]
    heap: str = "1g"
    brief: bool = False
    guard: subprocess.Popen[str] | None = None
    child: int = 0

    @classmethod
    def started(
        cls, release: str = "", *, heap: str = "1g", page_cache: str = "256m", brief: bool = False, **settings: str
    ) -> Local:
        """Starts a server on a new folder; settings are its own, with ``__`` for a point.

        A ``brief`` one starts in half the time and is slower then: for tests that stop it often, not for measuring.

        Raises AbsentError where Java or Maven is missing.
        """
        wanted, port = RELEASES[release] if release else release_here(), free_port()
        java_for(wanted)
        fetched(wanted)
        server = cls(f"bolt://127.0.0.1:{port}", USER, secrets.token_hex(12), release=wanted, heap=heap, brief=brief)
        text = SETTINGS.format(port=port, heap=heap, page_cache=page_cache) + (PLANNED_ONCE if brief else "")
        server.write(text, settings)
        server.administer("dbms", "set-initial-password", server.password)
        server.start()
        return server

    def write(self, text: str, settings: dict[str, str]) -> None:
        """Writes the server's settings into its folder."""
        for name in ("conf", "data", "logs", "run", "plugins", "import"):
            (self.home / name).mkdir()
        more = "".join(f"{name.replace('__', '.')}={value}\n" for name, value in settings.items())
        (self.home / "conf" / "neo4j.conf").write_text(text + more, "utf-8")

    def administer(self, *words: str) -> None:
        """Runs the server's own administration command on its folder."""
        where = {"NEO4J_HOME": str(self.home), "NEO4J_CONF": str(self.home / "conf")}
        command = [java_for(self.release), "-cp", f"{fetched(self.release)}/*"]
        command += ["org.neo4j.server.startup.Neo4jAdminCommand", *words]
        subprocess.run(command, check=True, capture_output=True, stdin=subprocess.DEVNULL, env=os.environ | where)

    def start(self) -> None:
        """Starts the server and waits until it answers."""
        command = [java_for(self.release), f"-Xmx{self.heap}", *OPENED, *self.hastened()]
        command += ["-cp", f"{fetched(self.release)}/*", self.release.main]
        command += [f"--home-dir={self.home}", f"--config-dir={self.home / 'conf'}"]
        with (self.home / "logs" / "started.log").open("a") as log:
            self.guard, self.child = guarded(command, log)
        self.wait_until_ready()

    def hastened(self) -> list[str]:
        """Returns what makes a brief server start soon."""
        if not self.brief:
            return []
        kept, own = fetched(self.release).parent / LOADED, self.home / LOADED
        return [*BRIEF, f"-XX:SharedArchiveFile={kept}" if kept.exists() else f"-XX:ArchiveClassesAtExit={own}"]

    def keep_loaded(self) -> None:
        """Puts what a brief server loaded where the next will find it; in one step, for another may be starting now."""
        kept, own = fetched(self.release).parent / LOADED, self.home / LOADED
        if own.exists() and not kept.exists():
            shutil.move(own, kept.with_suffix(f".{os.getpid()}"))
            kept.with_suffix(f".{os.getpid()}").replace(kept)

    def wait_until_ready(self) -> None:
        """Waits until the server answers, or says from its log why it does not."""
        from neo4j.exceptions import DriverError, Neo4jError

        until = time.monotonic() + READY_WITHIN
        # The port opens before the database does, so connecting says too little.
        with self.driver(max_transaction_retry_time=0) as driver:
            while time.monotonic() < until and self.runs:
                with suppress(DriverError, Neo4jError):
                    driver.execute_query("RETURN 1", database_=self.database)
                    return
                time.sleep(0.2)
        said = self.said()
        self.stop()
        raise AssertionError(f"the server did not start:\n{said}")

    @property
    def runs(self) -> bool:
        """Whether the server's process is there and has not ended."""
        try:
            state = Path(f"/proc/{self.child}/stat").read_text("ascii").rpartition(")")[2].split()[0]
        except OSError:
            return False
        return state != "Z"

    def said(self) -> str:
        """Returns the last lines of the server's logs."""
        logs = [self.home / "logs" / name for name in ("started.log", "neo4j.log")]
        return "\n".join(log.read_text("utf-8", "replace")[-3000:] for log in logs if log.exists())

    def kill(self) -> None:
        """Ends the server as a power cut would, and waits until its process is gone."""
        os.kill(self.child, signal.SIGKILL)
        self.released()

    def end(self) -> None:
        """Ends the server as soon as can be: by killing it, which loses nothing, once there is no archive to be kept."""
        if self.brief and (fetched(self.release).parent / LOADED).exists():
            self.kill()
        else:
            self.quit()

    def quit(self) -> None:
        """Asks the server to end, as an administrator would, and waits until it has."""
        with suppress(ProcessLookupError):
            os.kill(self.child, signal.SIGTERM)
        until = time.monotonic() + STOPPED_WITHIN
        while self.runs and time.monotonic() < until:
            time.sleep(0.05)
        if self.runs:
            os.kill(self.child, signal.SIGKILL)
        self.released()
        self.keep_loaded()

    def released(self) -> None:
        """Ends the guard, which waits for the server's process first."""
        if self.guard is None:
            return
        with suppress(BrokenPipeError):
            self.guard.communicate(timeout=STOPPED_WITHIN)
        self.guard = None

    def restart(self) -> None:
        """Kills the server if it still runs, and starts it again on what it left."""
        if self.guard is not None:
            self.kill()
        self.start()

    def configure(self, *lines: str) -> None:
        """Sees to it that the server runs with these lines after its settings, and with no others; restarts it if need be."""
        conf = self.home / "conf" / "neo4j.conf"
        had, mark = conf.read_text("utf-8"), "# Of one test\n"
        wanted = had.partition(mark)[0] + (mark + "".join(f"{line}\n" for line in lines) if lines else "")
        if wanted == had and self.runs:
            return
        if self.runs:
            self.end()
        self.released()
        conf.write_text(wanted, "utf-8")
        self.start()

    def stop(self) -> None:
        """Ends the server and removes its folder."""
        if self.guard is not None:
            self.end()
        shutil.rmtree(self.home, ignore_errors=True)


def named_outside() -> Served | None:
    """Returns the server that ``EAMAP_NEO4J_URI`` names, with the credentials that eamap itself would use, if one is."""
    text = os.environ.get("EAMAP_NEO4J_URI", "")
    if not text:
        return None
    from eamap.stores.neo4j.address import Credentials, parse

    address, credentials = parse(text), Credentials.read()
    return Served(address.uri, credentials.user, credentials.password, address.database or "neo4j")


def main(arguments: list[str]) -> None:
    """Starts a server for whoever wants to try eamap on one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--release", choices=RELEASES, default="lts")
    parser.add_argument("--heap", default="2g")
    parser.add_argument("--possible", action="store_true", help="only say, and end with 1 if not, whether Java is here")
    asked = parser.parse_args(arguments)
    try:
        java_for(RELEASES[asked.release])
        if asked.possible:
            return
        server = Local.started(asked.release, heap=asked.heap, page_cache="512m")
    except AbsentError as error:
        sys.exit(f"No server can be started: {error}.")
    try:
        for name, value in server.environment.items():
            print(f"export {name}='{value}'")
        print(f"export EAMAP_STORE='{server.address}'", flush=True)
        print("Press Enter to end the server; what is in it goes with it.", file=sys.stderr)
        sys.stdin.readline()
    finally:
        server.stop()


if __name__ == "__main__":
    main(sys.argv[1:])

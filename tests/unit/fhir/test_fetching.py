"""Asking a live server: only this machine is asked here, and that only where private addresses are allowed."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest

from eamap.errors import SourceError
from eamap.fhir import fetching
from eamap.fhir.fetching import fetch_statement, metadata_url

STATEMENT = b'{"resourceType": "CapabilityStatement"}'


class Server(BaseHTTPRequestHandler):
    """Answers by path; notes what was asked."""

    asked: ClassVar[list[tuple[str, str]]] = []

    def do_GET(self) -> None:
        self.asked.append((self.path, self.headers["Accept"]))
        kind = self.path.split("/")[1]
        if kind == "moved":
            self.send_response(302)
            self.send_header("Location", "/fhir/metadata")
            self.end_headers()
        elif kind == "round":
            self.send_response(302)
            self.send_header("Location", self.path)
            self.end_headers()
        elif kind == "secret":
            self.send_response(401)
            self.end_headers()
        else:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"x" * 5000 if kind == "long" else STATEMENT)

    def log_message(self, *words: object) -> None:
        """Says nothing."""


@pytest.fixture
def server():
    made = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=made.serve_forever, daemon=True).start()
    Server.asked.clear()
    yield f"http://127.0.0.1:{made.server_port}"
    made.shutdown()
    made.server_close()


def test_the_statement_of_a_base_is_asked_for(server):
    assert fetch_statement(f"{server}/fhir/", allow_private=True) == STATEMENT
    assert fetch_statement(f"{server}/fhir/metadata", allow_private=True) == STATEMENT
    assert [path for path, _ in Server.asked] == ["/fhir/metadata"] * 2
    assert Server.asked[0][1].startswith("application/fhir+json")


def test_a_redirect_is_followed_a_few_times(server):
    assert fetch_statement(f"{server}/moved", allow_private=True) == STATEMENT
    with pytest.raises(SourceError, match="redirects more than 3 times"):
        fetch_statement(f"{server}/round", allow_private=True)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/x", "http://localhost/x", "http://[::1]/x", "http://10.1.2.3/x", "http://169.254.169.254/x",
            "http://[::ffff:127.0.0.1]/x", "http://0.0.0.0/x", "http://192.168.0.1/x", "http://100.64.0.1/x"]
)  # fmt: skip
def test_private_addresses_are_refused_unless_allowed(url):
    with pytest.raises(SourceError, match="is not asked") as refused:
        fetch_statement(url)
    assert "--allow-private" in refused.value.hint


def test_nothing_is_asked_of_a_refused_server(server):
    with pytest.raises(SourceError):
        fetch_statement(f"{server}/fhir")
    assert Server.asked == []


@pytest.mark.parametrize("url", ["ftp://x/y", "http:///nowhere", "file:///etc/passwd", "http://x:99999/"])
def test_an_address_that_cannot_be_asked_is_refused(url):
    with pytest.raises(SourceError):
        fetch_statement(url)


def test_an_answer_that_is_no_success_says_so(server):
    with pytest.raises(SourceError, match="401"):
        fetch_statement(f"{server}/secret", allow_private=True)


def test_an_answer_without_end_is_cut_off(server, monkeypatch):
    monkeypatch.setattr(fetching, "STATEMENT", replace(fetching.STATEMENT, largest=1000))
    with pytest.raises(SourceError, match="longer than"):
        fetch_statement(f"{server}/long", allow_private=True)


def test_time_is_limited(server, monkeypatch):
    later = iter([0.0, 0.0, 100.0, 100.0, 100.0])
    monkeypatch.setattr(time, "monotonic", lambda: next(later))
    with pytest.raises(SourceError):
        fetch_statement(f"{server}/fhir", allow_private=True, seconds=5)


def test_a_redirect_does_not_leave_tls():
    with pytest.raises(SourceError, match="from https to http"):
        fetching._redirected("https://fhir.example/metadata", "http://fhir.example/metadata")


def test_a_certificate_is_verified(server):
    with pytest.raises(SourceError, match="cannot be asked"):
        fetch_statement(server.replace("http:", "https:"), allow_private=True)


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("https://x/fhir", "https://x/fhir/metadata"),
        ("https://x/fhir/metadata/", "https://x/fhir/metadata"),
        ("https://x", "https://x/metadata"),
        ("https://x/fhir?tenant=1#top", "https://x/fhir/metadata?tenant=1"),
    ],
)
def test_the_address_of_the_statement(url, asked):
    assert metadata_url(url) == asked

from __future__ import annotations

import io

from eamap.cli.progress import progress


def test_nothing_is_shown_where_nobody_is_watching(capsys):
    with progress("Reading", 3) as advance:
        advance(3)
    assert capsys.readouterr() == ("", "")


def test_a_bar_is_shown_on_stderr_where_somebody_is(monkeypatch, capsys):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    screen = Terminal()
    monkeypatch.setattr("sys.stderr", screen)
    monkeypatch.setenv("TERM", "xterm-256color")
    with progress("Reading [bold]apps.csv", 2) as advance:
        advance(2)
    assert "Reading [bold]apps.csv" in screen.getvalue()
    assert capsys.readouterr().out == ""

"""Functions and files stay short enough to be read at once."""

from __future__ import annotations

import ast
from statistics import quantiles

MOST_LINES = 400
LONG_FILES: dict[str, str] = {}
"""File > why it may be longer."""


def body_lines(function) -> int:
    """Returns the lines of a function's body without its docstring."""
    body = function.body
    if ast.get_docstring(function) is not None:
        body = body[1:]
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


def lengths(paths):
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield body_lines(node), f"{path.name}:{node.lineno} {node.name}"


def test_nineteen_functions_in_twenty_have_at_most_thirty_lines(python_files):
    found = sorted(lengths(python_files), reverse=True)
    p95 = quantiles([lines for lines, _ in found], n=20)[-1]
    assert p95 <= 30, found[:20]


def test_no_function_is_longer_than_a_screen(python_files):
    assert [where for lines, where in lengths(python_files) if lines > 60] == []


def test_no_file_is_long_without_a_reason(python_files, root):
    long = {
        path.relative_to(root).as_posix()
        for path in python_files
        if len(path.read_text("utf-8").splitlines()) > MOST_LINES
    }
    assert long == set(LONG_FILES), "name each long file with its reason, and none that is short"


def test_the_body_of_a_function_is_counted_without_its_docstring():
    function = ast.parse('def f():\n    """Says.\n\n    More.\n    """\n    a = 1\n    return a\n').body[0]
    assert body_lines(function) == 2

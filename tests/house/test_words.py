"""Names and words: British spelling, and no name that says nothing."""

from __future__ import annotations

import ast
import io
import re
import tokenize

EMPTY_NAMES = re.compile(r"(Manager|Helper|Handler|Utils?)$")
EMPTY_FILES = {"utils", "util", "common", "base", "helpers", "misc", "manager"}
AMERICAN = re.compile(
    r"\b(analyz\w*|behavior\w*|cancel(?:ed|ing)|catalog|catalogs|center|centered|color(?:s|ed)?|favorite|gray|labeled"
    r"|model(?:ed|ing)|normaliz\w*|organiz\w*|recogniz\w*|summariz\w*|utiliz\w*)\b"
)
UNFINISHED = re.compile(r"\b([T]ODO|[F]IXME)\b")
CODE = re.compile(r"``?[^`]*``?|https?://\S+|<[^>]*>|:\w+:`[^`]*`", re.DOTALL)


def prose(text: str) -> list[tuple[int, str]]:
    """Returns the comments and docstrings of a module with their lines, without the code in them."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    found = [(token.start[0], token.string) for token in tokens if token.type == tokenize.COMMENT]
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            said = ast.get_docstring(node, clean=False)
            if said:
                found.append((node.body[0].lineno, said))
    return [(line, CODE.sub("", said)) for line, said in found]


def pages(tracked):
    return [path for path in tracked if path.suffix == ".md"]


def test_comments_and_docstrings_are_british(python_files):
    found = [
        f"{path.name}:{line} {word[0]}"
        for path in python_files
        for line, said in prose(path.read_text("utf-8"))
        for word in AMERICAN.finditer(said)
    ]
    assert found == []


def test_pages_are_british(tracked):
    found = [
        f"{path.name} {word[0]}"
        for path in pages(tracked)
        for word in AMERICAN.finditer(CODE.sub("", re.sub(r"```.*?```", "", path.read_text("utf-8"), flags=re.DOTALL)))
    ]
    assert found == []


def test_no_name_says_nothing(python_files):
    classes = [
        f"{path.name}:{node.lineno} {node.name}"
        for path in python_files
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ClassDef) and EMPTY_NAMES.search(node.name)
    ]
    files = [path.name for path in python_files if path.stem in EMPTY_FILES or path.parent.name in EMPTY_FILES]
    assert classes + files == []


def test_nothing_is_left_for_later(tracked):
    texts = [path for path in tracked if path.suffix in {".py", ".md", ".toml", ".yaml"}]
    found = [
        f"{path.name}: {word[0]}" for path in texts for word in UNFINISHED.finditer(path.read_text("utf-8", "replace"))
    ]
    assert found == []


def test_the_spelling_check_sees_a_comment_and_not_code():
    assert prose('"""Sees ``color`` and colors."""\nx = "gray"  # gray\n') == [(2, "# gray"), (1, "Sees  and colors.")]
    assert AMERICAN.search("colors")

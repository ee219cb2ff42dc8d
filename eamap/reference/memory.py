"""Remembers what was read once in this process, and forgets it when asked.

Reference data does not change while a command runs, so each file is read and checked once. Tests, and a program that
updates its data, call :func:`forget`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

_P = ParamSpec("_P")
_R = TypeVar("_R")
_MEMORIES: list[dict[Hashable, Any]] = []


def remembered(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Wraps a function of hashable arguments so that equal arguments are answered from memory."""
    answers: dict[Hashable, Any] = {}
    _MEMORIES.append(answers)

    @wraps(function)
    def answer(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        key = (args, tuple(sorted(kwargs.items())))
        if key not in answers:
            answers[key] = function(*args, **kwargs)
        return cast(_R, answers[key])

    return answer


def forget() -> None:
    """Drops everything that was remembered."""
    for answers in _MEMORIES:
        answers.clear()

"""The exceptions of eamap, and the exit code each one ends the program with.

A run that cannot go on raises one of these; only ``eamap.cli`` catches them::

    EamapError                    1
    ├── UsageError                2   the command or its arguments are wrong
    ├── SourceError               3   a file given to eamap cannot be used
    ├── ReferenceDataError        4   reference data is missing, stale or damaged
    ├── StoreError                5   the store cannot be read, locked or written
    └── PluginError               6   a plug-in or an optional library cannot be loaded

Imperfect *data* is not an exception: see :class:`eamap.model.issues.Issue`.
"""

from __future__ import annotations


class EamapError(Exception):
    """Says why a run cannot go on, what to do about it, and where the trouble is.

    ``message`` is one sentence; ``hint`` says what to try; ``where`` names the file, sheet, row or id.
    """

    exit_code = 1

    def __init__(self, message: str, *, hint: str = "", where: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.where = where

    def __str__(self) -> str:
        return f"{self.where}: {self.message}" if self.where else self.message


class UsageError(EamapError):
    """The command, an option or a selector does not say something eamap can do."""

    exit_code = 2


class SourceError(EamapError):
    """A file that was given cannot be read, recognised or accepted."""

    exit_code = 3


class ReferenceDataError(EamapError):
    """Reference data is missing, does not match its checksum, or cannot be understood."""

    exit_code = 4


class StoreError(EamapError):
    """A store is locked, damaged, full, from the future, or not there."""

    exit_code = 5


class PluginError(EamapError):
    """A plug-in is missing, duplicated or broken, or needs a library that is not installed."""

    exit_code = 6

"""What a store says when it is asked for a version it does not hold."""

from __future__ import annotations

from eamap.errors import StoreError


def nothing_published(location: str, *, there: bool) -> StoreError:
    """Returns the error of a store without any version."""
    words = "the store holds no version yet" if there else "there is no store here"
    return StoreError(words, hint="Run eamap ingest FILE… first, or name another store with --store.", where=location)


def no_version(number: int, latest: int, location: str) -> StoreError:
    """Returns the error of a version that was never published."""
    held = "version 1 only" if latest == 1 else f"versions 1 to {latest}"
    return StoreError(
        f"there is no version {number}", hint=f"The store holds {held}; eamap log lists them.", where=location
    )

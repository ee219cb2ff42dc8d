"""Questions asked all through pushes in one transaction: every answer is that of exactly one published version."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from eamap.errors import EamapError
from eamap.model.questions import EmbeddedQuestions
from eamap.model.selector import EstateOn
from eamap.protocols import Questions
from eamap.stores.memory import MemoryStore
from eamap.stores.neo4j.address import Address
from eamap.stores.neo4j.questions.answers import ServerQuestions
from tests.neo4j import pushing
from tests.neo4j.asking import put

DAY = date(2026, 3, 1)
PUSHES = 3


def sliced(on: Questions) -> Any:
    """Returns what is said of the systems of a slice, and their links; of a store that makes none, of the whole."""
    estate = on.sliced(on.extent("kind:system")) if isinstance(on, ServerQuestions) else on.on.estate
    names = estate.tables["things/system"].select("id", "name").sort("id").rows()
    return names, estate.tables["links/DEPENDS_ON"].select("from", "to").sort("from", "to").rows()


ASKED: dict[str, Callable[[Questions], Any]] = {
    "all systems": lambda on: on.select("kind:system").ids.to_list(),
    "by name": lambda on: on.select('name:"part 0*" or name:"part 1 as of 5"').ids.to_list(),
    "dependence": lambda on: on.select("+system:X/0-60").ids.to_list(),
    "reach": lambda on: on.reach(["system:X/1-70"])["id"].to_list(),
    "impact": lambda on: on.impact("system:X/0-200")["id"].to_list(),
    "slice": sliced,
}


def sound(version: int) -> dict[str, Any]:
    """Returns what each question gives of one version, asked of tables in memory."""
    store = MemoryStore()
    put(store, pushing.publication(version), DAY)
    on = EmbeddedQuestions(EstateOn(store.estate(), DAY))
    return {name: ask(on) for name, ask in ASKED.items()}


class Asking(threading.Thread):
    """Asks one question again and again, and keeps which version each answer was said to be of."""

    def __init__(self, address: Address, name: str, ended: threading.Event) -> None:
        super().__init__()
        self._address, self._question, self._ended = address, name, ended
        self.answers: list[tuple[int, Any]] = []
        self.error: EamapError | None = None

    def run(self) -> None:
        """Asks until the pushes have ended, and once more."""
        store = pushing.store(self._address)
        on = store.questions(DAY)
        try:
            last = False
            while not last:
                last = self._ended.is_set()
                answer = ASKED[self._question](on)
                self.answers.append((on.version, answer))
        except EamapError as error:
            self.error = error
        finally:
            store.close()


@pytest.mark.slow
def test_every_answer_is_that_of_the_version_it_names(cleared) -> None:
    address = Address(cleared.uri, cleared.database)
    expected = {version: sound(version) for version in range(1, PUSHES + 2)}
    for name in ASKED:
        assert len({repr(each[name]) for each in expected.values()}) > 1, f"{name!r} does not tell versions apart"
    pushing.push(pushing.store(address), 1)
    ended = threading.Event()
    asking = [Asking(address, name, ended) for name in ASKED]
    for one in asking:
        one.start()
    try:
        for version in range(2, PUSHES + 2):
            assert pushing.push(pushing.store(address), version) == version
    finally:
        ended.set()
        for one in asking:
            one.join(120)
    for name, one in zip(ASKED, asking, strict=True):
        assert one.error is None, f"{name}: {one.error!r}"
        mixed = [version for version, answer in one.answers if answer != expected[version][name]]
        assert mixed == [], f"{name}: of {len(one.answers)} answers, those of these versions are not theirs"
        assert one.answers[-1][0] == PUSHES + 1
    met = {version for one in asking for version, _ in one.answers}
    assert len(met) > 2, f"all answers were of the versions {met}"

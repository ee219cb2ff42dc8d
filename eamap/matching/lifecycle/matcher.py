"""The rules over one snapshot: identifiers, names, stops, versions, in this order, the same answer for the same text."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from eamap.matching.lifecycle.answer import LifecycleMatch, answered, unanswered
from eamap.matching.lifecycle.builds import Builds, Specials
from eamap.matching.lifecycle.naming import SUPPLEMENT, Hit, Name, Naming
from eamap.matching.lifecycle.reading import Reading, notes, read
from eamap.matching.lifecycle.spellings import Spellings
from eamap.matching.lifecycle.stops import Stop, Stops
from eamap.matching.lifecycle.structured import Identifier, Identifiers
from eamap.matching.lifecycle.texts import LONGEST, Rewrites, Words, split
from eamap.matching.lifecycle.verdict import Judge, Verdict
from eamap.matching.lifecycle.vocabulary import Vocabulary
from eamap.matching.normalise import clean

if TYPE_CHECKING:
    from eamap.matching.lifecycle.tables import LifecycleTables

_GLUED = re.compile(r"([a-z]{2,})(\d[\w.]*)$")
_JOINED = re.compile(r"[/,&+|;]")
_LABELLED = re.compile(r":\s*$")
_NO_REASON = "no-name"


class Matcher:
    """Finds what component texts mean."""

    def __init__(self, lifecycle: LifecycleTables) -> None:
        self.snapshot = lifecycle.snapshot
        self._vocabulary = Vocabulary(lifecycle.words.select("word", "kind", "products", "means").iter_rows())
        self._rewrite = Rewrites(lifecycle.rewrites.select("sign", "pattern", "replacement").iter_rows())
        self._stops = Stops(lifecycle.stops.select("phrase", "outcome", "kind", "except_products").iter_rows())
        self._builds = Builds(lifecycle.builds.select("product", "version", "build", "exact", "cycles").iter_rows())
        supplement = lifecycle.supplement.unique(["product", "names"], keep="first", maintain_order=True)
        self._naming = Naming(
            lifecycle.products.select("product", "title", "aliases", "category").iter_rows(),
            lifecycle.spoken_names.select("name", "product", "versions", "evidence", "states").iter_rows(),
            [
                (product, name)
                for product, title, spoken in supplement.select("product", "title", "names").iter_rows()
                for name in _with_vendor(title, spoken.split("|"))
            ],
            self._vocabulary.guarded,
            self._rewrite,
        )
        self._identifiers = Identifiers(
            lifecycle.products.select("product", "cpe", "purl").iter_rows(),
            lifecycle.cpes.select("vendor", "product", "means").iter_rows(),
        )
        self._owners = self._owners_of(lifecycle)
        self._rows = _rows_of(lifecycle)
        self._ends_of_all = _ends_of_all(lifecycle)
        self._special_rows: defaultdict[str, list[tuple[str, str, str | None, str | None]]] = defaultdict(list)
        for product, *row in lifecycle.versions.select("product", "kind", "stated", "cycles", "missing").iter_rows():
            self._special_rows[product].append((row[0], row[1], row[2], row[3]))
        self._prepared: dict[str, Spellings] = {}
        self._judge = Judge()

    def match(self, text: str) -> LifecycleMatch:
        """Says what a text means."""
        found = self._meant(text)
        end = None if found.supplement_cycle else self._ends_of_all.get(found.supplement_product)
        return found if end is None else replace(found, supplement_end=end)

    def _meant(self, text: str) -> LifecycleMatch:
        plain = clean(text)
        if not plain:
            return unanswered(text, self.snapshot, "empty")
        if len(plain) > LONGEST:
            return unanswered(text, self.snapshot, "too-long")
        identifier = self._identifiers.read(plain) if "cpe:" in plain or plain.startswith("pkg:") else None
        if identifier is not None:
            return self._of_identifier(text, identifier)
        return self._of_words(text, self._words(plain))

    def _words(self, plain: str) -> Words:
        words = split(self._rewrite(plain))
        if not any(_GLUED.match(word) for word in words.words):
            return words
        parts: list[str] = []
        gaps: list[str] = []
        bracketed: list[bool] = []
        for word, gap, inside in zip(words.words, words.gaps, words.bracketed, strict=True):
            glued = None if word[0].isdigit() or self._naming.is_name(word) else _GLUED.match(word)
            split_word = glued is not None and self._naming.is_name(glued[1])
            pieces = glued.groups() if glued is not None and split_word else (word,)
            parts += pieces
            gaps += [gap, ""][: len(pieces)]
            bracketed += [inside] * len(pieces)
        return Words(tuple(parts), tuple(gaps), tuple(bracketed))

    def _of_identifier(self, text: str, identifier: Identifier) -> LifecycleMatch:
        if identifier.hardware:
            return unanswered(text, self.snapshot, "stop/hardware", outcome="not_software")
        words = self._words(clean(identifier.text))
        product = identifier.product
        if product is None:
            return self._of_words(text, words, identifier.scheme)
        found = read(words, range(len(words.words)), self._spelled(product), strict=False)
        if found is None:
            return unanswered(text, self.snapshot, f"{identifier.scheme}/no-version")
        verdict = self._judge(found, self._spelled(product))
        told = (f"identifier={product}", *notes(found))
        return answered(text, self.snapshot, [verdict], told, rule=f"{identifier.scheme}/{verdict.rule}")

    def _of_words(self, text: str, words: Words, scheme: str = "") -> LifecycleMatch:
        whole = self._stops.whole(words.words)
        if whole is not None:
            return unanswered(text, self.snapshot, f"stop/{whole.kind}", outcome=whole.outcome)
        hits, reason = list(self._naming.hits(words.words)), _NO_REASON
        for number, hit in enumerate(hits):
            before = self._before(words, hit.place)
            if before is None:
                break
            following = hits[number + 1 :]
            readings, refused = self._readings(words, hit, following, before, bool(scheme))
            if refused is not None:
                return unanswered(text, self.snapshot, f"stop/{refused.kind}", outcome=refused.outcome)
            if readings:
                return self._told(text, words, hit, following, readings, scheme)
            reason = "no-single-meaning"
        stop = self._stops.beside(words.words, range(0), len(words.words), None)
        if stop is not None:
            return unanswered(text, self.snapshot, f"stop/{stop.kind}", outcome=stop.outcome)
        return unanswered(text, self.snapshot, reason)

    def _told(
        self,
        text: str,
        words: Words,
        hit: Hit,
        following: list[Hit],
        readings: list[tuple[Verdict, Reading]],
        scheme: str,
    ) -> LifecycleMatch:
        found = readings[0][1]
        name = " ".join(words.words[hit.place : hit.place + hit.length])
        verdicts = [verdict for verdict, _ in readings]
        others = self._others(words, following, found.stop, verdicts[0].product)
        told = (f"name={name}", *notes(found), *(f"also={each.product}" for each in others))
        rule = "several-products" if others else verdicts[0].rule
        return answered(text, self.snapshot, [*verdicts, *others], told, rule=f"{scheme}/{rule}" if scheme else rule)

    def _before(self, words: Words, place: int) -> list[str] | None:
        """Returns the vendors that stand before a name; None if a word stands there that is not understood."""
        vendors = []
        for number, word in enumerate(words.words[:place]):
            if word in self._vocabulary.vendors:
                vendors.append(word)
            elif self._says_nothing(word):
                continue
            elif not any(_LABELLED.search(gap) for gap in words.gaps[number + 1 : place + 1]):
                return None
        return vendors

    def _says_nothing(self, word: str) -> bool:
        known = word in self._vocabulary.before or word in self._vocabulary.ends
        return known or word[0].isdigit() or self._vocabulary.of(word, "") is not None

    def _readings(
        self, words: Words, hit: Hit, following: list[Hit], vendors: list[str], certain: bool
    ) -> tuple[list[tuple[Verdict, Reading]], Stop | None]:
        start, found, refused = hit.place + hit.length, [], None
        for name in hit.names:
            end = self._end(words, following, name.product)
            reading = self._read(words, hit.place, range(start, end), name)
            if reading is None:
                continue
            stopped = reading.stop if reading.stop < end else len(words.words)
            stop = self._stops.beside(words.words, range(hit.place, start), stopped, name.product)
            if stop is not None:
                refused = stop
                continue
            if self._fits(name, reading, vendors, certain):
                found.append((self._judge(reading, self._spelled(name.product)), reading))
        if (
            found
            and all(reading.mask is None for _, reading in found)
            and len({name.product for name in hit.names}) > 1
        ):
            # "Windows": client or server, and nothing else is said.
            return [(Verdict(found[0][0].product, (), "several-products", ambiguous=True), found[0][1])], None
        return _best(found), None if found else refused

    def _end(self, words: Words, following: list[Hit], product: str) -> int:
        """Returns where the next thing begins: a name that is a word of this product's own releases is none."""
        spelled = self._spelled(product)
        others = (
            hit.place
            for hit in following
            if words.words[hit.place] not in spelled.atoms and all(name.product != product for name in hit.names)
        )
        return next(others, len(words.words))

    def _read(self, words: Words, place: int, tail: range, name: Name) -> Reading | None:
        spelled = self._spelled(name.product)
        strict = name.product in self._vocabulary.strict
        found = read(
            _with(words, tail.start, name.states),
            range(tail.start, tail.stop + len(name.states)),
            spelled,
            strict=strict,
        )
        if found is not None and name.states:
            found.stop = max(tail.start, found.stop - len(name.states))
        if found is not None and found.mask is None and any(word[0].isdigit() for word in words.words[:place]):
            # "2012 R2 Std Windows": the version stands before the name.
            other = read(words, range(place), spelled, strict=strict)
            return found if other is None or other.mask is None else other
        return found

    def _fits(self, name: Name, found: Reading, vendors: list[str], certain: bool) -> bool:
        stated = next((word for word in found.versions if word[0].isdigit()), None)
        if name.versions is not None and (stated is None or not name.versions.fullmatch(stated)):
            return bool(name.states)
        if not certain and not all(self._belongs(vendor, name.product) for vendor in vendors):
            return False
        return certain or not name.evidence or bool(vendors or found.editions or found.levels)

    def _others(self, words: Words, following: list[Hit], stop: int, product: str) -> list[Verdict]:
        """What else a text names with a version of its own: then it is about more than one thing."""
        found: list[Verdict] = []
        for number, hit in enumerate(following):
            joined = _JOINED.search(words.gaps[hit.place]) or words.words[hit.place - 1] in ("and", "plus")
            if hit.place > stop:
                # After "on" or "for" stands what it runs on.
                break
            if words.bracketed[hit.place] or not (joined or product in self._vocabulary.strict):
                continue
            readings, _ = self._readings(words, hit, following[number + 1 :], [], certain=False)
            found += [verdict for verdict, reading in readings if verdict.product != product and reading.versions][:1]
        return found

    def _belongs(self, vendor: str, product: str) -> bool:
        if vendor in self._owners[product] or vendor in self._vocabulary.before:
            return True
        return any(
            product in word.products or (word.means and word.means in self._owners[product])
            for word in self._vocabulary.vendors[vendor]
        )

    def _spelled(self, product: str) -> Spellings:
        if product not in self._prepared:
            heads = self._naming.spellings.get(product, set())
            specials = Specials(iter(self._special_rows[product]))
            self._prepared[product] = Spellings(
                product, self._rows[product], heads, (self._vocabulary, self._builds, specials), self._rewrite
            )
        return self._prepared[product]

    def _owners_of(self, lifecycle: LifecycleTables) -> defaultdict[str, frozenset[str]]:
        found: defaultdict[str, frozenset[str]] = defaultdict(frozenset)
        for product, title, aliases, tags in lifecycle.products.select(
            "product", "title", "aliases", "tags"
        ).iter_rows():
            found[product] = frozenset(split(clean(f"{title} {aliases or ''} {tags or ''}")).words)
        for product, title, spoken in lifecycle.supplement.select("product", "title", "names").iter_rows():
            found[f"{SUPPLEMENT}{product}"] = frozenset(split(clean(f"{title} {spoken}")).words)
        return found


def _with(words: Words, place: int, states: tuple[str, ...]) -> Words:
    """Returns the words with those that a name states put in after it."""
    if not states:
        return words
    return Words(
        words.words[:place] + states + words.words[place:],
        words.gaps[:place] + (" ",) * len(states) + words.gaps[place:],
        words.bracketed[:place] + (False,) * len(states) + words.bracketed[place:],
    )


def _best(found: list[tuple[Verdict, Reading]]) -> list[tuple[Verdict, Reading]]:
    """What is left of several products that one name may mean: those with a cycle, before those without."""
    with_cycles = [each for each in found if each[0].cycles and each[1].mask is not None]
    covered = [each for each in found if not each[0].product.startswith(SUPPLEMENT)]
    return with_cycles or covered or found


def _rows_of(lifecycle: LifecycleTables) -> defaultdict[str, list[tuple[str | None, ...]]]:
    """Returns the cycles of each product, those of the supplement under the product's own prefix."""
    found: defaultdict[str, list[tuple[str | None, ...]]] = defaultdict(list)
    for product, *row in _cycles(lifecycle):
        found[str(product)].append(tuple(row))
    return found


def _with_vendor(title: str, names: Sequence[str]) -> list[str]:
    """Returns the names of a product, and each with the vendor before it that the title begins with: "windows ce"."""
    vendor, _, rest = title.casefold().partition(" ")
    first = rest.partition(" ")[0]
    more = [f"{vendor} {name}" for name in names if name.partition(" ")[0] == first]
    return list(dict.fromkeys([*names, *more]))


def _ends_of_all(lifecycle: LifecycleTables) -> dict[str | None, str]:
    """Returns the end that the supplement gives for every release of a product at once."""
    rows = lifecycle.supplement.select("product", "cycle", "end").iter_rows()
    return {product: end for product, cycle, end in rows if end and not cycle}


def _cycles(lifecycle: LifecycleTables) -> Iterator[tuple[str | None, ...]]:
    yield from lifecycle.cycles.select("product", "cycle", "label", "codename", "eol", "extended_end").iter_rows()
    for product, cycle, spoken, end in lifecycle.supplement.select("product", "cycle", "spoken", "end").iter_rows():
        for label in (spoken or cycle or "").split("|") if cycle else []:
            yield f"{SUPPLEMENT}{product}", cycle, label, None, end, None

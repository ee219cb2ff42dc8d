"""Finds the release cycle that a component's text names, where it names exactly one; everything else is not assessed.

The text must be a product's name, a version, and words that change nothing: a vendor, an edition, an update level. One
word that is not understood and the answer is none: "SQL Server 2012 Native Client" is not SQL Server 2012. Names are the
titles and aliases of two words and more, and those single words of the table of spoken names that mean nothing else.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from eamap.matching.cycles import EDITIONS, CycleFacts, Tokens, cycle_facts, fit, version_tokens
from eamap.matching.normalise import clean, words

if TYPE_CHECKING:
    import polars as pl

RULES = "exact-1"
"""The version of the rules: matches are cached by (text, RULES, checksum of the reference data)."""
NOT_ASSESSED = "not assessed"
"""What is printed for a component whose outcome is none."""

# Models of telephones and watches are told by marketing names, and protocols are not software: neither is matched.
_LEFT_OUT = {"device", "standard"}
_PUNCTUATION = re.compile(r"[()\[\],;:]|(?<=[a-z])/(?=\d)|(?<=\s)[-–—]+(?=\s)|(?<=gnu)/(?=linux)")
# "(Maipo)" at the end: the codename of a release of Linux, whichever it is.
_CODENAME = re.compile(r"\(([a-z]+(?: [a-z]+)*)\)$")
_GLUED = re.compile(r"^([a-z]{2,})(\d[\w.]*)$")
_DIGIT = re.compile(r"\d")
_LONGEST_TEXT = 200
COLUMNS = ("text", "outcome", "product", "cycle", "eol", "extended_end", "rule", "tokens", "snapshot")


class LifecycleTables(Protocol):
    """What is needed of the lifecycle set: :class:`eamap.reference.lifecycle.Lifecycle` has it."""

    @property
    def snapshot(self) -> str:
        """The date of the data."""
        ...

    @property
    def products(self) -> pl.DataFrame:
        """Columns product, title, aliases (;), category, tags."""
        ...

    @property
    def cycles(self) -> pl.DataFrame:
        """Columns product, cycle, label, codename, eol, extended_end."""
        ...

    @property
    def spoken_names(self) -> pl.DataFrame:
        """Columns name, product, versions, evidence."""
        ...

    @property
    def words(self) -> pl.DataFrame:
        """Columns word, kind, products, means."""
        ...


@dataclass(frozen=True, slots=True)
class LifecycleMatch:
    """What one component text means; without a match everything but the text, the rule and the snapshot is empty."""

    text: str
    outcome: Literal["exact", "none"]
    product: str | None
    cycle: str | None
    eol: str | None
    """A date, ``true`` or ``false``, as the data gives it."""
    extended_end: str | None
    rule: str
    tokens: tuple[str, ...]
    """What was understood, part by part: ``name=windows server``, ``version=2012 r2``, ``edition=standard``."""
    snapshot: str


@dataclass(frozen=True, slots=True)
class _Name:
    product: str
    versions: re.Pattern[str] | None
    evidence: bool


@dataclass(frozen=True, slots=True)
class _Word:
    kind: str
    products: frozenset[str]
    means: str


def match_all(texts: pl.Series, lifecycle: LifecycleTables) -> pl.DataFrame:
    """Matches each distinct text of a column: text, outcome, product, cycle, eol, extended_end, rule, tokens, snapshot."""
    import polars as pl

    matcher = Matcher(lifecycle)
    found = [matcher.match(text) for text in texts.drop_nulls().unique().sort().to_list()]
    rows = [
        [" | ".join(each.tokens) if name == "tokens" else getattr(each, name) for name in COLUMNS] for each in found
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String), orient="row")


class Matcher:
    """The rules over one snapshot."""

    def __init__(self, lifecycle: LifecycleTables) -> None:
        self._snapshot = lifecycle.snapshot
        self._cycles = lifecycle.cycles
        self._prepared: dict[str, tuple[CycleFacts, ...]] = {}
        self._patterns: dict[str, list[tuple[re.Pattern[str], str]]] = {}
        self._vocabularies: dict[str, dict[str, str | None]] = {}
        self._vendors: dict[str, frozenset[str]] = {}
        self._names: defaultdict[str, list[_Name]] = defaultdict(list)
        self._spellings: defaultdict[str, set[str]] = defaultdict(set)
        self._learn_products(lifecycle.products)
        self._learn_names(lifecycle.spoken_names)
        self._longest = max(len(name.split()) for name in self._names)
        self._words = [
            (re.compile(word), _Word(kind, frozenset(products.split(";")) if products else frozenset(), means or word))
            for word, kind, products, means in lifecycle.words.select("word", "kind", "products", "means").iter_rows()
        ]
        self._vendor_words = {pattern.pattern: word for pattern, word in self._words if word.kind == "vendor"}

    def match(self, text: str) -> LifecycleMatch:
        """Says which cycle a text names, if it names one."""
        plain = clean(text)
        if len(plain) > _LONGEST_TEXT or not _DIGIT.search(plain):
            return self._none(text, "no-version")
        marked = (
            plain
            if plain[-1] != ")"
            else _CODENAME.sub(lambda found: " ".join(f"~{word}" for word in found.group(1).split()), plain)
        )
        tokens = self._unglued(version_tokens(_PUNCTUATION.sub(" ", marked)))
        rule = "no-name"
        for vendors, name, after in self._readings(tokens):
            rule = "no-single-cycle"
            answers = [
                answer for each in self._names[name] if (answer := self._judge(each, vendors, after)) is not None
            ]
            if len(answers) == 1:
                product, cycle, rule, notes = answers[0]
                understood = (*(f"vendor={vendor}" for vendor in vendors), f"name={name}", *notes)
                ends = (cycle.eol, cycle.extended_end)
                return LifecycleMatch(text, "exact", product, cycle.cycle, *ends, rule, understood, self._snapshot)
        return self._none(text, rule)

    def _judge(
        self, name: _Name, vendors: Tokens, after: Tokens
    ) -> tuple[str, CycleFacts, str, tuple[str, ...]] | None:
        sorted_out = self._sort(name.product, after)
        if sorted_out is None or not all(self._belongs(vendor, name.product) for vendor in vendors):
            return None
        version, editions, levels = sorted_out
        stated = " ".join(version)
        if not version or (name.versions is not None and not name.versions.fullmatch(version[0])):
            return None
        if name.evidence and not (vendors or editions or levels):
            return None
        letters = {EDITIONS[edition] for edition in editions if edition in EDITIONS}
        cycles = self._cycles_of(name.product)
        fitting = fit(version, letters.pop() if len(letters) == 1 else None, cycles)
        if fitting is None:
            return None
        notes = (
            f"version={stated}",
            *(f"edition={edition}" for edition in editions),
            *(f"level={level}" for level in levels),
        )
        return name.product, fitting[0], fitting[1], notes

    def _sort(self, product: str, tokens: Tokens) -> tuple[Tokens, Tokens, Tokens] | None:
        """Sorts what follows a name into version, editions and levels; None if a word is not understood."""
        sorted_out: dict[str, list[str]] = {"version": [], "edition": [], "level": []}
        for token in tokens:
            kind = self._kind(token, product)
            if kind is None:
                return None
            if kind in sorted_out:
                sorted_out[kind].append(token.removeprefix("~"))
        return tuple(sorted_out["version"]), tuple(sorted_out["edition"]), tuple(sorted_out["level"])

    def _kind(self, token: str, product: str) -> str | None:
        """Returns version, edition, level or filler; None for a word that may change the meaning."""
        word, vocabulary = token.removeprefix("~"), self._vocabulary_of(product)
        if word != token and "linux-distribution" in self._vendors[product]:
            return "filler"
        if word and word not in vocabulary:
            vocabulary[word] = next(
                (kind for pattern, kind in self._patterns_of(product) if pattern.fullmatch(word)), None
            )
            if vocabulary[word] is None and word[0].isdigit():
                vocabulary[word] = "version"
        return vocabulary.get(word)

    def _patterns_of(self, product: str) -> list[tuple[re.Pattern[str], str]]:
        if product not in self._patterns:
            fitting = [(pattern, word) for pattern, word in self._words if word.kind != "vendor"]
            self._patterns[product] = [
                (pattern, word.kind) for pattern, word in fitting if not word.products or product in word.products
            ]
        return self._patterns[product]

    def _vocabulary_of(self, product: str) -> dict[str, str | None]:
        """What single words mean beside this product: an update level first, then what spells its cycles, then the rest."""
        if product not in self._vocabularies:
            cycles = self._cycles_of(product)
            levels = [pattern for pattern, kind in self._patterns_of(product) if kind == "level"]
            known: dict[str, str | None] = {part: "filler" for cycle in cycles for part in cycle.codename.split()}
            known |= {part: "version" for cycle in cycles for spelling in cycle.spellings for part in spelling}
            known |= {part: "level" for part in known if any(level.fullmatch(part) for level in levels)}
            self._vocabularies[product] = known
        return self._vocabularies[product]

    def _readings(self, tokens: Tokens) -> Iterator[tuple[Tokens, str, Tokens]]:
        """Gives (vendors, name, what follows): "Oracle Linux" is a name before it is Oracle's Linux."""
        vendors: list[str] = []
        for place, token in enumerate(tokens):
            found = self._named(tokens[place:])
            if found is not None:
                yield tuple(vendors), *found
            word = self._vendor_words.get(token)
            if word is None:
                return
            vendors.append(word.means)

    def _named(self, tokens: Tokens) -> tuple[str, Tokens] | None:
        for length in range(min(self._longest, len(tokens)), 0, -1):
            name = self._plain(" ".join(tokens[:length]))
            if name in self._names:
                return name, tokens[length:]
        return None

    @staticmethod
    def _plain(name: str) -> str:
        return name if name.replace(" ", "").isalnum() else words(name)

    def _unglued(self, tokens: Tokens) -> Tokens:
        found: list[str] = []
        for token in tokens:
            glued = _GLUED.match(token)
            found += (
                glued.groups() if glued and glued.group(1) in self._names and token not in self._names else (token,)
            )
        return tuple(found)

    def _belongs(self, vendor: str, product: str) -> bool:
        return vendor in self._vendors[product] or any(
            product in word.products for word in self._vendor_words.values() if word.means == vendor
        )

    def _cycles_of(self, product: str) -> tuple[CycleFacts, ...]:
        if product not in self._prepared:
            rows = self._cycles.filter(self._cycles["product"] == product)
            self._prepared[product] = cycle_facts(
                rows.select("cycle", "label", "codename", "eol", "extended_end").iter_rows(), self._spellings[product]
            )
        return self._prepared[product]

    def _learn_products(self, products: pl.DataFrame) -> None:
        for product, title, aliases, category, tags in products.select(
            "product", "title", "aliases", "category", "tags"
        ).iter_rows():
            self._vendors[product] = frozenset((f"{words(title)} {clean(tags or '')}").split())
            spellings = [title, *((aliases or "").split(";"))]
            self._spellings[product].update(each for each in spellings if each)
            for spelling in spellings if category not in _LEFT_OUT else []:
                # A single word may be anybody's: only the table of spoken names makes it a name.
                if len(words(spelling).split()) > 1:
                    self._add(words(spelling), _Name(product, None, False))

    def _learn_names(self, spoken: pl.DataFrame) -> None:
        for name, product, versions, evidence in spoken.select("name", "product", "versions", "evidence").iter_rows():
            if product in self._vendors:
                self._spellings[product].add(name)
                self._add(words(name), _Name(product, re.compile(versions) if versions else None, evidence == "yes"))

    def _add(self, name: str, meaning: _Name) -> None:
        if meaning not in self._names[name]:
            self._names[name].append(meaning)

    def _none(self, text: str, rule: str) -> LifecycleMatch:
        return LifecycleMatch(text, "none", None, None, None, None, rule, (), self._snapshot)

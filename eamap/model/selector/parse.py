"""Reads the text of a selector into its tree: a recursive descent over words and parentheses.

Only what can be said without an estate is judged here (syntax, kinds, relations); whether a field exists is judged by
:mod:`eamap.model.selector.bind`.
"""

from __future__ import annotations

import re
from functools import lru_cache

from eamap.model.predicates import PREDICATES
from eamap.model.relations import RELATIONS
from eamap.model.selector.fields import ATTACHMENTS, KINDS, did_you_mean
from eamap.model.selector.grammar import (
    Attached,
    Attested,
    Compares,
    Equals,
    Expression,
    FieldName,
    Identity,
    Kind,
    Knowledge,
    Knows,
    Not,
    Operator,
    Reach,
    Text,
    Towards,
    every,
    some,
)
from eamap.model.selector.lexer import ESCAPED, Paren, Token, Word, complaint, tokens

_DEEPEST = 60
_LONGEST = 100_000
_HEAD = re.compile(r"(?:([a-z][a-z-]*)\.)?([a-z][a-z0-9_-]*):")
_COMPARISON = re.compile(r">=|<=|>|<|=")
_NUMBER = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,9})?")
_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")
_EXAMPLE = "a selector is made of terms such as kind:system, org:RXX or name:epic*, joined by and, or, not"


def is_date(text: str) -> bool:
    """Says whether a text is a day, a month or a year that exists."""
    return bool(_DATE.fullmatch(text)) and PREDICATES["real-date"].scalar(text)


def is_number(text: str) -> bool:
    """Says whether a text is a number."""
    return bool(_NUMBER.fullmatch(text))


@lru_cache(maxsize=1024)
def parse_expression(text: str) -> Expression:
    """Returns the tree of a selector; UsageError with a caret under the place that cannot be understood."""
    if len(text) > _LONGEST:
        raise complaint(text, 0, f"a selector of more than {_LONGEST:,} characters is not read")
    return _Reader(text).whole()


class _Reader:
    """Walks over the tokens of one selector."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[Token] = tokens(text)
        self.next = 0
        self.depth = 0

    def fail(self, at: int, message: str, hint: str = "") -> Exception:
        return complaint(self.text, at, message, hint)

    @property
    def token(self) -> Token | None:
        return self.tokens[self.next] if self.next < len(self.tokens) else None

    def take(self) -> Token:
        self.next += 1
        return self.tokens[self.next - 1]

    def keyword(self, word: str) -> bool:
        token = self.token
        return isinstance(token, Word) and token.bare.lower() == word

    def whole(self) -> Expression:
        if self.token is None:
            raise self.fail(0, "the selector is empty", "kind:* selects everything")
        tree = self.some()
        for left in self.tokens[self.next :]:
            if left.text == ")":
                raise self.fail(left.at, "this parenthesis was never opened")
            raise self.fail(left.at, "two terms need 'and' or 'or' between them", "put quotes round a text with spaces")
        return tree

    def some(self) -> Expression:
        parts = [self.every()]
        while self.keyword("or"):
            self.take()
            parts.append(self.every())
        return some(*parts)

    def every(self) -> Expression:
        parts = [self.negated()]
        while self.keyword("and"):
            self.take()
            parts.append(self.negated())
        return every(*parts)

    def negated(self) -> Expression:
        self.deeper()
        if self.keyword("not"):
            self.take()
            tree: Expression = Not(self.negated())
        else:
            tree = self.primary()
        self.depth -= 1
        return tree

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise self.fail(self.token.at if self.token else len(self.text), "the selector is nested too deeply")

    def primary(self) -> Expression:
        token = self.token
        if token is None or token.text == ")" or any(self.keyword(word) for word in ("and", "or")):
            raise self.fail(token.at if token else len(self.text), "a term is missing here", _EXAMPLE)
        if isinstance(token, Paren):
            return self.after(self.group())
        if mark := re.match(r"\+([0-9]*)", token.bare):
            return self.before(token, mark)
        self.take()
        if mark := re.search(r"\+([0-9]*)\Z", token.bare):
            start = self.identity(token[: mark.start()])
            return self.reach(start, Towards.NEEDING, mark[1])
        return self.term(token)

    def group(self) -> Expression:
        opening = self.take()
        tree = self.some()
        if self.token is None or self.token.text != ")":
            raise self.fail(opening.at, "this parenthesis is not closed")
        self.take()
        return tree

    def after(self, tree: Expression) -> Expression:
        """A group with ``+`` right behind it is the start of a reach."""
        token, end = self.token, self.tokens[self.next - 1].end
        if isinstance(token, Word) and token.at == end and (mark := re.fullmatch(r"\+([0-9]*)", token.bare)):
            self.take()
            return self.reach(tree, Towards.NEEDING, mark[1])
        return tree

    def before(self, token: Word, mark: re.Match[str]) -> Expression:
        self.take()
        rest = token[mark.end() :]
        if rest.text:
            both = re.search(r"\+([0-9]*)\Z", rest.bare)
            start: Expression = self.identity(rest[: both.start()] if both else rest)
            if not both:
                return self.reach(start, Towards.NEEDED, mark[1])
            needed = Reach(start, Towards.NEEDED, self.hops(mark[1], token.at))
            needing = self.reach(start, Towards.NEEDING, both[1])
            return some(Reach(needed.start, needed.towards, needed.hops, needing.via), needing)
        if self.token is None or self.token.text != "(" or self.token.at != token.end:
            raise self.fail(token.at, "an id or a parenthesis comes right behind +", "write +system:RXX/pas")
        return self.reach(self.group(), Towards.NEEDED, mark[1])

    def reach(self, start: Expression, towards: Towards, hops: str) -> Reach:
        end = self.tokens[self.next - 1].end
        via: list[str] = []
        while isinstance(self.token, Word) and self.token.bare.lower().startswith("via:"):
            word = self.take()
            assert isinstance(word, Word)
            via += self.relations(word)
        return Reach(start, towards, self.hops(hops, end - 1), tuple(dict.fromkeys(via)))

    def hops(self, digits: str, at: int) -> int | None:
        if digits and not 0 < int(digits[:9]) < 1_000_000:
            raise self.fail(at, "the number of hops is at least 1 and below 1,000,000")
        return int(digits) if digits else None

    def relations(self, word: Word) -> list[str]:
        names = [name.strip().upper().replace("-", "_") for name in word.text[4:].split(",")]
        for name in names:
            if name not in RELATIONS:
                hint = did_you_mean(name, RELATIONS, f"relations are {', '.join(RELATIONS)}")
                raise self.fail(word.at + 4, f"there is no relation {name!r}", hint)
        return names

    # Terms --------------------------------------------------------------------------------------------------------

    def head(self, word: Word) -> tuple[str, str, Word]:
        """Splits ``kind.field:value``; the kind is empty where it is not given."""
        found = _HEAD.match(word.bare.lower())
        if found is None:
            raise self.fail(
                word.at, "this is not a term", f'{_EXAMPLE}; to search names write name:"*{word.text[:30]}*"'
            )
        value = word[found.end() :]
        if not value.text:
            raise self.fail(word.end, f"{word.text} says no value", f"has:{found[2]} selects what has any")
        return found[1] or "", found[2], value

    def identity(self, word: Word) -> Identity:
        owner, name, value = self.head(word)
        kind = ATTACHMENTS.get(name, name)
        if owner or kind not in KINDS:
            hint = f"if the + belongs to the text, put the text in quotes; kinds are {', '.join(KINDS)}"
            raise self.fail(word.at, "with + a term is always an id, kind:key", hint)
        key = _text(value)
        if key.plain is None:
            raise self.fail(value.at, "an id with + holds no wildcard", "use a parenthesis: +(system:RXX/*)")
        return Identity(kind, key, word.at)

    def term(self, word: Word) -> Expression:
        owner, name, value = self.head(word)
        if owner:
            return self.comparison(self.field(f"{owner}.{name}", word.at), value)
        if name == "kind":
            return self.kind(value)
        if name in ATTACHMENTS:
            return Attached(ATTACHMENTS[name], _text(value), word.at)
        if name in KINDS:
            return Identity(name, _text(value), word.at)
        if name in set(Knowledge):
            return Knows(Knowledge(name), self.field(value.text, value.at))
        if name == "attested":
            return Attested(_text(value), word.at)
        if name == "via":
            raise self.fail(word.at, "via: belongs behind a term with +", "write +system:RXX/pas via:DEPENDS_ON")
        return self.comparison(self.field(name, word.at), value)

    def kind(self, value: Word) -> Kind:
        name = value.text.lower()
        if name != "*" and name not in KINDS:
            hint = did_you_mean(name, KINDS, f"kinds are {', '.join(KINDS)}")
            raise self.fail(value.at, f"there is no kind {value.text!r}", hint)
        return Kind(name, value.at)

    def field(self, name: str, at: int) -> FieldName:
        kind, dot, last = name.lower().rpartition(".")
        if kind and kind not in KINDS:
            raise self.fail(
                at, f"there is no kind {kind!r}", did_you_mean(kind, KINDS, f"kinds are {', '.join(KINDS)}")
            )
        if not re.fullmatch(r"[a-z][a-z0-9_-]*", last) or (dot and not kind):
            raise self.fail(at, f"{name!r} is not the name of a field")
        return FieldName(last.replace("-", "_"), kind, at)

    def comparison(self, name: FieldName, value: Word) -> Expression:
        bare = value.bare
        if found := _COMPARISON.match(bare):
            operator, operand = Operator(found[0]), value[found.end() :]
            if not operand.text:
                raise self.fail(value.end, f"{operator.value} compares with nothing", "write installed:>=2020")
            if operator is Operator.EQUAL:
                return Equals(name, _text(operand))
            return Compares(name, operator, self.operand(operand.text, operand.at))
        if ".." in bare:
            at = bare.index("..")
            low, high = value.text[:at], value.text[at + 2 :]
            if not (low or high):
                raise self.fail(value.at, "a range has a beginning or an end", "write installed:2019..2021")
            low, high = (part and self.operand(part, value.at) for part in (low, high))
            return Compares(name, Operator.BETWEEN, low, high)
        return Equals(name, _text(value))

    def operand(self, text: str, at: int) -> str:
        if not (is_number(text) or is_date(text)):
            raise self.fail(at, f"{text!r} is neither a number nor a date", "dates are 2024, 2024-05 or 2024-05-31")
        return text


def _text(value: Word) -> Text:
    pieces = [""]
    for char, mode in zip(value.text, value.modes, strict=True):
        if char == "*" and mode != ESCAPED:
            pieces.append("")
        else:
            pieces[-1] += char
    return Text(tuple(pieces))

"""Judges a selector against an estate: an unknown field is an error, an id of nothing a warning."""

from __future__ import annotations

from collections.abc import Iterator

from eamap.model.ids import thing_id
from eamap.model.selector.attached import named
from eamap.model.selector.fields import (
    ATTACHMENTS,
    KINDS,
    OTHER_WORDS,
    FieldType,
    did_you_mean,
    field_names,
    kinds_with,
    type_of,
    words,
)
from eamap.model.selector.grammar import (
    And,
    Attached,
    Compares,
    Equals,
    Expression,
    FieldName,
    Identity,
    Knows,
    Not,
    Or,
    Reach,
)
from eamap.model.selector.lexer import complaint
from eamap.model.selector.onday import EstateOn
from eamap.model.selector.parse import is_date, is_number

LOOKED_AT = 5_000
"""Ids that are compared with one that nothing has, to find what was meant."""


def warnings(on: EstateOn, text: str, tree: Expression) -> tuple[str, ...]:
    """Returns what a person should know about a selector; UsageError where a field does not exist or cannot compare."""
    return tuple(dict.fromkeys(said for term in terms(tree) for said in _judge(on, text, term)))


def terms(tree: Expression) -> Iterator[Expression]:
    """Yields the terms of a tree, those a reach starts from included."""
    if isinstance(tree, And | Or):
        for part in tree.parts:
            yield from terms(part)
    elif isinstance(tree, Not):
        yield from terms(tree.part)
    else:
        yield tree
        if isinstance(tree, Reach):
            yield from terms(tree.start)


def _judge(on: EstateOn, text: str, term: Expression) -> Iterator[str]:
    match term:
        case Equals(field=name) | Compares(field=name) | Knows(field=name):
            kinds = _known(on, text, name)
            yield from _compared(on, text, term, kinds)
        case Identity() if (key := term.key.plain) is not None:
            if on.estate.find(thing_id(term.kind, key)) is None and not _is_source(on, term.kind, key):
                yield _nothing(on, term.kind, key)
        case Attached() if not named(on, term.kind, term.name).len():
            yield f"no {term.kind} here goes by {str(term.name)!r}{_by_code(on, term)}"
        case _:
            pass


def _known(on: EstateOn, text: str, name: FieldName) -> list[str]:
    kinds = kinds_with(on, name.name, name.kind)
    if kinds:
        return kinds
    known = field_names(on, name.kind)
    others = () if name.kind else (*ATTACHMENTS, *KINDS, *OTHER_WORDS)
    what = f"{name.kind} has no field {name.name!r}" if name.kind else f"nothing has a field {name.name!r}"
    raise complaint(text, name.at, what, did_you_mean(name.name, (*known, *others), f"fields are {', '.join(known)}"))


def _compared(on: EstateOn, text: str, term: Expression, kinds: list[str]) -> Iterator[str]:
    if isinstance(term, Knows):
        return
    assert isinstance(term, Equals | Compares)
    name = term.field
    types = {type_of(on, kind, name.name) for kind in kinds}
    values = [term.value.plain] if isinstance(term, Equals) else [part for part in (term.low, term.high) if part]
    for value in values:
        if value is not None and types == {FieldType.NUMBER} and not is_number(value):
            raise complaint(text, name.at, f"{name} holds numbers, and {value!r} is none", "money is counted in pence")
        if value is not None and types == {FieldType.DATE} and not is_date(value):
            raise complaint(
                text, name.at, f"{name} holds dates, and {value!r} is none", "dates are 2024, 2024-05 or 2024-05-31"
            )
    if isinstance(term, Compares) and types <= {FieldType.WORD, FieldType.ID}:
        raise complaint(text, name.at, f"{name} holds words, which have no order")
    known = {word for kind in kinds for word in words(kind, name.name)}
    if (
        types == {FieldType.WORD}
        and isinstance(term, Equals)
        and term.value.plain is not None
        and term.value.plain.lower() not in known
    ):
        listed = ", ".join(sorted(known))
        yield f"{name} is never {term.value.plain!r}; {did_you_mean(term.value.plain, known, f'it is one of {listed}')}"


def _is_source(on: EstateOn, kind: str, key: str) -> bool:
    return kind == "source" and thing_id(kind, key) in on.things("source")["id"]


def _nothing(on: EstateOn, kind: str, key: str) -> str:
    """Says that an id is of nothing, and which one was perhaps meant."""
    ids = on.things(kind)["id"]
    whole = thing_id(kind, key)
    same = ids.filter(ids.str.to_lowercase() == whole.lower())
    near = ids.filter(ids.str.to_lowercase().str.starts_with(whole.partition("/")[0].lower())).sort().head(LOOKED_AT)
    hint = did_you_mean(whole, same if same.len() else near)
    return f"nothing here has the id {whole}" + (f"; {hint}" if hint else "")


def _by_code(on: EstateOn, term: Attached) -> str:
    """Where an organisation was given by its name, says its code."""
    import polars as pl

    if term.kind != "organisation" or term.name.plain is None:
        return ""
    rows = on.things("organisation").filter(pl.col("name").str.to_lowercase() == term.name.plain.lower())
    codes = rows["code"].drop_nulls().sort().head(3).to_list() if "code" in rows.columns else []
    return f"; organisations are selected by code: {', '.join(f'org:{code}' for code in codes)}" if codes else ""

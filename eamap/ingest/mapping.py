"""Declarative mappings: which column of somebody's layout says what, without code.

One YAML file in ``schemas/mappings/`` (or given by the user) describes one layout. CONTRIBUTING.md walks one end to end.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from eamap.errors import SourceError
from eamap.ingest.readers import fold
from eamap.ingest.yaml_file import read_yaml
from eamap.model.records import RECORDS
from eamap.model.relations import RELATIONS, Kept

OWN = "organisation"
"""The column name that stands for the organisation a row is about, however it was found."""

Provenance = Literal["signed-off", "contract-register", "foi", "inferred", "assumed"]


class _Spec(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class ColumnSpec(_Spec):
    """One column of the layout, under the name the rules use, and the headers it is known by."""

    headers: tuple[str, ...] = ()
    required: bool = False
    position: int | None = Field(None, description="1-based place, for files without a header row")
    pattern: str = Field("", description="what its values look like, to recognise a file without a header row")

    @cached_property
    def folded(self) -> frozenset[str]:
        """The headers as they are compared."""
        return frozenset(fold(header) for header in self.headers)


class FieldSpec(_Spec):
    """Where a field's value comes from: one column, several joined, or a constant."""

    column: str = ""
    columns: tuple[str, ...] = ()
    const: str = ""
    words: str = Field("", description="the word list to read it with, if it is not the field's own")
    label: bool = Field(
        False, description="put the column's header before each value, for fields fed by several columns"
    )
    how: Literal["value", "verbatim", "reason", "first"] = Field(
        "value",
        description="verbatim: the cells as they stand; reason: why none of the columns holds a value, strongest first; "
        "first: of several columns the first that holds a value",
    )
    separator: str = Field("; ", description="what stands between several columns that are joined")
    of: str = Field("", description="the thing that another rule of this mapping makes of the same row")
    times: int = Field(
        1, ge=1, description="what one of the column's unit is worth, for counts stated in thousands or millions"
    )
    quiet: bool = Field(False, description="what the word list does not know is unknown without a word about it")

    @property
    def sources(self) -> tuple[str, ...]:
        """The columns it reads; '#...' is an item of a pair, not a column."""
        return self.columns or ((self.column,) if self.column and self.column[0] != "#" else ())


class Condition(_Spec):
    """Which rows a rule is for; all that is given must hold."""

    stated: tuple[str, ...] = ()
    any_stated: tuple[str, ...] = ()
    not_stated: tuple[str, ...] = ()
    reason: tuple[str, ...] = Field((), description="none of these columns holds a value and one says why")
    equals: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    matches: dict[str, str] = Field(
        default_factory=dict, description="regular expressions that the whole text must match"
    )
    not_matches: dict[str, str] = Field(default_factory=dict)


class EndSpec(_Spec):
    """One end of a link, or the parent of a thing: what the cell names."""

    what: Literal["self", "organisation", "system", "endpoint", "capability", "data-object", "contract", "product",
                  "supplier", "site", "component"]  # fmt: skip
    column: str = ""
    within: str = Field("", description="column of the system that a component's key belongs to")
    organisation: str = Field("", description="column of the organisation that a system's key belongs to")
    split: bool = False


class LinkSpec(_Spec):
    """One link, or one for each value of a list, from a row."""

    relation: str
    from_: EndSpec = Field(EndSpec(what="self"), alias="from")
    to: EndSpec = EndSpec(what="self")
    attributes: dict[str, FieldSpec] = Field(default_factory=dict)
    since: str = Field("", description="column of the date from which it holds")
    until: str = Field("", description="column of the date on which it ends; that day it no longer holds")
    when: Condition = Condition()


class PairSpec(_Spec):
    """Columns that come in pairs (a category and a value), the value read where the category is one of those listed."""

    category: str
    value: str
    only: dict[str, str]


class RuleSpec(_Spec):
    """What one row makes: a thing of one kind, links, or both."""

    rule: str
    make: str
    when: Condition = Condition()
    needs: tuple[str, ...] = Field((), description="columns without which the row is blocked")
    parent: EndSpec | None = None
    key: tuple[str, ...] = Field(
        (),
        description="columns, '=text' for a constant, '#row' for the row number; 'a|b' for the first of two that holds a value, "
        "'a?' for one that may be empty",
    )
    fallback_key: tuple[str, ...] = Field((), description="used where the key columns are empty")
    repeat: Literal["block", "merge", "once", "say"] = "block"
    explode: dict[str, Literal["list", "commas", "products", "cves"]] = Field(default_factory=dict)
    pairs: PairSpec | None = None
    fields: dict[str, FieldSpec] = Field(default_factory=dict)
    links: tuple[LinkSpec, ...] = ()
    within_file: tuple[str, ...] = Field(
        (), description="columns that must name a key of this file, else the row is blocked"
    )
    refuse: str = Field("", description="what to say of these rows, all of which are blocked")
    differ: tuple[str, ...] = Field((), description="two columns that must not hold the same")

    @model_validator(mode="before")
    @classmethod
    def _short_forms(cls, data: Any) -> Any:
        # "name: system_name" is short for "name: {column: system_name}"; "status: =live" for a constant.
        fields = {
            name: spec
            if isinstance(spec, dict)
            else {"const": spec[1:]}
            if str(spec).startswith("=")
            else {"column": spec}
            for name, spec in (data.get("fields") or {}).items()
        }
        return {**data, "fields": fields}

    @model_validator(mode="after")
    def _known(self) -> RuleSpec:
        if self.make != "links" and self.make not in RECORDS:
            raise ValueError(f"rule {self.rule}: makes {self.make!r}, which is no kind of record")
        known = RECORDS[self.make].model_fields if self.make != "links" else {}
        if unknown := sorted(set(self.fields) - set(known)):
            raise ValueError(f"rule {self.rule}: {self.make} has no field {', '.join(unknown)}")
        for link in self.links:
            if link.relation not in RELATIONS or RELATIONS[link.relation].kept is Kept.COLUMN:
                raise ValueError(f"rule {self.rule}: {link.relation} is no relation a mapping can state")
        return self

    @property
    def key_columns(self) -> tuple[str, ...]:
        """The columns of which the key is made, those included that serve only where others are empty."""
        parts = (part for part in (*self.key, *self.fallback_key) if part[:1] not in "=#")
        return tuple(dict.fromkeys(name for part in parts for name in part.removesuffix("?").split("|")))

    @property
    def columns(self) -> Iterable[str]:
        """Every column the rule reads."""
        yield from (name for spec in self.fields.values() for name in spec.sources)
        yield from self.key_columns
        yield from (*self.needs, *self.within_file, *self.differ, *self.explode)
        for end in filter(None, (self.parent, *(e for link in self.links for e in (link.from_, link.to)))):
            yield from filter(None, (end.column, end.organisation, end.within))
        for link in self.links:
            yield from (name for spec in link.attributes.values() for name in spec.sources)
            yield from filter(None, (link.since,))
        for condition in (self.when, *(link.when for link in self.links)):
            yield from (*condition.stated, *condition.any_stated, *condition.not_stated, *condition.reason)
            yield from (*condition.equals, *condition.matches, *condition.not_matches)


class Mapping(_Spec):
    """One layout: its columns, how to know it, and what its rows make."""

    name: str = Field(pattern=r"^[a-z0-9-]+$")
    title: str
    provenance: Provenance
    origin: str
    formats: tuple[str, ...] = ()
    columns: dict[str, ColumnSpec]
    ignored: tuple[str, ...] = Field(
        (), description="headers that are known and not used; '*' at the end matches any rest"
    )
    foreign: tuple[str, ...] = Field(
        (), description="headers of another layout: a sheet that has one is not of this one"
    )
    organisation: str = Field("", description="column that names the organisation; else --org must")
    organisation_name: str = Field("", description="column of its name, tried where the code is empty")
    national: bool = Field(
        False, description="the rows are not about an organisation's own estate, so none need be named"
    )
    named_only: bool = Field(False, description="used only where --mapping names it, never recognised")
    dates: Literal["day-first", "month-first"] = Field(
        "day-first", description="how it writes 03/04/2025: day-first unless the layout is American"
    )
    fact_date: str = Field("", description="date of the facts, where the layout fixes it; else a column")
    fact_date_column: str = ""
    in_house: str = Field("", description="column in which an in-house answer stands for a supplier")
    loose: tuple[str, ...] = Field(
        (), description="columns whose sentences may hide a reason such as 'no system installed'"
    )
    plain: tuple[str, ...] = Field((), description="columns in which no word is a reason: keys, notes")
    least: int = Field(2, description="how many of its columns a header row must hold to be one of this layout")
    otherwise: str = Field("", description="what to say of a row that no rule is for; empty: such rows are left out")
    rules: tuple[RuleSpec, ...]

    @model_validator(mode="after")
    def _columns_exist(self) -> Mapping:
        used = {name for rule in self.rules for name in rule.columns}
        if unknown := sorted(used - set(self.columns) - {OWN}):
            raise ValueError(f"rules use columns that are not listed: {', '.join(unknown)}")
        made = {rule.rule for rule in self.rules if rule.make != "links"}
        asked = {spec.of for rule in self.rules for spec in rule.fields.values() if spec.of}
        if strange := sorted(asked - made):
            raise ValueError(f"fields are of rules that make nothing here: {', '.join(strange)}")
        return self

    def rule(self, name: str) -> RuleSpec:
        """Returns the rule of a name."""
        return next(rule for rule in self.rules if rule.rule == name)

    @cached_property
    def by_header(self) -> dict[str, str]:
        """Column name by folded header."""
        return {folded: name for name, spec in self.columns.items() for folded in (*spec.folded, fold(name))}

    @property
    def required(self) -> frozenset[str]:
        """Columns without which a file is not of this layout."""
        return frozenset(name for name, spec in self.columns.items() if spec.required)

    @cached_property
    def states_organisations(self) -> bool:
        """Whether its rows say which organisations there are, rather than name some that are known."""
        return self.organisation in self.stating

    @cached_property
    def stating(self) -> frozenset[str]:
        """The columns whose cells are the codes of organisations that the file itself states, and so believes."""
        keys = (rule.key for rule in self.rules if rule.make == "organisation")
        return frozenset(key[0] for key in keys if len(key) == 1)

    @cached_property
    def _ignored(self) -> tuple[frozenset[str], tuple[str, ...]]:
        whole = frozenset(fold(pattern) for pattern in self.ignored if not pattern.endswith("*"))
        return whole, tuple(fold(pattern[:-1]) for pattern in self.ignored if pattern.endswith("*"))

    @cached_property
    def foreign_headers(self) -> frozenset[str]:
        """Folded headers that only another layout has."""
        return frozenset(fold(header) for header in self.foreign)

    def ignores(self, header: str) -> bool:
        """Whether a header is known to say nothing eamap needs."""
        whole, beginnings = self._ignored
        folded = fold(header)
        return folded in whole or (bool(beginnings) and folded.startswith(beginnings))


def read_mapping(path: Path) -> Mapping:
    """Reads one mapping; SourceError, with the place, if it does not say something eamap can do."""
    try:
        return Mapping.model_validate(read_yaml(path))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise SourceError(
            f"is not a mapping: {place}: {first['msg']}", where=str(path), hint="see CONTRIBUTING.md, a mapping"
        ) from error


def read_mappings(folder: Path) -> dict[str, Mapping]:
    """Reads every mapping of a folder, by name."""
    mappings = [read_mapping(path) for path in sorted(folder.glob("*.yaml")) if path.name != "words.yaml"]
    return {mapping.name: mapping for mapping in mappings}

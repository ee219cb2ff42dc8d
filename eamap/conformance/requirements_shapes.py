"""The shape of a YAML file of requirement rows: which words it may hold, and what each must look like."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from eamap.conformance.requirements import ELEMENTS, OF_REST, VOCABULARY, Asked, Kind, Probe, Strength
from eamap.fhir.release import Release

_ID = r"^[a-z0-9]+(-[a-z0-9]+)*$"
_DATE = r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"
_LINK = r"^https?://[^\s\"<>]+$"
_TYPES = ("number", "date", "string", "token", "reference", "composite", "quantity", "uri", "special")
_CHOICES = {
    "mode": ("server", "client"),
    "way": ("sender", "receiver", "producer", "consumer"),
    "type": _TYPES,
    "element": ELEMENTS,
    "fhir-release": tuple(Release),
}
"""Closed lists of what may follow a word."""


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class SourceShape(_Shape):
    """A document that asks for something."""

    document: str = Field(min_length=1, description="its name")
    link: str = Field(pattern=_LINK, description="where it stands")
    date: str = Field(pattern=_DATE, description="the date of what was read: YYYY, YYYY-MM or YYYY-MM-DD")


class PlaceShape(_Shape):
    """Where in a document a row is asked for."""

    document: str = Field(description="the key of a document under `documents`")
    section: str = Field("", description="the section, page or file in it")
    link: str = Field("", pattern=f"^$|{_LINK}", description="a link to the place, where it has one of its own")
    date: str = Field(
        "", pattern=f"^$|{_DATE}", description="the date of the place, where it differs from that of the document"
    )


class RowShape(_Shape):
    """One requirement."""

    id: str = Field(pattern=_ID, description="its name for ever: lower case, digits and hyphens")
    strength: Strength = Field(description="SHALL, SHALL NOT, SHOULD, SHOULD NOT or MAY")
    kind: Kind = Field(description="what it is about: " + ", ".join(Kind))
    what: str = Field(min_length=1, description="what is asked, in one sentence of our own")
    test: dict[str, Any] | None = Field(None, description="how it is tested, in words of the vocabulary")
    not_tested: str = Field("", description="why no statement can show it; instead of `test`")
    source: PlaceShape = Field(description="where it is asked for")

    @model_validator(mode="after")
    def _tested_or_not(self) -> RowShape:
        if (self.test is None) == (not self.not_tested):
            raise ValueError("give either test, or not_tested with the reason")
        if self.test is not None and (kind := VOCABULARY[asked_by(self.test).test].kind) is not self.kind:
            raise ValueError(f"kind is {self.kind}, and this test is for kind {kind}")
        return self

    @field_validator("test")
    @classmethod
    def _of_vocabulary(cls, value: dict[str, Any] | None) -> dict[str, Any] | None:
        if value is not None:
            asked_by(value)
        return value


class ListShape(_Shape):
    """A file of requirement rows: one yardstick."""

    id: str = Field(pattern=_ID, description="its name, which is that of the file; `--against ID` finds it")
    standard: str | None = Field(description="the standard of the registry it is about; null for one that is not there")
    title: str = Field(min_length=1, description="what the list is, in one line")
    about: str = Field(min_length=1, description="where it comes from and what it leaves out")
    release: Release | None = Field(None, description="the FHIR release it is for")
    url: str | None = Field(None, pattern=_LINK, description="the canonical that an instance may claim to instantiate")
    mode: str = Field("server", pattern="^(server|client)$", description="the side it is for: server or client")
    documents: dict[str, SourceShape] = Field(min_length=1, description="the documents that ask, by a short key")
    requirements: tuple[RowShape, ...] = Field(min_length=1, description="the rows")

    @field_validator("requirements")
    @classmethod
    def _each_once(cls, value: tuple[RowShape, ...]) -> tuple[RowShape, ...]:
        ids = [row.id for row in value]
        if twice := sorted({each for each in ids if ids.count(each) > 1}):
            raise ValueError(f"ids that stand twice: {', '.join(twice)}")
        return value

    @model_validator(mode="after")
    def _documents_known(self) -> ListShape:
        strange = {row.source.document for row in self.requirements} - set(self.documents)
        if strange:
            raise ValueError(f"source names documents that are not listed: {', '.join(sorted(strange))}")
        return self


def asked_by(test: Mapping[str, Any], mode: str = "server") -> Asked:
    """Returns what a ``test:`` looks for; ValueError says which word is wrong."""
    words = [each for each in Probe if each in test]
    if len(words) > 1 and Probe.RESOURCE in words:
        words.remove(Probe.RESOURCE)  # beside another word it says of which resource
    if len(words) != 1:
        raise ValueError(f"test takes exactly one of {', '.join(Probe)}")
    word = words[0]
    allowed = {word, *VOCABULARY[word].beside, *(("mode",) if word in OF_REST else ())}
    if strange := sorted(set(map(str, test)) - allowed):
        raise ValueError(f"{', '.join(strange)} cannot stand beside {word}")
    said = {name: _texts(name, value) for name, value in test.items()}
    values = said[word] if word is not Probe.CORS else ()
    if word is Probe.ELEMENT:
        values = (*values, *said.get("equals", ()))
    one = {name: found[0] for name, found in said.items() if found}
    return Asked(
        word, values, resource=one.get("resource", "") if word is not Probe.RESOURCE else "",
        mode=one.get("mode", mode) if word in OF_REST else "", type=one.get("type", ""),
        definition=one.get("definition", ""), optional=said.get("optional", ()), way=one.get("way", ""), once="once" in test,
    )  # fmt: skip


def _texts(name: str, value: Any) -> tuple[str, ...]:
    if name in ("once", "cors"):
        if value is not True:
            raise ValueError(f"{name} is true, or is left out")
        return ()
    items = value if isinstance(value, list) else [value]
    if not items or not all(isinstance(item, str) and item.strip() for item in items):
        raise ValueError(f"{name} is a text, or a list of texts")
    choices = _CHOICES.get(name)
    if choices and (wrong := [item for item in items if item not in choices]):
        raise ValueError(f"{name} cannot be {wrong[0]}: it is one of {', '.join(choices)}")
    return tuple(item.strip() for item in items)

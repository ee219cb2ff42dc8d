"""What a file of changes may say: one strict model a kind of change. Nothing in it is ever a command, a path or a formula."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator


def _one_line(text: str) -> str:
    if not text.isprintable() or text != text.strip():
        raise ValueError("is not one line of plain text without blanks around it")
    return text


Text = Annotated[str, Field(min_length=1, max_length=500), AfterValidator(_one_line)]
Selector = Annotated[str, Field(min_length=1, max_length=2000), AfterValidator(_one_line)]
Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,60}$")]
PlaceCode = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,60}$")]
SystemId = Annotated[str, Field(pattern=r"^system:[A-Za-z0-9._~%/-]+$", max_length=3000)]
EndId = Annotated[str, Field(pattern=r"^(system|organisation):[A-Za-z0-9._~%/-]+$", max_length=3000)]
ProductId = Annotated[str, Field(pattern=r"^product:[A-Za-z0-9._~%/-]+$", max_length=3000)]


class _Spec(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, populate_by_name=True)


class ReplaceProduct(_Spec):
    """The systems that a selector selects become instances of another product; who runs and who uses them stays."""

    systems: Selector
    product: Text = Field(description="the product that they become, as an inventory would name it")
    supplier: Text | None = Field(None, description="its supplier; left out: what the product table says")
    version: Text | None = None
    runs_on: Literal["kept", "gone"] = Field(
        "kept",
        alias="runs-on",
        description="gone: what they run on is taken out, and what the new ones run on is unknown",
    )


class RetireSystem(_Spec):
    """The systems that a selector selects are retired; nothing takes their place."""

    systems: Selector


class Converge(_Spec):
    """The organisations of an ICS use one instance for a capability; their own systems for it are retired."""

    ics: Code
    capability: Code
    on: SystemId = Field(description="the instance that they will all use")
    whole: bool = Field(False, description="true: retire also systems that surely do something else as well")
    interfaces: Literal["stay", "move"] = Field(
        "stay", description="move: the interfaces of what is retired become those of the instance"
    )


class ConformInterface(_Spec):
    """Interfaces claim a standard, beside what they claim now."""

    interfaces: Selector
    standard: Code
    instead: bool = Field(False, description="true: instead of what they claim now, their statements left out")


class ConformProduct(_Spec):
    """A supplier makes one product conform: every interface that a system of it exposes claims the standard."""

    product: ProductId
    standard: Code
    instead: bool = False


class Connect(_Spec):
    """An organisation, a system or an integration engine is connected to a national service or an engine."""

    what: EndId
    to: EndId
    standard: Code | None = Field(None, alias="for", description="the standard that the connection claims")


class MoveBoundary(_Spec):
    """Boards, organisations or sub-locations lie in another board."""

    codes: tuple[PlaceCode, ...] = Field(min_length=1, max_length=1000)
    to: PlaceCode

    @model_validator(mode="before")
    @classmethod
    def _a_list(cls, data: object) -> object:
        # YAML has lists where a strict model asks for tuples.
        if isinstance(data, dict) and isinstance(data.get("codes"), list):
            return {**data, "codes": tuple(data["codes"])}
        return data


Kind: TypeAlias = ReplaceProduct | RetireSystem | Converge | ConformInterface | ConformProduct | Connect | MoveBoundary

KINDS: dict[str, type[Kind]] = {
    "replace-product": ReplaceProduct,
    "retire-system": RetireSystem,
    "converge": Converge,
    "conform-interface": ConformInterface,
    "conform-product": ConformProduct,
    "connect": Connect,
    "move-boundary": MoveBoundary,
}
"""The kinds of change by the word a file uses."""

TEMPLATE = """\
# What if? Each entry of the list is one change; put your own ids and selectors in, and leave out what you do not ask
# about. These are of the sample estate. Nothing is written to the store.
title: One core record, one way to ask for advice

changes:
  # The systems selected become instances of another product. runs-on: gone takes out what they run on.
  - replace-product:
      systems: "system:ZN02/oracle-millenium"
      product: Epic
      supplier: Epic

  # The systems selected are retired, and nothing takes their place.
  - retire-system:
      systems: "system:ZN03/eclair-ward-board"

  # All organisations of an ICS use one instance; their own systems for the capability are retired, unless they surely do
  # something else as well (whole: true retires these too). interfaces: move gives the instance their interfaces.
  - converge:
      ics: ZN00
      capability: ACC-1.2
      on: system:ZN11/patchs
      interfaces: move

  # Interfaces claim a standard more; instead: true replaces what they claim.
  - conform-interface:
      interfaces: "interface:ZN00/shared-care-record/zn00-if-004"
      standard: ukcore-stu2

  # A supplier makes one product conform: every interface that a system of it exposes.
  - conform-product:
      product: product:winpath
      standard: toc

  # An organisation or an integration engine is connected to a national service or an engine.
  - connect:
      what: system:ZN01/integration-engine
      to: system:ZX00/ers
      for: ers-fhir

  # Boards, organisations or sub-locations lie in another board from now on.
  - move-boundary:
      codes: [ZN05]
      to: ZE00
"""
"""An example of a file of changes, with every kind."""

"""The elements of every resource and data type of a release, as the models of ``fhir.resources`` have them.

The models say what XML cannot: which element is a list, which is a boolean or a number, which types value[x] may have.
R4 is read from the models of R4B; what the two differ in was taken from the definitions of both and stands here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from types import MappingProxyType
from typing import Any, get_args, get_origin

from eamap.fhir.payload.codes import required_codes
from eamap.fhir.release import Release

PACKAGES = {
    Release.STU3: "fhir.resources.STU3",
    Release.R4: "fhir.resources.R4B",
    Release.R4B: "fhir.resources.R4B",
    Release.R5: "fhir.resources",
}
NESTED = "Resource"
"""The kind of an element that holds a whole resource."""

# Resource types that R4B put in place of others; both sets from the definitions of 4.0.1 and 4.3.0.
_NEW_IN_R4B = frozenset(
    ("AdministrableProductDefinition", "Citation", "ClinicalUseDefinition", "EvidenceReport", "Ingredient",
     "ManufacturedItemDefinition", "MedicinalProductDefinition", "NutritionProduct", "PackagedProductDefinition",
     "RegulatedAuthorization", "SubscriptionStatus", "SubscriptionTopic", "SubstanceDefinition")
)  # fmt: skip
_ONLY_IN_R4 = frozenset(
    ("EffectEvidenceSynthesis", "MedicinalProduct", "MedicinalProductAuthorization", "MedicinalProductContraindication",
     "MedicinalProductIndication", "MedicinalProductIngredient", "MedicinalProductInteraction",
     "MedicinalProductManufactured", "MedicinalProductPackaged", "MedicinalProductPharmaceutical",
     "MedicinalProductUndesirableEffect", "RiskEvidenceSynthesis", "SubstanceNucleicAcid", "SubstancePolymer",
     "SubstanceProtein", "SubstanceReferenceInformation", "SubstanceSourceMaterial", "SubstanceSpecification")
)  # fmt: skip
# Rewritten in R4B, so its models say nothing about them in R4.
_REWRITTEN_IN_R4B = frozenset(("Evidence", "EvidenceVariable"))
_NOT_IN_R4 = {
    "Extension": ("valueCodeableReference", "valueRatioRange"),
    "ActivityDefinition": ("subjectCanonical",),
    "PlanDefinition": ("subjectCanonical",),
    "PlanDefinitionAction": ("subjectCanonical",),
}


@dataclass(frozen=True, slots=True)
class Element:
    """One element as JSON names it.

    ``primitive`` is the FHIR type of a primitive in lower case ("boolean", "datetime") and empty otherwise; ``model`` is
    the model of a complex type. ``codes`` are those of its required value set, ``None`` where any text of its type goes.
    ``choice`` is what stands before [x] where this is one type of a choice.
    """

    name: str
    primitive: str
    model: str
    repeats: bool
    required: bool
    choice: str
    order: int
    codes: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Table:
    """The elements of one resource or data type, by name."""

    name: str
    model: str
    elements: Mapping[str, Element]


def knows_type(release: Release, name: str) -> bool:
    """Tells whether a release has a resource type of this name."""
    if release is Release.R4 and name in _ONLY_IN_R4:
        return True
    return name not in (_NEW_IN_R4B if release is Release.R4 else ()) and _model(release, name) is not None


def why_not_assessed(release: Release, name: str) -> str:
    """Returns why the structure of a resource type cannot be judged in a release; empty where it can."""
    if release not in PACKAGES:
        return f"there are no models of {release} to judge by"
    if release is Release.R4 and name in _ONLY_IN_R4 | _REWRITTEN_IN_R4B:
        return f"{name} was replaced or rewritten in R4B, by whose models R4 is judged"
    return ""


def resource_table(release: Release, name: str) -> Table | None:
    """Returns the elements of a resource type; ``None`` where there is no model of it."""
    model = None if why_not_assessed(release, name) or not knows_type(release, name) else _model(release, name)
    return table(release, model) if model else None


def element_table(release: Release) -> Table:
    """Returns what every element has, and therefore what stands beside a primitive: an id and extensions."""
    return table(release, f"{PACKAGES[release]}.element.Element")


@cache
def table(release: Release, model: str) -> Table:
    """Returns the elements of a model given by its place."""
    module, _, name = model.rpartition(".")
    kind = getattr(import_module(module), name)
    left_out = _NOT_IN_R4.get(name, ()) if release is Release.R4 else ()
    fields = {field.alias or key: field for key, field in kind.model_fields.items()}
    order = {name: place for place, name in enumerate(kind.elements_sequence())}
    elements = {
        alias: _element(release, name, alias, field, order.get(alias, len(order)))
        for alias, field in fields.items()
        if (field.json_schema_extra or {}).get("element_property") and alias not in left_out
    }
    if name == "Extension" and release is Release.R4:
        # R4B took Meta from the types a value may have.
        meta = Element(
            "valueMeta", "", _model(release, "Meta", resource=False) or "", False, False, "value", 10**6, None
        )
        elements["valueMeta"] = meta
    return Table(name, model, MappingProxyType(elements))


@cache
def _model(release: Release, name: str, *, resource: bool = True) -> str | None:
    if release not in PACKAGES or not name.isidentifier() or name in ("Resource", "DomainResource"):
        return None
    types = import_module(f"{PACKAGES[release]}.fhirtypes")
    found = getattr(types, f"{name}Type", None)
    place = getattr(found, "_model_klass", None)
    if not isinstance(place, str) or place.rpartition(".")[2] != name:
        return None
    module = import_module(place.rpartition(".")[0])
    return place if not resource or getattr(module, name).has_resource_base() else None


def _element(release: Release, holder: str, alias: str, field: Any, order: int) -> Element:
    extra: Mapping[str, Any] = field.json_schema_extra
    kind, repeats = _inside(field.annotation)
    place = getattr(kind, "_model_klass", None)
    model = str(place) if place is not None else ""
    required = bool(extra.get("element_required")) or field.is_required()
    codes = required_codes(release, holder, alias, extra.get("enum_values"))
    primitive = "" if model else _primitive(kind, field.annotation)
    return Element(alias, primitive, model, repeats, required, str(extra.get("one_of_many") or ""), order, codes)


def _inside(annotation: Any) -> tuple[Any, bool]:
    """Takes Optional and List off an annotation, and says whether there was a list."""
    repeats = False
    while True:
        arguments = [each for each in get_args(annotation) if each is not type(None)]
        if get_origin(annotation) is list:
            repeats = True
        elif hasattr(annotation, "__metadata__") or not arguments:
            return annotation, repeats
        annotation = arguments[0]


def _primitive(kind: Any, annotation: Any) -> str:
    if kind is bool:
        return "boolean"
    metadata = getattr(kind, "__metadata__", ())
    return type(metadata[-1]).__name__.lower() if metadata else str(getattr(kind, "__name__", annotation)).lower()


def is_nested(element: Element) -> bool:
    """Tells whether an element holds a whole resource."""
    return element.model.rpartition(".")[2] == NESTED

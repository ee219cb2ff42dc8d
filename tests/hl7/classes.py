"""Classes of findings: what HL7's validator and eamap say, each in its own words, as kinds that can be compared.

A kind is one word ("required", "datatype", "binding", "order", …) or a rule ("invariant:cpb-3"). Texts are never compared.
What is a matter of the judge and not of FHIR is left out, with its reason.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache

# What HL7's validator says and the comparison leaves out.
ARTEFACTS: dict[str, str] = {
    r"XHTML_XHTML_(?!NS_InValid|Name_Invalid|ROOT)": "the content model of the narrative's XHTML",
    r"Extension_(EXT_SubExtension_Invalid|PROF_Type)|Validation_VAL_Profile_(Minimum|Maximum)_SLICE": "the frozen SMART oauth-uris extension",
    r"Type_Specific_Checks_DT_UUID_Valid": "upper-case letters in a urn:uuid",
    r"#txt-1$": "the content model of the narrative's XHTML",
    r"#dom-6$": "a recommendation only",
    r"EXT_CONTEXT|Extension_EXTP_Context_Wrong": "where a known extension may stand: eamap does not know extensions",
    r"Extension_EXT_(Type|Simple_ABSENT|Complex_PRESENT|Url_Unknown|Unknown_NotHere)": "what a known extension holds: eamap does not know extensions",
    r"Bundle#|Patient#|Organization#|BUNDLE_|Bundle_": "rules of other resources",
    r"Details_for__matching_against_Profile_|Validation_VAL_Profile_NoMatch": "an echo of another message",
}

# Message id > kind; the first that fits.
IDS: tuple[tuple[str, str], ...] = (
    (r"#(ele-1)$", "empty"),
    (r"#([a-z]+-\d+[a-z]?)$", r"invariant:\1"),
    (r"^Validation_VAL_Profile_Minimum$", "required"),
    (r"^Validation_VAL_Profile_Maximum$", "shape"),
    (r"^Validation_VAL_Profile_OutOfOrder$", "order"),
    (r"^Validation_VAL_Profile_(WrongType|NotAllowed)", "unknown-element"),
    (r"^(TERMINOLOGY|Terminology)_", "binding"),
    (r"^CapabalityStatement_CS_SP_WrongType$", "search-type"),
    (r"^TYPE_SPECIFIC_CHECKS_CANONICAL_ABSOLUTE$", "canonical"),
    (r"_(Primitive_NotEmpty|Primitive_ValueExt|String_Empty|Primitive_Length0)$", "empty"),
    (r"^(Type_Specific_Checks_DT_|TYPE_SPECIFIC_CHECKS_DT_)", "datatype"),
    (r"^TYPE_SPECIFIC_CHECKS_", "datatype"),
    (r"^Extension_EXT_Url_NotFound$", "required"),
    (r"^Extension_EXT_URL_Absolute$", "extension-url"),
    (r"^(Extension_|EXTENSION_)", "extension"),
    (r"^XHTML_", "narrative"),
    (r"^Resource_RES_ID_Malformed", "datatype"),
    (r"^(CONTAINED_|Resource_RES_ID_)", "contained"),
    (r"^DUPLICATE_ID$", "duplicate-id"),
    (r"^Reference_REF_CantResolve$", "invariant:ref-1"),
    (r"^(REFERENCE_|Reference_)", "reference"),
    (r"^UNICODE_", "characters"),
    (r"^(Measure|Bundle|BUNDLE|Validation_BUNDLE)", "other-resource"),
)

# Message text > kind, where the validator's parser speaks and gives no id; the first that fits.
TEXTS: tuple[tuple[str, str], ...] = (
    (r"Contained resource does not appear to be", "contained"),
    (r"Unable to find resourceType|unrecognized (resource name|XML Root)|'resourceType' has the wrong", "resource-type"),
    (
        r"MalformedJson|EOFException|Expected a com\.google|JSON source|JsonSyntax|quotes around|XML_|SAXParse|parsing XML",
        "syntax",
    ),
    (r"is a duplicate and will be ignored", "duplicate-name"),
    (r"Unrecognized property '(value|versionAlgorithm)[A-Z]|Undefined element '(value|versionAlgorithm)[A-Z]", "choice"),
    (r"Unrecognized property|Undefined element|Undefined attribute|Unknown element|This element is not defined", "unknown-element"),
    (r"must have some content|cannot be empty|not a Null|must not be null|null value|value cannot be null|is null", "empty"),
    (r"primitive value must be", "datatype"),
    (r"must be an? (JSON )?(Array|Object|object)|must be a simple value|is not an Array|must be a (string|number|boolean|Primitive)", "shape"),
    (r"Text should not be present", "xml-text"),
    (r"Node type .* is not allowed|processing instruction", "xml-instruction"),
    (r"Wrong namespace", "xml-namespace"),
    (r"Coding has no system", "binding"),
    (r"XHTML|xhtml|div", "narrative"),
)  # fmt: skip

# The name of eamap's rule > kind; a name that is not here is a kind of its own.
EAMAP: tuple[tuple[str, str], ...] = (
    (r"^required", "required"),
    (r"^(array|repeats|shape)", "shape"),
    (r"^(datatype|calendar)", "datatype"),
    (r"^(binding|security-code|coding-system)", "binding"),
    (r"^(empty|null)", "empty"),
    (r"^order", "order"),
    (r"^unknown-element", "unknown-element"),
    (r"^(relative|canonical)", "canonical"),
    (r"^search-(type|definition)|^search-parameter-type", "search-type"),
    (r"^narrative", "narrative"),
    (r"^ele-1$", "empty"),
    (r"^reference", "reference"),
    (r"^resource-type", "release-of-the-name"),
    (r"^([a-z]{3,4}-\d+[a-z]?)$", r"invariant:\1"),
)

# What eamap says and HL7's validator cannot judge.
BEYOND = re.compile(r"^(mime|duplicate-interaction|same-interaction|url|profile|encoding|html|bundle|byte-order)")
BEYOND_OF_RELEASE = re.compile(r"fhir-(dstu2|stu3):search-type|fhir-r4b:cpb-0")
"""The validator has no search parameters of the two oldest releases, and the pattern of R4B's cpb-0 is not anchored."""

READABLE = {
    "syntax": "syntax",
    "resource-type": "resource-type",
    "duplicate-name": "duplicate-name",
    "not-an-object": "syntax",
    "format": "syntax",
    "bundle": "resource-type",
    "namespace": "resource-type",
}
BREAKS = ("syntax", "resource-type", "broke-off")
"""After one of these nothing else that is said counts."""

# Rules that say nothing new where one of their elements is not there in a form that can be read.
RULE_ELEMENTS: tuple[tuple[str, str], ...] = (
    (r"(cpb|cnf)-1$", r"rest|messaging|document"),
    (r"(cpb|cnf)-2$", r"description|software|implementation"),
    (r"(cpb|cnf)-(3|14|15|16)$", r"kind|endpoint|messaging|software|implementation|supportedMessage|event|description"),
    (r"(cpb|cnf)-(4|7|8|9|12|13)$", r"rest|mode|resource|type|searchParam|name|document|profile|definition"),
    (r"ext-1$", r"extension|modifierExtension|[Vv]alue\w*"),
    (r"(cpb|cnl)-0( \(warning\))?$", r"name"),
    (r"(cpt|per|qty|rng|att|age|ref|txt)-\d$", r"\w+"),
)  # fmt: skip
UNREAD = (
    "required",
    "shape",
    "empty",
    "datatype",
    "unknown-element",
    "choice",
    "narrative",
    "binding",
    "xml-namespace",
)
SHAPE = re.compile(r"must be an object|it is a list|it is an object|: it is null")
BROKE_OFF = re.compile(r"(NullPointer|ClassCast)Exception|java\.lang\.Error|^org\.hl7\.fhir\.exceptions")


@dataclass(frozen=True)
class Said:
    """One finding of one judge: how bad, of which kind, where, in whose words; ``name`` is the judge's own for its rule."""

    level: str
    kind: str
    where: str
    words: str
    name: str = ""


def of_hl7(message: dict[str, str]) -> Said | None:
    """Gives the class of a message of HL7's validator; None where it is left out."""
    level, name, words = message["severity"], message.get("id") or "", message["text"]
    where = message.get("location") or ""
    if level == "information" or any(re.search(pattern, name) for pattern in ARTEFACTS):
        return None
    level = "error" if level == "fatal" else level
    if name == "judge-exception" or not name:
        broke = name and BROKE_OFF.search(words)
        kind = (
            "broke-off"
            if broke
            else next((k for p, k in TEXTS if re.search(p, words)), "other:" + re.sub(r"'[^']*'|\d+", "_", words)[:60])
        )
    else:
        kind = next((re.search(p, name).expand(k) for p, k in IDS if re.search(p, name)), "other:" + name)  # type: ignore[union-attr]
    if where.endswith("text.div") and kind in ("shape", "datatype", "empty"):
        kind = "narrative"
    if kind == "resource-type" and ".contained[" in where:
        kind = "contained"
    if level == "warning" and not kind.startswith("invariant:"):
        return None
    # The parser gives no ids: its words stand in, without what they were said of.
    name = name or re.sub(r"'[^']*'|\"[^\"]*\"|\(.*\)|\d+| on \w+ for type \w+", "_", words)[:60]
    return Said(level, kind, where, words, name.removeprefix("http://hl7.org/fhir/StructureDefinition/"))


def of_eamap(problem: object) -> Said | None:
    """Gives the class of a problem of eamap's; None where HL7's validator has no say."""
    layer, level, rule = str(problem.layer), str(problem.level), problem.rule  # type: ignore[attr-defined]
    name = rule.partition(":")[2]
    if (
        layer == "policy"
        or level == "info"
        or BEYOND_OF_RELEASE.match(rule)
        or (BEYOND.match(name) and layer != "readable")
    ):
        return None
    if layer == "readable":
        kind = READABLE.get(name, "readable-" + name)
    else:
        kind = next((re.search(p, name).expand(k) for p, k in EAMAP if re.search(p, name)), name.partition(":")[0])  # type: ignore[union-attr]
        kind = "shape" if kind == "datatype" and SHAPE.search(problem.message) else kind  # type: ignore[attr-defined]
        kind = (
            "choice"
            if kind == "unknown-element"
            and re.search(r"/(value|versionAlgorithm)[A-Z]\w*$", problem.pointer)
            and "attribute" not in problem.message
            else kind
        )  # type: ignore[attr-defined]
        kind = "beside-length" if "as long as" in problem.message else kind  # type: ignore[attr-defined]
    if level == "warning" and not kind.startswith("invariant:"):
        return None
    return Said(level, kind, problem.pointer, f"{rule}: {problem.message}", name.partition(":")[0])  # type: ignore[attr-defined]


def settled(said: list[Said]) -> list[Said]:
    """Leaves out what only follows from something else that the same judge said."""
    breaks = [each for each in said if each.kind in BREAKS and each.level == "error"]
    return breaks or [each for each in said if not any(follows(each, other) for other in said if other is not each)]


def agreed(one: list[Said], other: list[Said]) -> list[Said]:
    """Gives findings of one judge with the kinds of the other's where both mean one defect and name it differently.

    That is so where what one says only follows from what the other says of the same place: a code that is blank is no
    code of its value set; an empty list of formats lacks a format.
    """
    kinds = {each.kind for each in other}
    return [said if said.kind in kinds else _renamed(said, other) for said in one]


def _renamed(said: Said, others: list[Said]) -> Said:
    cause = next((each for each in others if follows(said, each)), said)
    return replace(said, kind=cause.kind, level=cause.level)


def hidden(one: Said, other: Said) -> bool:
    """Whether HL7's validator could not say what eamap says: it does not go on into an element of a wrong shape."""
    place = steps(other.where)
    return other.kind == "shape" and bool(place) and steps(one.where)[: len(place)] == place


Steps = tuple[str, ...]
_WEAKER = ("shape", "empty", "datatype", "binding", "canonical", "extension-url", "search-type")
"""What is wrong in one of the first three ways is wrong in those after it as well."""
_CHILD = (
    ("Extension.url ", "url"),
    ("Type mismatch - SearchParameter", "type"),
    ("is declared as", "type"),
    ("Coding.system must be", "system"),
)
"""What words say of a part of the place they name."""


def follows(one: Said, other: Said) -> bool:
    """Whether a finding only repeats what another says of the same thing."""
    return any(rule(one, other, meant(one), steps(other.where)) for rule in _FOLLOWING)


@cache
def meant(one: Said) -> Steps:
    """Gives the place a finding means, where its judge names only what holds it."""
    here = steps(one.where)
    missing = re.search(r"(\w+)(?:\[x\])?: minimum required", one.words)
    child = missing[1] if missing else next((name for words, name in _CHILD if words in one.words), "")
    return here if not child or here[-1:] == (child,) else (*here, child)


def _missing_is_spoilt(one: Said, other: Said, here: Steps, place: Steps) -> bool:
    """What is required is missing because it is there in a form that does not count."""
    if one.kind != "required" or other.kind not in (
        "shape", "empty", "choice", "datatype", "unknown-element", "narrative"
    ):  # fmt: skip
        return False
    inside = here != steps(one.where) and other.kind != "choice" and place[: len(here)] == here
    whole = other.kind in ("shape", "empty", "choice") or "attribute" in other.words
    return inside or (whole and place == steps(one.where))


def _weaker(one: Said, other: Said, here: Steps, place: Steps) -> bool:
    if one.kind not in _WEAKER or other.kind not in _WEAKER[:3]:
        return False
    return place == here and _WEAKER.index(other.kind) < _WEAKER.index(one.kind)


def _coding_without_code(one: Said, other: Said, here: Steps, place: Steps) -> bool:
    """A coding is not of its value set because its code cannot be read."""
    code = place in ((*here, "code"), (*here, "coding", "code"))
    return one.kind == "binding" and other.kind in _WEAKER[:3] and code


def _type_missing(one: Said, other: Said, here: Steps, place: Steps) -> bool:
    """A missing type is not the one of the definition either."""
    lacks = other.kind in ("required", "binding", "unknown-element", *_WEAKER[:3])
    return "type here is null" in one.words and lacks and place in (here, here[:-1])


def _choice_twice(one: Said, other: Said, here: Steps, place: Steps) -> bool:
    """One judge counts the types of a choice, the other what stands twice."""
    counted = any("[x]: max allowed" in each.words for each in (one, other))
    holder = min(here, place, key=len)
    return counted and {one.kind, other.kind} == {"shape", "choice"} and max(here, place, key=len) == (*holder, "value")


def _named_differently(one: Said, other: Said, here: Steps, place: Steps) -> bool:
    """What follows from a defect of another kind.

    A resource in a contained one is not referred to, and one without a type is none; a type that is none is no target;
    inside an extension without a url the next one's is no bare name; what holds only what is unknown is empty; what is no
    JSON has no type.
    """
    if one.kind == "invariant:ref-1" and other.kind == "contained":
        return bool(re.search("resourceType|no resource of|a FHIR resource", other.words))
    if one.kind == "extension-url" and other.kind == "required":
        return "url is required" in other.words and place == here[:-2]
    if one.kind == "empty" and other.kind == "unknown-element":
        return place == here if "attribute" in other.words else place[:-1] == here
    return (one.kind, other.kind, place) in (
        ("contained", "invariant:dom-2", here),
        ("reference", "binding", (*here, "type")),
        ("resource-type", "syntax", place),
    )


def _rule_of_the_unread(one: Said, other: Said, here: Steps, place: Steps) -> bool:
    """A rule says nothing new where one of its elements is not there in a form that can be read."""
    if not one.kind.startswith("invariant:") or other.kind not in UNREAD:
        return False
    names = next((names for rule, names in RULE_ELEMENTS if re.search(rule, one.kind)), None)
    missing = re.search(r"(\w+)(\[x\])?: minimum required|^'(\w+)'|[Ee]lement '(\w+)'", other.words)
    said = [*place[-1:], *(filter(None, missing.groups()) if missing else ())]
    return bool(names) and any(re.fullmatch(names, each) for each in said)


_FOLLOWING = (_missing_is_spoilt, _weaker, _coding_without_code, _type_missing, _choice_twice, _named_differently,
              _rule_of_the_unread)  # fmt: skip


@cache
def steps(where: str) -> tuple[str, ...]:
    """Gives the names of a place without numbers: of a FHIRPath, an XPath, or a JSON pointer."""
    plain = re.sub(r"/\*[^*]*\*/|\[[^\]]*\]|\.ofType\([^)]*\)|[fh?]:", "", where)
    names = [
        name
        for name in re.split(r"[./]", plain)
        if name and not name.isdigit() and name not in ("CapabilityStatement", "Conformance")
    ]
    return tuple(re.sub(r"^(value|versionAlgorithm)[A-Z]\w*$", r"\1", name.removeprefix("_")) for name in names)

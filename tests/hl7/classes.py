"""Classes of findings: what HL7's validator and eamap say, each in its own words, as kinds that can be compared.

A kind is one word ("required", "datatype", "binding", "order", …) or a rule ("invariant:cpb-3"). Texts are never compared.
What is a matter of the judge and not of FHIR is left out, with its reason.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

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
    (r"ext-1$", r"extension|value\w*"),
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
    if level == "warning" and not kind.startswith("invariant:"):
        return None
    return Said(level, kind, where, words, name or re.sub(r"'[^']*'|\"[^\"]*\"|\(.*\)|\d+", "_", words)[:60])


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
            if kind == "unknown-element" and re.search(r"/(value|versionAlgorithm)[A-Z]\w*$", problem.pointer)
            else kind
        )  # type: ignore[attr-defined]
        kind = "beside-length" if "as long as" in problem.message else kind  # type: ignore[attr-defined]
    if level == "warning" and not kind.startswith("invariant:"):
        return None
    return Said(level, kind, problem.pointer, f"{rule}: {problem.message}", name)  # type: ignore[attr-defined]


def settled(said: list[Said]) -> list[Said]:
    """Leaves out what only follows from something else that the same judge said."""
    breaks = [each for each in said if each.kind in BREAKS and each.level == "error"]
    return breaks or [each for each in said if not any(follows(each, other) for other in said if other is not each)]


def follows(one: Said, other: Said) -> bool:
    """Whether a finding only repeats what another says of the same thing."""
    place = steps(other.where)
    if one.kind == "required" and other.kind in ("shape", "empty", "choice") and place == steps(one.where):
        return True
    if one.kind == "required" and other.kind in ("shape", "empty", "datatype", "unknown-element"):
        missing = re.search(r"(\w+)(\[x\])?: minimum required", one.words)
        return bool(missing) and place[: len(steps(one.where)) + 1] == (*steps(one.where), missing[1])
    first = ("shape", "empty", "datatype", "binding", "canonical", "extension-url", "search-type")
    if one.kind in first and other.kind in first[:3] and one.kind != other.kind:
        here = (
            (*steps(one.where), "type")
            if one.kind == "search-type" and steps(one.where)[-1:] != ("type",)
            else steps(one.where)
        )
        return place == here and first.index(other.kind) < first.index(one.kind)
    if one.kind.startswith("invariant:") and other.kind in UNREAD:
        names = next((names for rule, names in RULE_ELEMENTS if re.search(rule, one.kind)), None)
        missing = re.search(r"(\w+)(\[x\])?: minimum required|^'(\w+)'|[Ee]lement '(\w+)'", other.words)
        said = [*place[-1:], *(filter(None, missing.groups()) if missing else ())]
        return bool(names) and any(re.fullmatch(names, each) for each in said)
    return False


def steps(where: str) -> tuple[str, ...]:
    """Gives the names of a place without numbers: of a FHIRPath, an XPath, or a JSON pointer."""
    plain = re.sub(r"/\*[^*]*\*/|\[[^\]]*\]|\.ofType\([^)]*\)|[fh?]:", "", where)
    names = [
        name
        for name in re.split(r"[./]", plain)
        if name and not name.isdigit() and name not in ("CapabilityStatement", "Conformance")
    ]
    return tuple(re.sub(r"^(value|versionAlgorithm)[A-Z]\w*$", r"\1", name.removeprefix("_")) for name in names)

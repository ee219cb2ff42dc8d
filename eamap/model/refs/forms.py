"""How a ref is written: a thing's id, or ``form(argument; …)`` with the forms of :data:`FORMS`.

Printing is canonical: ``parse_ref(str(ref)) == ref``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from eamap.errors import UsageError
from eamap.model.relations import RELATIONS
from eamap.model.selector import parse_expression
from eamap.model.selector.fields import KINDS

THING = "thing"
"""The form of a ref that is only an id."""

_CALL = re.compile(r"([a-z][a-z-]*)\((.*)\)", re.DOTALL)
_ID = re.compile(r"[a-z][a-z-]*:[A-Za-z0-9._%/~-]+")
_FIELD = re.compile(r"(?:[a-z][a-z-]*\.)?[a-z][a-z0-9_]*|[A-Z_]+")
_PART = re.compile(r"(first|after) ([0-9]{1,12})")
_CHECK = re.compile(r"\*|[A-Z]{3}[0-9]{3}(\|[A-Z]{3}[0-9]{3})*")
_WORDS = re.compile(r"[a-z-]+(\|[a-z-]+)*")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_BARE = re.compile(r"[^\s\"\\;()]+( [^\s\"\\;()]+)*")


@dataclass(frozen=True, slots=True)
class Form:
    """One form of ref: what its arguments are, and what its number means. An argument ending in ``?`` may be left out."""

    name: str
    arguments: tuple[str, ...]
    meaning: str


FORMS: dict[str, Form] = {
    form.name: form
    for form in (
        Form("field", ("id", "field"), "one value of one thing"),
        Form("count", ("selector", "part?"), "how many things a selector selects; the first N of them, or those after"),
        Form("distinct", ("field", "selector"), "how many different values a field has; nothing known is no value"),
        Form("sum", ("field", "selector"), "the sum of a field"),
        Form("percent", ("selector", "selector"), "the share, in whole per cent, of the second selection that the first has"),
        Form("links", ("relation", "selector", "selector?"), "how many links of a relation begin in the first selection "
             "and end in the second, or anywhere"),
        Form("organisations", ("selector", "selector"), "how many organisations of the second selection operate or use a "
             "system of the first, or state an absence of it"),
        Form("certainty", ("verdicts", "selector", "id"), "how many selected systems do a capability so surely: stated, "
             "inferred or possible"),
        Form("reach", ("id",), "how many things stand on a thing"),
        Form("impact", ("id", "text?", "part?"), "how many things, of one kind or of all (*), a failure of a thing touches; the "
             "first N of them, the nearest first, or those after"),
        Form("hops", ("id", "id"), "how many hops away the second thing is when the first fails"),
        Form("distance", ("id", "id", "directed?"), "how many links a shortest path has"),
        Form("verdicts", ("check", "verdicts", "selector", "part?"), "how many subjects a check (a|b, * for all) judged so; "
             "the first N of them, or those after"),
        Form("register", ("text", "selector", "text?"), "a figure about obsolescence (docs/evidence.md lists them), or the sum of a "
             "cost, over what is selected; of one group (BY=KEY); the first N of them, or those after"),
        Form("entry", ("text", "id", "text?"), "one row of a register or evidence pack (debt, caf, dspt, litraf), or one column of it"),
        Form("rows", ("text",), "how many rows a source has"),
        Form("issues", ("text",), "how many problems were found in a source"),
        Form("conflicts", ("text",), "how many fields of things a source says something else of than the value in use"),
        Form("columns", ("text",), "how many columns of a source feed a field"),
        Form("added", ("number", "text"), "how many things a source began to speak of in a version"),
        Form("retired", ("number", "text"), "how many things a source no longer spoke of in a version"),
        Form("mapping", ("text",), "a mapping that ships: what it is for, and where its layout was seen"),
        Form("likeness", ("text", "text"), "how alike two names are, of 100"),
        Form("reference", ("text", "aspect"), "version, date, age in days, files, rows, bytes or sha256 of a set of reference data"),
        Form("match", ("text", "text"), "one value (outcome, cycle, eol_best…) of what a component's text means"),
        Form("matched", ("text", "text", "text"), "how many texts of a file, in a column, came to an outcome; * for all"),
        Form("updated", ("text", "text"), "how many rows of a table of reference data were added, changed or removed by its last "
             "update, or there are (rows), or were (before)"),
        Form("listed", ("text", "day"), "how many vulnerabilities of a lifecycle product were listed as exploited after a day"),
        Form("where", ("text", "text", "text?"), "how many things a question of eamap where finds so (affected component, "
             "undecided system), or what it answers about one (an id), perhaps with a mirror"),
        Form("requirement", ("text", "text"), "how binding one requirement of a list is, and what it asks"),
        Form("requirements", ("text", "text"), "how many requirements a list has (all), or how many a statement can show (tested)"),
        Form("compared", ("text", "text", "text"), "what a statement shows of one requirement of a list"),
        Form("comparison", ("text", "text", "text", "text"), "how many requirements of a strength (a|b, all) a statement meets so "
             "(missing, partly, satisfied, not observed, beyond; all), or how many facts it declares (declared)"),
        Form("uncited", ("number", "text"), "how many things behind another ref are left when so many are cited"),
        Form("support", ("text", "selector"), "how many components in use stand so with their vendor's support (eol|eol_undated, all)"),
        Form("ending", ("day", "text", "selector", "part?"), "how many components are past their support or will be by a day "
             "(certain|possible); the first N of them, or those after"),
        Form("ends", ("day", "day", "text", "selector"), "how many components' support ends from one day to another, in the worst "
             "or the best case"),
        Form("not-ending", ("day", "day", "text", "selector"), "how many components' support does not end from one day to another, "
             "what nobody knows among them"),
        Form("quarter", ("day", "day"), "the calendar quarter, or the year, of some days"),
        Form("rolled-up", ("text", "text", "text", "selector"), "how many components of a group (by org, capability, supplier, product, "
             "system) stand so; its systems, or its coverage in per cent"),
        Form("flow", ("text", "text", "text", "text", "text"), "a figure (total, crosses, lower, volume …) of the flows of the estate or the "
             "published ones (rtt) under some boundaries, between one ICS or region and another; of all or of some of them"),
        Form("located", ("text", "text", "text"), "one fact (icb, region, patient_share …) about where an organisation lies under some "
             "boundaries, or how many (placed, followed, other …) of several (A|B) or of all (*)"),
        Form("kpi", ("text", "text", "selector"), "one figure about support: n, of, unknown or percent"),
        Form("standing", ("id", "field"), "one fact about how a component stands with its vendor's support"),
        Form("gap", ("text", "text", "text", "text", "text?"), "one hand-off (P4/6; FROM; TO; all), or a step of a system of care with a role "
             "nobody fills (P4/6; ics; CODE; all), or the volume of a hand-off"),
        Form("gaps", ("text", "text", "part?"), "how many hand-offs have an answer (conformant, none_known…), or are pairs or hand-offs at all; "
             "the first N of them, or those after"),
        Form("doonce", ("text", "text", "text?"), "a figure of the do-once method for a capability (a path of the JSON answer such as "
             'conditions.V.lo; "in words" after it for its words), under settings'),
        Form("market", ("text", "text", "text", "selector", "text?"), "a figure of a table about the market (docs/market.md lists "
             "them): table, figure, key of the row or whole table, over what is selected, with options (by=setting)"),
        Form("interop", ("text", "text", "text", "text"), "how many interfaces (or organisations) of a supplier, product or ICS claim a "
             "standard, state one, are verified (ukcore-stu2 claimed); of all together (all); rows after so many"),
        Form("lever", ("text", "number", "number", "text?"), "one action, by its rank, of the plan of so many actions that closes most gaps in a "
             "scope, or one of its numbers"),
        Form("levers", ("text", "text", "number"), "how many gaps in a scope there are (gaps), some action closes (closable), or the plan of "
             "so many actions closes (closed), or by what is done once (once)"),
        Form("offered", ("text",), "what is national today for a capability (its code), or a national service (its id)"),
        Form("mandated", ("text",), "the status of a standard on the day, and what the registry says of who mandates it"),
        Form("whatif", ("text", "text", "text?", "text?"), "a ref on the estate after a file of changes (its sha256; REF), the difference of two "
             "(sha256; difference; BEFORE; AFTER), or how many gaps it closes or opens, figures, systems or connections it changes"),
        Form("version", ("number",), "a version of the estate"),
        Form("held", ("number", "text"), "how many things of a kind, or links of a relation, a version holds as stated"),
        Form("as-of", ("day",), "the day that was judged"),
        Form("marking", (), "what the output is marked with"),
        Form("changes", ("number", "number", "text", "text", "text?"), "how many things or links of a kind (* for all), or with "
             "an id, differ in a way (added, removed, changed, *) from one version to another"),
        Form("differences", ("number", "number", "part?"), "how many fields of things and links differ from one version to "
             "another; the first N of them, or those after"),
    )
}  # fmt: skip
"""Every form of ref by name."""


@dataclass(frozen=True, slots=True)
class Ref:
    """A ref that was read; its arguments are in canonical form."""

    form: str
    arguments: tuple[str, ...]

    def __str__(self) -> str:
        if self.form == THING:
            return self.arguments[0]
        kinds = FORMS[self.form].arguments
        if not kinds:
            return self.form
        said = (
            _quoted(text) if kind.removesuffix("?") == "text" else text
            for kind, text in zip(kinds, self.arguments, strict=False)
        )
        return f"{self.form}({'; '.join(said)})"


@lru_cache(maxsize=4096)
def parse_ref(text: str) -> Ref:
    """Reads a ref; UsageError says what is wrong with it."""
    stripped = text.strip()
    if found := _CALL.fullmatch(stripped):
        return _call(found[1], _split(found[2]), stripped)
    if stripped in FORMS and not FORMS[stripped].arguments:
        return Ref(stripped, ())
    if _is_id(stripped):
        return Ref(THING, (stripped,))
    raise _wrong(stripped, "this is not a ref", f"a ref is an id or one of {', '.join(f'{name}(…)' for name in FORMS)}")


def count_ref(selector: str) -> str:
    """Returns the canonical ref of the number of things a selector selects."""
    return str(Ref("count", (str(parse_expression(selector)),)))


def _wrong(text: str, message: str, hint: str = "") -> UsageError:
    return UsageError(message, hint=hint, where=f"ref {text[:200]!r}")


def _is_id(text: str) -> bool:
    return bool(_ID.fullmatch(text)) and text.partition(":")[0] in KINDS


def _call(name: str, arguments: list[str], text: str) -> Ref:
    form = FORMS.get(name)
    if form is None:
        raise _wrong(text, f"there is no form of ref {name!r}", f"forms are {', '.join(FORMS)}")
    if not form.arguments:
        raise _wrong(text, f"{name} takes nothing, so it is written without brackets")
    fewest = sum(not kind.endswith("?") for kind in form.arguments)
    if not fewest <= len(arguments) <= len(form.arguments):
        raise _wrong(text, f"{name} takes {'; '.join(form.arguments)}", "arguments are separated by ;")
    kinds = (kind.removesuffix("?") for kind in form.arguments)
    return Ref(name, tuple(_argument(kind, said, text) for kind, said in zip(kinds, arguments, strict=False)))


def _split(text: str) -> list[str]:
    """Cuts arguments at each ``;`` outside quotes."""
    found, quoted, start, at = [], False, 0, 0
    while at < len(text):
        if text[at] == "\\" and quoted:
            at += 1
        elif text[at] == '"':
            quoted = not quoted
        elif text[at] == ";" and not quoted:
            found.append(text[start:at].strip())
            start = at + 1
        at += 1
    return [*found, text[start:].strip()]


_SHAPES: dict[str, re.Pattern[str]] = {
    "field": _FIELD,
    "part": _PART,
    "check": _CHECK,
    "verdicts": _WORDS,
    "aspect": re.compile("version|date|age|files|rows|bytes|sha256"),
    "directed": re.compile("directed"),
    "number": re.compile(r"[0-9]{1,12}"),
    "day": _DAY,
}


def _argument(kind: str, said: str, text: str) -> str:
    """Returns an argument in canonical form."""
    if kind == "selector":
        return str(parse_expression(said))
    if kind == "text":
        plain = _unquoted(said)
        if plain:
            return plain
    elif (
        (kind == "id" and _is_id(said))
        or (kind == "relation" and said in RELATIONS)
        or (kind in _SHAPES and _SHAPES[kind].fullmatch(said))
    ):
        # One number has one spelling.
        return re.sub(r"\b0+(?=[0-9])", "", said) if kind in ("number", "part") else said
    raise _wrong(text, f"{said[:100]!r} is no {kind}")


def _unquoted(said: str) -> str:
    if len(said) > 1 and said[0] == said[-1] == '"':
        return re.sub(r"\\(.)", r"\1", said[1:-1], flags=re.DOTALL)
    return said if _BARE.fullmatch(said) else ""


def _quoted(text: str) -> str:
    return text if _BARE.fullmatch(text) else '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'

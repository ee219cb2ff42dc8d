"""Do-once answers as rows: the whole answer for a program, a line for each capability, and one sheet for a board."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from eamap.cli.doonce.settings import WORDS, Settings, figure_ref
from eamap.model.results import Column

if TYPE_CHECKING:
    from eamap.analysis.doonce.assessment import Assessment

_NAMES = {"standardise": "standardise once", "blueprint": "blueprint once", "run": "run once", "buy": "buy once",
          "expert": "expert team once", "local": "local choice"}  # fmt: skip
_LINE = (
    ("capability", "Capability", "capability"), ("name", "Name", "name"), ("level", "Level", "level"),
    ("standing", "Weightings", "standing"), ("modes", "Modes", "modes"), ("operating_model", "Operating model", "operating_model"),
    ("D", "Case D", "D"), ("R", "Objections R", "R"), ("A", "A buying", "conditions.A"), ("B", "B crossing", "conditions.B"),
    ("N", "N expertise", "conditions.N"), ("V", "V variation", "conditions.V"), ("gates", "Gates", "gates"),
    ("n", "Live", "n"), ("coverage", "Answers", "coverage"), ("confidence", "Confidence", "confidence"),
)  # fmt: skip
_SHEET = (
    ("what it is", "name"), ("recommended level", "level"), ("why", "level_reason"), ("how sure of the weights", "acceptability_level"),
    ("robust, leaning or open", "standing"), ("what would flip it", "flip"), ("modes", "modes"), ("operating model", "operating_model"),
    ("share of the draws in each model", "operating_model_acceptability"),
    ("the case for once, D", "D"), ("A purchasing power", "conditions.A"), ("A1 contracts that could be one", "A1"),
    ("A2 paid above the median price", "A2"), ("A3 how much money it is", "A3"), ("paid above the median, pounds a year", "overpay"),
    ("B interoperability across ICSs", "conditions.B"), ("B1 steps that hand over", "B1"), ("B2 hand-offs across ICSs", "B2"),
    ("B3 interfaces that do not conform", "B3"), ("volume that crosses an ICS boundary", "x_cross"),
    ("N niche expertise", "conditions.N"), ("N1 organisations without staff", "N1"), ("N2 staff in few places", "N2"),
    ("N3 national component", "N3"), ("V unwarranted variation", "conditions.V"), ("V1 variety of products", "V1"),
    ("V2 variety of processes", "V2"), ("share that is warranted, omega", "omega"),
    ("what strata explain, nats", "I_observed"), ("of that, by chance alone", "I_permuted"), ("objections, R", "R"),
    ("K1 warranted variation", "K.K1"), ("K2 spread of maturity", "K.K2"), ("K3 lock-in", "K.K3"), ("K3 at least and at most", "K3_interval"),
    ("K4 concentrated market", "K.K4"), ("K4 at least and at most", "K4_interval"), ("K5 pace of change", "K.K5"),
    ("K6 coupled to local partners", "K.K6"), ("gates", "gates"), ("value reached by level", "capture"),
    ("it rests on", "capture_conditions"), ("variety inside ICSs", "within_ics"), ("variety between regions", "between_region"),
    ("variety between ICSs of a region", "between_ics_in_region"), ("variety of all products, nats", "entropy"),
    ("variety inside ICSs by chance alone, nats", "H_ics_permuted"), ("convergence of ICSs against chance", "convergence_index"),
    ("organisations it applies to", "applicable"), ("of these, answers known", "known"), ("with something live", "n"),
    ("different products", "products"), ("effective number of products", "n_eff"), ("concentration of products, HHI", "HHI"),
    ("most used", "top"), ("between, by resampling", "bootstrap"), ("confidence", "confidence"), ("evidence", "sufficient"),
    ("weights", "weights"), ("boundaries", "geography"), ("care setting", "setting"),
)  # fmt: skip
_LISTS = (("benefit", "benefits"), ("net present value", "net_present_value"), ("would change the answer", "what_would_change"),
          ("note", "notes"), ("caution", "cautions"), ("disagrees", "dissent"))  # fmt: skip
LINE_COLUMNS = tuple(Column(key, heading) for key, heading, _ in _LINE)
SHEET_COLUMNS = (Column("capability", "Capability"), Column("what", "What"), Column("answer", "Answer"))


def whole(found: Sequence[Assessment], settings: Settings, among: str) -> list[dict[str, Any]]:
    """Returns the whole answer of each capability, with a ref for every number in it by its path."""
    return [_whole(each, settings, among) for each in found]


def _whole(found: Assessment, settings: Settings, among: str) -> dict[str, Any]:
    told = found.as_dict()
    paths = [path for path, value in leaves(told) if _holds_digits(value)]
    refs = {path: figure_ref(named(found, among, path), path, settings) for path in paths}
    return {**told, "ref": figure_ref(found.capability, "level", settings), "refs": refs}


def named(found: Assessment, among: str, path: str) -> str:
    """Returns how a ref names the capability: for a caution, which may be about several, with those it stood among."""
    alone = among in ("", found.capability) or "cautions" not in path
    return found.capability if alone else f"{found.capability} of {among}"


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yields the path and value of everything that is no mapping or list; a list of texts is one value."""
    texts = isinstance(value, list) and all(isinstance(each, str) for each in value)
    if isinstance(value, dict | list) and not texts:
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, inner in items:
            yield from leaves(inner, f"{path}.{key}" if path else str(key))
    else:
        yield path, value


def _holds_digits(value: Any) -> bool:
    return value is not None and not isinstance(value, bool) and any(each.isdigit() for each in str(value))


def lines(found: Sequence[Assessment], settings: Settings, among: str) -> list[dict[str, Any]]:
    """Returns a line a capability in words and numbers, each with its ref."""
    rows = []
    for each in found:
        told = {key: in_words(path, each.figure(path)) for key, _, path in _LINE}
        refs = {key: figure_ref(named(each, among, path), path + WORDS, settings) for key, _, path in _LINE}
        rows.append({**told, "ref": refs["level"], "refs": refs})
    return rows


def flat_columns(rows: Sequence[dict[str, Any]]) -> tuple[Column, ...]:
    """Returns the columns of flat rows: every path that one of them has, in order."""
    paths = dict.fromkeys(path for row in rows for path in row if path not in ("ref", "refs"))
    return tuple(Column(path, path) for path in paths)


def flat(found: Sequence[Assessment], settings: Settings, among: str) -> list[dict[str, Any]]:
    """Returns the whole answer of each capability as one flat row, by path."""
    rows = []
    for row in whole(found, settings, among):
        told = {key: value for key, value in row.items() if key not in ("ref", "refs")}
        rows.append({**dict(leaves(told)), "ref": row["ref"], "refs": row["refs"]})
    return rows


def sheet(found: Assessment, settings: Settings) -> list[dict[str, Any]]:
    """Returns one capability as a sheet: a line a figure, in words a board reads."""
    paths = [*_SHEET]
    for what, path in _LISTS:
        value = found.figure(path)
        many = isinstance(value, list) and value and not isinstance(value[0], int | float)
        paths += [(what, f"{path}.{place}") for place in range(len(value))] if many else [(what, path)]
    rows = []
    for what, path in paths:
        ref = figure_ref(found.capability, path + WORDS, settings)
        told = {"capability": found.capability, "what": what, "answer": in_words(path, found.figure(path))}
        rows.append({**told, "ref": ref, "refs": {"capability": ref, "what": ref}})
    return rows


def in_words(path: str, value: Any) -> str:
    """Returns a figure as a person reads it; what is missing says so, and is never 0."""
    head = path.split(".", maxsplit=1)[0]
    if head == "level":
        return value or "none stated"
    if head == "flip":
        return _flip(value)
    if head == "net_present_value" and value is None:
        return "not estimated, because a line of it is not"
    if head == "modes" and isinstance(value, list):
        asked = [
            _NAMES[each["mode"]] + ("" if each["answer"] == "yes" else "?") for each in value if each["answer"] != "no"
        ]
        return ", ".join(asked) or "none asked for"
    if isinstance(value, dict):
        return _mapping(head, value)
    if isinstance(value, list):
        return _list(value)
    if isinstance(value, float):
        return _number(value)
    return "missing" if value is None else str(value) if value != "" else _EMPTY.get(head, "none")


_EMPTY = {"sufficient": "sufficient", "setting": "all"}


def _mapping(head: str, value: dict[str, Any]) -> str:
    if set(value) == {"lo", "point", "hi"}:
        point = "no point" if value["point"] is None else _number(value["point"])
        return f"{point} ({_number(value['lo'])} to {_number(value['hi'])})"
    if head == "cautions":
        return f"{value['number']}. {value['text']}"
    if head == "benefits":
        return _benefit(value)
    if head == "what_would_change":
        bodies = f": {', '.join(value['organisations'])}" if value["organisations"] else ""
        width = f" (moves D by at most {_number(value['width'])})" if value["width"] else ""
        return f"{value['what']}{bodies}: would move {value['moves']}{width}"
    if head == "dissent":
        return f"{value['organisation']}, {value['date']}: {value['reason']} ({value['who']})"
    return ", ".join(f"{str(name).replace('_', ' ')} {in_words('', inner)}" for name, inner in value.items())


def _benefit(value: dict[str, Any]) -> str:
    if value["central"] == "not estimated":
        return f"{value['line']}: not estimated, for want of {', '.join(value['missing'])}"
    ends = " / ".join(f"{value[name]:,.0f}" for name in ("low", "central", "high"))
    return f"{value['line']}: {ends} pounds ({value['cash']}, {value['budget']}); pays: {value['payer']}; gains: {value['beneficiary']}"


def _list(value: list[Any]) -> str:
    if value and all(isinstance(each, int | float) for each in value):
        return " to ".join(_number(float(each)) for each in value)
    return "; ".join(in_words("", each) for each in value) or "none"


def _flip(value: dict[str, Any] | None) -> str:
    if value is None:
        return "no change of a single weight"
    return f"weight of {value['condition']} from {_number(value['weight'])} to {_number(value['to'])}: {value['level']}"


def _number(value: float) -> str:
    return (
        f"{value:,.0f}"
        if abs(value) >= 1000
        else f"{value:.3g}"
        if abs(value) < 0.001 and value
        else f"{value:.3f}".rstrip("0").rstrip(".") or "0"
    )

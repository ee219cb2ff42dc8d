"""The makers: each turns files of the shared tables into one table of a reference set.

A maker takes the paths it was given and returns a frame in a fixed row order, so the same input gives the same file.
All columns are text unless a number is what the column is for; dates become ISO text. Facts are never added here: what
a table cannot say stays empty.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl

Maker = Callable[[list[Path]], pl.DataFrame]

# The day on which the boards of the lineage table took over, and the day on which boards began (provenance says why).
ICB_CHANGE = "2026-04-01"
ICB_START = "2022-07-01"
# Frameworks whose rows carry the open licence; the others may be named but not passed on.
OPEN_FRAMEWORKS = ("DMA", "NHSE_EPR_STAGE", "NHSE_WDW", "WGLL")
# Places in the header-less ODS report.
ECCG = {0: "code", 1: "name", 2: "region_code", 3: "icb", 9: "postcode", 10: "open_date", 11: "close_date"}


def read(path: Path, *, header: bool = True) -> pl.DataFrame:
    """Reads a CSV or TSV as text; an empty cell is null and cells are trimmed."""
    separator = "\t" if path.suffix == ".tsv" else ","
    # The tab-separated tables carry no quoting, so a quotation mark in them is a character like any other.
    quote = None if separator == "\t" else '"'
    frame = pl.read_csv(path, separator=separator, quote_char=quote, has_header=header, infer_schema=False)
    trimmed = frame.with_columns(pl.all().str.strip_chars())
    return trimmed.with_columns(pl.when(pl.all() != "").then(pl.all()))


def as_is(paths: list[Path]) -> pl.DataFrame:
    """Gives the one table unchanged, trimmed, in its own row order."""
    (path,) = paths
    return read(path)


def iso(column: str) -> pl.Expr:
    """Turns yyyymmdd into yyyy-mm-dd."""
    return pl.col(column).str.replace(r"^(\d{4})(\d{2})(\d{2})$", "${1}-${2}-${3}")


def trusts(paths: list[Path]) -> pl.DataFrame:
    """Gives the English trusts by code."""
    columns = {
        "ods_code": "code",
        "name": "name",
        "status_2026_07": "status",
        "trust_type": "trust_type",
        "trust_type_source": "trust_type_source",
        "legal_form": "legal_form",
        "region_code": "region_code",
        "region": "region",
        "icb_code": "icb",
        "icb_code_before_2026": "icb_before_2026",
        "previous_name_2025": "previous_name",
        "town": "town",
        "postcode": "postcode",
        "open_date": "open_date",
        "close_date": "close_date",
    }
    return (
        read(paths[0])
        .select(pl.col(old).alias(new) for old, new in columns.items())
        .with_columns(iso("open_date"), iso("close_date"))
        .sort("code")
    )


def other_trusts(paths: list[Path]) -> pl.DataFrame:
    """Gives the trusts of the ODS report that are not English, so that their codes are known too."""
    english = read(paths[1]).select(code="ods_code")
    return (
        read(paths[0])
        .select(
            code="organisation_code",
            name="name",
            region_code="national_grouping",
            icb="high_level_health_geography",
            postcode="postcode",
            open_date=iso("open_date"),
            close_date=iso("close_date"),
        )
        .join(english, on="code", how="anti")
        .sort("code")
    )


def icbs(paths: list[Path]) -> pl.DataFrame:
    """Gives every integrated care board with the days it is valid for: 42 from 2022, 36 from April 2026."""
    report = read(paths[2], header=False)
    region = report.select(code=report.columns[3], region_code=report.columns[2]).drop_nulls().unique()
    new = read(paths[1])
    names = new.select("region_code", "region").unique()
    old = (
        read(paths[0])
        .select(
            code="icb_code",
            name="icb_name",
            ons_code="icb_ons_code",
            valid_from=pl.lit(ICB_START),
            valid_until=pl.when(pl.col("status_after_2026-04-01") == "abolished").then(pl.lit(ICB_CHANGE)),
        )
        .join(region, on="code", how="left")
    )
    created = new.filter(pl.col("created_2026") == "1").select(
        code="icb_code", name="icb_name", region_code="region_code", valid_from=pl.lit(ICB_CHANGE)
    )
    short = pl.col("name").str.strip_prefix("NHS ").str.strip_suffix(" Integrated Care Board").alias("short_name")
    both = pl.concat([old, created], how="diagonal").join(names, on="region_code", how="left")
    return both.select("code", "name", short, "ons_code", "region_code", "region", "valid_from", "valid_until").sort(
        "code"
    )


def icb_lineage(paths: list[Path]) -> pl.DataFrame:
    """Gives which board took over from which, wholly or in part, and on what day."""
    extent = pl.col("extent").str.extract(r"^(whole|part)")
    return (
        read(paths[0])
        .select(
            predecessor="predecessor_icb",
            successor="successor_icb",
            date=pl.lit(ICB_CHANGE),
            extent=extent,
            part=pl.col("extent").str.extract(r"\((.*?)\)"),
            confidence=pl.lit("derived"),
            source="evidence",
        )
        .sort("predecessor", "successor")
    )


def trust_succession(paths: list[Path]) -> pl.DataFrame:
    """Gives which trust took over from which; a code with several successors went to each in part."""
    several = pl.len().over("predecessor") > 1
    return (
        read(paths[0])
        .select(
            "predecessor",
            "successor",
            date="effective_date",
            extent=pl.when(several).then(pl.lit("part")).otherwise(pl.lit("whole")),
            part=pl.lit(None, dtype=pl.String),
            confidence="confidence",
            source="source",
        )
        .sort("predecessor", "date", "successor")
    )


def commissioners(paths: list[Path]) -> pl.DataFrame:
    """Gives the commissioning bodies of the ODS report: former groups and the sub-locations that kept their codes."""
    report = read(paths[0], header=False)
    frame = report.select(pl.col(report.columns[place]).alias(name) for place, name in ECCG.items())
    return frame.with_columns(iso("open_date"), iso("close_date")).sort("code")


def gp_practices(paths: list[Path]) -> pl.DataFrame:
    """Gives the GP practices with the board and sub-location of January 2024."""
    return (
        read(paths[0])
        .select(
            code="ods_code",
            name="name",
            region_code="region_code",
            icb="icb_code",
            sub_icb="sub_icb_location",
            postcode="postcode",
            open_date=iso("open_date"),
        )
        .sort("code")
    )


def catchment(paths: list[Path]) -> pl.DataFrame:
    """Gives the share of each trust's activity that came from each board of 2022."""
    later = read(paths[1]).select("icb_ons_code", icb="icb_code")
    codes = pl.concat([later, read(paths[2]).select("icb_ons_code", "icb")])
    share = pl.col("proportion_of_trust_activity_from_icb").cast(pl.Float64)
    return (
        read(paths[0])
        .join(codes, left_on="icb22_ons_code", right_on="icb_ons_code", how="left")
        .select(trust="trust_code", icb="icb", icb_ons_code="icb22_ons_code", share=share)
        .sort("trust", "icb_ons_code")
    )


def flows(paths: list[Path]) -> pl.DataFrame:
    """Gives incomplete pathways by commissioning board, providing board and specialty."""
    return (
        read(paths[0])
        .select(
            commissioner="commissioner_icb",
            provider="provider_icb",
            specialty="treatment_function",
            specialty_name="treatment_function_name",
            pathways=pl.col("incomplete_pathways").cast(pl.Int64),
        )
        .sort("commissioner", "provider", "specialty")
    )


def cross_by_specialty(paths: list[Path]) -> pl.DataFrame:
    """Gives, by specialty, how many pathways are provided outside the commissioning board."""
    return (
        read(paths[0])
        .select(
            specialty="treatment_function",
            specialty_name="treatment_function_name",
            pathways="incomplete_pathways",
            crossing="cross_icb_pathways",
            share="cross_icb_fraction",
        )
        .sort("specialty")
    )


def cross_by_trust(paths: list[Path]) -> pl.DataFrame:
    """Gives, by trust, how many pathways come from outside its own board."""
    return (
        read(paths[0])
        .select(
            trust="ods_code",
            icb="provider_icb",
            pathways="incomplete_pathways",
            crossing="cross_icb_pathways",
            commissioners="n_commissioner_icbs",
            share="cross_icb_fraction",
        )
        .sort("trust")
    )


def frameworks(paths: list[Path]) -> pl.DataFrame:
    """Gives codes and names of the frameworks that may be passed on; "same" is replaced by what it repeats."""
    source = pl.when(pl.col("source") != "same").then(pl.col("source")).forward_fill().over("framework")
    licence = pl.col("licence").forward_fill().over("framework")
    return (
        read(paths[0]).with_columns(source=source, licence=licence).filter(pl.col("framework").is_in(OPEN_FRAMEWORKS))
    )


def lifecycle_products(paths: list[Path]) -> pl.DataFrame:
    """Gives the products of the lifecycle set without the shell commands that print a version."""
    return read(paths[0]).drop("version_command").with_columns(pl.col("cycles").cast(pl.Int64))


def exploited(paths: list[Path]) -> pl.DataFrame:
    """Gives one row a vulnerability: who, what, when it was listed, and whether ransomware is known to use it."""
    entries = json.loads(paths[0].read_text(encoding="utf-8"))["vulnerabilities"]
    names = {
        "cve": "cveID",
        "vendor": "vendorProject",
        "product": "product",
        "name": "vulnerabilityName",
        "date_added": "dateAdded",
        "due_date": "dueDate",
        "ransomware": "knownRansomwareCampaignUse",
    }
    rows = [{new: str(entry[old]).strip() for new, old in names.items()} for entry in entries]
    return pl.DataFrame(rows).with_columns(pl.col("ransomware").str.to_lowercase()).sort("cve")


def exploited_map(paths: list[Path]) -> pl.DataFrame:
    """Gives which lifecycle products each vendor and product pair of the list belongs to."""
    return read(paths[0]).rename(
        {
            "kev_vendor": "vendor",
            "kev_product": "product",
            "kev_count": "entries",
            "ransomware_count": "ransomware",
            "eol_product": "lifecycle_products",
        }
    )


_OURS = r"^https?://fhir\.(nhs\.uk|nhs\.net|hl7\.org\.uk)/"
_ELSEWHERE = r"/Sandbox/"
# Which row of the registry a tag of UK Core belongs to; ballots and sprint reviews belong to none.
UKCORE_STANDARDS = {"1.0.0": "ukcore-stu1", "1.0.1": "ukcore-stu1", "1.0.2": "ukcore-stu1", "2.0.0": "ukcore-stu2",
                    "2.0.1": "ukcore-stu2", "2.0.2": "ukcore-stu2", "HEAD": "ukcore-stu3"}  # fmt: skip


def profiles(paths: list[Path]) -> pl.DataFrame:
    """Gives the profiles by canonical: type, newest version known with its status and day, and the project it came from.

    One that UK Core left out again is known by its versions only: its status is "dropped", its type empty. Of two copies the
    later version counts.
    """
    columns = ("url", "type", "version", "status", "date", "project")
    own, other = read(paths[0]), read(paths[1])
    frame = pl.concat(
        [own.with_columns(pl.lit("UK Core").alias("project")).select(columns), other.select(columns)]
    ).with_columns(pl.col("date").str.slice(0, 10))
    dropped = profile_versions([paths[2]]).join(frame, on="url", how="anti").group_by("url", maintain_order=True).last()
    frame = pl.concat([frame, dropped.select("url", pl.lit(None, pl.String).alias("type"), "version",
                                             pl.lit("dropped").alias("status"), pl.lit(None, pl.String).alias("date"),
                                             pl.lit("UK Core").alias("project"))])  # fmt: skip
    ours = pl.col("url").str.contains(_OURS) & ~pl.col("url").str.contains(_ELSEWHERE)
    latest = frame.filter(ours).sort("url", "version", nulls_last=False).unique("url", keep="last", maintain_order=True)
    # A logical model constrains no resource: its type is its own address.
    return latest.with_columns(pl.when(~pl.col("type").str.contains("/")).then(pl.col("type"))).sort("url")


def profile_versions(paths: list[Path]) -> pl.DataFrame:
    """Gives which version of a profile, with which status, each tag of UK Core holds."""
    frame = read(paths[0]).unpivot(index="url", variable_name="tag", value_name="held").drop_nulls("held")
    held = pl.col("held").str.split("|")
    parts = frame.select("url", pl.col("tag").str.replace(r" \(.*", "").alias("release"),
                         held.list.get(0).alias("version"), held.list.get(1, null_on_oob=True).alias("status"))  # fmt: skip
    return parts.filter(pl.col("url").str.contains(_OURS)).sort("url", "release")


def profile_releases(paths: list[Path]) -> pl.DataFrame:
    """Gives the tags of UK Core in order, each with its day and the standard of the registry it belongs to."""
    tags = [name for name in read(paths[0]).columns if name != "url"]
    frame = pl.DataFrame({"tag": tags}).select(
        pl.col("tag").str.replace(r" \(.*", "").alias("release"),
        pl.col("tag").str.extract(r"\((.*)\)").alias("date"),
    )
    return frame.with_columns(
        pl.col("release").replace_strict(UKCORE_STANDARDS, default=None, return_dtype=pl.String).alias("standard")
    )


def _litraf(paths: list[Path]) -> dict[str, Any]:
    framework: dict[str, Any] = json.loads(paths[0].read_text(encoding="utf-8"))
    return framework


_SIDES = ("likelihood", "impact")


def litraf_criteria(paths: list[Path]) -> pl.DataFrame:
    """Gives the criteria of the framework in its order: what each is of, and its scale."""
    framework = _litraf(paths)
    rows = [
        (key, side, name, *map(str, framework[side]["scale"]))
        for side in _SIDES
        for key, name in framework[side]["criteria"].items()
    ]
    return pl.DataFrame(rows, schema=["criterion", "side", "name", "least", "most"], orient="row")


def litraf_levels(paths: list[Path]) -> pl.DataFrame:
    """Gives what a score means: for all criteria of a side, and for a criterion where the guidance says more."""
    framework = _litraf(paths)
    rows: list[tuple[str, str, str]] = []
    for side in _SIDES:
        rows += [(side, score, label) for score, label in framework[side]["labels"].items()]
    likelihood, impact = (framework[side] for side in _SIDES)
    rows += [(key, "6", meaning) for key, meaning in likelihood["level6"].items()]
    for key, levels in (("L1", likelihood["L1_levels"]), ("L7", likelihood["L7_levels"]),
                        ("C3", impact["C3_bands"]), ("C5", impact["C5_bands"])):  # fmt: skip
        rows += [(key, score, meaning) for score, meaning in levels.items()]
    return pl.DataFrame(rows, schema=["of", "score", "meaning"], orient="row").sort("of", "score")


def litraf_thresholds(paths: list[Path]) -> pl.DataFrame:
    """Gives from which score on a system is legacy, medium, high or red-rated, and over how many years it is looked ahead."""
    framework = _litraf(paths)
    rows = [
        (name, "any likelihood" if "L score" in text else "overall", text.partition(">= ")[2].partition(" ")[0], text)
        for name, text in framework["thresholds"].items()
    ]
    formula = framework["formula"]
    rows.append(("horizon", "years", str(framework["horizon_years"]), "years looked ahead"))
    rows.append(("maximum", "overall", str(formula["max"]), f"{formula['category_total']}; {formula['overall']}"))
    return pl.DataFrame(rows, schema=["name", "of", "at_least", "says"], orient="row")


def litraf_example(paths: list[Path]) -> pl.DataFrame:
    """Gives the worked example of the guidance: its answers, and what they come to."""
    framework = _litraf(paths)
    example = framework["worked_example"]
    keys = [key for side in _SIDES for key in framework[side]["criteria"]]
    rows = list(zip(keys, map(str, (*example["L"], *example["C"])), strict=True))
    rows += [(name, str(example[name])) for name in ("likelihood_total", "impact_total", "overall", "status")]
    return pl.DataFrame(rows, schema=["what", "value"], orient="row")


def caf_statements(paths: list[Path]) -> pl.DataFrame:
    """Gives the statements as transcribed; "..." stands where the transcription was cut, and nothing fills it."""
    framework = json.loads(paths[0].read_text(encoding="utf-8"))
    parts = (("B4.d", "achieved", "all", "achieved_all"), ("B4.d", "partially achieved", "all", "partially_achieved_all"),
             ("B4.d", "not achieved", "any", "not_achieved_any"), ("A3.a", "achieved", "all", "A3a"))  # fmt: skip
    rows = [
        (outcome, level, needs, str(number), text, "yes" if "..." in text or text.startswith("(") else "no")
        for outcome, level, needs, key in parts
        for number, text in enumerate(framework[key], start=1)
    ]
    return pl.DataFrame(rows, schema=["outcome", "level", "needs", "number", "statement", "cut"], orient="row")


MAKERS: dict[str, Maker] = {
    maker.__name__: maker
    for maker in (
        as_is,
        trusts,
        other_trusts,
        icbs,
        icb_lineage,
        trust_succession,
        commissioners,
        gp_practices,
        catchment,
        flows,
        cross_by_specialty,
        cross_by_trust,
        frameworks,
        lifecycle_products,
        exploited,
        exploited_map,
        profiles,
        profile_versions,
        profile_releases,
        litraf_criteria,
        litraf_levels,
        litraf_thresholds,
        litraf_example,
        caf_statements,
    )
}

"""A record uses only constraints of JSON Schema and predicates that are registered; what is published is what is used."""

from __future__ import annotations

import importlib.util
import json

import jsonschema
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import AfterValidator, BeforeValidator, PlainValidator, WrapValidator

from eamap.ingest.yaml_file import read_yaml
from eamap.model.columns import field_check
from eamap.model.predicates import PREDICATES
from eamap.model.records import RECORDS
from eamap.model.schema import field_schema, record_schema


def script(root):
    spec = importlib.util.spec_from_file_location("make_schemas", root / "scripts" / "make_schemas.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_published_schemas_are_what_the_script_would_write(root):
    published = {path.name: path.read_text(encoding="utf-8") for path in (root / "schemas" / "records").iterdir()}
    assert published == script(root).records(), "run: python scripts/make_schemas.py"


def test_what_the_mappings_say_as_json_is_what_the_script_would_write(root):
    published = (root / "schemas" / "mappings" / "compiled.json").read_text(encoding="utf-8")
    assert published == script(root).mappings(), "run: python scripts/make_schemas.py"


def test_a_mapping_that_was_edited_is_read_from_its_yaml(root, tmp_path):
    name = "contract-register.yaml"
    for each in (name, "compiled.json"):
        (tmp_path / each).write_bytes((root / "schemas" / "mappings" / each).read_bytes())
    as_shipped = read_yaml(tmp_path / name)
    (tmp_path / name).write_text("name: another\n", encoding="utf-8")
    assert as_shipped["name"] == "contract-register"
    assert read_yaml(tmp_path / name) == {"name": "another"}


def test_the_published_schemas_are_schemas(root):
    for path in (root / "schemas" / "records").iterdir():
        jsonschema.Draft202012Validator.check_schema(json.loads(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("kind", RECORDS)
def test_every_constraint_has_a_column_form(kind):
    for name in RECORDS[kind].model_fields:
        assert isinstance(field_check(kind, name), pl.Expr)


@pytest.mark.parametrize("kind", RECORDS)
def test_every_validator_is_a_registered_predicate(kind):
    model = RECORDS[kind]
    decorators = model.__pydantic_decorators__
    assert not (
        decorators.validators
        or decorators.field_validators
        or decorators.root_validators
        or decorators.model_validators
    )
    for name, field in model.model_fields.items():
        functions = [item for item in (*field.metadata, *_nested(field.annotation)) if isinstance(item, _VALIDATORS)]
        named = field_schema(kind, name).get("x-predicate")
        assert len(functions) == (named is not None), name
        if named:
            assert named in PREDICATES


_VALIDATORS = (AfterValidator, BeforeValidator, PlainValidator, WrapValidator)


def _nested(annotation):
    """Gives the annotations inside an optional type."""
    for option in getattr(annotation, "__args__", ()):
        yield from getattr(option, "__metadata__", ())
        yield from _nested(option)


def test_a_validator_of_its_own_would_be_found():
    from typing import Annotated

    seen = list(_nested(Annotated[str, AfterValidator(str.strip)] | None))
    assert any(isinstance(item, _VALIDATORS) for item in seen)


def test_an_unknown_constraint_is_not_ignored():
    from eamap.model.columns import _constraint

    with pytest.raises(TypeError, match="multipleOf"):
        _constraint(pl.col("x"), "multipleOf", 2)


@pytest.mark.parametrize("name", PREDICATES)
@given(text=st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8), st.dates().map(str),
    st.from_regex(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?", fullmatch=True),
))  # fmt: skip
def test_both_forms_of_a_predicate_agree(name, text):
    predicate = PREDICATES[name]
    column = pl.DataFrame({"x": [text]}).select(predicate.column(pl.col("x")).fill_null(False)).item()
    assert column == predicate.scalar(text)


def test_every_record_says_what_it_is():
    for kind, record in RECORDS.items():
        assert record.kind == kind
        assert record_schema(kind)["description"].endswith(".")

"""What the rows of all answers share: exactly the keys that are published, and refs."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

Scalar = str | int | float | bool | None


class Shape(BaseModel):
    """Something with exactly these keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class CitationRow(Shape):
    """One cell as a person finds it in the file."""

    source: str
    sha256: str
    sheet: str
    row: int
    column: str
    value: str


class Explained(Shape):
    """A row that can be explained: ``ref`` as a whole, ``refs`` by column where a column has a ref of its own."""

    ref: str = ""
    refs: dict[str, str] = Field(default_factory=dict)

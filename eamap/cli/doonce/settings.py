"""What a do-once run was asked for beside the estate, written into refs so that each figure can be had again."""

from __future__ import annotations

from dataclasses import dataclass, fields

from eamap.cli.numbers import ref as ref_to
from eamap.errors import UsageError

FORM = "doonce"
ANY = "*"
"""The capability of a ref to what is no single capability's."""
WORDS = " in words"
"""What a figure's name ends with in a ref to its words."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run was asked for beside the estate; empty is the default."""

    setting: str = ""
    ics: str = ""
    geography: str = ""
    weights: str = ""
    parameters: str = ""
    seed: str = ""
    as_of: str = ""
    """The day, where the file of parameters said it"""

    def __str__(self) -> str:
        said = ((each.name, getattr(self, each.name)) for each in fields(self))
        return ", ".join(f"{name}={value}" for name, value in said if value)

    @classmethod
    def of(cls, text: str) -> Settings:
        """Reads what ``str`` wrote; UsageError for what is no setting."""
        names = [each.name for each in fields(cls)]
        told: dict[str, str] = {}
        for part in filter(None, text.split(", ")):
            name, is_one, value = part.partition("=")
            if not is_one and told:  # a comma inside a value
                last = next(reversed(told))
                told[last] += f", {part}"
                continue
            if name not in names:
                raise UsageError(
                    f"{part!r} is no setting", hint=f"settings are {', '.join(f'{each}=' for each in names)}"
                )
            told[name] = value
        return cls(**told)


def figure_ref(capability: str, figure: str, settings: Settings) -> str:
    """Returns the ref of one figure of a capability."""
    more = str(settings)
    return ref_to(FORM, capability, figure, *((more,) if more else ()))

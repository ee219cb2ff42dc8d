"""How much of what a profile must support a resource fills.

UK Core forbids so little that nearly any R4 resource conforms; which of its must-support elements a system fills says more.
"""

from __future__ import annotations

from dataclasses import dataclass

from eamap.conformance.payload.places import Node, Places
from eamap.reference.ukcore import Profile


@dataclass(frozen=True, slots=True)
class Coverage:
    """The must-support elements of a profile that are filled in a resource, and those that are not, in its order."""

    present: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def filled(self) -> int:
        """How many are filled."""
        return len(self.present)

    @property
    def of(self) -> int:
        """How many the profile has."""
        return len(self.present) + len(self.missing)


def coverage(root: Node, profile: Profile) -> Coverage:
    """Counts an element as filled if it has a value anywhere; a reason why there is none does not fill it."""
    places = Places(profile)
    wanted = [rule for rule in profile.rules if rule.must_support]
    filled = [any(node.filled for node in places.nodes(root, rule)) for rule in wanted]
    present = tuple(rule.element for rule, there in zip(wanted, filled, strict=True) if there)
    return Coverage(present, tuple(rule.element for rule, there in zip(wanted, filled, strict=True) if not there))

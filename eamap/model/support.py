"""The words for how a component stands with the support of its vendor on a day."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """How a component stands. Only the first is "supported"; the paid extended period is not, proven or unproven."""

    SUPPORTED = "supported"
    SUPPORT_ENDING = "support_ending"
    """Supported on the day, for no longer than the threshold."""
    EXTENDED_ENTITLED = "extended_entitled"
    """Past its vendor's support; extended support is proven by a record that covers the day and the organisation."""
    EXTENDED_UNPROVEN = "extended_unproven"
    """Past its vendor's support; extended support is sold on that day, and nobody has shown that it was bought."""
    EOL = "eol"
    EOL_UNDATED = "eol_undated"
    """Past its vendor's support since a day that the data does not give."""
    EOL_INFERRED = "eol_inferred"
    """Older than the oldest release of the data, and that one is past."""
    NO_EOL_PUBLISHED = "no_eol_published"
    """Supported as far as the data goes; the vendor has named no end."""
    FAMILY_UNCERTAIN = "family_uncertain"
    """One of several releases, and they stand differently: a fact is missing."""
    UNMATCHED = "unmatched"
    NOT_COVERED = "not_covered"
    """The product is known, and no data holds when its support ends."""
    NOT_IN_DATA = "not_in_data"
    """The product is covered, and this release is not: it is newer than the data, or it was left out."""
    NOT_SOFTWARE = "not_software"


PAST = (Status.EOL, Status.EOL_UNDATED, Status.EOL_INFERRED, Status.EXTENDED_UNPROVEN, Status.EXTENDED_ENTITLED)
"""The vendor's own support has ended."""
UNSUPPORTED = (Status.EOL, Status.EOL_UNDATED, Status.EOL_INFERRED, Status.EXTENDED_UNPROVEN)
"""The same without proof that extended support was bought."""
SUPPORTED = (Status.SUPPORTED, Status.SUPPORT_ENDING, Status.NO_EOL_PUBLISHED)
UNCERTAIN = (Status.FAMILY_UNCERTAIN,)
UNKNOWN = (Status.UNMATCHED, Status.NOT_COVERED, Status.NOT_IN_DATA)
"""Nothing can be said. Unknown is never supported, and no reproach either."""

WORST_FIRST = (
    Status.EOL, Status.EOL_UNDATED, Status.EOL_INFERRED, Status.EXTENDED_UNPROVEN, Status.FAMILY_UNCERTAIN, Status.UNMATCHED,
    Status.NOT_COVERED, Status.NOT_IN_DATA, Status.EXTENDED_ENTITLED, Status.SUPPORT_ENDING, Status.NO_EOL_PUBLISHED,
    Status.SUPPORTED, Status.NOT_SOFTWARE,
)  # fmt: skip
"""The order in which a roll-up names the worst: what nobody knows may be past, so it goes before what is known to be cared for."""

WORDS = {
    Status.SUPPORTED: "supported",
    Status.SUPPORT_ENDING: "support ends soon",
    Status.EXTENDED_ENTITLED: "extended support, proven",
    Status.EXTENDED_UNPROVEN: "extended support unproven",
    Status.EOL: "out of support",
    Status.EOL_UNDATED: "out of support, day not published",
    Status.EOL_INFERRED: "out of support, inferred",
    Status.NO_EOL_PUBLISHED: "no end published",
    Status.FAMILY_UNCERTAIN: "uncertain: a fact is missing",
    Status.UNMATCHED: "not recognised",
    Status.NOT_COVERED: "no data on this product",
    Status.NOT_IN_DATA: "no data on this release",
    Status.NOT_SOFTWARE: "not software",
}
"""What people read."""

UNDATED_PAST, NONE_PUBLISHED = "undated_past", "none_published"
"""What stands for an end where there is no day: ended on a day that is not given, and no end published."""

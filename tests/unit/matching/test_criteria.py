"""Criteria of vulnerability databases against items of an inventory; each false alarm of other tools is one case, by its issue."""

import pytest

from eamap.matching.cpe import name
from eamap.matching.criteria import Criterion, Node, affects, criterion_holds
from eamap.matching.versions import Bound


def criterion(text, *bounds, vulnerable=True):
    return Criterion(name(text), tuple(Bound(*bound.split()) for bound in bounds), vulnerable)


def holds(wanted, item, *bounds):
    return criterion_holds(criterion(f"cpe:2.3:{wanted}", *bounds), name(f"cpe:2.3:{item}")).holds


REGRESSIONS = [
    ("Dependency-Track #1320: a criterion for - is not one for 2.0", "a:v:p:-", "a:v:p:2.0", (), False),
    ("Dependency-Track #1832: version NA is no concrete version", "a:apache:tomcat:-", "a:apache:tomcat:9.0.1", (), False),
    ("Dependency-Track #1832: NA meets NA", "a:v:p:-", "a:v:p:-", (), True),
    ("Dependency-Track #1832: NA against unknown cannot be told", "a:v:p:-", "a:v:p:*", (), None),
    ("Dependency-Track #2188: another target software is another product", "a:v:p:1.0:*:*:*:*:wordpress", "a:v:p:1.0:*:*:*:*:drupal", (), False),
    ("Dependency-Track #2188: an unknown target software cannot be told", "a:v:p:1.0:*:*:*:*:wordpress", "a:v:p:1.0", (), None),
    ("Dependency-Track #2580: a range ends before its excluded end", "a:v:p", "a:v:p:2.0", ("< 2.0",), False),
    ("Dependency-Track #2580: and on its included end", "a:v:p", "a:v:p:2.0", ("<= 2.0",), True),
    ("Dependency-Track #2580: an unknown version is not within a range", "a:v:p", "a:v:p:*", ("< 2.0",), None),
    ("Dependency-Track #3268: - never means every version", "a:gnu:gzip:-", "a:gnu:gzip:1.13", (), False),
    ("Dependency-Track #2803: 2.8.123e is after 2.8.75", "a:v:p", "a:v:p:2.8.123e", ("< 2.8.75",), False),
    ("Dependency-Track #2803: 2.8.74e is before it", "a:v:p", "a:v:p:2.8.74e", ("< 2.8.75",), True),
    ("Dependency-Track #2945: javax.mail is not nextcloud's mail", "a:nextcloud:mail", "a:javax.mail:mail:1.4", ("< 1.5",), False),
    ("Dependency-Track #3500: a vendor is never near enough", "a:nextcloud:mail", "a:next_cloud:mail:1.4", ("< 1.5",), False),
    ("Dependency-Track #3500: a vendor that is not stated is no match", "a:nextcloud:mail", "a:*:mail:1.4", ("< 1.5",), False),
    ("Wazuh #27112: Server 2016 is not Server 2008 SP2", "o:microsoft:windows_server_2008:*:sp2", "o:microsoft:windows_server_2016:10.0.14393.7426", (), False),
    ("Wazuh #27112: another service pack is another", "a:microsoft:sql_server:*:sp2", "a:microsoft:sql_server:2012:sp4", (), False),
    ("Wazuh #27112: the same service pack counts", "a:microsoft:sql_server:*:sp4", "a:microsoft:sql_server:2012:sp4", (), True),
    ("Wazuh #27112: an unknown service pack cannot be told", "a:microsoft:sql_server:*:sp2", "a:microsoft:sql_server:2012", (), None),
    ("Wazuh #8434: the cumulative update of Exchange decides", "a:microsoft:exchange_server:2016:cumulative_update_22", "a:microsoft:exchange_server:2016:cumulative_update_23", (), False),
    ("Wazuh #8434: and is undecided where it is not stated", "a:microsoft:exchange_server:2016:cumulative_update_22", "a:microsoft:exchange_server:2016", (), None),
    ("Wazuh #24534: a patched build is outside", "o:microsoft:windows_server_2016", "o:microsoft:windows_server_2016:10.0.14393.7428", ("< 10.0.14393.7426",), False),
    ("Wazuh #24534: an older build is within", "o:microsoft:windows_server_2016", "o:microsoft:windows_server_2016:10.0.14393.693", ("< 10.0.14393.7426",), True),
    ("Wazuh #24534: a build without its last part cannot be told", "o:microsoft:windows_server_2016", "o:microsoft:windows_server_2016:10.0.14393", ("< 10.0.14393.7426",), None),
    ("Wazuh #24534: a release is no build", "o:microsoft:windows_10_1607", "o:microsoft:windows_10_1607:1607", ("< 10.0.14393.7426",), None),
    ("Wazuh #24534: a release is shared by patched hosts", "o:microsoft:windows_10:1607", "o:microsoft:windows_10:1607", (), None),
    ("Wazuh #22610: the Camera app is not a camera", "h:vivotek:camera", "a:microsoft:camera:2023.2312.3.0", (), False),
    ("Wazuh #22610: firmware is not an application of its name", "o:vivotek:camera", "a:vivotek:camera:1.0", (), False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("about", "wanted", "item", "bounds", "expected"), REGRESSIONS, ids=[each[0] for each in REGRESSIONS]
)
def test_false_alarms_of_others_stay_silent_here(about, wanted, item, bounds, expected):
    assert holds(wanted, item, *bounds) is expected


RANGES = [
    (("> 1.9",), "1.10", True), (("> 1.9",), "1.9", False), ((">= 1.9",), "1.9", True), (("< 1.10",), "1.9", True),
    ((">= 2.0", "< 2.17.1"), "2.17", True), ((">= 2.0", "< 2.17.1"), "2.17.1", False), ((">= 2.0", "<= 2.17.1"), "2.17.1", True),
    ((">= 2.0", "< 2.17.1"), "1.2.17", False), (("< 8u202",), "8u25", True), (("< 8u202",), "8u202", False),
    (("< 1.0",), "1.0-rc1", True), (("< 1.0",), "1.0", False), (("< 2.0",), "trunk", None), (("< 2.0",), "1.?", None),
]  # fmt: skip


@pytest.mark.parametrize(("bounds", "stated", "expected"), RANGES)
def test_ranges_include_and_exclude_their_ends(bounds, stated, expected):
    assert holds("a:v:p", f"a:v:p:{stated}", *bounds) is expected


def test_a_version_is_named_however_many_zeros_it_has():
    assert holds("a:v:p:1.0", "a:v:p:1.0.0") is True
    assert holds("a:v:p:1.0", "a:v:p:1.0.1") is False
    assert holds("a:v:p:1.*", "a:v:p:1.0.1") is True


RUNNING_ON = Node(
    "AND",
    nodes=(
        Node("OR", (criterion("cpe:2.3:a:adobe:flash_player", "< 11.2"),)),
        Node("OR", (criterion("cpe:2.3:o:linux:linux_kernel:*", vulnerable=False),)),
    ),
)
FLASH, LINUX, WINDOWS = (
    name(f"cpe:2.3:{each}")
    for each in ("a:adobe:flash_player:11.1", "o:linux:linux_kernel:5.4", "o:microsoft:windows_10_1809:10.0.17763.1")
)


@pytest.mark.parametrize(
    ("beside", "expected"), [((FLASH, LINUX), True), ((FLASH, WINDOWS), False), ((FLASH,), None), ((), None)]
)
def test_running_on_is_looked_up_on_the_same_system(beside, expected):
    assert affects(RUNNING_ON, FLASH, beside).holds is expected


def test_what_it_runs_on_is_not_itself_vulnerable():
    assert affects(RUNNING_ON, LINUX, (FLASH, LINUX)).holds is False


def test_a_negated_node_is_the_contrary():
    node = Node(
        "AND",
        (criterion("cpe:2.3:a:v:p:1"),),
        (Node("OR", (criterion("cpe:2.3:o:v:os:2", vulnerable=False),), negate=True),),
    )
    item = name("cpe:2.3:a:v:p:1")
    assert affects(node, item, (name("cpe:2.3:o:v:os:2"),)).holds is False
    assert affects(node, item, (name("cpe:2.3:o:v:os:3"),)).holds is True

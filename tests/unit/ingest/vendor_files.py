"""Files shaped as the vendors document their exports: headers by mapping, and rows that fill some of them.

No real export could be had; ``origin`` in each mapping says so. ``lines`` makes as many rows as are asked for.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

OS = (
    "Microsoft Windows Server 2012 R2 Standard",
    "Microsoft Windows 10 Enterprise",
    "Microsoft Windows Server 2019 Datacenter",
)
PLATFORM = ("WindowsServer2012R2", "Windows10", "WindowsServer2019")
PROGRAM = (
    ("Microsoft", "SQL Server 2012 (64-bit)", "11.4.7001.0"),
    ("Oracle", "Java 8 Update 202", "8.0.2020.8"),
    ("7-Zip", "7-Zip 19.00 (x64)", "19.00"),
)

HEADERS: dict[str, list[str]] = {
    "sccm-software": ["ResourceID", "Netbios_Name0", "DisplayName0", "Version0", "Publisher0", "InstallDate0", "LastHWScan"],
    "sccm-operating-systems": ["ResourceID", "Name0", "Caption0", "CSDVersion0", "Version0", "InstallDate0", "LastBootUpTime0", "LastActiveTime"],
    "intune-apps": ["ApplicationKey", "ApplicationName", "ApplicationPublisher", "ApplicationShortVersion", "ApplicationVersion", "DeviceId",
                    "DeviceName", "OSDescription", "OSVersion", "Platform", "UserId", "EmailAddress", "UserName"],
    "intune-apps-counted": ["ApplicationKey", "ApplicationName", "ApplicationPublisher", "ApplicationShortVersion", "ApplicationVersion",
                            "DeviceCount", "Platform"],
    "intune-devices": ["Device ID", "Device name", "Managed by", "Ownership", "Compliance", "OS", "OS version", "Last check-in", "Primary user UPN",
                       "Serial number", "Manufacturer", "Model"],
    "defender-software": ["DeviceId", "DeviceName", "OSPlatform", "OSVersion", "OSArchitecture", "SoftwareVendor", "SoftwareName", "SoftwareVersion",
                          "EndOfSupportStatus", "EndOfSupportDate", "ProductCodeCpe"],
    "defender-devices": ["Device ID", "Device name", "Domain", "First Seen", "Last device update", "OS Platform", "OS Distribution", "OS Version",
                         "OS Build", "Tags", "Group", "Risk Level", "Exposure Level", "Health Status", "Onboarding Status", "Device Type", "Internet facing"],
    "defender-vulnerabilities": ["DeviceId", "DeviceName", "OSPlatform", "OSVersion", "OSArchitecture", "SoftwareVendor", "SoftwareName",
                                 "SoftwareVersion", "CveId", "VulnerabilitySeverityLevel", "RecommendedSecurityUpdate", "RecommendedSecurityUpdateId"],
    "lansweeper-software": ["AssetID", "AssetName", "Domain", "AssetTypename", "Username", "IPAddress", "softwareName", "softwareVersion",
                            "SoftwarePublisher", "OSname", "Lastseen", "Lasttried"],
    "lansweeper-assets": ["AssetID", "AssetName", "Domain", "AssetTypename", "IPAddress", "Manufacturer", "Model", "Caption", "Version", "Firstseen",
                          "Lastseen", "Lasttried"],
    "servicenow-servers": ["sys_id", "name", "sys_class_name", "os", "os_version", "os_service_pack", "ip_address", "used_for", "operational_status",
                           "internet_facing", "last_discovered", "business_service"],
    "servicenow-databases": ["sys_id", "name", "sys_class_name", "type", "version", "edition", "tcp_port", "operational_status", "last_discovered"],
    "servicenow-software": ["display_name", "publisher", "version", "installed_on", "install_date", "discovery_model", "last_scanned", "sys_id"],
    "servicenow-packages": ["name", "key", "vendor", "version", "package_name", "install_count", "sys_id"],
    "nessus-csv": ["Plugin ID", "CVE", "CVSS v2.0 Base Score", "Risk", "Host", "Protocol", "Port", "Name", "Synopsis", "Description", "Solution",
                   "See Also", "Plugin Output", "STIG Severity", "CVSS v3.0 Base Score", "CVSS v2.0 Temporal Score", "CVSS v3.0 Temporal Score",
                   "VPR Score", "Risk Factor", "BID", "XREF", "MSKB", "Plugin Publication Date", "Plugin Modification Date", "Metasploit",
                   "Core Impact", "CANVAS"],
    "qualys-csv": ["IP", "DNS", "NetBIOS", "Tracking Method", "OS", "IP Status", "QID", "Title", "Vuln Status", "Type", "Severity", "Port", "Protocol",
                   "FQDN", "SSL", "First Detected", "Last Detected", "Times Detected", "CVE ID", "Vendor Reference", "Bugtraq ID", "CVSS Base",
                   "CVSS3 Base", "Threat", "Impact", "Solution", "Results", "PCI Vuln", "Instance", "OS CPE", "Category"],
}  # fmt: skip
"""The headers of each mapping's file, in the order of the export."""

PREAMBLE = {
    "qualys-csv": [["Scan Results", "11/20/2026"], ["Densham Infirmary", "1 Road", "Town"], ["Launch Date", "Active Hosts", "Total Hosts"],
                   ["11/19/2026", "3", "4"], []]
}  # fmt: skip
"""Lines that stand above the header."""


def cells(name: str, n: int) -> dict[str, str]:
    """Returns what row ``n`` of a mapping's file says, by header; every file speaks of the same hosts and programs."""
    host, vendor, program, version = f"SRV{n:06}", *PROGRAM[n % 3]
    os, platform, seen = OS[n % 3], PLATFORM[n % 3], f"2026-{1 + n % 9:02}-17 0{n % 10}:30:0{n % 6}"
    device = {"ResourceID": str(16777000 + n), "Netbios_Name0": host, "Name0": host, "DeviceName": host, "Device name": host, "AssetName": host,
              "installed_on": host, "Host": host, "NetBIOS": host, "DeviceId": f"{n:040x}", "Device ID": f"{n:040x}", "AssetID": str(n),
              "sys_id": f"{n:032x}", "IP": f"10.{n // 65536}.{n // 256 % 256}.{n % 256}"}  # fmt: skip
    software = {"DisplayName0": program, "ApplicationName": program, "SoftwareName": program, "softwareName": program, "display_name": program,
                "key": f"{program}_::_{version}", "package_name": program, "Version0": version, "ApplicationVersion": version,
                "SoftwareVersion": version, "softwareVersion": version, "version": version, "SoftwareVendor": vendor, "publisher": vendor,
                "vendor": vendor, "Publisher0": vendor, "DeviceCount": str(n % 40), "install_count": str(n % 40)}  # fmt: skip
    system = {"Caption0": os, "Caption": os, "os": os, "OS": os, "OS Platform": platform, "OSPlatform": platform, "OSname": "Win 2019",
              "os_version": "6.3.9600", "OS version": "10.0.19045", "OS Version": "6.3", "Platform": "Windows",
              "sys_class_name": "cmdb_ci_win_server", "AssetTypename": "Windows", "Device Type": "Server", "used_for": "Production",
              "OSDescription": "Windows", "internet_facing": "true", "Internet facing": "true"}  # fmt: skip
    when = dict.fromkeys(
        (
            "LastHWScan",
            "LastActiveTime",
            "Last check-in",
            "Last device update",
            "Lastseen",
            "last_discovered",
            "last_scanned",
        ),
        seen,
    )
    found = {"Plugin ID": "10881", "QID": "38170", "Name": "A hole", "Title": "A hole", "Risk": "Critical", "Severity": "5",
             "CVE": "CVE-2020-0601", "CVE ID": "CVE-2020-0601, CVE-2019-0708", "CveId": "CVE-2020-0601", "VulnerabilitySeverityLevel": "High",
             "CVSS v3.0 Base Score": "8.1", "CVSS3 Base": "8.1 (AV:N/AC:H)", "Type": "Vuln", "Vuln Status": "Active",
             "First Detected": "03/04/2026 14:08:21", "Last Detected": "11/19/2026 14:08:21", "OS CPE": "cpe:/o:microsoft:windows_10"}  # fmt: skip
    said = {**device, **software, **system, **when, **found}
    if name == "servicenow-databases":
        said |= {
            "name": f"db{n}",
            "sys_class_name": "MSSQL Instance",
            "edition": "Enterprise Edition",
            "tcp_port": "1433",
        }
    elif name == "servicenow-packages":
        said |= {"name": f"{program} pack {n}"}
    elif name == "servicenow-servers":
        said |= {"name": host}
    elif name == "intune-apps-counted":
        said |= {"ApplicationName": f"{program} app {n}"}
    elif name == "intune-devices":
        said |= {"OS": "Windows"}
    elif name == "sccm-operating-systems":
        said |= {"Version0": "6.3.9600"}
    return said


def lines(
    name: str, rows: int = 3, *, without: Sequence[str] = (), changed: dict[str, str] | None = None
) -> list[list[str]]:
    """Returns the lines of a file; ``without`` leaves columns out, ``changed`` says something else in every row."""
    headers = [header for header in HEADERS[name] if header not in without]
    body = [{**cells(name, n), **(changed or {})} for n in range(rows)]
    return [*PREAMBLE.get(name, []), headers, *([said.get(header, "") for header in headers] for said in body)]


def text(
    name: str,
    rows: int = 3,
    *,
    delimiter: str = ",",
    without: Sequence[str] = (),
    changed: dict[str, str] | None = None,
) -> str:
    """Returns a file as CSV."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(
        lines(name, rows, without=without, changed=changed)
    )
    return out.getvalue()

"""The words of generated inventories. Products and suppliers are invented; platforms are real and stand for no body."""

from __future__ import annotations

from itertools import count, islice, product

CAPABILITIES = ["ACC-1.1", "ACC-2.1", "ADM-1.1", "ADM-2.1", "ADM-2.2", "ADM-2.4", "ADM-3.1", "ADM-4.1", "REC-1.1",
                "REC-2.1", "REC-2.2", "REC-2.3", "REC-2.4", "DIA-1.1", "DIA-1.2", "DIA-2.1", "DIA-2.2", "DIA-3.1",
                "DIA-3.2", "DIA-3.4", "DIA-3.5", "MED-1.1", "MED-1.3", "MED-2.1", "SPC-1.1", "SPC-2.1", "SPC-2.2",
                "SPC-2.3", "SPC-2.4", "SPC-3.1", "CRD-1.1", "CRD-2.1", "CRD-2.3", "CRD-3.1", "INS-1.1", "INS-2.1",
                "COR-1.2", "COR-2.1", "COR-3.1", "TEC-2.1", "TEC-3.3", "TEC-4.3"]  # fmt: skip

_KINDS = [("Patient administration system", "ADM-1.1"), ("LIMS", "DIA-2.1"), ("PACS", "DIA-3.2"), ("EPMA", "MED-1.1"),
          ("Radiology information system", "DIA-3.1"), ("Theatre management", "SPC-2.1"), ("Order communications", "DIA-1.1"),
          ("Maternity information system", "SPC-3.1"), ("Endoscopy reporting", "DIA-3.4"), ("Digital dictation", "REC-2.3"),
          ("Electronic document management system", "REC-2.4"), ("Bed management", "ADM-3.1"), ("Virtual wards", "CRD-3.1"),
          ("Transfers of care system", "CRD-2.1"), ("Pharmacy stock control", "MED-2.1"), ("Incident reporting", "INS-2.1"),
          ("Business intelligence", "INS-1.1"), ("E-rostering", "COR-1.2"), ("Finance", "COR-2.1"), ("Backup", "TEC-4.3"),
          ("Patient portal", "ACC-1.1"), ("Emergency department", "SPC-1.1"), ("Renal", "SPC-2.4"), ("Service desk", "TEC-3.3"),
          ("Critical care information system", "SPC-2.2"), ("Single sign-on", "TEC-2.1"), ("CAFM", "COR-3.1")]  # fmt: skip
_MAKERS = ["Alderfen", "Bramblewick", "Copperbeck", "Dunmere", "Elmsway", "Foxholt", "Gorsefield", "Hazelgarth", "Ivelbank",
           "Junipost", "Kestrow", "Lindenfell", "Mossgate", "Netherby Software", "Oakhythe"]  # fmt: skip

PRODUCTS = [("Relaypoint", "Relaypoint Systems", "Integration engine", "TEC-1.1")] + [
    (f"{maker.split()[0]} {kind}", maker, kind, leaf) for (kind, leaf), maker in product(_KINDS, _MAKERS)
]
"""Name, supplier, system type, capability. The first is the integration engine."""

LINKS = [
    ("ADT feed", "HL7v2", "HL7 v2.x (ITK HL7 v2; de facto intra-trust)", ""),
    ("Results", "HL7v2", "HL7 v2.x (ITK HL7 v2; de facto intra-trust)", ""),
    ("Orders", "HL7v2", "HL7 v2.x (ITK HL7 v2; de facto intra-trust)", ""),
    ("Images", "DICOM", "DICOM", ""),
    ("Nightly extract", "File", "", ""),
    ("Warehouse load", "Database", "", ""),
    ("Patient trace", "FHIR", "Personal Demographics Service FHIR API", "R4"),
    ("Record access", "FHIR", "HL7 FHIR UK Core STU2 2.0.x", "R4"),
    ("GP record view", "FHIR", "GP Connect Access Record: Structured FHIR API", "STU3"),
    ("Documents", "MESH", "Message Exchange for Social Care and Health (MESH)", ""),
    ("Old trace", "SOAP", "Personal Demographics Service SMSP API", ""),
    ("Old pointers", "FHIR", "National Record Locator FHIR API v2.8 (NRLS)", "STU3"),
]
"""Name, protocol, standard, FHIR version."""

DATA_OBJECTS = ["Patient demographics", "Admissions and transfers", "Pathology results", "Imaging reports", "Images",
                "Clinical documents", "Medicine orders;Problems and allergies", "Appointments", "Referrals",
                "Observations"]  # fmt: skip
CRITICALITY = ["Critical", "High", "Medium", "Low"]
OWNERS = ["Head of Application Support", "Chief Clinical Information Officer", "Service Manager", "Practice Manager"]
HOSTING = ["On premises", "Supplier hosted", "Cloud"]

_PLATFORMS = [("Windows Server 2012 R2", "OS"), ("Windows Server 2016", "OS"), ("Windows Server 2019", "OS"),
              ("Windows Server 2022", "OS"), ("SQL Server 2014 SP3", "Database"), ("SQL Server 2016 SP3", "Database"),
              ("SQL Server 2019", "Database"), ("Oracle Database 19c", "Database"), ("Oracle Database 12.2.0.1", "Database"),
              ("PostgreSQL 13.4", "Database"), ("PostgreSQL 15.6", "Database"), ("Red Hat Enterprise Linux 7.9", "OS"),
              ("Red Hat Enterprise Linux 8.10", "OS"), ("Ubuntu 22.04 LTS", "OS"), ("CentOS Linux 7", "OS"),
              ("VMware ESXi 7.0 Update 3", "OS"), ("Windows 10 Enterprise 22H2", "OS"), ("Windows 11 Enterprise 24H2", "OS"),
              ("Apache Tomcat 9.0.85", "Middleware"), ("Apache Tomcat 8.5.100", "Middleware"),
              ("Eclipse Temurin 17.0.10", "Runtime"), ("Oracle Java SE 8u202", "Runtime"), ("Node.js v18.20.4", "Runtime"),
              ("PHP 8.1.29", "Runtime"), (".NET 8.0.11", "Runtime")]  # fmt: skip
_EDITIONS = ["", " Standard", " Enterprise", " (x64)", " 64-bit", " Datacenter", " - production", " Std"]
_FORMS = [("Windows Server 2019 10.0.17763.{}", "OS"), ("SQL Server 13.0.{}.2", "Database"), ("PostgreSQL 14.{}", "Database"),
          ("Ubuntu 20.04.6 LTS kernel 5.4.0-{}", "OS"), ("Tomcat 9.0.{}", "Middleware"), ("nginx/1.18.{}", "Middleware"),
          ("Node.js v20.{}.1", "Runtime"), ("Alderfen Viewer client 4.{}", "Application"),
          ("Mossgate print agent {}.2", "Application"), ("Oakhythe device gateway build {}", "Firmware")]  # fmt: skip
_HOSTS = {"Application": "Desktop", "Firmware": "Medical device"}


def component_kinds(many: int) -> list[tuple[str, str, str]]:
    """Returns so many different texts, each with layer and host class; the plain names of common platforms come first."""
    plain = [(name + edition, layer) for edition in _EDITIONS for name, layer in _PLATFORMS]
    built = ((form.format(number), layer) for number in count(1) for form, layer in _FORMS)
    texts = [*plain, *islice(built, many - len(plain))][:many]
    return [(text, layer, _HOSTS.get(layer, "Desktop" if "Windows 1" in text else "Server")) for text, layer in texts]

"""Values that do not belong where they are put: one operator for each kind of value."""

from __future__ import annotations

from tests.hl7.mutations import BOOLEANS, CODES, DATES, URIS, is_code, is_text, is_uri, put
from tests.hl7.statements import DIV

put("null-value", (None,), lambda p: not p.in_list)
put("empty-text", ("",), is_text)
put("blank-text", (" ", "\t", "\n"), is_text)
put(
    "padded-text",
    (" padded", "padded ", "two  blanks", "tab\there", "line\nbreak", "\u00a0no break"),
    lambda p: is_text(p) and p.name not in CODES | URIS | DATES,
)
put(
    "control-character",
    ("bell\u0007", "null\u0000", "next\u0085"),
    lambda p: is_text(p) and p.name not in CODES | URIS | DATES,
)
put("empty-list", ([],), lambda p: isinstance(p.value, list))
put("empty-object", ({},), lambda p: isinstance(p.value, dict))
put("object-for-primitive", ({"a": "b"}, {}, {"value": "active"}), lambda p: not isinstance(p.value, dict | list))
put("primitive-for-object", ("text", 1, True), lambda p: isinstance(p.value, dict) and not p.name.startswith("_"))
put("primitive-for-list", ("text", 1, True), lambda p: isinstance(p.value, list))
put("text-for-boolean", ("true", "false", "yes", "True", ""), lambda p: p.name in BOOLEANS)
put("number-for-boolean", (1, 0), lambda p: p.name in BOOLEANS)
put("number-for-text", (1, 4.0, 20240501), is_text)
put("boolean-for-text", (True, False), is_text)
put("text-for-number", ("30", "x", "1.0"), lambda p: isinstance(p.value, int | float) and not isinstance(p.value, bool))
put(
    "wrong-number",
    (-1, 1.5, 2**31, 2**40, 0, 1e3),
    lambda p: isinstance(p.value, int | float) and not isinstance(p.value, bool),
)
put("bad-date", ("2024-13-01", "2024-02-30", "2024-00-10", "2024-1-1", "01/02/2024", "20240101", "May 2024", "24", "2024-05-01Z", "0000", "2024-", "-2024",
                 "1024-05-01", "[date]", "2024-06-31", "2023-02-29"), lambda p: p.name in DATES)  # fmt: skip
put("bad-time", ("2024-05-01T10:00:00", "2024-05-01T10:00Z", "2024-05-01T10:00", "2024-05-01 10:00:00Z", "2024-05-01T24:00:00Z", "2024-05-01T10:00:00z",
                 "2024-05-01T10:00:00+0100", "2024-05-01T10:00:00+15:00", "2024-05-01T25:00:00Z", "2024-05-01T10:00:00.Z", "2024-05-01T10:00:60Z",
                 "2024-05-01T10:61:00Z", "2024-05-01T10Z", "2024-05T10:00:00Z"), lambda p: p.name in DATES)  # fmt: skip
put("odd-but-right-time", ("2024-05-01T10:00:00.123456Z", "2024-05-01T10:00:00-00:00", "2024-05-01T23:59:60Z", "2024", "2024-05", "2024-05-01T10:00:00+14:00"),
    lambda p: p.name in DATES - {"lastUpdated"})  # fmt: skip
put(
    "blank-in-uri",
    ("http://example.org/a b", " http://example.org/a", "http://example.org/a ", "http://example.org/\ta", "two words"),
    is_uri,
)
put("blank-in-code", (" active", "server ", "search  type", "a\tb", "to do"), is_code)
put(
    "relative",
    ("Patient", "StructureDefinition/x", "/fhir", "../x", "x", "example.org/fhir", "www.example.org"),
    is_uri,
)
put("odd-uri", ("#fragment", "http://example.org/a|1|2", "http://example.org/a|", "|1.0", "http://example.org/a#b", "http://example.org/a|1.0#b", "HTTP://EXAMPLE.ORG/A",
                "http://example.org/é", "http://example.org/a'", "mailto:a@example.org", "ftp://example.org", "http:/example.org", "http://", "urn:x", "http://example.org/<a>",
                "http://example.org/{id}", "urn:uuid:x", "urn:uuid:C757873D-EC9A-4326-A141-556F43239520", "urn:uuid:c757873d-ec9a-4326-a141-556f43239520", "urn:oid:1.2.3",
                "urn:oid:9.9", "urn:oid:x", "c757873d-ec9a-4326-a141-556f43239520"), is_uri)  # fmt: skip
put("wrong-code", ("banana", "Server", "ACTIVE", "history", "search", "4.0", "text"), is_code)
put("resource-type-unknown", ("Potato", "patient", "Conformance", "ReferralRequest", "ServiceRequest", "DomainResource", "Resource", "Media", "Citation",
                              "SubscriptionTopic", "BodySite", "CapabilityStatement", "SubstancePolymer", "EffectEvidenceSynthesis", "Order", "Base"),
    lambda p: p.name == "type" and p.parent == "resource")  # fmt: skip
put("interaction-code", ("read-type", "search-system", "transaction", "batch", "patch", "validate", "operation", "Read"),
    lambda p: p.name == "code" and p.parent == "interaction")  # fmt: skip
put("search-type", ("number", "date", "string", "token", "reference", "composite", "quantity", "uri", "special", "resource"),
    lambda p: p.name == "type" and p.parent == "searchParam")  # fmt: skip
put(
    "version-unknown",
    ("9.9.9", "R4", "4.0", "v4.0.1", "4.0.1 ", "FHIR 4.0.1", "4.0.2", "3.0.99", "4.3", "5.0.0-ballot", "1.0.3"),
    lambda p: p.names == ("fhirVersion",),
)
put(
    "version-other",
    ("0.5.0", "1.0.2", "3.0.1", "3.0.2", "4.0.0", "4.0.1", "4.1.0", "4.3.0", "5.0.0", "6.0.0-ballot2"),
    lambda p: p.names == ("fhirVersion",),
)
put(
    "mime",
    (
        "banana",
        "application/json",
        "xml",
        "ttl",
        "text/plain; charset=utf-8",
        "application/",
        "JSON",
        "application json",
    ),
    lambda p: p.in_list and p.name in ("format", "patchFormat"),
)
put("bad-id", ("a_b", "a b", "x" * 65, "", "é", 1), lambda p: p.key == "id")
put(
    "bad-language",
    ("english", "en_GB", "xx", "zz-ZZ", "", "EN", "en-GB", "gr"),
    lambda p: p.name in ("language", "acceptLanguage") and isinstance(p.value, str),
)
put("narrative-div", ("", "text", "<p>x</p>", "<div>x</div>", '<div xmlns="http://www.w3.org/1999/xhtml"></div>', '<div xmlns="http://www.w3.org/1999/xhtml"> </div>',
                      '<div xmlns="http://www.w3.org/1999/xhtml"><p>x</div>', '<div xmlns="http://www.w3.org/1999/xhtml"><script>x</script></div>',
                      '<div xmlns="http://www.w3.org/1999/xhtml" onclick="x">x</div>', '<div xmlns="http://hl7.org/fhir">x</div>', "<div>", None, 1, {}, DIV + DIV,
                      '<div xmlns="http://www.w3.org/1999/xhtml"><p colour="x">x</p></div>', '<div xmlns="http://www.w3.org/1999/xhtml">&nbsp;x</div>',
                      '<div xmlns="http://www.w3.org/1999/xhtml"><img src="x.png"/></div>', '<div xmlns="http://www.w3.org/1999/xhtml"><form>x</form></div>'),
    lambda p: p.names == ("text", "div"))  # fmt: skip
put("narrative-status", ("banana", "Generated", "empty", "additional"), lambda p: p.names == ("text", "status"))
put(
    "resource-type-of-file",
    ("Conformance", "CapabilityStatement", "Patient", "Bundle", "Potato", "", None, 1),
    lambda p: p.names == ("resourceType",),
)

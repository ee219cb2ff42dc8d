"""Reads identifiers that have a form of their own: CPE 2.2 and 2.3, package URLs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote

_ESCAPED = re.compile(r"\\(.)")
_FIELDS = re.compile(r"(?<!\\):")
_NOTHING = {"", "*", "-", "~"}
_ARCHITECTURES = {"x64", "x86", "itanium", "arm64", "arm", "amd64"}
# Where the file names of packages of these kinds are product names: everywhere else a name is only its owner's.
_DISTRIBUTED = {"deb", "rpm", "apk", "generic", "docker", "oci", "chocolatey", "brew", "alpm"}


@dataclass(frozen=True, slots=True)
class Identifier:
    """An identifier: its scheme, the product it belongs to if that is known, and a text that says the same in words."""

    scheme: str
    product: str | None
    text: str
    hardware: bool = False


class Identifiers:
    """The CPE pairs and package URLs of the products."""

    def __init__(
        self, products: Iterable[tuple[str, str | None, str | None]], own: Iterable[tuple[str, str, str]]
    ) -> None:
        self._cpes: dict[tuple[str, str], str] = {}
        self._purls: dict[str, str] = {}
        for product, cpes, purls in products:
            for cpe in filter(None, (cpes or "").replace("\n", ";").split(";")):
                fields = _cpe_fields(cpe.strip().lower())
                if len(fields) > 2:
                    self._cpes.setdefault((fields[1], fields[2]), product)
            for purl in filter(None, (purls or "").replace("\n", ";").split(";")):
                self._purls.setdefault(_purl_key(purl.strip().lower())[0], product)
        # The kernel's own family is no release: NVD writes windows_10_1607, never windows.
        self._cpes.pop(("microsoft", "windows"), None)
        self._cpes |= {(vendor, name): product for vendor, name, product in own}

    def read(self, plain: str) -> Identifier | None:
        """Returns the identifier that a plain text is, or that a line of it states; None if it is none."""
        if "cpe:" in plain:
            return self._cpe(plain[plain.index("cpe:") :].split(maxsplit=1)[0].strip("\"',;"))
        return self._purl(plain.split(maxsplit=1)[0]) if plain.startswith("pkg:") else None

    def _cpe(self, cpe: str) -> Identifier:
        fields = _cpe_fields(cpe)
        part, vendor, name, *rest = [*fields, "", "", "", ""][: max(len(fields), 4)]
        said = [each for each in rest if each not in _NOTHING and each not in _ARCHITECTURES][:8]
        said = [each.replace("~", " ").replace("_", " ") for each in said]
        product = self._cpes.get((vendor, name))
        names = [] if product else [vendor.replace("_", " ") if vendor != name else "", name.replace("_", " ")]
        return Identifier("cpe", product, " ".join([*names, *said]).strip(), part == "h")

    def _purl(self, purl: str) -> Identifier:
        key, version, kind, name = _purl_key(purl)
        product = self._purls.get(key)
        if product is None and kind in _DISTRIBUTED:
            return Identifier("purl", None, f"{name} {version}".strip())
        return Identifier("purl", product, version if product else "")


def _cpe_fields(cpe: str) -> list[str]:
    """Returns part, vendor, product, version, update and so on, unescaped."""
    bare = cpe.removeprefix("cpe:2.3:").removeprefix("cpe:/").removeprefix("cpe:")
    return [unquote(_ESCAPED.sub(r"\1", each)) for each in _FIELDS.split(bare)]


def _purl_key(purl: str) -> tuple[str, str, str, str]:
    """Returns scheme, type, namespace and name as one key, the version, the type, and the name alone."""
    bare = purl.partition("#")[0].partition("?")[0]
    head, _, version = bare.rpartition("@") if "@" in bare.rsplit("/", 1)[-1] else (bare, "", "")
    key = unquote(head or bare)
    kind = key.removeprefix("pkg:").partition("/")[0]
    return key, unquote(version).partition("+dfsg")[0], kind, key.rsplit("/", 1)[-1]

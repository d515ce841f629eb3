"""The place in a letter where its seal can be seen: a signature field over a block of words, reserved before it is signed.

WeasyPrint tags and places an empty link over the block; here the link becomes the field. PDF/UA-1 §7.18.4 wants a field in a
Form element, and PDF/A-3 §6.3.3 an appearance: it is empty, because the words under it are part of the page and can be read aloud.
"""

from dataclasses import dataclass
from typing import Any

import pydyf
from cryptography import x509
from cryptography.x509.oid import NameOID

from letters.printing.keys import Identity

FIELD = "Seal"
PLACE = "qoltanba:/seal"  # where the link of the template leads
LOCKED_AND_PRINTED = 132  # bits 3 and 8 of an annotation's flags: ISO 32000-1 table 165
SIGNATURES_EXIST, APPEND_ONLY = 1, 2  # of SigFlags: ISO 32000-1 table 219


@dataclass(frozen=True, slots=True)
class SealedBy:
    """What the block says of the certificate: whose it is, who issued it, its serial number (hexadecimal), the last day (ISO 8601)."""

    owner: str
    authority: str
    number: str
    until: str


def sealed_by(identity: Identity) -> SealedBy:
    """What the block says of this identity."""
    certificate = identity.certificate
    return SealedBy(
        _name(certificate.subject),
        _name(certificate.issuer),
        f"{certificate.serial_number:X}",
        certificate.not_valid_after_utc.date().isoformat(),
    )


def _name(subject: x509.Name) -> str:
    """The common name, else the organization, else the whole."""
    found = [
        *subject.get_attributes_for_oid(NameOID.COMMON_NAME),
        *subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME),
    ]
    return str(found[0].value) if found else subject.rfc4514_string()


def make_field(pdf: Any, description: str) -> None:
    """Turn the link that leads to `PLACE` into the field; a file without such a link stays as it is.

    :param description: what a screen reader says of the field.
    """
    dictionaries: list[Any] = [one for one in pdf.objects if isinstance(one, dict)]
    link = next((one for one in dictionaries if _leads_to_place(one)), None)
    if link is None:
        return
    left, top, right, bottom = link["Rect"]  # from the top down, as WeasyPrint counts
    box = pydyf.Array([0, 0, right - left, top - bottom])
    empty = pydyf.Stream(extra={"Type": "/XObject", "Subtype": "/Form", "BBox": box})
    pdf.add_object(empty)
    for name in ("A", "BS", "Contents"):
        del link[name]
    link |= {
        "Subtype": "/Widget",
        "Rect": pydyf.Array([left, bottom, right, top]),
        "FT": "/Sig",
        "T": pydyf.String(FIELD),
        "TU": pydyf.String(description),
        "F": LOCKED_AND_PRINTED,
        "AP": pydyf.Dictionary({"N": empty.reference}),
    }
    pointer = next(one for one in dictionaries if one.get("Obj") == link.reference).reference
    element = next(one for one in dictionaries if one.get("S") == "/Link" and pointer in one["K"])
    element["S"] = "/Form"
    form = {"Fields": pydyf.Array([link.reference]), "SigFlags": SIGNATURES_EXIST | APPEND_ONLY}
    pdf.catalog["AcroForm"] = pydyf.Dictionary(form)


def _leads_to_place(one: Any) -> bool:
    action = one.get("A")
    return isinstance(action, dict) and getattr(action.get("URI"), "string", None) == PLACE

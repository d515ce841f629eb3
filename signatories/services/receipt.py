"""The receipt of a signature: the proof that it stands in the public register, and the key that says whose entry it is."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from campaign.base import register
from campaign.base.canonical import fingerprint
from campaign.base.register import Inclusion
from signatories.models import Signature

FORMAT = "Qoltanba receipt, version 1"


@dataclass(frozen=True, slots=True)
class Receipt:
    """`opening` is None where what the entry stands for can no longer be shown: it was not kept, and names have changed since."""

    signature: Signature
    inclusion: Inclusion
    opening: dict[str, Any] | None


def receipt_of(signature: Signature) -> Receipt | None:
    """The receipt of an admitted signature, also after its withdrawal; None for one that never stood in the register."""
    if signature.admitted_index is None:
        return None
    return receipts_of([signature])[signature.pk]


def receipts_of(signatures: Collection[Signature]) -> dict[int, Receipt]:
    """The receipts of those that stand in the register, by key."""
    registered = {one.admitted_index: one for one in signatures if one.admitted_index is not None}
    proofs = register.inclusion_proofs(registered.keys())
    return {one.pk: _receipt(one, proofs[index]) for index, one in registered.items()}


def _receipt(signature: Signature, inclusion: Inclusion) -> Receipt:
    opening = signature.opening or signature.opening_now()
    said = json.loads(inclusion.leaf)["signatory"]
    return Receipt(signature, inclusion, opening if fingerprint("qoltanba/signatory/v1", opening) == said else None)


def facts_of(inclusion: Inclusion) -> dict[str, Any]:
    """For programs: the exact text of an entry and the proof in hexadecimal."""
    return {
        "format": FORMAT,
        "site": settings.SITE_URL,
        "index": inclusion.index,
        "leaf": inclusion.leaf.decode(),
        "size": inclusion.size,
        "root": inclusion.root.hex(),
        "proof": [beside.hex() for beside in inclusion.proof],
    }


def as_json(receipt: Receipt) -> bytes:
    """For programs: the entry, its proof, and the opening."""
    facts = facts_of(receipt.inclusion) | {"opening": receipt.opening}
    return json.dumps(facts, ensure_ascii=False, indent=1).encode() + b"\n"


def as_text(receipt: Receipt, language: str) -> bytes:
    """For people, in this language."""
    signature, letter = receipt.signature, receipt.signature.revision.letter
    with translation.override(language):
        context = {
            "title": letter.text("title", language),
            "organization": signature.organization.name_in(language),
            "signature": signature,
            "fingerprint": signature.revision.fingerprint,
            "inclusion": receipt.inclusion,
            "leaf": receipt.inclusion.leaf.decode(),
            "root": receipt.inclusion.root.hex(),
            "proof": [beside.hex() for beside in receipt.inclusion.proof],
            "opening": receipt.opening,
            "site_url": settings.SITE_URL,
        }
        return render_to_string("signatories/receipt.txt", context).encode()

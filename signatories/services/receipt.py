"""The receipt of a signature: the proof that it stands in the public register, and the key that says whose entry it is."""

import contextlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation

from campaign.base import checkpoints, post, proofs, register
from campaign.base.canonical import fingerprint
from campaign.base.checkpoints import CheckpointNotYet, RegisterForked
from campaign.base.models import RegisterCheckpoint
from campaign.base.register import Inclusion
from signatories.models import Signature


@dataclass(frozen=True, slots=True)
class Receipt:
    """`opening` is None where what the entry stands for can no longer be shown: it was not kept, and names have changed since.
    `checkpoint` is None while none that has the entry is signed.
    """

    signature: Signature
    inclusion: Inclusion
    checkpoint: RegisterCheckpoint | None
    opening: dict[str, Any] | None

    def bundle(self) -> proofs.Bundle:
        """The receipt as `campaign.base.proofs` writes it."""
        return proofs.bundle(self.checkpoint, [(self.inclusion, self.opening)])


def receipt_of(signature: Signature) -> Receipt | None:
    """The receipt of an admitted signature, also after its withdrawal; None for one that never stood in the register."""
    if signature.admitted_index is None:
        return None
    return receipts_of([signature])[signature.pk]


def receipts_of(signatures: Collection[Signature]) -> dict[int, Receipt]:
    """The receipts of those that stand in the register, by key."""
    registered = {one.pk: one.admitted_index for one in signatures if one.admitted_index is not None}
    inclusions, checkpoint = proofs_of(registered.values())
    return {
        one.pk: _receipt(one, inclusions[registered[one.pk]], checkpoint) for one in signatures if one.pk in registered
    }


def proofs_of(indexes: Collection[int]) -> tuple[dict[int, Inclusion], RegisterCheckpoint | None]:
    """The proofs of these entries to the newest checkpoint; one that does not have all of them says nothing yet."""
    newest = checkpoints.newest()
    if newest is not None and newest.size <= max(indexes, default=0):
        newest = None
    return register.inclusion_proofs(indexes, None if newest is None else newest.size), newest


def _receipt(signature: Signature, inclusion: Inclusion, checkpoint: RegisterCheckpoint | None) -> Receipt:
    opening = signature.opening or signature.opening_now()
    said = json.loads(inclusion.leaf)["signatory"]
    kept = opening if fingerprint("qoltanba/signatory/v1", opening) == said else None
    return Receipt(signature, inclusion, checkpoint, kept)


def for_mail(facts: Mapping[str, Any], language: str) -> list[post.Attached]:
    """The receipt that the message of an admission carries: for people and for programs, under a checkpoint that has the entry."""
    if "receipt_of" not in facts:
        return []
    signature = (
        Signature.objects.filter(pk=facts["receipt_of"]).select_related("revision__letter", "organization").first()
    )
    if signature is None or signature.admitted_index is None:
        return []
    with contextlib.suppress(
        CheckpointNotYet, RegisterForked
    ):  # then the receipt says that its checkpoint is still to come
        checkpoints.covering(signature.admitted_index, at=timezone.now())
    receipt = receipts_of([signature])[signature.pk]
    name = f"{signature.revision.letter.slug}-receipt"
    return [
        (f"{name}.txt", as_text(receipt, language), "text/plain"),
        (f"{name}.json", as_json(receipt), "application/json"),
    ]


def as_json(receipt: Receipt) -> bytes:
    """For programs: the entry, its proof, the checkpoint and the opening."""
    return json.dumps(receipt.bundle(), ensure_ascii=False, indent=1).encode() + b"\n"


def as_tlog_proof(receipt: Receipt) -> bytes:
    """For other programs: the proof alone, as C2SP writes it down."""
    return proofs.as_tlog_proof(receipt.bundle()).encode()


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
            "checkpoint": receipt.checkpoint,
            "opening": receipt.opening,
            "site_url": settings.SITE_URL,
        }
        return render_to_string("signatories/receipt.txt", context).encode()

"""Witnesses: others who watch the register and sign its checkpoints, too (c2sp.org/tlog-cosignature, with Ed25519).

A witness signs only what continues everything that it has seen before, so that two readers who trust it cannot be shown two
histories. It runs `docs/verify/witness.py`; what it signed comes back here.
"""

import json
import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery

from campaign.base import checkpoints, freshness, post, register, signed_note
from campaign.base.models.register import RegisterCheckpoint, RegisterCosignature, RegisterWitness
from campaign.base.signed_note import COSIGNATURE, Checkpoint, NoteKey

logger = logging.getLogger(__name__)

CLOCKS_DIFFER = timedelta(minutes=5)


class NotWitnessed(ValueError):
    """A checkpoint was not signed by this register, or by no witness that is known here."""


class CheckpointUnknown(ValueError):
    """This register signed a checkpoint that is not stored here: a backup was restored, or there is a second history."""


def accept(note: str, *, at: datetime) -> RegisterCheckpoint:
    """Keep what known witnesses signed under a checkpoint of this register; twice the same changes nothing.

    :param note: the checkpoint with its signatures; those of nobody who is known here are left out.
    :returns: the stored checkpoint.
    :raises NoteBroken: it is no signed checkpoint.
    :raises NotWitnessed: this register did not sign it, or no known witness did, or at a time that is still to come.
    :raises CheckpointUnknown: it contradicts what is stored here.
    """
    text, signatures = signed_note.split(note)
    said = Checkpoint.parse(text)
    stored = RegisterCheckpoint.objects.filter(size=said.size).first()
    if not any(key.signed(text, signatures) for key in checkpoints.known_keys()):
        raise NotWitnessed("This register did not sign the checkpoint.")
    if stored is None or signed_note.split(stored.note)[0] != text:
        logger.critical("A witness shows a checkpoint over %d entries that was signed and is not stored", said.size)
        raise CheckpointUnknown("This register signed the checkpoint, but has another one. Keep yours and tell others.")
    found = {
        witness: signed
        for witness in RegisterWitness.objects.filter(retired_at=None)
        if (signed := key_of(witness).cosigned(text, signatures)) and signed.at <= at + CLOCKS_DIFFER
    }
    if not found:
        raise NotWitnessed("No witness that is known here signed the checkpoint, or its clock is ahead.")
    with transaction.atomic():
        made = [
            RegisterCosignature.objects.get_or_create(
                checkpoint=stored, witness=witness, defaults={"line": signed.line, "at": signed.at}
            )[1]
            for witness, signed in found.items()
        ]
        if any(made):
            freshness.raise_version()
    return stored


def known() -> QuerySet[Any]:
    """Those whose signatures count now, by name, with the size of the newest checkpoint that each has signed, and when."""
    newest = RegisterCosignature.objects.filter(witness=OuterRef("pk")).order_by("-checkpoint")
    seen = {"seen_size": Subquery(newest.values("checkpoint")[:1]), "seen_at": Subquery(newest.values("at")[:1])}
    return RegisterWitness.objects.filter(retired_at=None).annotate(**seen).order_by("name")


def key_of(witness: RegisterWitness) -> NoteKey:
    """The key of a witness."""
    return NoteKey.parse(witness.key, COSIGNATURE)


def mail_newest() -> None:
    """Send the newest checkpoint to every witness with an address who has not had it, with the proof that it continues the last one."""
    with transaction.atomic():
        newest = checkpoints.newest()
        if newest is None:
            return
        waiting = known().select_for_update().filter(mailed_size__lt=newest.size).exclude(email="")
        for witness in waiting:
            before = sorted({size for size in (witness.mailed_size, witness.seen_size) if size and size < newest.size})
            post.send(
                "register_checkpoint",
                to=witness.email,
                language=witness.language,
                note=newest.witnessed_note,
                size=newest.size,
                before=before[-1] if before else 0,
                proofs=[register.consistency_proof(size, newest.size).as_json() for size in before],
            )
            witness.mailed_size = newest.size
            witness.save(update_fields=["mailed_size"])


def for_mail(context: Mapping[str, Any], _language: str) -> list[post.Attached]:
    """The checkpoint as a file, and the proofs that it continues the one of the message before and the one that the witness signed last."""
    files = [("checkpoint.txt", str(context["note"]).encode(), "text/plain")]
    for proof in context["proofs"]:
        name = f"consistency-{proof['first']}-{proof['second']}.json"
        files.append((name, json.dumps(proof, indent=1).encode(), "application/json"))
    return files

"""Proofs that can be carried away: entries of the register with what shows that a signed checkpoint has them.

The form is in `docs/register.md`; `docs/verify/verify_letter.py` checks it without this site.
"""

import base64
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from campaign.base import checkpoints, merkle, register, signed_note
from campaign.base.canonical import fingerprint
from campaign.base.models.register import RegisterCheckpoint
from campaign.base.register import Inclusion
from campaign.base.signed_note import NoteBroken, NoteKey

FORMAT = "Qoltanba proofs, version 1"
Bundle = dict[str, Any]


def bundle_of(openings: Mapping[int, Any], *, at: datetime) -> Bundle:
    """The proofs of these entries, {number: its opening or None}, all to the same checkpoint.

    :raises CheckpointNotYet, RegisterForked: no checkpoint has them, and none can be signed (`campaign.base.checkpoints`).
    """
    checkpoint = checkpoints.covering(max(openings), at=at)
    proved = register.inclusion_proofs(openings.keys(), checkpoint.size)
    return bundle(checkpoint, [(proved[index], openings[index]) for index in sorted(openings)])


def bundle(checkpoint: RegisterCheckpoint | None, proved: Iterable[tuple[Inclusion, Any]]) -> Bundle:
    """Proofs to the size of this checkpoint, each with what opens its entry; without one the checkpoint is still to come."""
    return {
        "format": FORMAT,
        "site": settings.SITE_URL,
        "origin": checkpoints.origin(),
        "key": "" if checkpoint is None else checkpoint.key,
        "checkpoint": "" if checkpoint is None else checkpoint.witnessed_note,
        "entries": [_entry(inclusion, opening) for inclusion, opening in proved],
    }


def _entry(inclusion: Inclusion, opening: Any) -> dict[str, Any]:
    return {
        "index": inclusion.index,
        "leaf": inclusion.leaf.decode(),
        "proof": [beside.hex() for beside in inclusion.proof],
        "opening": opening,
    }


def as_tlog_proof(bundle: Bundle) -> str:
    """The proof of the first entry as C2SP writes it down (c2sp.org/tlog-proof)."""
    entry = bundle["entries"][0]
    hashes = [base64.b64encode(bytes.fromhex(one)).decode() for one in entry["proof"]]
    return "\n".join(["c2sp.org/tlog-proof@v1", f"index {entry['index']}", *hashes, "", bundle["checkpoint"]])


def problems_of(bundle: Any, keys: Iterable[NoteKey]) -> list[str]:
    """What is wrong with a bundle, in whole sentences of the active language; nothing when it proves what it says.

    :param keys: those by which checkpoints of the register may be signed.
    """
    try:
        return _problems_of(bundle, list(keys))
    except (KeyError, TypeError, ValueError, AttributeError):
        return [_("This file holds no proofs in the form that is known here.")]


def _problems_of(bundle: Any, keys: list[NoteKey]) -> list[str]:
    if bundle["format"] != FORMAT:
        raise ValueError(bundle["format"])
    try:
        checkpoint = signed_note.read_checkpoint(bundle["checkpoint"], keys)
    except NoteBroken:
        return [_("The checkpoint is damaged.")]
    if checkpoint is None:
        return [_("The checkpoint is not signed by the key of this register.")]
    if checkpoint.origin != bundle["origin"]:
        return [_("The checkpoint is of another register.")]
    problems = []
    for entry in bundle["entries"]:
        index, leaf = entry["index"], entry["leaf"].encode()
        path = [bytes.fromhex(one) for one in entry["proof"]]
        if not merkle.verify_inclusion(merkle.leaf_hash(leaf), index, checkpoint.size, path, checkpoint.root):
            problems.append(_("Entry %(index)d does not stand in the register in these words.") % {"index": index})
        elif not _opens(json.loads(leaf), entry["opening"]):
            problems.append(_("The names beside entry %(index)d are not those that it stands for.") % {"index": index})
    return problems


def _opens(facts: Mapping[str, Any], opening: Any) -> bool:
    """Whether what is said openly is what the entry holds as a salted fingerprint; nothing said is nothing wrong."""
    return opening is None or fingerprint("qoltanba/signatory/v1", opening) == facts["signatory"]

"""The register checked from its first entry: every hash, node and checkpoint is computed anew and compared with what is stored."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from campaign.base import checkpoints, merkle, signed_note, tiles, witnesses
from campaign.base.canonical import fingerprint
from campaign.base.models.register import (
    RegisterCheckpoint,
    RegisterCosignature,
    RegisterEntry,
    RegisterHead,
    RegisterNode,
)
from campaign.base.signed_note import NoteBroken, NoteKey

AT_ONCE = 2000
KEY_DOMAIN = "qoltanba/register-key/v1"


@dataclass(frozen=True, slots=True)
class Replay:
    """What replaying a register found; problems are sentences in the active language."""

    size: int
    root: bytes
    problems: tuple[str, ...]


def replay(keys: list[NoteKey] | None = None) -> Replay:
    """Compute every hash anew from the first entry and compare with what is stored, and with what was signed last on this machine. Reads
    the tables once, in constant memory.

    :param keys: those that checkpoints may be signed by, instead of those that this installation knows.
    """
    problems: list[str] = []
    frontier: list[bytes] = []
    keys = checkpoints.known_keys() if keys is None else keys
    remembered, root_then = checkpoints.remembered(), b""
    points = RegisterCheckpoint.objects.order_by("size").iterator(chunk_size=AT_ONCE)
    point, nodes, size = next(points, None), _Nodes(), 0
    rows: Any = RegisterEntry.objects.order_by("index").values_list("index", "kind", "letter", "leaf", "leaf_hash")
    for index, kind, letter, stored, stored_hash in rows.iterator(chunk_size=AT_ONCE):
        leaf = bytes(stored)
        hashed = merkle.leaf_hash(leaf)
        problems += _problems_of(size, index, kind, letter, leaf, hashed == bytes(stored_hash))
        frontier, completed = merkle.grow(size, frontier, hashed)
        problems += [
            _("The node %(level)d/%(index)d is missing or was changed.") % {"level": level, "index": number}
            for level, number, root in completed
            if not nodes.next_is(level, number, root)
        ]
        size += 1
        if remembered is not None and remembered.size == size:
            root_then = merkle.root_of(frontier)
        while point is not None and point.size <= size:
            problems += _problems_of_checkpoint(point, merkle.root_of(frontier) if point.size == size else b"", keys)
            point = next(points, None)
    head = RegisterHead.objects.get(pk=1)
    if head.size != size or bytes(head.frontier) != b"".join(frontier):
        problems.append(
            _("The head says %(head)d entries, %(size)d are stored, or their hashes differ.")
            % {"head": head.size, "size": size}
        )
    if point is not None or nodes.any_left():
        problems.append(_("There are nodes or checkpoints beyond the last entry."))
    if remembered is not None and remembered.size and remembered.root != root_then:
        problems.append(
            _("The first %(signed)d entries are not those that were signed on this machine; %(size)d are stored.")
            % {"signed": remembered.size, "size": size}
        )
    return Replay(size, merkle.root_of(frontier), (*problems, *_problems_of_keys(), *_problems_of_witnesses()))


class _Nodes:
    """The stored nodes, each level read in its order while the entries that complete them go by."""

    def __init__(self) -> None:
        highest: int = RegisterNode.objects.aggregate(highest=Max("level"))["highest"] or 0
        self.levels = {level: self._of(level) for level in range(1, highest + 1)}

    @staticmethod
    def _of(level: int) -> Iterator[tuple[int, bytes]]:
        found: Any = RegisterNode.objects.filter(level=level).order_by("index").values_list("index", "hash")
        return iter(found.iterator(chunk_size=AT_ONCE))

    def next_is(self, level: int, index: int, root: bytes) -> bool:
        """Whether the next stored node of this level is this one."""
        found = next(self.levels.get(level, iter(())), None)
        return found is not None and (found[0], bytes(found[1])) == (index, root)

    def any_left(self) -> bool:
        """Whether a node was stored that no entry completes."""
        return any(next(level, None) is not None for level in self.levels.values())


def _problems_of(place: int, index: int, kind: str, letter: str, leaf: bytes, hash_agrees: bool) -> Iterator[str]:
    if index != place:
        yield _("Entry %(expected)d is missing; entry %(found)d follows.") % {"expected": place, "found": index}
    if not hash_agrees:
        yield _("Entry %(index)d was changed: its hash does not agree with its text.") % {"index": index}
    try:
        facts = json.loads(leaf)
        agrees = (facts["op"], facts["letter"]) == (kind, letter)
    except (ValueError, KeyError, TypeError):
        agrees = False
    if not agrees:
        yield _("Entry %(index)d was changed: its columns do not agree with its text.") % {"index": index}


def _problems_of_checkpoint(point: RegisterCheckpoint, root: bytes, keys: list[NoteKey]) -> Iterator[str]:
    facts = {"size": point.size}
    if bytes(point.root) != root:
        yield _("The checkpoint at size %(size)d does not agree with the entries.") % facts
    try:
        said = signed_note.read_checkpoint(point.note, keys)
    except NoteBroken:
        yield _("The checkpoint at size %(size)d is damaged.") % facts
        return
    if said is None:
        yield _("The checkpoint at size %(size)d is not signed by a key of this register.") % facts
    elif (said.size, said.root) != (point.size, bytes(point.root)):
        yield _("The checkpoint at size %(size)d says something else than its columns.") % facts


def _problems_of_keys() -> Iterator[str]:
    """Each change of the key must be signed by both keys and begin with the one that was in force."""
    before = ""
    for entry in RegisterEntry.objects.filter(kind="register.key").order_by("index"):
        try:
            facts = json.loads(bytes(entry.leaf))
            statement = key_statement(facts["old"], facts["new"])
            both = (facts["old"], facts["signature_old"]), (facts["new"], facts["signature_new"])
            honest = all(NoteKey.parse(key).made(bytes.fromhex(signature), statement) for key, signature in both)
        except (ValueError, KeyError, TypeError):
            honest = False
        if not honest or (before and facts["old"] != before):
            yield _("Entry %(index)d changes the key of the register without both keys having signed it.") % {
                "index": entry.index
            }
            return
        before = facts["new"]


def _problems_of_witnesses() -> Iterator[str]:
    """Each line of a witness must be its signature under the checkpoint where it stands."""
    for signed in RegisterCosignature.objects.select_related("checkpoint", "witness").order_by("pk").iterator(AT_ONCE):
        try:
            text, signatures = signed_note.split(signed.checkpoint.note + signed.line)
            honest = witnesses.key_of(signed.witness).cosigned(text, signatures)
        except NoteBroken:
            honest = None
        if honest is None or honest.at != signed.at:
            yield _("The signature of the witness %(name)s at size %(size)d is not right.") % {
                "name": signed.witness.name,
                "size": signed.checkpoint_id,
            }


def key_statement(old: str, new: str) -> bytes:
    """What both keys sign when one follows the other."""
    return fingerprint(KEY_DOMAIN, {"new": new, "old": old}).encode()


def replay_files(folder: Path, keys: Iterable[NoteKey]) -> Replay:
    """The same for a copied set of files (`campaign.base.tiles`): checkpoint, entries and tiles of hashes."""
    try:
        checkpoint = signed_note.read_checkpoint((folder / "checkpoint").read_text(encoding="utf-8"), keys)
    except (OSError, ValueError):
        return Replay(0, b"", (_("The checkpoint is damaged."),))
    if checkpoint is None:
        return Replay(0, b"", (_("The checkpoint is not signed by the key of this register."),))
    try:
        root = tiles.root_of(tiles.read_leaves(folder, checkpoint.size))
    except (OSError, ValueError) as missing:
        return Replay(checkpoint.size, b"", (_("A file is missing or cut: %(file)s") % {"file": missing},))
    problems = () if root == checkpoint.root else (_("The entries do not agree with the checkpoint."),)
    return Replay(checkpoint.size, root, problems)

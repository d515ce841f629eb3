"""Checkpoints of the register: who signs them, what is remembered, which are published.

The signer remembers the last checkpoint that it signed in a file of its own, outside the database and its backups, and signs nothing
that does not continue it: a restored backup or a second history of the register is refused, not published (`docs/operating.md`).
"""

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction

from campaign.base import freshness, merkle, register, signed_note
from campaign.base.models.register import RegisterCheckpoint, RegisterEntry, RegisterHead
from campaign.base.signed_note import Checkpoint, NoteKey

AT_ONCE_KINDS = ("letter.closed", "letter.addendum", "letter.erratum", "register.key")
LONGEST_WAIT = timedelta(minutes=10)


class RegisterKeyMissing(ImproperlyConfigured):
    """Checkpoints cannot be signed: REGISTER_KEY is not set or holds no Ed25519 key, and this is no demonstration."""


class CheckpointNotYet(OSError):
    """No signed checkpoint has the entry yet, and this machine signs none; it may when asked again later."""


class RegisterForked(RuntimeError):
    """The register does not continue what was signed before: a restored backup, or a second history. Nothing was signed."""


def origin() -> str:
    """The name of the register in its checkpoints, which is also the name of its key."""
    return settings.REGISTER_ORIGIN or f"{urlsplit(settings.SITE_URL).netloc}/register"


def has_key() -> bool:
    """Whether this machine can sign checkpoints."""
    return bool(settings.REGISTER_KEY) or settings.DEMONSTRATION


def public_key() -> NoteKey:
    """The key that signs checkpoints now.

    :raises RegisterKeyMissing: there is none here.
    """
    return key_of(private_key())


def key_of(private: Ed25519PrivateKey) -> NoteKey:
    """The public side of a key, under the name of this register."""
    return NoteKey(origin(), private.public_key().public_bytes_raw())


def private_key() -> Ed25519PrivateKey:
    """The key from REGISTER_KEY; in a demonstration one that is made once.

    :raises RegisterKeyMissing: there is none.
    """
    if settings.REGISTER_KEY:
        return read_key(Path(settings.REGISTER_KEY))
    if not settings.DEMONSTRATION:
        raise RegisterKeyMissing("Checkpoints cannot be signed: set REGISTER_KEY to a PEM file with an Ed25519 key.")
    path = Path(settings.VAR_DIR) / "keys" / "register.pem"
    if not path.exists():
        _make_key(path)
    return read_key(path)


@cache
def read_key(path: Path) -> Ed25519PrivateKey:
    """The Ed25519 key in a PEM file.

    :raises RegisterKeyMissing: there is none in it.
    """
    try:
        key = load_pem_private_key(path.read_bytes(), None)
    except (OSError, ValueError, TypeError) as unreadable:
        raise RegisterKeyMissing(f"{path} holds no key that can be read: {unreadable}") from unreadable
    if not isinstance(key, Ed25519PrivateKey):
        raise RegisterKeyMissing(f"{path} holds no Ed25519 key.")
    return key


def _make_key(path: Path) -> None:
    """Make the demonstration's key; of two processes at once one makes it and both read the same."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{secrets.token_hex(8)}.pem")
    draft.touch(mode=0o600)
    try:
        draft.write_bytes(Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()


def known_keys() -> list[NoteKey]:
    """Every key that may have signed for this register, oldest first: those named by `register.key` entries, and that of this machine;
    where neither is, the one beside the newest checkpoint.
    """
    found: dict[str, NoteKey] = {}
    for entry in RegisterEntry.objects.filter(kind="register.key").order_by("index"):
        facts = register.facts_of(entry)
        found |= {text: NoteKey.parse(text) for text in (facts["old"], facts["new"])}
    if has_key():
        found[str(public_key())] = public_key()
    if not found and (point := newest()) is not None:
        found[point.key] = NoteKey.parse(point.key)
    return list(found.values())


def remembered() -> Checkpoint | None:
    """The last checkpoint that was signed on this machine; None where none was."""
    return _Memory(Path(settings.REGISTER_MEMORY)).read()


def newest() -> RegisterCheckpoint | None:
    """The published checkpoint; None when none was signed yet."""
    return RegisterCheckpoint.objects.order_by("-size").first()


def sign_checkpoint(*, at: datetime) -> RegisterCheckpoint:
    """Sign and publish the register as it is committed now; twice the same gives the same checkpoint.

    :raises RegisterKeyMissing: this machine has no key.
    :raises RegisterForked: what is stored does not continue what was signed before.
    """
    key = private_key()
    with _memory() as memory, transaction.atomic(durable=True):  # nothing uncommitted is signed
        head = RegisterHead.objects.get(pk=1)
        root = merkle.root_of(merkle.split_frontier(bytes(head.frontier)))
        _check_continues(memory.read(), head.size, root)
        checkpoint = Checkpoint(origin(), head.size, root)
        note = signed_note.sign(str(checkpoint), origin(), key)
        memory.write(checkpoint)
        stored, made = RegisterCheckpoint.objects.get_or_create(
            size=head.size, defaults={"root": root, "note": note, "key": str(key_of(key)), "at": at}
        )
        if bytes(stored.root) != root:
            raise RegisterForked(f"A checkpoint of size {head.size} with another root is stored.")
        if made:
            freshness.raise_version()
    return stored


def _check_continues(before: Checkpoint | None, size: int, root: bytes) -> None:
    if before is None or before.size == 0:
        return
    if before.size > size:
        raise RegisterForked(f"The register has {size} entries, but {before.size} were signed. Was a backup restored?")
    proof = register.consistency_proof(before.size, size)
    if not merkle.verify_consistency(before.size, size, list(proof.proof), before.root, root):
        raise RegisterForked(f"The first {before.size} entries are not those that were signed.")


def covering(index: int, *, at: datetime) -> RegisterCheckpoint:
    """The newest checkpoint that has this entry; one is signed if there is none.

    :raises CheckpointNotYet: there is none, and the key is on another machine.
    :raises RegisterForked: as `sign_checkpoint`.
    """
    found = newest()
    if found is not None and found.size > index:
        return found
    if not has_key():
        raise CheckpointNotYet(
            "No checkpoint has the entry yet; the machine with the key signs one within ten minutes."
        )
    return sign_checkpoint(at=at)


def is_due(*, at: datetime) -> bool:
    """Whether there is something new that is not to wait any longer."""
    found = newest()
    size, since = (found.size, found.at) if found else (0, None)
    fresh = RegisterEntry.objects.filter(index__gte=size)
    if fresh.filter(kind__in=AT_ONCE_KINDS).exists():
        return True
    return fresh.exists() and (since is None or at >= since + LONGEST_WAIT)


class _Memory:
    """The last signed checkpoint, in a file that is replaced whole."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> Checkpoint | None:
        try:
            facts: dict[str, Any] = json.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        return Checkpoint(origin(), facts["size"], bytes.fromhex(facts["root"]))

    def write(self, checkpoint: Checkpoint) -> None:
        draft = self.path.with_suffix(".new")
        with draft.open("w", encoding="utf-8") as file:
            json.dump({"size": checkpoint.size, "root": checkpoint.root.hex()}, file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.path)
        folder = os.open(self.path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


@contextmanager
def _memory() -> Iterator[_Memory]:
    """Hold the signer's memory: one signature at a time on this machine."""
    path = Path(settings.REGISTER_MEMORY)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield _Memory(path)

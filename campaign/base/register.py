"""The public register: what the world may know, in an order that nobody can change afterwards.

An entry is written in the transaction of the change that it records, always as that transaction's last lock, so entries
stand in the order of their commits. Kinds and their fields are listed in `docs/register.md`.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from campaign.base import merkle
from campaign.base.canonical import canonical_json
from campaign.base.models.register import RegisterEntry, RegisterHead, RegisterNode

MOST_LEAF_BYTES = 8192
AT_ONCE = 400  # hashes in one query
ENTRY_KINDS = (
    "letter.opened",
    "letter.erratum",
    "signature.admitted",
    "signature.renewed",
    "signature.withdrawn",
    "signature.held",
    "signature.struck",
    "signature.restored",
    "signature.merged",
    "organization.decided",
    "organization.lapsed",
    "organization.revoked",
    "letter.closed",
    "letter.addendum",
    "letter.withdrawn",
    "edition.printed",
    "edition.renewed",
    "register.key",
)


class LeafTooLong(ValueError):
    """An entry was to be longer than 8 KiB; the caller must refer to long things by their hash."""


def append(kind: str, *, at: datetime, letter: str = "", **facts: Any) -> int:
    """Append one entry and return its index, counted from 0.

    Must run inside the transaction of the change; takes the register's head last, so nothing may be locked after it.

    :param kind: one of `ENTRY_KINDS`.
    :param letter: the letter's permanent public id; empty where the entry is about none.
    :param facts: what is public about the change: texts, integers, lists; no floats, nothing private.
    """
    if kind not in ENTRY_KINDS:
        raise ValueError(kind)
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("The register is written in the transaction of the change.")
    leaf = canonical_json({"v": 1, "op": kind, "letter": letter, "at": _to_the_second(at), **facts})
    if len(leaf) > MOST_LEAF_BYTES:
        raise LeafTooLong(kind)
    return _grow(kind, letter, leaf, at)


def append_again(leaf: bytes) -> None:
    """Append an entry that stood here before a backup was restored, byte for byte."""
    facts = json.loads(leaf)
    at = datetime.strptime(facts["at"], "%Y-%m-%dT%H:%M:%S%z")
    _grow(facts["op"], facts["letter"], leaf, at)


def _grow(kind: str, letter: str, leaf: bytes, at: datetime) -> int:
    """Add a leaf to the tree. PostgreSQL does it in one call; on SQLite every transaction that writes is alone."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT register_append(%s, %s, %s, %s)", [kind, letter, leaf, at])
            return int(cursor.fetchone()[0])
    head, hashed = RegisterHead.objects.get(pk=1), merkle.leaf_hash(leaf)
    frontier, nodes = merkle.grow(head.size, merkle.split_frontier(bytes(head.frontier)), hashed)
    RegisterEntry.objects.create(index=head.size, kind=kind, letter=letter, leaf=leaf, leaf_hash=hashed, at=at)
    RegisterNode.objects.bulk_create(RegisterNode(level=level, index=index, hash=root) for level, index, root in nodes)
    RegisterHead.objects.filter(pk=1).update(size=head.size + 1, frontier=b"".join(frontier))
    return head.size


def _to_the_second(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def root() -> bytes:
    """The root hash over all entries."""
    return merkle.root_of(merkle.split_frontier(bytes(RegisterHead.objects.get(pk=1).frontier)))


@dataclass(frozen=True, slots=True)
class Inclusion:
    """The proof that an entry stands in the register of this size and root: hashes from the entry upwards."""

    index: int
    size: int
    leaf: bytes
    proof: tuple[bytes, ...]
    root: bytes

    def holds(self) -> bool:
        """Whether the proof is right."""
        hashed = merkle.leaf_hash(self.leaf)
        return merkle.verify_inclusion(hashed, self.index, self.size, list(self.proof), self.root)


def inclusion_proof(index: int, size: int | None = None) -> Inclusion:
    """Prove that an entry stands in the register as it was at this size; by default as it is now. Reads O(log size) rows.

    :raises ValueError: there was no such entry, or the register was never so large.
    """
    return inclusion_proofs([index], size)[index]


def inclusion_proofs(indexes: Collection[int], size: int | None = None) -> dict[int, Inclusion]:
    """The same for several entries in few statements: {index: proof}.

    :raises ValueError: as there.
    """
    now = RegisterHead.objects.get(pk=1).size
    size = now if size is None else size
    if size > now:
        raise ValueError(size)
    paths = {index: merkle.inclusion_path(index, size) for index in indexes}
    whole = merkle.tree(size)
    hashes = _hashes_of({subtree for path in paths.values() for step in (*path, whole) for subtree in step})
    leaves: Any = RegisterEntry.objects.filter(index__in=list(indexes)).values_list("index", "leaf")
    return {
        index: Inclusion(
            index=index,
            size=size,
            leaf=bytes(leaf),
            proof=tuple(merkle.root_of([hashes[subtree] for subtree in step]) for step in paths[index]),
            root=merkle.root_of([hashes[subtree] for subtree in whole]),
        )
        for index, leaf in leaves
    }


@dataclass(frozen=True, slots=True)
class Consistency:
    """The proof that the register of the second size begins with that of the first: hashes, and both roots."""

    first: int
    second: int
    proof: tuple[bytes, ...]
    first_root: bytes
    second_root: bytes

    def as_json(self) -> dict[str, Any]:
        """Sizes, roots and hashes, these in hexadecimal."""
        return {
            "first": self.first,
            "second": self.second,
            "first_root": self.first_root.hex(),
            "second_root": self.second_root.hex(),
            "proof": [one.hex() for one in self.proof],
        }


def consistency_proof(first: int, second: int) -> Consistency:
    """Prove that the register, as it was at the second size, begins as it was at the first. Reads O(log second) rows.

    :raises ValueError: the first is 0 or larger than the second, or the register was never so large.
    """
    if second > RegisterHead.objects.get(pk=1).size:
        raise ValueError(second)
    steps, before, after = merkle.consistency_path(first, second), merkle.tree(first), merkle.tree(second)
    hashes = _hashes_of({subtree for step in (*steps, before, after) for subtree in step})

    def root_over(step: list[merkle.Subtree]) -> bytes:
        return merkle.root_of([hashes[subtree] for subtree in step])

    return Consistency(first, second, tuple(map(root_over, steps)), root_over(before), root_over(after))


def _hashes_of(subtrees: set[merkle.Subtree]) -> dict[merkle.Subtree, bytes]:
    hashes: dict[merkle.Subtree, bytes] = {}
    ordered = sorted(subtrees)
    for start in range(0, len(ordered), AT_ONCE):
        some = ordered[start : start + AT_ONCE]
        leaves = [index for level, index in some if level == 0]
        found: Any = RegisterEntry.objects.filter(index__in=leaves).values_list("index", "leaf_hash")
        hashes |= {(0, index): bytes(hashed) for index, hashed in found}
        wanted = Q()
        for level, group in groupby((subtree for subtree in some if subtree[0]), key=itemgetter(0)):
            wanted |= Q(level=level, index__in=[index for _, index in group])
        if wanted:
            nodes: Any = RegisterNode.objects.filter(wanted).values_list("level", "index", "hash")
            hashes |= {(level, index): bytes(hashed) for level, index, hashed in nodes}
    return hashes


def facts_of(entry: RegisterEntry) -> dict[str, Any]:
    """The entry's leaf, read."""
    facts: dict[str, Any] = json.loads(bytes(entry.leaf))
    return facts

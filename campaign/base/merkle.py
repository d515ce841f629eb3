"""Merkle tree hashing of RFC 6962, section 2.1, kept as a frontier.

A frontier is the list of roots of the complete subtrees on the right edge, the largest first: one 32-byte hash for each bit
set in the number of leaves. Appending costs amortised one hash, the root at most twenty at a million leaves.
"""

import hashlib
from collections.abc import Iterator

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(leaf: bytes) -> bytes:
    """SHA-256(0x00 ‖ leaf)."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 ‖ left ‖ right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def split_frontier(frontier: bytes) -> list[bytes]:
    """The hashes of a stored frontier."""
    return [frontier[start : start + HASH_BYTES] for start in range(0, len(frontier), HASH_BYTES)]


def grow(size: int, frontier: list[bytes], leaf: bytes) -> tuple[list[bytes], Iterator[tuple[int, int, bytes]]]:
    """Add one leaf hash to a tree of `size` leaves.

    :returns: the new frontier, and each subtree that this leaf completed as (level ≥ 1, index at that level, hash).
    """
    edge, root, index, level = list(frontier), leaf, size, 0
    completed = []
    while index & 1:
        root, index, level = node_hash(edge.pop(), root), index >> 1, level + 1
        completed.append((level, index, root))
    edge.append(root)
    return edge, iter(completed)


def root_of(frontier: list[bytes]) -> bytes:
    """The root hash (Merkle tree hash) over all leaves."""
    if not frontier:
        return EMPTY_ROOT
    root = frontier[-1]
    for left in reversed(frontier[:-1]):
        root = node_hash(left, root)
    return root

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


Subtree = tuple[int, int]  # level and index: the complete subtree over the 2^level leaves from index * 2^level


def _complete_subtrees(start: int, end: int) -> Iterator[Subtree]:
    """The largest complete subtrees that together cover the leaves from `start`, which begins one, to before `end`."""
    while start < end:
        level = (end - start).bit_length() - 1
        yield level, start >> level
        start += 1 << level


def tree(size: int) -> list[Subtree]:
    """The complete subtrees whose roots are the frontier of a tree of this size, the largest first."""
    return list(_complete_subtrees(0, size))


def inclusion_path(index: int, size: int) -> list[list[Subtree]]:
    """What stands beside a leaf on the way from it to the root (RFC 6962, section 2.1.1), from the leaf upwards.

    Each step is one hash of the proof: the root over these complete subtrees. All steps together name at most
    2 * log2(size) subtrees, because only one of them can be over an incomplete part.

    :raises ValueError: there is no such leaf in a tree of this size.
    """
    if not 0 <= index < size:
        raise ValueError(index)
    start, end, steps = 0, size, []
    while end - start > 1:
        middle = start + (1 << ((end - start - 1).bit_length() - 1))
        if index < middle:
            steps.append(list(_complete_subtrees(middle, end)))
            end = middle
        else:
            steps.append(list(_complete_subtrees(start, middle)))
            start = middle
    return steps[::-1]


def consistency_path(first: int, second: int) -> list[list[Subtree]]:
    """What shows that a tree of the second size begins with the tree of the first (RFC 6962, section 2.1.2): each step is one hash
    of the proof, the root over these complete subtrees.

    :raises ValueError: the first is empty or the larger one.
    """
    if not 0 < first <= second:
        raise ValueError(first)
    start, end, known, steps = 0, second, True, []
    while first < end:
        middle = start + (1 << ((end - start - 1).bit_length() - 1))
        if first <= middle:
            steps.append(list(_complete_subtrees(middle, end)))
            end = middle
        else:
            steps.append(list(_complete_subtrees(start, middle)))
            start, known = middle, False
    if not known:
        steps.append(list(_complete_subtrees(start, end)))
    return steps[::-1]


def verify_consistency(first: int, second: int, proof: list[bytes], first_root: bytes, second_root: bytes) -> bool:
    """Whether the proof shows that the tree of the second size and root begins with that of the first (RFC 9162, 2.1.4.2)."""
    if not 0 < first <= second or any(len(one) != HASH_BYTES for one in proof):
        return False
    if first == second:
        return not proof and first_root == second_root
    steps = [first_root, *proof] if first & (first - 1) == 0 else list(proof)
    if not steps:
        return False
    place, last = first - 1, second - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = steps[0]
    for beside in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old, new = node_hash(beside, old), node_hash(beside, new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new = node_hash(new, beside)
        place, last = place >> 1, last >> 1
    return last == 0 and old == first_root and new == second_root


def verify_inclusion(leaf: bytes, index: int, size: int, proof: list[bytes], root: bytes) -> bool:
    """Whether the proof shows that this leaf hash stands at this index in the tree of this size and root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, reached = index, size - 1, leaf
    for beside in proof:
        if last == 0 or len(beside) != HASH_BYTES:
            return False
        if place & 1 or place == last:
            reached = node_hash(beside, reached)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            reached = node_hash(reached, beside)
        place, last = place >> 1, last >> 1
    return last == 0 and reached == root

"""An entry of the register can be proved to stand in it, and nothing else can."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from campaign.base import merkle, register
from campaign.base.models import RegisterEntry
from tests.tampering.conftest import verifier  # noqa: F401  (a fixture)

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SIZES = [1, 2, 3, 4, 5, 7, 8, 9, 31, 33, 64, 70]


@pytest.fixture
def seventy(db: None) -> Any:
    """A register with seventy entries, and another implementation's tree over the same."""
    with transaction.atomic():
        for number in range(70):
            register.append("letter.opened", letter=f"letter-{number}", at=NOON, fingerprint="0" * 64)
    other = InmemoryTree(algorithm="sha256")
    for leaf in RegisterEntry.objects.order_by("index").values_list("leaf", flat=True):
        other.append_entry(bytes(leaf))
    return other


@pytest.mark.database
@pytest.mark.parametrize("size", SIZES)
def test_every_proof_is_that_of_another_implementation_and_holds(seventy: Any, size: int) -> None:
    for index in range(size):
        found = register.inclusion_proof(index, size)

        theirs = seventy.prove_inclusion(index + 1, size).serialize()["path"][1:]
        assert [beside.hex() for beside in found.proof] == theirs
        assert found.root == seventy.get_root(size)
        assert found.holds()


@given(st.integers(1, 70), st.binary(max_size=20), st.data())
def test_in_any_tree_a_proof_of_another_implementation_holds_and_no_changed_one_does(
    verifier: Any,  # noqa: F811
    size: int,
    seed: bytes,
    data: st.DataObject,
) -> None:
    """A size is fixed by the root beside it: both stand in one signed checkpoint, so a proof is asked against roots that belong to their sizes."""
    other, leaves = InmemoryTree(algorithm="sha256"), [seed + bytes([number]) for number in range(size)]
    for leaf in leaves:
        other.append_entry(leaf)
    index = data.draw(st.integers(0, size - 1))
    path = [bytes.fromhex(one) for one in other.prove_inclusion(index + 1, size).serialize()["path"][1:]]

    def holds(leaf: bytes, index: int, size: int, path: list[bytes], root: bytes) -> bool:
        here = merkle.verify_inclusion(merkle.leaf_hash(leaf), index, size, path, root)
        assert here == (verifier.root_from(leaf, index, size, path) == root)
        return here

    assert holds(leaves[index], index, size, path, other.get_root(size))
    assert [one for one in range(size) if holds(leaves[index], one, size, path, other.get_root(size))] == [index]
    assert [one for one in range(1, size + 1) if holds(leaves[index], index, one, path, other.get_root(one))] == [size]
    assert not holds(leaves[index] + b"!", index, size, path, other.get_root(size))
    for place, beside in enumerate(path):
        bit = data.draw(st.integers(0, 255))
        flipped = (int.from_bytes(beside, "big") ^ 1 << bit).to_bytes(32, "big")
        assert not holds(leaves[index], index, size, [*path[:place], flipped, *path[place + 1 :]], other.get_root(size))


def test_a_proof_of_something_else_does_not_hold(seventy: Any) -> None:
    found = register.inclusion_proof(41, 70)
    leaf, proof = merkle.leaf_hash(found.leaf), list(found.proof)
    flipped = [bytes([proof[2][0] ^ 1]) + proof[2][1:] if place == 2 else one for place, one in enumerate(proof)]

    assert merkle.verify_inclusion(leaf, 41, 70, proof, found.root)
    assert not merkle.verify_inclusion(merkle.leaf_hash(b"another"), 41, 70, proof, found.root)
    assert not any(merkle.verify_inclusion(leaf, index, 70, proof, found.root) for index in range(71) if index != 41)
    assert not merkle.verify_inclusion(leaf, 41, 70, flipped, found.root)
    assert not merkle.verify_inclusion(leaf, 41, 70, proof[:-1], found.root)
    assert not merkle.verify_inclusion(leaf, 41, 70, [*proof, proof[0]], found.root)
    assert not merkle.verify_inclusion(leaf, 41, 70, [b"short", *proof[1:]], found.root)
    assert not merkle.verify_inclusion(leaf, 41, 70, proof, leaf)


def test_a_proof_is_read_in_few_statements_and_rows(seventy: Any) -> None:
    with CaptureQueriesContext(connection) as queries:
        register.inclusion_proof(3)

    assert len(queries) == 4
    for size in (70, 1_000_000, 2**40 + 1):
        steps = merkle.inclusion_path(size // 3, size)
        assert sum(map(len, steps)) <= 2 * size.bit_length()


@pytest.mark.parametrize(("index", "size"), [(70, 70), (-1, 70), (0, 71), (0, 0)])
def test_there_is_no_proof_of_an_entry_that_is_not_there(seventy: Any, index: int, size: int) -> None:
    with pytest.raises(ValueError, match=r"\d"):
        register.inclusion_proof(index, size)

"""A tree proves that it begins with an earlier one, as Certificate Transparency and another implementation say."""

from hashlib import sha256
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from campaign.base import merkle
from tests.base.test_register import REFERENCE_LEAVES
from tests.tampering.conftest import verifier  # noqa: F401  (a fixture)

SIZES = st.integers(min_value=1, max_value=130)
# Proofs between sizes of the reference tree with eight leaves, from the tests of Certificate Transparency
REFERENCE_PROOFS = {
    (1, 1): [],
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}


def other_root(leaves: list[bytes]) -> bytes:
    """The root over these leaves by another implementation."""
    tree = InmemoryTree(algorithm="sha256")
    for leaf in leaves:
        tree.append_entry(leaf)
    root: bytes = tree.get_root()
    return root


def proof_of(leaves: list[bytes], first: int) -> list[bytes]:
    """The proof that these leaves begin with the first so many; every subtree is hashed by the other implementation."""
    return [
        merkle.root_of([other_root(leaves[index << level : (index + 1) << level]) for level, index in step])
        for step in merkle.consistency_path(first, len(leaves))
    ]


@pytest.mark.parametrize(("first", "second"), REFERENCE_PROOFS)
def test_a_proof_is_that_of_certificate_transparency(first: int, second: int) -> None:
    found = proof_of(REFERENCE_LEAVES[:second], first)

    assert [one.hex() for one in found] == REFERENCE_PROOFS[first, second]


@given(SIZES, SIZES)
def test_a_proof_holds_between_the_roots_of_another_implementation_and_no_changed_one_does(
    one: int, other: int
) -> None:
    first, second = sorted((one, other))
    leaves = [str(number).encode() for number in range(second)]
    roots = other_root(leaves[:first]), other_root(leaves)
    proof = proof_of(leaves, first)

    assert merkle.verify_consistency(first, second, proof, *roots)
    assert not merkle.verify_consistency(first, second, [*proof, bytes(32)], *roots)
    for place in range(len(proof)):
        changed = [bytes([step[0] ^ 1]) + step[1:] if number == place else step for number, step in enumerate(proof)]
        assert not merkle.verify_consistency(first, second, changed, *roots)
        assert not merkle.verify_consistency(first, second, proof[:place] + proof[place + 1 :], *roots)
    for before, after in pairwise((roots[0], bytes(32), roots[1])):
        assume((before, after) != roots)
        assert not merkle.verify_consistency(first, second, proof, before, after)


@given(st.integers(3, 50), st.binary(max_size=20), st.data())
@settings(max_examples=60)
@pytest.mark.usefixtures("verifier")  # the witness's program lies beside it
def test_in_any_tree_a_proof_joins_its_two_sizes_and_no_other_two(most: int, seed: bytes, data: st.DataObject) -> None:
    """A size is fixed by the root beside it: both stand in one signed checkpoint."""
    import witness  # type: ignore[import-not-found]

    leaves = [seed + bytes([number]) for number in range(most)]
    second = data.draw(st.integers(2, most))
    first = data.draw(st.integers(1, second - 1))
    roots = [other_root(leaves[:size]) for size in range(1, most + 1)]
    proof = proof_of(leaves[:second], first)

    def join(one: int, two: int, proof: list[bytes], before: bytes, after: bytes) -> bool:
        here = merkle.verify_consistency(one, two, proof, before, after)
        assert here == witness.is_consistent(one, two, proof, before, after)
        return here

    def holds(one: int, two: int, proof: list[bytes]) -> bool:
        return join(one, two, proof, roots[one - 1], roots[two - 1])

    assert [size for size in range(1, second) if holds(size, second, proof)] == [first]
    assert [size for size in range(first + 1, most + 1) if holds(first, size, proof)] == [second]
    assert not join(first, second, proof, sha256(roots[first - 1]).digest(), roots[second - 1])
    assert not join(first, second, proof, roots[first - 1], sha256(roots[second - 1]).digest())
    for place, step in enumerate(proof):
        flipped = (int.from_bytes(step, "big") ^ 1 << data.draw(st.integers(0, 255))).to_bytes(32, "big")
        assert not holds(first, second, [*proof[:place], flipped, *proof[place + 1 :]])


@pytest.mark.parametrize(("first", "second"), [(0, 3), (4, 3), (-1, 3)])
def test_there_is_no_proof_between_sizes_that_cannot_be(first: int, second: int) -> None:
    with pytest.raises(ValueError, match=str(first)):
        merkle.consistency_path(first, second)
    assert not merkle.verify_consistency(first, second, [], bytes(32), bytes(32))


@given(st.integers(min_value=1, max_value=10**6), st.integers(min_value=1, max_value=10**6))
def test_a_proof_names_few_subtrees_however_large_the_register(one: int, other: int) -> None:
    first, second = sorted((one, other))

    assert sum(map(len, merkle.consistency_path(first, second))) <= 3 * second.bit_length()

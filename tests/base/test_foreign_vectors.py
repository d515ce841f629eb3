"""Trees, proofs and notes that others made and published: the site, the verifier and the witness's program read them all alike."""

from base64 import b64decode
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from campaign.base import merkle, signed_note, tiles
from campaign.base.signed_note import COSIGNATURE, Checkpoint, NoteKey
from tests.base.test_consistency import REFERENCE_PROOFS
from tests.base.test_register import REFERENCE_LEAVES
from tests.tampering.conftest import verifier  # noqa: F401  (a fixture)

# Roots over the first 0…8 of the reference leaves, from the tests of Certificate Transparency (merkletree, merkle_tree_test.cc)
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
# Paths from the leaf of this index to the root of the tree of this size, from there as well
PATHS = {
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
# The example of golang.org/x/mod/sumdb/note, which C2SP's signed-note describes: a key, its private half, and what it signed
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETERS_SEED = b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
PETERS_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
PETERS_NOTE = f"{PETERS_TEXT}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
# A checkpoint that a log of Certificate Transparency published in 2026, with signatures of four witnesses
LOG = "arche2025h1.staging.ct.transparency.dev+ba2f06c0+AU0vHmlGCS/PdN8b2OaGmKprLI8HKM+dJ472xgFYh15f"
WITNESS = "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2"
WITNESSED_AT = "2026-05-23T21:50:24Z"
CHECKPOINT = """\
arche2025h1.staging.ct.transparency.dev
1432088532
U7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=

— arche2025h1.staging.ct.transparency.dev zTM8sQAAAZ5W0WdjBAMARjBEAiBjW5IQf9pvsYLfQFX6hoGREPMHbdQ3urbllzalApkptQIgIpwtEroeW2BXaHAI4kJXFbon5Ch9MNL5zRNZ55lvGt0=
— arche2025h1.staging.ct.transparency.dev ui8GwCF1+kWqZrxGdhj4aX3gcw7XUlXQQabg/27lefwhUkzbC3NygNI75MdhL1bfTW9g8Ei59RA23oHP7Ry1k3ZFWwQ=
— transparency.dev/DEV:witness-little-garden 2AQqhwAAAABqEiEgzgFIqqhbUoDwjMWE6UP8nd8/KYTzwZ2rhIgcqoXHAwVkjZr4AscylP3v7sEodkRAErumC2q44vdgJY096st5BQ==
— witness1.smartit.nu/witness1 pIyCDwAAAABqEiEghIp82KWebrw7/oHQwlTAm3g2RKS4+eebl8eO0WH+/iEcxZ75W3u5hNI7TOQtmJbqmNWVuE0tgh0XwzdZsDsUAQ==
— remora.n621.de 2net5wAAAABqEiEgPlfF3V06o0Y+fHM+J5J9s27wgxxcOVSpZ/2g/KSiXCg9DEZI+aVCIobWX9sXTynk5XeU/zZ0WBxtqB0DrAWfBw==
— witness.stagemole.eu Z/euoAAAAABqEiEgw0i+7g2ENfDAWHmtRzCfKTHSDwYDJA2NmKeGi9Y8FtEyOUvVr+AJmIY/2TUFucgKi7lI7cUiOvKFYe/TmN9DAg==
"""


def root(size: int) -> bytes:
    return bytes.fromhex(ROOTS[size])


def in_bytes(path: list[str]) -> list[bytes]:
    return [bytes.fromhex(one) for one in path]


def spoiled(path: list[bytes]) -> Iterator[list[bytes]]:
    """The path with one bit of each hash changed, without each, with one more, and in another order."""
    for place, one in enumerate(path):
        yield [*path[:place], bytes([one[0] ^ 1]) + one[1:], *path[place + 1 :]]
        yield [*path[:place], *path[place + 1 :]]
    yield [*path, bytes(32)]
    if len(path) > 1:
        yield path[::-1]


@pytest.fixture
def witness(verifier: Any) -> Any:  # noqa: F811
    """The witness's program as a module; it lies beside the verifier."""
    import witness  # type: ignore[import-not-found]

    return witness


@pytest.mark.parametrize("size", range(9))
def test_the_roots_are_those_of_certificate_transparency(verifier: Any, size: int) -> None:  # noqa: F811
    leaves = REFERENCE_LEAVES[:size]

    assert tiles.root_of(iter(leaves)).hex() == ROOTS[size]
    assert verifier.root_of(leaves).hex() == ROOTS[size]


@pytest.mark.parametrize(("index", "size"), PATHS)
def test_the_paths_of_entries_are_those_of_certificate_transparency(verifier: Any, index: int, size: int) -> None:  # noqa: F811
    path, leaf = in_bytes(PATHS[index, size]), REFERENCE_LEAVES[index]

    made = [
        tiles.root_of(iter(REFERENCE_LEAVES[place << level : (place + 1) << level]))
        for step in merkle.inclusion_path(index, size)
        for level, place in step
    ]

    assert made == path
    assert merkle.verify_inclusion(merkle.leaf_hash(leaf), index, size, path, root(size))
    assert verifier.root_from(leaf, index, size, path) == root(size)
    assert not merkle.verify_inclusion(merkle.leaf_hash(leaf), index, 4 * size, path, root(size))  # it ends too early
    assert verifier.root_from(leaf, index, 4 * size, path) is None
    for wrong in spoiled(path):
        assert not merkle.verify_inclusion(merkle.leaf_hash(leaf), index, size, wrong, root(size))
        assert verifier.root_from(leaf, index, size, wrong) != root(size)


@pytest.mark.parametrize(("first", "second"), REFERENCE_PROOFS)
def test_the_proofs_between_sizes_of_certificate_transparency_hold(witness: Any, first: int, second: int) -> None:
    proof = in_bytes(REFERENCE_PROOFS[first, second])

    assert merkle.verify_consistency(first, second, proof, root(first), root(second))
    if first != second:  # the program compares heads of the same size itself
        assert witness.is_consistent(first, second, proof, root(first), root(second))
    assert not merkle.verify_consistency(first, 4 * second, proof, root(first), root(second))  # it ends too early
    assert not witness.is_consistent(first, 4 * second, proof, root(first), root(second))
    for wrong in spoiled(proof):
        assert not merkle.verify_consistency(first, second, wrong, root(first), root(second))
        assert not witness.is_consistent(first, second, wrong, root(first), root(second))


def test_the_published_example_of_a_signed_note_is_read_and_made_to_the_byte(verifier: Any) -> None:  # noqa: F811
    key = NoteKey.parse(PETER)
    name, key_id, public = verifier.read_key(PETER)
    text, signatures = signed_note.split(PETERS_NOTE)

    assert (name, key_id, public) == (key.name, key.key_id, key.public)
    assert str(key) == PETER
    assert text == PETERS_TEXT
    assert signed_note.sign(text, name, Ed25519PrivateKey.from_private_bytes(PETERS_SEED)) == PETERS_NOTE
    (signature,) = verifier.signed_by(name, key_id, signatures)
    for words, good in ((text, True), (text.replace("problem", "Problem", 1), False), (text[:-1], False)):
        assert key.signed(words, signatures) is good
        assert verifier.is_signed(public, signature, words.encode()) is good


def test_a_checkpoint_of_another_log_and_its_witness_are_read(verifier: Any) -> None:  # noqa: F811
    said: list[str] = []
    text, signatures = signed_note.split(CHECKPOINT)
    facts = Checkpoint("arche2025h1.staging.ct.transparency.dev", 1432088532, b64decode(text.split("\n")[2]))

    found = signed_note.read_checkpoint(CHECKPOINT, [NoteKey.parse(LOG)])
    seen = NoteKey.parse(WITNESS, COSIGNATURE).cosigned(text, signatures)

    assert found == facts
    assert seen is not None
    assert f"{seen.at:%Y-%m-%dT%H:%M:%SZ}" == WITNESSED_AT
    assert seen.line in CHECKPOINT.splitlines(keepends=True)
    theirs = verifier.read_checkpoint(CHECKPOINT, LOG, [WITNESS], said.append)
    assert theirs == (facts.origin, facts.size, facts.root)
    assert said == [f"Witnessed by remora.n621.de at {WITNESSED_AT}."]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda note: note.replace("1432088532", "1432088533"),
        lambda note: note.replace("U7WM79", "U7WM78"),
        lambda note: note.replace("arche2025h1", "arche2025h2"),
        lambda note: note.replace("ui8GwCF1", "ui8GwCF2"),
    ],
)
def test_a_changed_checkpoint_of_another_log_is_refused(verifier: Any, spoil: Callable[[str], str]) -> None:  # noqa: F811
    changed = spoil(CHECKPOINT)

    assert signed_note.read_checkpoint(changed, [NoteKey.parse(LOG)]) is None
    with pytest.raises(verifier.Wrong, match="not signed by the key"):
        verifier.read_checkpoint(changed, LOG)

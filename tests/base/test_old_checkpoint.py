"""A head that was signed truly and long ago is shown again: whoever knows better says so, signs nothing and forgets nothing."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from campaign.base import checkpoints, proofs
from campaign.base.models import RegisterCheckpoint
from tests.base.test_checkpoints import NOON, cut_to, write
from tests.tampering.conftest import verifier  # noqa: F401  (a fixture)

pytestmark = pytest.mark.django_db


@pytest.fixture
def heads() -> tuple[RegisterCheckpoint, RegisterCheckpoint]:
    """Two signed checkpoints, over three entries and over seven."""
    write(3)
    old = checkpoints.sign_checkpoint(at=NOON)
    write(4)
    return old, checkpoints.sign_checkpoint(at=NOON)


@pytest.fixture
def look(verifier: Any, tmp_path: Path) -> Callable[[RegisterCheckpoint], list[str]]:  # noqa: F811
    """Shows a witness this head, with the proof that it continues the old one; what it says."""
    import witness  # type: ignore[import-not-found]

    folder = tmp_path / "shown"
    folder.mkdir()

    def at(head: RegisterCheckpoint) -> list[str]:
        said: list[str] = []
        (folder / "checkpoint").write_text(head.note)
        witness.look(witness.Copy(folder), str(checkpoints.public_key()), tmp_path / "seen.sqlite", said.append)
        return said

    return at


def test_a_witness_names_it_and_remembers_the_newer_one(
    heads: tuple[RegisterCheckpoint, RegisterCheckpoint],
    look: Callable[[RegisterCheckpoint], list[str]],
    verifier: Any,  # noqa: F811
) -> None:
    old, new = heads
    look(new)

    for _ in range(2):
        with pytest.raises(
            verifier.CannotTell, match="has 3 entries, but 7 were seen: an old copy, or the register was cut"
        ):
            look(old)

    assert look(new) == [f"Register {checkpoints.origin()}: 7 entries, which continue what was seen before."]


def test_the_signer_names_it_and_signs_nothing_until_the_register_is_whole_again(
    heads: tuple[RegisterCheckpoint, RegisterCheckpoint],
) -> None:
    cut_to(3)

    for more in (0, 2):  # as it was then, and with entries that came later
        write(more)
        with pytest.raises(checkpoints.RegisterForked, match="but 7 were signed"):
            checkpoints.sign_checkpoint(at=NOON)

    assert checkpoints.newest() == heads[0]


def test_the_verifier_names_it_in_a_receipt_in_either_form(
    heads: tuple[RegisterCheckpoint, RegisterCheckpoint],
    verifier: Any,  # noqa: F811
    tmp_path: Path,
) -> None:
    old, new = heads
    key, leaf = str(checkpoints.public_key()), tmp_path / "leaf"
    older = "The checkpoint is older than entry 5: it was signed over 3 entries."
    bundle, file = proofs.bundle_of({1: None, 5: None}, at=NOON), tmp_path / "receipt"

    file.write_text(json.dumps(bundle))
    verifier.check(file, key, say=lambda _: None)
    file.write_text(json.dumps(bundle | {"checkpoint": old.note}))
    with pytest.raises(verifier.Wrong, match=older):
        verifier.check(file, key, say=lambda _: None)

    bundle["entries"].reverse()
    leaf.write_text(bundle["entries"][0]["leaf"])
    file.write_text(proofs.as_tlog_proof(bundle))
    verifier.check(file, key, leaf=leaf.read_bytes(), say=lambda _: None)
    file.write_text(proofs.as_tlog_proof(bundle).replace(new.note, old.note))
    with pytest.raises(verifier.Wrong, match=older):
        verifier.check(file, key, leaf=leaf.read_bytes(), say=lambda _: None)

"""Whoever owns the database can change its rows; replaying, or the signed checkpoint, says so."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import call_command
from django.db import transaction

from campaign.base import checkpoints, merkle, register
from campaign.base.models import RegisterEntry, RegisterHead, RegisterNode
from campaign.base.models.register import RegisterCheckpoint
from campaign.base.replay import replay
from tests.base.test_checkpoints import cut_to, without_guards

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def eight() -> None:
    """Eight entries under a signed checkpoint, in a database without its guards."""
    with transaction.atomic():
        for number in range(8):
            register.append("letter.opened", letter=f"letter-{number}", at=NOON, fingerprint="0" * 64)
    checkpoints.sign_checkpoint(at=NOON)
    without_guards()


def drop_in_the_middle() -> None:
    RegisterEntry.objects.filter(index=3).delete()


def drop_the_last() -> None:
    RegisterEntry.objects.filter(index=7).delete()


def rewrite_text() -> None:
    RegisterEntry.objects.filter(index=3).update(leaf=b'{"letter":"letter-9","op":"letter.opened"}')


def rewrite_text_and_hash() -> None:
    leaf = b'{"letter":"letter-3","op":"letter.opened"}'
    RegisterEntry.objects.filter(index=3).update(leaf=leaf, leaf_hash=merkle.leaf_hash(leaf))


def reorder() -> None:
    first, second = RegisterEntry.objects.filter(index__in=(3, 4)).order_by("index")
    for one, other in ((first, second), (second, first)):
        RegisterEntry.objects.filter(index=one.index).update(
            leaf=other.leaf, leaf_hash=other.leaf_hash, letter=other.letter, kind=other.kind
        )


def rewrite_columns() -> None:
    RegisterEntry.objects.filter(index=3).update(letter="letter-9")


def rewrite_a_node() -> None:
    RegisterNode.objects.filter(level=1, index=2).update(hash=bytes(32))


def rewrite_the_head() -> None:
    RegisterHead.objects.update(size=9)


@pytest.mark.parametrize(
    ("tamper", "sentence"),
    [
        (drop_in_the_middle, "Entry 3 is missing; entry 4 follows."),
        (drop_the_last, "The head says 8 entries, 7 are stored, or their hashes differ."),
        (rewrite_text, "Entry 3 was changed: its hash does not agree with its text."),
        (rewrite_text_and_hash, "The node 1/1 is missing or was changed."),
        (reorder, "The node 1/1 is missing or was changed."),
        (rewrite_columns, "Entry 3 was changed: its columns do not agree with its text."),
        (rewrite_a_node, "The node 1/2 is missing or was changed."),
        (rewrite_the_head, "The head says 9 entries, 8 are stored, or their hashes differ."),
    ],
)
def test_a_changed_row_is_named(eight: None, tamper: Callable[[], None], sentence: str) -> None:
    assert replay().problems == ()

    tamper()

    assert sentence in replay().problems


def test_a_history_that_was_rewritten_as_a_whole_contradicts_its_checkpoint(eight: None) -> None:
    point = checkpoints.newest()
    assert point is not None
    leaf = b'{"at":"2026-11-20T12:00:00Z","letter":"letter-forged","op":"letter.opened"}'
    RegisterEntry.objects.filter(index=3).update(leaf=leaf, letter="letter-forged")
    cut_to(8)  # every hash and node is computed anew; the checkpoint stays as it was signed

    assert replay().problems == (
        "The checkpoint at size 8 does not agree with the entries.",
        "The first 8 entries are not those that were signed on this machine; 8 are stored.",
    )
    with pytest.raises(checkpoints.RegisterForked, match="not those that were signed"):
        checkpoints.sign_checkpoint(at=NOON)


def test_a_register_that_was_cut_with_all_that_speaks_of_it_contradicts_the_memory_of_the_signer(eight: None) -> None:
    cut_to(5)
    RegisterCheckpoint.objects.all().delete()

    assert replay().problems == ("The first 8 entries are not those that were signed on this machine; 5 are stored.",)


def test_checkpoints_are_held_against_the_key_that_is_given(eight: None, capsys: pytest.CaptureFixture[str]) -> None:
    point = checkpoints.newest()
    assert point is not None
    other = str(checkpoints.key_of(Ed25519PrivateKey.generate()))

    call_command("verify_register", key=point.key)
    with pytest.raises(SystemExit):
        call_command("verify_register", key=other)

    assert "The checkpoint at size 8 is not signed by a key of this register." in capsys.readouterr().err

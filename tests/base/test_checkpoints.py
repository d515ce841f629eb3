"""Checkpoints: signed notes that others can check, and a signer that never contradicts itself."""

import base64
import contextlib
import json
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.core.management import call_command
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from campaign.base import checkpoints, merkle, proofs, register, signed_note
from campaign.base.models import RegisterCheckpoint, RegisterEntry, RegisterHead, RegisterNode
from campaign.base.replay import replay
from campaign.base.signed_note import Checkpoint, NoteBroken, NoteKey

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


def write(count: int) -> None:
    with transaction.atomic():
        for number in range(count):
            register.append("letter.opened", letter=f"letter-{number}", at=NOON, fingerprint="0" * 64)


def cut_to(size: int) -> None:
    """What restoring an older backup does to the tables."""
    without_guards()
    RegisterCheckpoint.objects.filter(size__gt=size).delete()
    leaves = [bytes(leaf) for leaf in RegisterEntry.objects.order_by("index").values_list("leaf", flat=True)][:size]
    RegisterEntry.objects.all().delete()
    RegisterNode.objects.all().delete()
    RegisterHead.objects.update(size=0, frontier=b"")
    for leaf in leaves:
        facts = json.loads(leaf)
        register._grow(facts["op"], facts["letter"], leaf, NOON)


def without_guards() -> None:
    """What whoever owns the database can do: take the triggers away that refuse every change."""
    with connection.cursor() as cursor:
        for table in ("base_registerentry", "base_registernode", "base_registercheckpoint"):
            if connection.vendor == "postgresql":
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            else:
                for act in ("update", "delete"):
                    cursor.execute(f"DROP TRIGGER IF EXISTS {table}_{act}_guard")


def test_a_note_has_the_form_of_c2sp() -> None:
    note = signed_note.sign("example.org/register\n3\nAAAA\n", "example.org/register", KEY)

    text, signatures = signed_note.split(note)
    assert text == "example.org/register\n3\nAAAA\n"
    assert note.split("\n")[3:5] == ["", f"— example.org/register {base64.b64encode(signatures[0][1]).decode()}"]
    assert len(signatures[0][1]) == 4 + 64
    assert checkpoints_key().signed(text, signatures)
    assert not checkpoints_key("example.org/other").signed(text, signatures)
    assert not checkpoints_key().signed(text.replace("3", "4"), signatures)


def checkpoints_key(name: str = "example.org/register") -> NoteKey:
    return NoteKey(name, KEY.public_key().public_bytes_raw())


def test_a_key_is_written_in_one_line_and_read_again() -> None:
    assert NoteKey.parse(str(checkpoints_key())) == checkpoints_key()
    for broken in ("", "a+b+c", str(checkpoints_key())[:-4], str(checkpoints_key()).replace("register+", "other+")):
        with pytest.raises(NoteBroken):
            NoteKey.parse(broken)


@given(st.text(max_size=200))
def test_whatever_is_sent_as_a_note_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(NoteBroken):
        assert signed_note.read_checkpoint(text, [checkpoints_key()]) is None


@given(st.integers(min_value=0, max_value=10**17), st.binary(min_size=32, max_size=32))
def test_a_checkpoint_is_read_as_it_was_written(size: int, root: bytes) -> None:
    note = signed_note.sign(str(Checkpoint("example.org/register", size, root)), "example.org/register", KEY)

    assert signed_note.read_checkpoint(note, [checkpoints_key()]) == Checkpoint("example.org/register", size, root)


@pytest.mark.django_db
@pytest.mark.database
def test_a_checkpoint_is_signed_stored_and_the_same_when_asked_for_twice() -> None:
    write(5)

    first, again = checkpoints.sign_checkpoint(at=NOON), checkpoints.sign_checkpoint(at=NOON + timedelta(hours=1))

    assert (first.pk, first.note, first.at) == (again.pk, again.note, again.at)
    said = signed_note.read_checkpoint(first.note, [checkpoints.public_key()])
    assert said == Checkpoint(checkpoints.origin(), 5, register.root())
    assert replay().problems == ()


@pytest.mark.django_db
@pytest.mark.database
def test_later_checkpoints_continue_earlier_ones(client: Any) -> None:
    sizes = []
    for count in (1, 2, 4, 9):
        write(count)
        sizes.append(checkpoints.sign_checkpoint(at=NOON).size)

    assert sizes == [1, 3, 7, 16]
    for first in sizes:
        for second in (size for size in sizes if size >= first):
            answer = client.get(f"/register/consistency/{first}/{second}").json()
            assert merkle_holds(answer)
    assert client.get("/register/consistency/3/17").status_code == 404
    assert client.get("/register/consistency/0/3").status_code == 404
    assert client.get("/register/consistency/7/3").status_code == 404


def merkle_holds(answer: dict[str, Any]) -> bool:
    path = [bytes.fromhex(one) for one in answer["proof"]]
    roots = bytes.fromhex(answer["first_root"]), bytes.fromhex(answer["second_root"])
    return merkle.verify_consistency(answer["first"], answer["second"], path, *roots)


@pytest.mark.django_db
@pytest.mark.database
def test_a_restored_backup_is_not_signed() -> None:
    write(6)
    checkpoints.sign_checkpoint(at=NOON)
    cut_to(4)

    with pytest.raises(checkpoints.RegisterForked, match="Was a backup restored"):
        checkpoints.sign_checkpoint(at=NOON)

    assert not RegisterCheckpoint.objects.exists()


@pytest.mark.django_db
@pytest.mark.database
def test_a_second_history_of_the_register_is_not_signed() -> None:
    write(6)
    checkpoints.sign_checkpoint(at=NOON)
    cut_to(4)
    write(4)  # other entries in the place of the last two, and two more

    with pytest.raises(checkpoints.RegisterForked, match="not those that were signed"):
        checkpoints.sign_checkpoint(at=NOON)


@pytest.mark.django_db
def test_a_checkpoint_is_due_after_a_closing_at_once_and_else_after_ten_minutes() -> None:
    assert not checkpoints.is_due(at=NOON)
    write(1)
    assert checkpoints.is_due(at=NOON)
    checkpoints.sign_checkpoint(at=NOON)
    assert not checkpoints.is_due(at=NOON + timedelta(hours=1))

    write(1)
    assert not checkpoints.is_due(at=NOON + timedelta(minutes=9))
    assert checkpoints.is_due(at=NOON + timedelta(minutes=10))
    with transaction.atomic():
        register.append("letter.closed", letter="x", at=NOON, count=0, named=0)
    assert checkpoints.is_due(at=NOON)


@pytest.mark.django_db
def test_an_installation_without_a_key_signs_nothing(settings: Any) -> None:
    settings.REGISTER_KEY = ""
    write(1)

    assert not checkpoints.has_key()
    with pytest.raises(checkpoints.RegisterKeyMissing):
        checkpoints.sign_checkpoint(at=NOON)


@pytest.mark.django_db
def test_a_demonstration_makes_its_key_once(settings: Any, tmp_path: Path) -> None:
    settings.REGISTER_KEY, settings.DEMONSTRATION, settings.VAR_DIR = "", True, tmp_path

    first = checkpoints.public_key()

    assert first == checkpoints.public_key()
    assert (tmp_path / "keys" / "register.pem").stat().st_mode & 0o077 == 0


@pytest.mark.django_db
def test_a_new_key_is_written_into_the_register_by_both(settings: Any, tmp_path: Path) -> None:
    write(2)
    before = checkpoints.sign_checkpoint(at=NOON)
    file = tmp_path / "new.pem"
    file.write_bytes(Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))

    call_command("change_register_key", str(file), stdout=StringIO())
    settings.REGISTER_KEY = str(file)
    write(1)
    after = checkpoints.sign_checkpoint(at=NOON)

    old, new = checkpoints.known_keys()
    assert signed_note.read_checkpoint(before.note, [old]) is not None
    assert signed_note.read_checkpoint(after.note, [new]) is not None
    assert signed_note.read_checkpoint(after.note, [old]) is None
    assert replay().problems == ()


@pytest.mark.django_db
def test_a_key_that_nobody_handed_over_is_named() -> None:
    keys = [NoteKey("x", Ed25519PrivateKey.generate().public_key().public_bytes_raw()) for _ in range(2)]
    with transaction.atomic():
        register.append(
            "register.key",
            at=NOON,
            old=str(keys[0]),
            new=str(keys[1]),
            signature_old="00" * 64,
            signature_new="00" * 64,
        )

    assert replay().problems == ("Entry 0 changes the key of the register without both keys having signed it.",)


@pytest.mark.django_db
def test_verify_register_names_a_checkpoint_that_was_forged() -> None:
    write(3)
    good = checkpoints.sign_checkpoint(at=NOON)
    forged = signed_note.sign(str(Checkpoint(checkpoints.origin(), 3, bytes(32))), checkpoints.origin(), KEY)
    without_guards()
    RegisterCheckpoint.objects.create(size=2, root=bytes(32), note=good.note, at=NOON)
    RegisterCheckpoint.objects.filter(size=3).update(note=forged)
    RegisterCheckpoint.objects.create(size=1, root=bytes(32), note="x", at=NOON)

    assert replay().problems == (
        "The checkpoint at size 1 does not agree with the entries.",
        "The checkpoint at size 1 is damaged.",
        "The checkpoint at size 2 does not agree with the entries.",
        "The checkpoint at size 2 says something else than its columns.",
        "The checkpoint at size 3 is not signed by a key of this register.",
    )


@pytest.mark.django_db
def test_nodes_that_are_missing_changed_or_too_many_are_named() -> None:
    write(4)
    without_guards()
    RegisterNode.objects.filter(level=1, index=1).update(hash=bytes(32))
    RegisterNode.objects.filter(level=2).delete()
    RegisterNode.objects.create(level=1, index=7, hash=bytes(32))

    assert replay().problems == (
        "The node 1/1 is missing or was changed.",
        "The node 2/0 is missing or was changed.",
        "There are nodes or checkpoints beyond the last entry.",
    )


@pytest.mark.django_db
@pytest.mark.database
def test_proofs_are_carried_away_and_checked(tmp_path: Path) -> None:
    write(9)
    bundle = proofs.bundle_of({3: None, 8: None}, at=NOON)
    file = tmp_path / "register.json"
    file.write_text(json.dumps(bundle), encoding="utf-8")
    out = StringIO()

    call_command("verify_register", str(file), stdout=out)

    assert out.getvalue() == f"2 entries proved, key {checkpoints.public_key()}\n"
    assert proofs.as_tlog_proof(bundle).startswith("c2sp.org/tlog-proof@v1\nindex 3\n")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda one: one.update(format="x"), "This file holds no proofs in the form that is known here."),
        (lambda one: one.update(entries=3), "This file holds no proofs in the form that is known here."),
        (lambda one: one.update(checkpoint="x"), "The checkpoint is damaged."),
        (
            lambda one: one.update(checkpoint=one["checkpoint"].replace("\n9\n", "\n8\n")),
            "The checkpoint is not signed by the key of this register.",
        ),
        (lambda one: one.update(origin="other.example"), "The checkpoint is of another register."),
        (
            lambda one: one["entries"][0].update(leaf=one["entries"][0]["leaf"].replace("letter-3", "letter-4")),
            "Entry 3 does not stand in the register in these words.",
        ),
        (lambda one: one["entries"][0]["proof"].reverse(), "Entry 3 does not stand in the register in these words."),
        (lambda one: one["entries"][0].update(index=4), "Entry 4 does not stand in the register in these words."),
    ],
)
def test_spoiled_proofs_are_named(spoil: Any, sentence: str) -> None:
    write(9)
    bundle = proofs.bundle_of({3: None}, at=NOON)
    assert proofs.problems_of(bundle, [checkpoints.public_key()]) == []

    spoil(bundle)

    assert proofs.problems_of(bundle, [checkpoints.public_key()]) == [sentence]

"""Witnesses: what they sign is kept, shown and checked; a second history cannot be hidden from them."""

import base64
import json
import logging
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from campaign.base import checkpoints, signed_note, witnesses
from campaign.base.models import Mail, RegisterCheckpoint, RegisterCosignature, RegisterWitness
from campaign.base.post import compose
from campaign.base.replay import replay
from campaign.base.signed_note import COSIGNATURE, Checkpoint, NoteBroken, NoteKey
from campaign.base.tasks import mail_witnesses
from tests.base.test_checkpoints import KEY, NOON, write
from tests.signatories.test_race import race
from tests.tampering.conftest import verifier  # noqa: F401  (a fixture)

VERIFY = django_settings.BASE_DIR / "docs" / "verify"
WATCH = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
WATCH_KEY = NoteKey("watch.example.org/letters", WATCH.public_key().public_bytes_raw(), COSIGNATURE)


def cosigned(note: str, *, at: datetime = NOON, private: Ed25519PrivateKey = WATCH, key: NoteKey = WATCH_KEY) -> str:
    """The note with a witness's line."""
    seconds = int(at.timestamp())
    signature = private.sign(signed_note.cosigned_bytes(signed_note.split(note)[0], seconds))
    return note + signed_note.signature_line(key, seconds.to_bytes(8, "big") + signature)


@pytest.fixture
def witness(db: None) -> RegisterWitness:
    """A witness in Kazakh, whom nothing was mailed yet."""
    call_command("register_witness", "add", str(WATCH_KEY), "--mail", "watch@example.org", stdout=StringIO())
    return RegisterWitness.objects.get()


@pytest.fixture
def point(db: None) -> RegisterCheckpoint:
    """A signed checkpoint over three entries."""
    write(3)
    return checkpoints.sign_checkpoint(at=NOON)


def test_a_cosignature_has_the_form_of_c2sp(point: RegisterCheckpoint) -> None:
    name, line = point.note, cosigned(point.note).removeprefix(point.note)

    assert base64.b64decode(str(WATCH_KEY).split("+", 2)[2])[:1] == b"\x04"
    assert line.startswith("— watch.example.org/letters ")
    raw = base64.b64decode(line.split(" ")[2])
    assert len(raw) == 4 + 8 + 64
    assert raw[:4] == WATCH_KEY.key_id
    assert int.from_bytes(raw[4:12], "big") == NOON.timestamp()
    WATCH.public_key().verify(
        raw[12:], f"cosignature/v1\ntime {int(NOON.timestamp())}\n{name.partition(chr(10) * 2)[0]}\n".encode()
    )
    with pytest.raises(NoteBroken):
        NoteKey.parse(str(WATCH_KEY))
    with pytest.raises(NoteBroken):
        NoteKey.parse(str(checkpoints.public_key()), COSIGNATURE)


def test_what_a_witness_signed_is_kept_once_and_stands_in_every_copy(
    client: Client, witness: RegisterWitness, point: RegisterCheckpoint
) -> None:
    note = cosigned(point.note)

    answers = [client.post("/register/cosignatures", note.encode(), content_type="text/plain") for _ in range(2)]

    assert [(answer.status_code, answer.content.decode()) for answer in answers] == [(200, note), (200, note)]
    signed = RegisterCosignature.objects.get()
    assert (signed.witness, signed.checkpoint_id, signed.at) == (witness, 3, NOON)
    assert client.get("/register/checkpoint").content.decode() == note
    assert client.get("/register/checkpoint/3").content.decode() == note
    assert client.get("/register/proof/1").json()["checkpoint"] == note
    assert not replay().problems


def test_a_later_signature_under_the_same_checkpoint_changes_nothing(
    witness: RegisterWitness, point: RegisterCheckpoint
) -> None:
    witnesses.accept(cosigned(point.note), at=NOON)

    witnesses.accept(cosigned(point.note, at=NOON + timedelta(hours=1)), at=NOON + timedelta(hours=1))

    assert RegisterCosignature.objects.get().at == NOON


@pytest.mark.parametrize(
    ("spoil", "status", "words"),
    [
        (lambda note: "", 400, "no signed checkpoint"),
        (lambda note: "\udcff", 400, "no signed checkpoint"),
        (lambda note: note.replace("\n3\n", "\nthree\n"), 400, "no signed checkpoint"),
        (lambda note: note + "x" * 20000, 400, "no signed checkpoint"),
        (lambda note: note, 403, "No witness that is known here"),
        (lambda note: cosigned(note.replace("\n3\n", "\n4\n")), 403, "This register did not sign"),
        (lambda note: cosigned(note, private=KEY), 403, "No witness that is known here"),
        (lambda note: cosigned(note, at=timezone.now() + timedelta(hours=1)), 403, "or its clock is ahead"),
        (lambda note: cosigned(note, at=datetime.max.replace(tzinfo=NOON.tzinfo)), 403, "or its clock is ahead"),
        (
            lambda note: cosigned(note, private=KEY, key=NoteKey("else.example.org", KEY.public_key().public_bytes_raw(), COSIGNATURE)),
            403,
            "No witness that is known here",
        ),
    ],
)  # fmt: skip
def test_nothing_else_is_taken(
    client: Client, witness: RegisterWitness, point: RegisterCheckpoint, spoil: Any, status: int, words: str
) -> None:
    body = spoil(point.note).encode(errors="surrogateescape")

    answer = client.post("/register/cosignatures", body, content_type="text/plain")

    assert (answer.status_code, words in answer.content.decode()) == (status, True)
    assert not RegisterCosignature.objects.exists()


def test_a_checkpoint_that_was_signed_and_is_not_stored_raises_the_alarm(
    client: Client, witness: RegisterWitness, point: RegisterCheckpoint, caplog: pytest.LogCaptureFixture
) -> None:
    forked = [
        signed_note.sign(str(Checkpoint(checkpoints.origin(), size, b"x" * 32)), checkpoints.origin(), checkpoints.private_key())
        for size in (3, 7)
    ]  # fmt: skip

    with caplog.at_level(logging.CRITICAL):
        answers = [
            client.post("/register/cosignatures", cosigned(note).encode(), content_type="text/plain") for note in forked
        ]

    assert [answer.status_code for answer in answers] == [409, 409]
    assert "Keep yours and tell others" in answers[0].content.decode()
    assert [record.levelname for record in caplog.records if "is not stored" in record.message] == ["CRITICAL"] * 2


def test_who_was_retired_counts_no_more_and_what_was_signed_stays(
    client: Client, witness: RegisterWitness, point: RegisterCheckpoint
) -> None:
    witnesses.accept(cosigned(point.note), at=NOON)
    call_command("register_witness", "retire", witness.name, stdout=StringIO())
    write(1)
    newer = checkpoints.sign_checkpoint(at=NOON)

    with pytest.raises(witnesses.NotWitnessed):
        witnesses.accept(cosigned(newer.note), at=NOON)

    assert RegisterCheckpoint.objects.get(size=3).witnessed_note == cosigned(point.note)
    assert RegisterWitness.objects.get().email == ""
    assert "watch.example.org" not in client.get("/en/register/").content.decode()
    with pytest.raises(CommandError, match="There is no witness"):
        call_command("register_witness", "retire", witness.name)


@pytest.mark.database
@pytest.mark.postgresql
@pytest.mark.usefixtures("committed")
def test_two_who_hand_the_same_back_at_once_leave_one_line() -> None:
    call_command("register_witness", "add", str(WATCH_KEY), stdout=StringIO())
    write(3)
    note = cosigned(checkpoints.sign_checkpoint(at=NOON).note)

    race([lambda: witnesses.accept(note, at=NOON) and None] * 4)

    assert RegisterCosignature.objects.get().line == note.splitlines(keepends=True)[-1]


def test_a_forged_line_is_named(witness: RegisterWitness, point: RegisterCheckpoint) -> None:
    witnesses.accept(cosigned(point.note), at=NOON)
    signed = RegisterCosignature.objects.get()
    good = signed.line

    for changes in ({"line": good.replace(good[-12:-8], "AAAA")}, {"line": "x"}, {"at": NOON - timedelta(days=1)}):
        RegisterCosignature.objects.update(**{"line": good, "at": NOON} | changes)
        assert replay().problems == ("The signature of the witness watch.example.org/letters at size 3 is not right.",)


@pytest.mark.parametrize(
    ("language", "words", "nobody"),
    [
        ("kk", "Қол қойылған күні: 2026 ж. 20 қараша, 3 жазба", "Әзірге куәгер жоқ"),
        ("ru", "Подписано 20 ноября 2026 г.: 3 записи", "Свидетелей пока нет"),
        ("en", "Signed on 20 November 2026: 3 entries", "There is no witness yet"),
    ],
)
def test_the_page_names_the_witnesses_and_what_they_saw(
    client: Client, point: RegisterCheckpoint, language: str, words: str, nobody: str
) -> None:
    assert nobody in client.get(f"/{language}/register/").content.decode()

    call_command("register_witness", "add", str(WATCH_KEY), "--mail", "watch@example.org", stdout=StringIO())
    witnesses.accept(cosigned(point.note), at=NOON)
    html = client.get(f"/{language}/register/").content.decode()

    assert words in " ".join(html.split())
    assert str(WATCH_KEY) in html
    assert cosigned(point.note).splitlines()[-1] in html
    assert "watch@example.org" not in html


def test_the_newest_checkpoint_is_mailed_once_a_day_with_the_proof_that_it_continues_the_last(
    witness: RegisterWitness, point: RegisterCheckpoint
) -> None:
    mail_witnesses()
    mail_witnesses()
    assert Mail.objects.count() == 1
    write(5)
    newer = checkpoints.sign_checkpoint(at=NOON)

    mail_witnesses()

    first, second = Mail.objects.order_by("pk")
    assert (first.to, first.language) == ("watch@example.org", "kk")
    ((name, content, _),) = compose(first).attachments
    assert (name, content) == ("checkpoint.txt", point.note)
    message = compose(second)
    assert newer.note in message.body
    assert message.attachments[1][0] == "consistency-3-8.json"
    proof = json.loads(message.attachments[1][1])
    assert (proof["first"], proof["second"]) == (3, 8)
    call_command("register_witness", "retire", witness.name, stdout=StringIO())
    write(1)
    checkpoints.sign_checkpoint(at=NOON)
    mail_witnesses()
    assert Mail.objects.count() == 2


def test_nothing_is_mailed_before_anything_was_signed(witness: RegisterWitness) -> None:
    mail_witnesses()

    assert not Mail.objects.exists()


def test_the_command_adds_changes_and_lists(witness: RegisterWitness, point: RegisterCheckpoint) -> None:
    said = StringIO()

    call_command("register_witness", "list", stdout=said)
    witnesses.accept(cosigned(point.note), at=NOON)
    call_command(
        "register_witness", "add", str(WATCH_KEY), "--mail", "new@example.org", "--language", "ru", stdout=said
    )
    call_command("register_witness", "list", stdout=said)

    assert f"{WATCH_KEY}: nothing yet" in said.getvalue()
    assert f"{WATCH_KEY}: 3 entries at 2026-11-20T12:00:00Z" in said.getvalue()
    assert RegisterWitness.objects.values_list("email", "language").get() == ("new@example.org", "ru")


@pytest.mark.parametrize("key", ["x", str(NoteKey("a", b"k" * 32)), str(WATCH_KEY)[:-4]])
def test_what_is_no_key_of_a_witness_is_refused(db: None, key: str) -> None:
    with pytest.raises(CommandError, match="no key of a witness"):
        call_command("register_witness", "add", key)


def test_a_name_that_signed_takes_no_other_key_and_the_register_is_not_its_own_witness(
    witness: RegisterWitness, point: RegisterCheckpoint
) -> None:
    witnesses.accept(cosigned(point.note), at=NOON)
    other, own = (NoteKey(name, b"k" * 32, COSIGNATURE) for name in (witness.name, checkpoints.origin()))

    with pytest.raises(CommandError, match="a new key needs a new name"):
        call_command("register_witness", "add", str(other))
    with pytest.raises(CommandError, match="its own witness"):
        call_command("register_witness", "add", str(own))
    with pytest.raises(CommandError, match="no address"):
        call_command("register_witness", "add", str(WATCH_KEY), "--mail", "nobody")


def test_the_proof_in_the_mail_also_leads_from_what_the_witness_signed_last(
    witness: RegisterWitness, point: RegisterCheckpoint
) -> None:
    mail_witnesses()
    write(2)
    witnesses.accept(cosigned(checkpoints.sign_checkpoint(at=NOON).note), at=NOON)
    write(2)
    checkpoints.sign_checkpoint(at=NOON)

    mail_witnesses()

    names = [name for name, _, _ in compose(Mail.objects.latest("pk")).attachments]
    assert names == ["checkpoint.txt", "consistency-3-7.json", "consistency-5-7.json"]


def test_an_address_stays_where_a_key_is_added_again_and_a_long_name_is_refused(witness: RegisterWitness) -> None:
    call_command("register_witness", "add", str(WATCH_KEY), "--language", "en", stdout=StringIO())

    assert RegisterWitness.objects.values_list("email", "language").get() == ("watch@example.org", "en")
    with pytest.raises(CommandError, match="longer than 200"):
        call_command("register_witness", "add", str(NoteKey("n" * 201, b"k" * 32, COSIGNATURE)))


def test_a_head_by_an_earlier_key_raises_the_alarm_too(
    witness: RegisterWitness, point: RegisterCheckpoint, settings: Any, tmp_path: Path
) -> None:
    old = checkpoints.private_key()
    path = tmp_path / "new.pem"
    path.write_bytes(KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    call_command("change_register_key", str(path), stdout=StringIO())
    settings.REGISTER_KEY = str(path)
    write(1)
    checkpoints.sign_checkpoint(at=NOON)
    forked = signed_note.sign(str(Checkpoint(checkpoints.origin(), 9, b"x" * 32)), checkpoints.origin(), old)

    with pytest.raises(witnesses.CheckpointUnknown):
        witnesses.accept(cosigned(forked), at=NOON)

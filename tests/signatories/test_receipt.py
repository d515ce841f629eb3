"""The receipt proves, without this site, that an entry of the register means this organization."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext

from campaign.base import checkpoints, merkle, post, proofs, signed_note
from campaign.base.models import Mail, RegisterEntry
from campaign.base.signed_note import NoteKey
from signatories.models import Organization, Signature
from signatories.services import signature as signatures
from signatories.services.receipt import receipt_of
from tests.conftest import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def daniyar(admitted: Callable[..., Signature], client: Client) -> Signature:
    """Daniyar's admitted signature; he is signed in."""
    signature = admitted()
    assert signature.person is not None
    client.force_login(signature.person)
    return signature


def test_the_receipt_for_programs_is_enough_to_check_everything(client: Client, daniyar: Signature) -> None:
    checkpoints.sign_checkpoint(at=NOON)
    receipt = json.loads(client.get(f"/en/my/signatures/{daniyar.pk}/receipt.json").content)

    (entry,) = receipt["entries"]
    proof = [bytes.fromhex(beside) for beside in entry["proof"]]
    leaf = entry["leaf"].encode()
    said = signed_note.read_checkpoint(receipt["checkpoint"], [NoteKey.parse(receipt["key"])])
    assert said is not None
    assert merkle.verify_inclusion(merkle.leaf_hash(leaf), entry["index"], said.size, proof, said.root)
    assert proofs.problems_of(receipt, [checkpoints.public_key()]) == []
    opened = json.dumps(entry["opening"], sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    commitment = hashlib.sha256(b"qoltanba/signatory/v1\0" + opened).hexdigest()
    assert json.loads(leaf)["signatory"] == commitment
    assert entry["opening"]["names"]["en"] == "Verified Organization"


def test_names_beside_an_entry_that_are_not_those_it_stands_for_are_found(client: Client, daniyar: Signature) -> None:
    checkpoints.sign_checkpoint(at=NOON)
    receipt = json.loads(client.get(f"/en/my/signatures/{daniyar.pk}/receipt.json").content)
    receipt["entries"][0]["opening"]["names"]["en"] = "Another Organization"

    (problem,) = proofs.problems_of(receipt, [checkpoints.public_key()])

    assert problem == f"The names beside entry {daniyar.admitted_index} are not those that it stands for."


def test_the_receipt_in_the_form_of_c2sp_is_there_as_soon_as_a_checkpoint_has_the_entry(
    client: Client, daniyar: Signature
) -> None:
    address = f"/en/my/signatures/{daniyar.pk}/receipt.tlog-proof"
    assert client.get(address).status_code == 404
    point = checkpoints.sign_checkpoint(at=NOON)

    lines = client.get(address).content.decode().split("\n")

    assert lines[:2] == ["c2sp.org/tlog-proof@v1", f"index {daniyar.admitted_index}"]
    assert "\n".join(lines[lines.index("") + 1 :]) == point.note


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_message_of_an_admission_carries_the_receipt(daniyar: Signature, language: str) -> None:
    mail = Mail.objects.get(template="signature_admitted")
    mail.language = language

    message = post.compose(mail)

    (text, words, kind), (name, programs, _) = message.attachments
    assert (text, kind, name) == ("clean-air-receipt.txt", "text/plain", "clean-air-receipt.json")
    assert bytes(RegisterEntry.objects.get(index=daniyar.admitted_index).leaf).decode() in words
    assert proofs.problems_of(json.loads(programs), [checkpoints.public_key()]) == []
    with translation.override(language):
        assert gettext("Receipt of a signature in the public register") in words


def test_without_a_key_the_message_goes_out_and_says_that_the_checkpoint_is_to_come(
    daniyar: Signature, settings: Any
) -> None:
    settings.REGISTER_KEY = ""

    message = post.compose(Mail.objects.get(template="signature_admitted"))

    assert "No signed checkpoint has this entry yet" in message.attachments[0][1]


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_receipt_for_people_says_what_it_proves(client: Client, daniyar: Signature, language: str) -> None:
    response = client.get(f"/{language}/my/signatures/{daniyar.pk}/receipt/")

    text = response.content.decode()
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert daniyar.salt in text
    assert bytes(RegisterEntry.objects.get(index=daniyar.admitted_index).leaf).decode() in text
    assert response["Cache-Control"] == "no-store"


def test_the_receipt_stays_true_when_the_organization_is_called_otherwise_later(daniyar: Signature) -> None:
    Organization.objects.update(name_en="Another name")
    receipt = receipt_of(Signature.objects.get(pk=daniyar.pk))
    assert receipt is not None
    assert receipt.opening is not None
    assert receipt.opening["names"]["en"] == "Verified Organization"

    Signature.objects.update(opening={})

    without = receipt_of(Signature.objects.get(pk=daniyar.pk))
    assert without is not None
    assert without.opening is None


def test_a_withdrawn_signature_keeps_its_receipt_and_one_that_never_counted_has_none(
    client: Client, daniyar: Signature, confirmed: Callable[..., Signature]
) -> None:
    waiting = confirmed()
    assert daniyar.person is not None
    signatures.withdraw(daniyar, by=daniyar.person, at=daniyar.started_at)

    assert client.get(f"/en/my/signatures/{daniyar.pk}/receipt/").status_code == 200
    assert receipt_of(waiting) is None
    client.force_login(waiting.person)  # type: ignore[arg-type]
    assert client.get(f"/en/my/signatures/{waiting.pk}/receipt/").status_code == 404
    assert client.get(f"/en/my/signatures/{daniyar.pk}/receipt/").status_code == 404

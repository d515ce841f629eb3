"""The receipt proves, without this site, that an entry of the register means this organization."""

import hashlib
import json
from collections.abc import Callable

import pytest
from django.test import Client

from campaign.base import merkle
from campaign.base.models import RegisterEntry
from signatories.models import Organization, Signature
from signatories.services import signature as signatures
from signatories.services.receipt import receipt_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def daniyar(admitted: Callable[..., Signature], client: Client) -> Signature:
    """Daniyar's admitted signature; he is signed in."""
    signature = admitted()
    assert signature.person is not None
    client.force_login(signature.person)
    return signature


def test_the_receipt_for_programs_is_enough_to_check_everything(client: Client, daniyar: Signature) -> None:
    receipt = json.loads(client.get(f"/en/my/signatures/{daniyar.pk}/receipt.json").content)

    proof = [bytes.fromhex(beside) for beside in receipt["proof"]]
    leaf = receipt["leaf"].encode()
    root = bytes.fromhex(receipt["root"])
    assert merkle.verify_inclusion(merkle.leaf_hash(leaf), receipt["index"], receipt["size"], proof, root)
    opened = json.dumps(receipt["opening"], sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    commitment = hashlib.sha256(b"qoltanba/signatory/v1\0" + opened).hexdigest()
    assert json.loads(leaf)["signatory"] == commitment
    assert receipt["opening"]["names"]["en"] == "Verified Organization"


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

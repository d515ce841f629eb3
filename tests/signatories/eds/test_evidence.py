"""An electronic signature comes in by its page, is verified by a worker, and is evidence if it is good."""

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from campaign.base.models import User
from signatories import policy
from signatories.errors.check import CheckWaits, EdsNotPossible
from signatories.models import Check, EdsSignature, Evidence, Organization, Signature
from signatories.services import eds as electronic
from signatories.services import evidence as evidences
from signatories.states import EvidenceKind, Level, Outcome
from signatories.tasks import run_check
from tests.signatories.eds import authority as ours
from tests.signatories.eds.authority import NUMBER, head, make_person, middle, root

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _trusted(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The operator trusts the authorities of the tests; it is the day on which their certificates hold."""
    for holder in (root(), middle()):
        (tmp_path / f"{holder.sha256}.cer").write_bytes(holder.certificate)
    settings.EDS_CA_DIR, settings.EDS_CRL_DIR, settings.EDS_OCSP_URL = str(tmp_path), "", ""
    monkeypatch.setattr("signatories.views.my_eds.timezone.now", lambda: ours.NOON)


@pytest.fixture
def signature(confirmed: Callable[..., Signature]) -> Signature:
    """A confirmed signature of an organization with a BIN; its person is signed in nowhere yet."""
    return confirmed(number_scheme="KZ-BIN", number=NUMBER)


def send(client: Client, signature: Signature, cms: bytes) -> Any:
    client.force_login(signature.person)  # type: ignore[arg-type]
    pasted = base64.b64encode(cms).decode()
    return client.post(f"/en/my/signatures/{signature.pk}/eds/", {"pasted": pasted})


def signed(signature: Signature, by: Any = None) -> bytes:
    encoded: bytes = ours.Signature(by or head(), electronic.manifest_of(signature)).encoded
    return encoded


def test_a_good_signature_answers_all_three_questions(client: Client, signature: Signature) -> None:
    sent = send(client, signature, signed(signature))
    waits = client.get(f"/en/my/signatures/{signature.pk}/eds/").context["attempts"][0].waits

    run_check(check_id=Check.objects.get().pk)

    evidence = Evidence.objects.get(kind=EvidenceKind.EDS)
    assert (sent.status_code, waits) == (302, True)
    assert (evidence.mandate, evidence.checked_by) == (signature.mandate, None)
    assert policy.level_of(evidences.evidence_for(signature), evidence.checked_at) == Level.STRONG
    assert EdsSignature.objects.get().facts["subject"] not in evidence.detail
    (attempt,) = client.get(f"/en/my/signatures/{signature.pk}/eds/").context["attempts"]
    assert (attempt.is_good, attempt.said) == (True, "")


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_a_bad_one_says_why_in_the_readers_language_and_is_no_evidence(
    client: Client, signature: Signature, language: str
) -> None:
    other: bytes = ours.Signature(head(), b"something else").encoded
    send(client, signature, other)

    run_check(check_id=Check.objects.get().pk)

    (attempt,) = client.get(f"/{language}/my/signatures/{signature.pk}/eds/").context["attempts"]
    assert attempt.said == EdsSignature.objects.get().facts["said"][language] != ""
    assert Check.objects.get().outcome == Outcome.FAILED
    assert not Evidence.objects.filter(kind=EvidenceKind.EDS).exists()


def test_another_organizations_number_is_refused(client: Client, signature: Signature) -> None:
    Organization.objects.update(number="221140000111")
    Signature.objects.update(claim={**signature.claim, "number": "221140000111"})
    signature.refresh_from_db()
    send(client, signature, signed(signature))

    run_check(check_id=Check.objects.get().pk)

    assert Check.objects.get().outcome == Outcome.FAILED


def test_an_employees_good_signature_is_no_mandate(client: Client, signature: Signature) -> None:
    send(
        client,
        signature,
        signed(signature, by=make_person(ours.gost_key("clerk"), by=middle(), roles=(ours.ORGANIZATION,))),
    )

    run_check(check_id=Check.objects.get().pk)

    check = Check.objects.get()
    assert (check.outcome, check.outcome_code) == (Outcome.UNKNOWN, "EdsRoleUnbinding")
    assert not Evidence.objects.filter(kind=EvidenceKind.EDS).exists()


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_reviewer_compares_the_names_of_the_certificate_and_reads_why_one_was_refused(
    client: Client, signature: Signature, aigul: User, settings: Any, language: str
) -> None:
    settings.DEMONSTRATION = True
    clerk = make_person(ours.gost_key("clerk"), by=middle(), roles=(ours.ORGANIZATION, ours.EMPLOYEE))
    for cms in (signed(signature), signed(signature, by=clerk), b"no signature"):
        send(client, signature, cms)
        run_check(check_id=Check.objects.latest("pk").pk)
    client.force_login(aigul)

    page = client.get(f"/{language}/desk/signatures/{signature.pk}/")

    good, employee, bad = page.context["review"].electronic
    assert "ҮЛГІЛІ ДАНИЯР" in good.subject
    assert "«Үлгі» қоғамдық қоры" in good.subject
    assert (good.result, good.said, employee.result, bad.result) == ("passed", "", "unknown", "failed")
    assert good.role != employee.role != ""
    assert (bad.subject, bad.said != "") == ("", True)
    assert good.subject in page.content.decode()
    assert ours.IIN not in page.content.decode()


def test_one_is_verified_at_a_time_and_running_the_check_twice_leaves_one_evidence(
    client: Client, signature: Signature
) -> None:
    assert signature.person is not None
    send(client, signature, signed(signature))
    with pytest.raises(CheckWaits):
        electronic.receive(signature, b"x", by=signature.person, at=timezone.now())

    for _ in range(2):
        run_check(check_id=Check.objects.get().pk)

    assert Evidence.objects.filter(kind=EvidenceKind.EDS).count() == 1


def test_what_was_signed_for_one_letter_is_worth_nothing_for_another(
    client: Client, signature: Signature, confirmed: Callable[..., Signature]
) -> None:
    used = signed(signature)
    other = confirmed("other@unverified.example", name="Other", number_scheme="KZ-BIN", number="221140000111")
    Organization.objects.filter(pk=other.organization_id).update(number=NUMBER, verified_at=ours.NOON)
    send(client, other, used)

    run_check(check_id=Check.objects.get().pk)

    assert Check.objects.get().outcome_code == "OtherContent"


def test_without_a_bin_nothing_is_taken(client: Client, confirmed: Callable[..., Signature]) -> None:
    signature = confirmed()

    refused = send(client, signature, b"x")

    assert refused.status_code == 422
    assert str(EdsNotPossible()) in refused.context["form"].errors["pasted"]
    assert not EdsSignature.objects.exists()


def test_the_page_is_for_who_signed_alone_and_may_talk_to_ncalayer(
    client: Client, signature: Signature, stranger: User
) -> None:
    page = f"/en/my/signatures/{signature.pk}/eds/"
    client.force_login(stranger)
    hidden = client.get(page).status_code
    client.force_login(signature.person)  # type: ignore[arg-type]

    shown = client.get(page)

    assert hidden == 404
    assert "wss://127.0.0.1:13579" in shown["Content-Security-Policy"]
    assert base64.b64decode(shown.context["manifest"]) == electronic.manifest_of(signature)

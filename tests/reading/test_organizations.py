"""The page of an organization: only in public, only what was checked, nothing of people and documents."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from campaign.base.models import User
from letters.models import Letter
from letters.services import letter as letters
from signatories.models import Organization, Signature
from signatories.services import evidence as evidences
from signatories.services import signature as signatures
from signatories.states import EvidenceKind
from tests.conftest import NOON, TITLES, mailed_code

pytestmark = pytest.mark.django_db


def address(organization: Organization, language: str = "en") -> str:
    return f"/{language}/organizations/{organization.slug}/"


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_it_names_the_organization_its_letters_and_what_was_checked(
    client: Client, admitted: Callable[..., Signature], language: str, django_assert_max_num_queries: Any
) -> None:
    signature = admitted()

    with django_assert_max_num_queries(8):
        html = client.get(address(signature.organization, language)).content.decode()

    assert "<h1>Verified Organization</h1>" in html
    assert f'<a href="/{language}/letters/clean-air/">{TITLES[language]}</a>' in html
    assert '<a href="https://verified.example" rel="nofollow noopener">' in html
    # Register, call-back (which answers two questions) and the mail at its own domain
    assert html.count('<li class="yes">') == 4


def test_nothing_is_told_of_people_places_and_documents(client: Client, admitted: Callable[..., Signature]) -> None:
    signature = admitted()

    html = client.get(address(signature.organization)).content.decode()

    for private in ("Mira", "Director", signature.email, "aigul", "official register, today"):
        assert private not in html


def test_what_was_checked_after_the_decision_is_not_shown(
    client: Client, admitted: Callable[..., Signature], aigul: User
) -> None:
    signature = admitted()
    evidences.record_by_hand(signature, EvidenceKind.WELL_KNOWN, detail="a list", by=aigul, at=NOON + timedelta(days=1))

    assert "Known publications" not in client.get(address(signature.organization)).content.decode()


@pytest.mark.parametrize("state", ["confirmed", "withdrawn", "unpublished", "embargoed"])
def test_who_stands_under_no_published_letter_has_no_page(
    client: Client, confirmed: Callable[..., Signature], admitted: Callable[..., Signature], state: str
) -> None:
    signature = confirmed() if state == "confirmed" else admitted()
    if state == "withdrawn":
        signatures.withdraw(signature, by=User.objects.get(email=signature.email), at=NOON)
    if state == "unpublished":
        Letter.objects.update(published_at=None)
    if state == "embargoed":
        Letter.objects.update(published_at=timezone.now() + timedelta(hours=1))

    assert client.get(address(signature.organization)).status_code == 404


def test_a_quiet_letter_and_what_was_checked_for_it_stay_quiet(
    client: Client, admitted: Callable[..., Signature], make_draft: Callable[..., Letter], aigul: User
) -> None:
    organization = admitted().organization
    quiet = make_draft("quiet-letter")
    revision = letters.open_letter(quiet, by=aigul, at=NOON)
    signature = signatures.start(
        revision,
        organization=organization,
        claim=None,
        email="daniyar@verified.example",
        person_name="Daniyar Example",
        position="Director",
        basis="head",
        fingerprint=revision.fingerprint,
        language="en",
        at=NOON,
    )
    signatures.confirm(signature, mailed_code(signature), at=NOON)
    evidences.record_by_hand(signature, EvidenceKind.MANDATE_DOCUMENT, detail="minutes", by=aigul, at=NOON)
    signatures.admit(signature, by=aigul, at=NOON)

    html = client.get(address(organization)).content.decode()

    assert html.count("admitted:") == 1
    assert "Board decision" not in html


def test_the_clock_alone_adds_a_letter_that_comes_out_of_its_embargo(
    client: Client, admitted: Callable[..., Signature], monkeypatch: pytest.MonkeyPatch
) -> None:
    organization = admitted().organization
    later = timezone.now() + timedelta(hours=1)
    Letter.objects.update(published_at=later)
    assert client.get(address(organization)).status_code == 404

    monkeypatch.setattr("django.utils.timezone.now", lambda: later)

    assert client.get(address(organization)).status_code == 200

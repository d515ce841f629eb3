"""The pages on which a representative signs."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from campaign.base.models import Mail, User
from letters.models import Letter, Revision
from letters.services import letter as letters
from signatories.models import Evidence, Organization, Signature
from signatories.states import SignatureState
from tests.conftest import NOON, mailed_code

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("revision")]

PERSON = {
    "person_name": "Мира Өтегенқызы",
    "position": "Директор",
    "basis": "head",
    "email": "mira@unverified.example",
    "consent": "on",
}
NEW = PERSON | {
    "name_kk": "Құқық және бостандық",
    "original_language": "kk",
    "kind": "organization",
    "country": "KZ",
    "website": "unverified.example",
}


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()


def new(revision: Revision, **changes: Any) -> dict[str, Any]:
    """A form filled in right, with changes."""
    return {**NEW, "fingerprint": revision.fingerprint, **changes}


def errors(response: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = response.context["form"].errors
    return found


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_a_representative_signs_from_the_first_page_to_the_code(
    client: Client, revision: Revision, language: str
) -> None:
    assert client.get(f"/{language}/letters/clean-air/sign/").status_code == 200
    assert client.get(f"/{language}/letters/clean-air/sign/new/").status_code == 200

    sent = client.post(f"/{language}/letters/clean-air/sign/new/", new(revision))
    signature = Signature.objects.get()
    assert sent["Location"] == f"/{language}/signing/{signature.token}/"
    asked = client.get(sent["Location"])
    assert (asked.status_code, asked["Cache-Control"], asked["Referrer-Policy"]) == (200, "no-store", "strict-origin")
    signed = client.post(sent["Location"], {"code": mailed_code(signature)}, follow=True)

    signature.refresh_from_db()
    assert signature.state == SignatureState.CONFIRMED
    assert signed.templates[0].name == "signatories/signing_state.html"
    assert (signature.language, signature.person_name) == (language, "Мира Өтегенқызы")
    assert signature.organization.name_kk == "Құқық және бостандық"
    assert signature.organization.website == "https://unverified.example"
    assert [one.kind for one in Evidence.objects.all()] == ["domain_mail"]

"""The register says that organizations were verified and by how many, and names nobody; an auditor can open it."""

import json
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from campaign.base import register
from campaign.base.canonical import fingerprint
from campaign.base.models import RegisterEntry, User
from signatories.audit import disagreements
from signatories.models import Organization, Signature, VerificationEntry
from signatories.public_selectors import organization_page_of
from signatories.services import decision as decisions
from signatories.services import signature as signatures
from signatories.services.merging import merge
from signatories.states import EvidenceKind, Level
from tests.conftest import NOON, make_person, record_enough

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def reviewers(db: None) -> list[User]:
    return [make_person(f"{name}@example.org", is_reviewer=True) for name in ("saule", "timur")]


@pytest.fixture
def waiting(confirmed: Callable[..., Signature], reviewers: list[User]) -> Signature:
    """A new organization about which enough was recorded."""
    signature = confirmed("info@own.example", website="https://own.example", visibility="counted")
    record_enough(signature, by=reviewers[0])
    return signature


@pytest.fixture
def verified(waiting: Signature, reviewers: list[User]) -> Organization:
    """It, verified by both at a quarter past."""
    for reviewer in reviewers:
        signatures.admit(waiting, by=reviewer, at=NOON + timedelta(minutes=15))
    return Organization.objects.get(pk=waiting.organization_id)


def facts(kind: str) -> list[dict[str, object]]:
    return [register.facts_of(entry) for entry in RegisterEntry.objects.filter(kind=kind).order_by("index")]


def test_a_first_yes_is_written_nowhere(waiting: Signature, reviewers: list[User]) -> None:
    before = RegisterEntry.objects.count()

    assert not signatures.admit(waiting, by=reviewers[0], at=NOON)

    assert RegisterEntry.objects.count() == before


def test_a_verification_stands_before_the_signature_that_it_admits(
    verified: Organization, waiting: Signature, reviewers: list[User]
) -> None:
    waiting.refresh_from_db()
    (said,) = facts("organization.decided")
    kept = VerificationEntry.objects.get()

    assert kept.index == (waiting.admitted_index or 0) - 1
    assert set(said) == {"v", "op", "letter", "at", "organization", "level", "evidence", "reviewers"}
    assert (said["letter"], said["at"], said["level"]) == ("", "2026-11-20T12:00:00Z", Level.CONFIRMED)
    assert kept.opening["reviewers"] == sorted(one.pk for one in reviewers)
    salt = kept.opening["salt"]
    assert said["organization"] == fingerprint("qoltanba/organization/v1", {"salt": salt, "organization": verified.uid})
    assert said["reviewers"] == sorted(
        fingerprint("qoltanba/reviewer/v1", {"salt": salt, "reviewer": one.pk}) for one in reviewers
    )
    assert {one["kind"] for one in kept.opening["evidence"]} >= {EvidenceKind.REGISTER_SEEN, EvidenceKind.CALL_BACK}


def test_the_entry_tells_nobody_and_cannot_be_matched_with_the_signature(
    verified: Organization, waiting: Signature, reviewers: list[User]
) -> None:
    leaf = bytes(RegisterEntry.objects.get(kind="organization.decided").leaf).decode()

    for private in (verified.uid, verified.slug, verified.name, waiting.email, waiting.salt, reviewers[0].email):
        assert private not in leaf
    opening = VerificationEntry.objects.get().opening
    assert (opening["salt"] != waiting.salt, re.fullmatch("[0-9a-f]{64}", opening["salt"]) is not None) == (True, True)


def test_the_same_reviewers_have_other_pseudonyms_in_the_next_entry(
    verified: Organization, confirmed: Callable[..., Signature], reviewers: list[User]
) -> None:
    another = confirmed("info@second.example", name="Second", website="https://second.example")
    record_enough(another, by=reviewers[0])
    for reviewer in reviewers:
        signatures.admit(another, by=reviewer, at=NOON)

    first, second = ({*one["reviewers"]} for one in facts("organization.decided"))  # type: ignore[misc]

    assert (len(first), len(second), first & second) == (2, 2, set())


def test_who_signs_again_is_told_as_who_is_new(
    verified: Organization,
    waiting: Signature,
    confirmed: Callable[..., Signature],
    reviewers: list[User],
) -> None:
    """So that nobody sees by the entries that an organization was verified before, for a letter that it signed in silence."""
    assert waiting.person is not None
    later = NOON + timedelta(days=9)
    signatures.withdraw(waiting, by=waiting.person, at=NOON)
    again = confirmed("info@own.example", organization=verified, at=later)
    assert signatures.admit(again, by=reviewers[0], at=later)

    first, second = facts("organization.decided")
    assert set(first) == set(second)
    assert (first["level"], len(first["reviewers"])) == (second["level"], len(second["reviewers"]))  # type: ignore[arg-type]
    kinds = list(RegisterEntry.objects.order_by("index").values_list("kind", flat=True))
    before = [kinds[place - 1] for place, kind in enumerate(kinds) if kind == "signature.admitted"]
    assert before == ["organization.decided"] * 2
    fingerprints = [one[field] for one in (first, second) for field in ("organization", "evidence")]
    assert len(set(fingerprints)) == 4
    page = organization_page_of(verified, "en", at=later)
    assert page is not None
    assert page.verified_on == "29 November 2026"  # when it was seen in public


def test_a_rise_a_lapse_and_a_revocation_are_told_and_lead_to_nothing(
    verified: Organization, reviewers: list[User]
) -> None:
    assert decisions.lower_levels(at=NOON + timedelta(days=366)) == 1
    decisions.revoke_verification(verified, reason="An impostor.", by=reviewers[0], at=NOON + timedelta(days=367))

    (decided,), (lapsed,), (revoked,) = map(
        facts, ("organization.decided", "organization.lapsed", "organization.revoked")
    )
    assert [set(one) for one in (lapsed, revoked)] == [{"v", "op", "letter", "at", "organization", "level"}] * 2
    assert (lapsed["level"], revoked["level"], lapsed["at"]) == (Level.NONE, Level.NONE, "2027-11-21T12:00:00Z")
    assert len({one["organization"] for one in (decided, lapsed, revoked)}) == 3
    assert list(disagreements()) == []


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("kk", "ұйымның тексерілуі"),
        ("ru", "проверка организации"),
        ("en", "verification of an organization"),
    ],
)
def test_the_page_of_the_register_says_it_in_words(
    client: Client, verified: Organization, language: str, words: str
) -> None:
    index = VerificationEntry.objects.get().index

    assert words in client.get(f"/{language}/register/").content.decode()
    assert words in client.get(f"/{language}/register/{index}/").content.decode()


# An auditor


def test_an_auditor_finds_another_organization_or_reviewer_behind_an_entry(verified: Organization) -> None:
    entry = VerificationEntry.objects.get()
    told = f"Entry {entry.index} stands for another verification than the one that is kept."
    for changed in ({"reviewers": entry.opening["reviewers"][:1]}, {"organization": "f" * 32}, {"evidence": []}):
        VerificationEntry.objects.update(opening=entry.opening | changed)
        assert list(disagreements()) == [told]
    VerificationEntry.objects.update(opening=entry.opening, level=Level.STRONG)
    assert told in list(disagreements())


def test_an_auditor_finds_an_entry_without_its_verification_and_a_level_without_entry(verified: Organization) -> None:
    index = VerificationEntry.objects.get().index
    VerificationEntry.objects.all().delete()

    assert list(disagreements()) == [
        f"The verification of entry {index} is missing.",
        f"Organization {verified.pk} has a level that no entry gives it.",
    ]


@pytest.mark.parametrize("end", ["lapsed", "revoked"])
def test_an_auditor_finds_a_level_that_was_given_back_in_the_table(
    verified: Organization, reviewers: list[User], end: str
) -> None:
    if end == "lapsed":
        decisions.lower_levels(at=NOON + timedelta(days=366))
    else:
        decisions.revoke_verification(verified, reason="An impostor.", by=reviewers[0], at=NOON)
    assert list(disagreements()) == []

    Organization.objects.filter(pk=verified.pk).update(level=Level.CONFIRMED)

    assert list(disagreements()) == [f"Organization {verified.pk} has a level that no entry gives it."]


def test_merged_organizations_answer_with_each_other(
    admitted: Callable[..., Signature], verified: Organization, stranger: User
) -> None:
    User.objects.filter(pk=stranger.pk).update(is_superuser=True, is_staff=True)
    stranger.refresh_from_db()
    other = Organization.objects.create(slug="other", name="Other", original_language="en", verified_at=NOON)

    merge(verified, into=other, by=stranger, at=NOON)

    Organization.objects.filter(pk=other.pk).update(level=Level.CONFIRMED)
    assert list(disagreements()) == []


def test_what_an_entry_stands_for_is_json_that_can_be_shown(verified: Organization) -> None:
    opening = VerificationEntry.objects.get().opening

    assert json.loads(json.dumps(opening)) == opening
    assert set(opening) == {"salt", "organization", "reviewers", "evidence"}

"""Two rows for one organization become one; nothing is lost, and what was frozen stays."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from campaign.base import register
from campaign.base.errors import NotAllowed, Refusal
from campaign.base.models import JournalEntry, Mail, RegisterEntry, User
from campaign.base.replay import replay
from letters.models import Letter, Revision, SignatoryList
from letters.services import letter as letters
from signatories.errors.organization import AlreadyMerged, KeepTheVerified, MergedMeanwhile, SameOrganization
from signatories.errors.signature import FrozenListNamesIt, OwnSignature, SignatureOnHold, VisibilityDiffers
from signatories.models import (
    Evidence,
    Mandate,
    Organization,
    ProfileChange,
    Representative,
    SearchForm,
    Signature,
    Vouch,
)
from signatories.search import find
from signatories.services import signature as signatures
from signatories.services import vouch as vouches
from signatories.services.merging import merge
from signatories.services.organization import match_or_add
from signatories.states import EvidenceKind, Level, Role, SignatureState, Visibility
from tests.conftest import NOON, claim_of, mailed_code, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.usefixtures("open_letter")]

ADIL = {"kk": "«Әділ сөз» қоғамдық қоры", "ru": "", "en": ""}


@pytest.fixture
def zhanar(db: None) -> User:
    """A reviewer."""
    return make_person("zhanar@example.org", is_reviewer=True)


@pytest.fixture
def stays(admitted: Callable[..., Signature]) -> Signature:
    """The earlier signature, of the organization that will stay."""
    return admitted("a@adilsoz.example", name="", names=ADIL, original_language="kk", website="https://adilsoz.example")


@pytest.fixture
def later(stays: Signature, admitted: Callable[..., Signature]) -> Signature:
    """The later signature under the same letter, of the duplicate."""
    return admitted("b@free.example", name="Adil Soz NGO", website="https://free.example", at=NOON + timedelta(hours=1))


def test_everything_goes_over_and_the_later_signature_is_merged_with_an_entry_of_the_register(
    stays: Signature, later: Signature, zhanar: User, open_letter: Letter
) -> None:
    evidence, mandate = Evidence.objects.filter(organization=later.organization).count(), later.mandate
    own = Evidence.objects.filter(organization=stays.organization).count()

    merge(later.organization, into=stays.organization, by=zhanar, at=NOON)

    later.refresh_from_db()
    duplicate = Organization.objects.get(slug="adil-soz-ngo")
    assert (duplicate.merged_into, duplicate.merged_at) == (stays.organization, NOON)
    assert (later.state, later.merged_into, later.organization) == ("merged", stays, stays.organization)
    assert Evidence.objects.filter(organization=stays.organization).count() == own + evidence
    assert {one.user.email for one in Representative.objects.filter(organization=stays.organization)} == {
        "a@adilsoz.example",
        "b@free.example",
    }
    assert mandate is not None
    assert Mandate.objects.get(pk=mandate.pk).representative.organization == stays.organization
    entry = RegisterEntry.objects.get(kind="signature.merged")
    facts = register.facts_of(entry)
    assert facts == {
        "v": 1,
        "op": "signature.merged",
        "letter": open_letter.uid,
        "at": "2026-11-20T12:00:00Z",
        "entry": later.admitted_index,
        "into": stays.admitted_index,
    }
    assert replay().problems == ()
    act = JournalEntry.objects.get(action="organization.merged")
    assert (act.by, act.details["slug"], act.details["merged"]) == (zhanar, duplicate.slug, [[later.pk, stays.pk]])


def test_the_earlier_signature_stays_also_where_the_duplicate_gave_it(
    stays: Signature, later: Signature, zhanar: User
) -> None:
    merge(stays.organization, into=later.organization, by=zhanar, at=NOON)

    stays.refresh_from_db()
    later.refresh_from_db()
    assert (stays.state, stays.organization) == ("admitted", later.organization)
    assert (later.state, later.merged_into) == ("merged", stays)


def test_old_names_and_the_old_address_lead_to_the_organization_that_stays(
    client: Client, stays: Signature, later: Signature, zhanar: User
) -> None:
    merge(later.organization, into=stays.organization, by=zhanar, at=NOON)

    answer = client.get("/kk/organizations/adil-soz-ngo/")
    assert (answer.status_code, answer["Location"]) == (301, f"/kk/organizations/{stays.organization.slug}/")
    assert client.get(answer["Location"]).context["page"].earlier_names == ["Adil Soz NGO"]
    assert find("ngo", at=NOON) == find("әділ", at=NOON) == [stays.organization]
    assert not SearchForm.objects.filter(organization=later.organization).exists()


def test_the_form_of_the_duplicate_leads_to_the_one_that_stays_and_keeps_what_was_typed(
    client: Client, stays: Signature, later: Signature, zhanar: User, revision: Revision
) -> None:
    old, slug = f"/en/letters/clean-air/sign/organization/{later.organization.slug}/", stays.organization.slug
    merge(later.organization, into=stays.organization, by=zhanar, at=NOON)
    size = Signature.objects.count()
    typed = {"person_name": "Mira Example", "consent": "on", "fingerprint": revision.fingerprint}

    opened = client.get(old)
    sent = client.post(old, typed | {"email": "mira@adilsoz.example", "position": "Director", "basis": "head"})

    assert (opened.status_code, opened["Location"]) == (302, f"/en/letters/clean-air/sign/organization/{slug}/")
    assert sent.context["form"]["person_name"].value() == "Mira Example"
    assert f'action="/en/letters/clean-air/sign/organization/{slug}/"' in sent.content.decode()
    assert "stood in the list twice" in sent.content.decode()
    assert Signature.objects.count() == size
    assert client.get("/en/letters/clean-air/sign/organization/nobody/").status_code == 404


def test_the_old_address_does_not_betray_an_organization_without_a_page(
    client: Client, confirmed: Callable[..., Signature], zhanar: User
) -> None:
    one = confirmed("a@one.example", name="First Quiet").organization
    other = confirmed("b@two.example", name="Second Quiet").organization
    merge(one, into=other, by=zhanar, at=NOON)

    assert client.get(f"/en/organizations/{one.slug}/").status_code == 404


def test_who_gave_the_signature_that_became_part_of_another_is_told_and_nobody_else(
    stays: Signature, later: Signature, zhanar: User
) -> None:
    merge(later.organization, into=stays.organization, by=zhanar, at=NOON)

    mail = Mail.objects.get(template="signature_merged")
    assert mail.to == later.email
    assert stays.organization.name_in("en") not in str(mail.context)


def test_proposals_for_the_profile_of_the_duplicate_go_over_and_open_ones_end(
    stays: Signature, later: Signature, zhanar: User
) -> None:
    assert stays.person is not None
    assert later.person is not None
    own = ProfileChange.objects.create(organization=stays.organization, proposed_by=stays.person, proposed_at=NOON)
    theirs = ProfileChange.objects.create(organization=later.organization, proposed_by=later.person, proposed_at=NOON)

    merge(later.organization, into=stays.organization, by=zhanar, at=NOON)

    own.refresh_from_db()
    theirs.refresh_from_db()
    assert (own.decided_at, theirs.decided_at) == (None, NOON)
    assert (theirs.organization, theirs.decided_by, theirs.accepted) == (stays.organization, zhanar, False)
    mail = Mail.objects.get(template="profile_change_decided")
    assert (mail.to, mail.context["slug"], mail.context["accepted"]) == (
        later.email,
        stays.organization.slug,
        False,
    )


def test_words_of_two_for_a_third_are_one_when_the_two_become_one(
    stays: Signature, later: Signature, zhanar: User, confirmed: Callable[..., Signature]
) -> None:
    third = confirmed("c@third.example", name="Third").organization
    long_ago = NOON - timedelta(days=100)
    Organization.objects.filter(pk__in=[stays.organization_id, later.organization_id]).update(
        level=Level.CONFIRMED, confirmed_at=long_ago
    )
    for one in (stays, later):
        Representative.objects.filter(user=one.person).update(accepted_at=long_ago)
        vouches.vouch(Organization.objects.get(pk=one.organization_id), third, by=one.person, at=NOON)
    before = Evidence.objects.get(organization=third, kind=EvidenceKind.VOUCHED).holds(NOON)

    merge(later.organization, into=stays.organization, by=zhanar, at=NOON)

    assert (before, Evidence.objects.get(organization=third, kind=EvidenceKind.VOUCHED).holds(NOON)) == (True, False)


def test_a_claim_that_waits_is_merged_into_the_admitted_signature_without_an_entry(
    stays: Signature, confirmed: Callable[..., Signature], zhanar: User
) -> None:
    waiting = confirmed("b@free.example", name="Adil Soz NGO")
    merge(waiting.organization, into=stays.organization, by=zhanar, at=NOON)

    waiting.refresh_from_db()
    assert (waiting.state, waiting.merged_into) == ("merged", stays)
    assert not RegisterEntry.objects.filter(kind="signature.merged").exists()


def test_claims_of_different_mailboxes_stand_side_by_side_afterwards(
    confirmed: Callable[..., Signature], zhanar: User
) -> None:
    claims = [confirmed("a@x.example", name="First Claim"), confirmed("b@x.example", name="Second Claim")]
    same = confirmed("a@x.example", name="Second Claim")
    merge(claims[1].organization, into=claims[0].organization, by=zhanar, at=NOON)

    found = Signature.objects.order_by("pk").values_list("pk", "state", "organization")
    into = claims[0].organization_id
    assert list(found) == [
        (claims[0].pk, "confirmed", into),
        (claims[1].pk, "confirmed", into),
        (same.pk, "merged", into),
    ]


def test_what_was_frozen_and_what_it_says_stay_as_they_were(
    stays: Signature, later: Signature, zhanar: User, aigul: User, open_letter: Letter
) -> None:
    letters.close_letter(open_letter, by=aigul, at=NOON)
    before = SignatoryList.objects.values().get()

    merge(later.organization, into=stays.organization, by=zhanar, at=NOON)

    assert SignatoryList.objects.values().get() == before
    assert before["count"] == 2


def test_facts_that_are_missing_are_taken_over_and_no_others(
    stays: Signature, admitted: Callable[..., Signature], zhanar: User
) -> None:
    other = admitted("b@free.example", website="https://free.example", number_scheme="other", number="7").organization
    merge(other, into=stays.organization, by=zhanar, at=NOON)

    kept = Organization.objects.get(pk=stays.organization_id)
    assert (kept.domain, kept.number_scheme, kept.number) == ("adilsoz.example", "other", "7")


def test_one_person_at_both_stays_one_representative_and_an_owner_does_not_take_over(
    stays: Signature, later: Signature, zhanar: User
) -> None:
    into, duplicate = stays.organization, later.organization
    Representative.objects.filter(organization=into).update(role=Role.OWNER, accepted_at=NOON)
    Representative.objects.filter(organization=duplicate).update(role=Role.OWNER, accepted_at=NOON)
    assert stays.person is not None
    Representative.objects.create(user=stays.person, organization=duplicate)

    merge(duplicate, into=into, by=zhanar, at=NOON)

    found = Representative.objects.order_by("pk").values_list("user__email", "organization", "role")
    assert list(found) == [
        ("a@adilsoz.example", into.pk, "owner"),
        ("b@free.example", into.pk, "representative"),
    ]


def test_a_word_of_one_for_the_other_ends(stays: Signature, later: Signature, zhanar: User) -> None:
    vouch = Vouch.objects.create(
        organization=later.organization, voucher=stays.organization, person=zhanar, vouched_at=NOON
    )
    merge(later.organization, into=stays.organization, by=zhanar, at=NOON)

    vouch.refresh_from_db()
    assert (vouch.organization, vouch.withdrawn_at) == (later.organization, NOON)


def test_a_merged_organization_is_matched_by_no_new_claim(confirmed: Callable[..., Signature], zhanar: User) -> None:
    signature = confirmed("a@one.example", name="First Quiet", number_scheme="other", number="7")
    one, issuer = signature.organization, signature.revision.letter.issuer_id
    other = confirmed("b@two.example", name="Second Quiet").organization
    merge(one, into=other, by=zhanar, at=NOON)

    claim = claim_of("Third", number_scheme="other", number="7")
    assert match_or_add(claim, issuer_id=issuer, email="", logo=None, at=NOON) == other


REFUSED: dict[str, tuple[Callable[[Signature, Signature, User], Any], type[Refusal]]] = {
    "itself": (lambda stays, later, by: (stays.organization, stays.organization, by), SameOrganization),
    "the verified one": (lambda stays, later, by: (later.organization, _unverified(stays), by), KeepTheVerified),
    "one on hold": (
        lambda stays, later, by: (_changed(later, state="on_hold"), stays.organization, by),
        SignatureOnHold,
    ),
    "one that hides": (
        lambda stays, later, by: (_changed(later, visibility=Visibility.COUNTED), stays.organization, by),
        VisibilityDiffers,
    ),
    "one's own": (lambda stays, later, by: (later.organization, stays.organization, _of(later, by)), OwnSignature),
    "by a representative": (
        lambda stays, later, by: (later.organization, stays.organization, stays.person),
        NotAllowed,
    ),
}


def _unverified(signature: Signature) -> Organization:
    Organization.objects.filter(pk=signature.organization_id).update(verified_at=None)
    return signature.organization


def _changed(signature: Signature, **columns: Any) -> Organization:
    Signature.objects.filter(pk=signature.pk).update(**columns)
    return signature.organization


def _of(signature: Signature, person: User) -> User:
    Representative.objects.create(user=person, organization=signature.organization)
    return person


@pytest.mark.parametrize("case", REFUSED)
def test_what_must_not_be_merged_is_refused_and_changes_nothing(
    stays: Signature, later: Signature, zhanar: User, case: str
) -> None:
    prepare, refusal = REFUSED[case]
    duplicate, into, by = prepare(stays, later, zhanar)

    with pytest.raises(refusal):
        merge(duplicate, into=into, by=by, at=NOON)

    assert not Organization.objects.exclude(merged_into=None).exists()
    assert Evidence.objects.filter(organization=later.organization).exists()
    assert not JournalEntry.objects.filter(action="organization.merged").exists()


def test_an_organization_in_an_addendum_stays_under_its_own_id_while_more_may_come(
    stays: Signature, later: Signature, zhanar: User, aigul: User, open_letter: Letter
) -> None:
    letters.close_letter(open_letter, by=aigul, at=NOON)
    Signature.objects.filter(pk=stays.pk).update(state=SignatureState.WITHDRAWN)
    Signature.objects.filter(pk=later.pk).update(late=True)

    with pytest.raises(FrozenListNamesIt, match="Таза ауа"):
        merge(later.organization, into=stays.organization, by=zhanar, at=NOON)

    letters.archive_letter(open_letter, by=aigul, at=NOON)
    merge(later.organization, into=stays.organization, by=zhanar, at=NOON)


@pytest.mark.parametrize("again", ["the same", "the other way round"])
def test_nothing_is_merged_twice(stays: Signature, later: Signature, zhanar: User, again: str) -> None:
    merge(later.organization, into=stays.organization, by=zhanar, at=NOON)
    gone, kept = (Organization.objects.get(pk=one.organization_id) for one in (later, stays))

    with pytest.raises(AlreadyMerged):
        if again == "the same":
            merge(gone, into=kept, by=zhanar, at=NOON)
        else:
            merge(kept, into=gone, by=zhanar, at=NOON)

    assert RegisterEntry.objects.filter(kind="signature.merged").count() == 1


def test_a_chain_of_merges_leads_to_its_end(
    stays: Signature, later: Signature, confirmed: Callable[..., Signature], zhanar: User
) -> None:
    first = confirmed("c@third.example", name="Third Spelling").organization
    merge(first, into=later.organization, by=zhanar, at=NOON)
    merge(later.organization, into=stays.organization, by=zhanar, at=NOON)

    assert set(Organization.objects.exclude(merged_into=None).values_list("merged_into", flat=True)) == {
        stays.organization_id
    }


def test_whoever_held_a_form_of_the_duplicate_is_asked_to_repeat_the_step(
    stays: Signature, start: Callable[..., Signature], zhanar: User
) -> None:
    begun = start("b@free.example", name="Adil Soz NGO")
    stale = Signature.objects.select_related("organization", "revision__letter").get(pk=begun.pk)
    code = mailed_code(begun)
    merge(begun.organization, into=stays.organization, by=zhanar, at=NOON)

    with pytest.raises(MergedMeanwhile):
        signatures.confirm(stale, code, at=NOON)
    signatures.confirm(Signature.objects.get(pk=begun.pk), code, at=NOON)

    begun.refresh_from_db()
    assert (begun.state, begun.organization) == ("confirmed", stays.organization)

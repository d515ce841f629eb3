"""One organization's word for another: two make evidence, rings and chains make none."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from campaign.base.errors import NotAllowed
from campaign.base.models import RegisterEntry, User
from letters.models import Letter
from letters.services import letter as letters
from signatories.errors.vouch import VouchedAlready, VouchedBack, VouchedEnough, VouchForOneself, VouchTooEarly
from signatories.models import Evidence, Organization, Representative, Signature, Vouch
from signatories.services import decision as decisions
from signatories.services import vouch as vouches
from signatories.states import EvidenceKind, Level, Role
from tests.conftest import NOON, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.database]

LONG_AGO = NOON - timedelta(days=90)


@pytest.fixture
def make() -> Callable[..., tuple[Organization, User]]:
    """Makes organizations with one person each."""

    def one(slug: str, level: Level = Level.CONFIRMED, since: Any = LONG_AGO) -> tuple[Organization, User]:
        organization = Organization.objects.create(
            slug=slug, name_en=slug, original_language="en", level=level, verified_at=since, confirmed_at=since
        )
        person = make_person(f"head@{slug}.example")
        Representative.objects.create(user=person, organization=organization, role=Role.OWNER, accepted_at=NOON)
        return organization, person

    return one


@pytest.fixture
def candidate(make: Callable[..., tuple[Organization, User]]) -> Organization:
    return make("candidate", Level.NONE, None)[0]


def vouched(organization: Organization) -> bool:
    now = Evidence.objects.filter(organization=organization, kind=EvidenceKind.VOUCHED)
    return any(one.holds(NOON + timedelta(days=1)) for one in now)


def test_the_second_word_makes_evidence_and_one_that_is_taken_back_ends_it(
    make: Callable[..., tuple[Organization, User]], candidate: Organization
) -> None:
    (first, anna), (second, boris) = make("first"), make("second")

    given = vouches.vouch(first, candidate, by=anna, at=NOON)
    assert not vouched(candidate)
    vouches.vouch(second, candidate, by=boris, at=NOON)
    assert vouched(candidate)

    vouches.withdraw_vouch(given, by=anna, at=NOON + timedelta(hours=1))
    assert not vouched(candidate)


def test_the_word_of_a_revoked_organization_ends_with_it(
    make: Callable[..., tuple[Organization, User]], candidate: Organization
) -> None:
    for slug in ("first", "second"):
        voucher, person = make(slug)
        vouches.vouch(voucher, candidate, by=person, at=NOON)

    reviewer = make_person("reviewer@example.org", is_reviewer=True)
    decisions.revoke_verification(voucher, reason="An impostor.", by=reviewer, at=NOON + timedelta(hours=1))

    assert not vouched(candidate)
    assert Vouch.objects.filter(withdrawn_at=None).count() == 1


@pytest.mark.parametrize(
    ("level", "since"),
    [(Level.NONE, None), (Level.VOUCHED, None), (Level.CONFIRMED, LONG_AGO + timedelta(days=1))],
)
def test_who_is_not_confirmed_itself_for_ninety_days_cannot_vouch(
    make: Callable[..., tuple[Organization, User]], candidate: Organization, level: Level, since: Any
) -> None:
    voucher, person = make("young", level, since)

    with pytest.raises(VouchTooEarly):
        vouches.vouch(voucher, candidate, by=person, at=NOON)


def test_no_ring_no_self_no_shared_person_no_twice_no_stranger(
    make: Callable[..., tuple[Organization, User]], candidate: Organization, stranger: User
) -> None:
    (first, anna), (second, boris) = make("first"), make("second")
    vouches.vouch(first, second, by=anna, at=NOON)

    with pytest.raises(VouchedBack):
        vouches.vouch(second, first, by=boris, at=NOON)
    with pytest.raises(VouchForOneself):
        vouches.vouch(first, first, by=anna, at=NOON)
    with pytest.raises(VouchedAlready):
        vouches.vouch(first, second, by=anna, at=NOON)
    with pytest.raises(NotAllowed):
        vouches.vouch(first, candidate, by=stranger, at=NOON)
    Representative.objects.create(user=anna, organization=candidate)
    with pytest.raises(VouchForOneself):
        vouches.vouch(first, candidate, by=anna, at=NOON)


def test_one_person_with_two_organizations_is_one_word(
    make: Callable[..., tuple[Organization, User]], candidate: Organization
) -> None:
    (first, anna), (second, _boris) = make("first"), make("second")
    Representative.objects.create(user=anna, organization=second, role=Role.OWNER, accepted_at=NOON)

    for voucher in (first, second):
        vouches.vouch(voucher, candidate, by=anna, at=NOON)

    assert not vouched(candidate)


def test_five_words_a_year_even_if_they_were_taken_back(make: Callable[..., tuple[Organization, User]]) -> None:
    voucher, person = make("first")
    for number in range(5):
        given = vouches.vouch(voucher, make(f"other-{number}", Level.NONE, None)[0], by=person, at=NOON)
    vouches.withdraw_vouch(given, by=person, at=NOON)

    with pytest.raises(VouchedEnough):
        vouches.vouch(voucher, make("sixth", Level.NONE, None)[0], by=person, at=NOON)


def test_the_page_takes_the_code_and_shows_the_list(
    client: Client, make: Callable[..., tuple[Organization, User]], candidate: Organization
) -> None:
    voucher, person = make("first", since=NOON - timedelta(days=3650))
    client.force_login(person)
    address = f"/en/my/organizations/{voucher.slug}/vouches/"

    wrong = client.post(address, {"code": "no such code"})
    right = client.post(address, {"code": f" {vouches.code_of(candidate).upper()} "}, follow=True)

    assert "no organization has this code" in str(wrong.context["form"].errors)
    assert [name for _one, name in right.context["given"]] == ["candidate"]
    client.post(f"{address}{Vouch.objects.get().pk}/take-back/")
    assert Vouch.objects.get().withdrawn_at is not None


def test_a_word_of_more_than_a_year_ago_is_to_be_given_anew(
    make: Callable[..., tuple[Organization, User]], candidate: Organization
) -> None:
    (first, anna), (second, boris), (third, clara) = make("first"), make("second"), make("third")
    vouches.vouch(first, candidate, by=anna, at=NOON)
    vouches.vouch(second, candidate, by=boris, at=NOON)
    later = NOON + timedelta(days=366)

    vouches.vouch(third, candidate, by=clara, at=later)

    assert not any(one.holds(later) for one in Evidence.objects.filter(organization=candidate))


def test_the_code_is_no_other_thing_that_is_known_of_an_organization(candidate: Organization, settings: Any) -> None:
    code = vouches.code_of(candidate)

    assert vouches.organization_of(code) == candidate
    assert candidate.uid not in code
    for wrong in (
        candidate.uid,
        str(candidate.pk),
        f"{candidate.pk}-",
        f"{code}0",
        f"{candidate.pk + 1}{code[1:]}",
        "9" * 40,
        "²-1",
    ):
        assert vouches.organization_of(wrong) is None
    settings.SECRET_KEY = "another"
    assert vouches.organization_of(code) is None


def test_the_code_is_shown_to_those_who_were_let_in_and_while_nobody_is_to_claimants(
    client: Client, make: Callable[..., tuple[Organization, User]], candidate: Organization, stranger: User
) -> None:
    known, _anna = make("known")
    unknown = Organization.objects.create(slug="unknown", name_en="Unknown", original_language="en")
    for organization in (known, unknown):
        Representative.objects.create(user=stranger, organization=organization)
    client.force_login(stranger)

    pages = {slug: client.get(f"/en/my/organizations/{slug}/vouches/") for slug in ("known", "unknown", "candidate")}

    assert vouches.code_of(known) not in pages["known"].content.decode()
    assert "has not let you in yet" in pages["known"].content.decode()
    assert vouches.code_of(unknown) in pages["unknown"].content.decode()
    assert pages["candidate"].status_code == 404


@pytest.mark.usefixtures("files")
def test_the_permanent_number_of_an_organization_stands_on_no_page_and_in_no_list(
    client: Client, admitted: Callable[..., Signature], aigul: User, open_letter: Letter, settings: Any
) -> None:
    settings.DEMONSTRATION = True
    organization = admitted().organization
    letters.close_letter(open_letter, by=aigul, at=NOON)
    slug = open_letter.slug
    public = [
        *(f"/en/letters/{slug}/{page}" for page in ("", "signatories/", "signatories/?q=verified")),
        f"/en/organizations/{organization.slug}/",
        *(f"/en/register/{page}" for page in ("", *(f"{entry.index}/" for entry in RegisterEntry.objects.all()))),
    ]
    told = {address: client.get(address) for address in public}
    client.force_login(aigul)
    told["csv"] = client.get(f"/en/desk/letters/{slug}/signatories.csv")

    assert {answer.status_code for answer in told.values()} == {200}
    assert [address for address, answer in told.items() if organization.uid in answer.content.decode()] == []
    assert not any(organization.uid.encode() in bytes(entry.leaf) for entry in RegisterEntry.objects.all())

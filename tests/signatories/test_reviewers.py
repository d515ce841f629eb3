"""Reviewers: they check the signatures of every open letter, and nothing else of it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from campaign.base.models import User
from letters.models import Coordinator, Issuer, Letter
from letters.services import letter as letters
from signatories.errors.signature import OwnSignature
from signatories.models import Evidence, Signature
from signatories.services import evidence as evidences
from signatories.services import signature as signatures
from signatories.states import EvidenceKind, SignatureState
from tests.conftest import NOON, make_person

pytestmark = pytest.mark.django_db

QUEUE = "/en/desk/reviews/"
LIST = "/en/desk/letters/clean-air/signatures/"


@pytest.fixture
def saule(db: None, settings: Any) -> User:
    """A reviewer who coordinates nothing."""
    settings.DEMONSTRATION = True
    return make_person("saule@example.org", is_reviewer=True)


@pytest.fixture
def desk(saule: User, client: Client) -> Client:
    """Her browser."""
    client.force_login(saule)
    return client


def page_of(signature: Signature) -> str:
    return f"/en/desk/signatures/{signature.pk}/"


def test_a_reviewer_finds_open_letters_those_in_which_most_wait_first(
    desk: Client, confirmed: Callable[..., Signature], make_draft: Callable[..., Letter], aigul: User
) -> None:
    make_draft("draft")
    letters.open_letter(make_draft("quiet"), by=aigul, at=NOON)
    closed = make_draft("closed")
    letters.open_letter(closed, by=aigul, at=NOON)
    letters.close_letter(closed, by=aigul, at=NOON)
    confirmed()

    lines = desk.get(QUEUE).context["letters"]

    assert [(line.url, line.waiting) for line in lines] == [(LIST, 1), ("/en/desk/letters/quiet/signatures/", 0)]


def test_a_reviewer_checks_and_admits(desk: Client, confirmed: Callable[..., Signature], saule: User) -> None:
    signature = confirmed("mira@own.example", website="https://own.example")

    for kind in ("register_seen", "call_back"):
        desk.post(page_of(signature) + "evidence/", {"kind": kind, "detail": "seen today"})
    response = desk.post(page_of(signature) + "admit/")

    signature.refresh_from_db()
    assert (signature.state, signature.decided_by, response["Location"]) == (SignatureState.ADMITTED, saule, LIST)
    looked = Evidence.objects.filter(checked_by__isnull=False)
    assert set(looked.values_list("checked_by__email", flat=True)) == {saule.email}


def test_a_reviewer_refuses(desk: Client, confirmed: Callable[..., Signature]) -> None:
    signature = confirmed()

    desk.post(page_of(signature) + "refuse/", {"reason": "Nobody answered."})

    signature.refresh_from_db()
    assert (signature.state, signature.refusal) == (SignatureState.REFUSED, "Nobody answered.")


def test_a_reviewers_pages_lead_to_nothing_that_is_closed_to_her(
    desk: Client, confirmed: Callable[..., Signature], admitted: Callable[..., Signature]
) -> None:
    admitted()
    pages = [desk.get(address) for address in (QUEUE, LIST, page_of(confirmed()))]

    assert [page.status_code for page in pages] == [200, 200, 200]
    closed = ('/desk/letters/clean-air/"', "signatories.csv", 'href="/en/desk/"', "/desk/mail/")
    assert not [words for words in closed for page in pages if words in page.content.decode()]


@pytest.mark.parametrize(
    "address", ["", "mail/", "letters/new/", "letters/clean-air/", "letters/clean-air/signatories.csv"]
)
def test_the_rest_of_the_desk_is_closed_to_a_reviewer(desk: Client, open_letter: Letter, address: str) -> None:
    assert desk.get(f"/en/desk/{address}").status_code == 403


def test_drafts_and_closed_letters_do_not_exist_for_a_reviewer(
    desk: Client, closed_letter: Letter, make_draft: Callable[..., Letter]
) -> None:
    make_draft("draft")
    signature = Signature.objects.get()

    addresses = [LIST, "/en/desk/letters/draft/signatures/", page_of(signature)]

    assert [desk.get(address).status_code for address in addresses] == [404, 404, 404]


def test_outside_a_demonstration_a_reviewer_needs_a_second_factor_too(desk: Client, settings: Any) -> None:
    settings.DEMONSTRATION = False

    assert desk.get(QUEUE)["Location"] == "/en/accounts/password/set/"


def test_after_signing_in_a_reviewer_comes_to_the_queue(desk: Client) -> None:
    assert desk.get("/en/start/")["Location"] == QUEUE


def test_a_person_without_the_role_finds_no_queue(client: Client, stranger: User) -> None:
    client.force_login(stranger)

    assert client.get(QUEUE).status_code == 403


def test_a_coordinator_without_the_role_finds_only_her_own_letters_in_the_queue(
    client: Client, open_letter: Letter, aigul: User, settings: Any
) -> None:
    settings.DEMONSTRATION = True
    elsewhere = make_person("elsewhere@example.org")
    Coordinator.objects.create(user=elsewhere, issuer=Issuer.objects.create(key="other", number="2"))

    found = []
    for person in (aigul, elsewhere):
        client.force_login(person)
        found.append([line.url for line in client.get(QUEUE).context["letters"]])

    assert found == [[LIST], []]


def test_nobody_judges_an_organization_for_which_she_speaks(confirmed: Callable[..., Signature], saule: User) -> None:
    own = confirmed(saule.email)
    colleagues = confirmed("colleague@unverified.example")
    assert colleagues.organization == own.organization

    for signature in (own, colleagues):
        with pytest.raises(OwnSignature):
            evidences.record_by_hand(signature, EvidenceKind.CALL_BACK, detail="a phone", by=saule, at=NOON)
        with pytest.raises(OwnSignature):
            signatures.admit(signature, by=saule, at=NOON)
        with pytest.raises(OwnSignature):
            signatures.refuse(signature, reason="a reason", by=saule, at=NOON)

    assert set(Signature.objects.values_list("state", flat=True)) == {SignatureState.CONFIRMED}
    assert not Evidence.objects.exists()


def test_the_page_says_that_a_colleague_must_decide(
    desk: Client, confirmed: Callable[..., Signature], saule: User
) -> None:
    own = confirmed(saule.email)

    for address, typed in {
        "evidence/": {"kind": "call_back", "detail": "a phone"},
        "admit/": {},
        "refuse/": {"reason": "a reason"},
    }.items():
        page = desk.post(page_of(own) + address, typed, follow=True)
        with translation.override("en"):
            assert [str(message) for message in page.context["messages"]] == [str(OwnSignature())]


def test_a_revoked_role_ends_at_the_next_request(desk: Client, saule: User, open_letter: Letter) -> None:
    assert desk.get(LIST).status_code == 200

    User.objects.filter(pk=saule.pk).update(is_reviewer=False)

    assert [desk.get(address).status_code for address in (QUEUE, LIST)] == [403, 403]


def test_one_and_three_letters_cost_the_same_queries(
    desk: Client, make_draft: Callable[..., Letter], aigul: User, django_assert_num_queries: Any
) -> None:
    letters.open_letter(make_draft("first"), by=aigul, at=NOON)
    with django_assert_num_queries(4):  # session, person, letters, whether she runs any
        desk.get(QUEUE)

    for slug in ("second", "third"):
        letters.open_letter(make_draft(slug), by=aigul, at=NOON)

    with django_assert_num_queries(4):
        assert len(desk.get(QUEUE).context["letters"]) == 3

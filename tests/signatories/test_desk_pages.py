"""The review queue of the desk."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from campaign.base.models import Mail, User
from letters.models import Coordinator, Issuer
from signatories.models import Check, Evidence, Signature
from signatories.states import CheckKind, SignatureState
from tests.conftest import NOON, make_person

pytestmark = pytest.mark.django_db

LIST = "/en/desk/letters/clean-air/signatures/"
CSV = "/en/desk/letters/clean-air/signatories.csv"


@pytest.fixture
def desk(aigul: User, client: Client) -> Client:
    """Aigul's browser; she has a password and a second factor."""
    Authenticator.objects.create(user=aigul, type=Authenticator.Type.TOTP, data={})
    client.force_login(aigul)
    return client


def page_of(signature: Signature) -> str:
    return f"/en/desk/signatures/{signature.pk}/"


def texts(response: Any) -> list[tuple[str, str]]:
    return [(check.verdict, check.text) for check in response.context["review"].checks]


def test_those_that_wait_stand_first_the_oldest_on_top(
    desk: Client, admitted: Callable[..., Signature], confirmed: Callable[..., Signature]
) -> None:
    admitted()
    confirmed("a@first.example", name="First Initiative")
    confirmed("b@second.example", name="Second Initiative", at=NOON.replace(hour=13))

    groups = desk.get(LIST).context["groups"]

    assert [(group.state, [line.organization for line in group.lines]) for group in groups] == [
        ("confirmed", ["First Initiative", "Second Initiative"]),
        ("on_hold", []),
        ("admitted", ["Verified Organization"]),
        ("refused", []),
        ("withdrawn", []),
        ("merged", []),
    ]


def test_of_proposals_inside_organizations_the_desk_learns_how_many_and_not_whose(
    desk: Client, confirmed: Callable[..., Signature]
) -> None:
    for name, state in (("First", "proposed"), ("Second", "proposed"), ("Third", "declined")):
        one = confirmed(f"a@{name.lower()}.example", name=f"{name} Undecided")
        Signature.objects.filter(pk=one.pk).update(state=state)

    page = desk.get(LIST).content.decode()

    assert "2 proposed signatures wait for the yes of a second person of their organizations." in page
    assert "1 proposal ended without a yes: it was declined, or not answered in time." in page
    assert "Undecided" not in page


def test_a_started_signature_is_not_on_the_desk(desk: Client, start: Callable[..., Signature]) -> None:
    signature = start()

    assert desk.get(page_of(signature)).status_code == 404
    assert all(not group.lines for group in desk.get(LIST).context["groups"])


def test_evidence_is_recorded_with_who_and_when_and_answers_its_questions(
    desk: Client, confirmed: Callable[..., Signature], aigul: User
) -> None:
    signature = confirmed()

    desk.post(page_of(signature) + "evidence/", {"kind": "call_back", "detail": "phone from the site"})

    evidence = Evidence.objects.get()
    assert (evidence.kind, evidence.detail, evidence.checked_by) == ("call_back", "phone from the site", aigul)
    answers = desk.get(page_of(signature)).context["review"].answers
    assert [answer.answered for answer in answers] == [False, True, True]


@pytest.mark.parametrize(
    "typed", [{"kind": "domain_mail", "detail": "x"}, {"kind": "call_back", "detail": " "}, {"kind": "", "detail": "x"}]
)
def test_evidence_that_only_a_machine_can_give_or_without_a_place_is_refused(
    desk: Client, confirmed: Callable[..., Signature], typed: dict[str, str]
) -> None:
    signature = confirmed()

    response = desk.post(page_of(signature) + "evidence/", typed)

    assert response.context["evidence_form"].errors
    assert not Evidence.objects.exists()


def test_after_a_decision_the_next_one_that_waits_comes(desk: Client, confirmed: Callable[..., Signature]) -> None:
    first = confirmed("a@first.example", name="First Initiative", website="https://first.example")
    second = confirmed("b@second.example", name="Second Initiative", at=NOON.replace(hour=13))
    for kind in ("register_seen", "call_back"):
        desk.post(page_of(first) + "evidence/", {"kind": kind, "detail": "seen today"})

    after_admission = desk.post(page_of(first) + "admit/")
    after_refusal = desk.post(page_of(second) + "refuse/", {"reason": "Nobody answered the phone."})

    assert (after_admission["Location"], after_refusal["Location"]) == (page_of(second), LIST)
    states = list(Signature.objects.order_by("pk").values_list("state", flat=True))
    assert states == [SignatureState.ADMITTED, SignatureState.REFUSED]
    assert Mail.objects.get(template="signature_refused").context["reason"] == "Nobody answered the phone."


def test_admitting_too_early_says_what_is_missing_and_changes_nothing(
    desk: Client, confirmed: Callable[..., Signature]
) -> None:
    signature = confirmed()

    response = desk.post(page_of(signature) + "admit/", follow=True)

    assert "this person may bind it" in str(next(iter(response.context["messages"])))
    signature.refresh_from_db()
    assert signature.state == SignatureState.CONFIRMED


def test_a_refusal_without_a_reason_is_not_made(desk: Client, confirmed: Callable[..., Signature]) -> None:
    signature = confirmed()

    response = desk.post(page_of(signature) + "refuse/", {"reason": " \u00a0 "})

    assert response.context["refusal_form"].errors
    signature.refresh_from_db()
    assert signature.state == SignatureState.CONFIRMED


def test_deciding_twice_says_so_and_changes_nothing(desk: Client, admitted: Callable[..., Signature]) -> None:
    signature = admitted()

    for step, data in (("admit/", {}), ("refuse/", {"reason": "Too late."})):
        response = desk.post(page_of(signature) + step, data, follow=True)
        assert len(response.context["messages"]) == 1

    signature.refresh_from_db()
    assert (signature.state, signature.refusal) == (SignatureState.ADMITTED, "")


@pytest.mark.parametrize("step", ["", "evidence/", "admit/", "refuse/"])
def test_a_coordinator_of_another_issuer_meets_nothing(
    client: Client, confirmed: Callable[..., Signature], step: str
) -> None:
    signature = confirmed()
    other = make_person("other@example.org", password="a long enough password")
    Coordinator.objects.create(user=other, issuer=Issuer.objects.create(key="other"))
    Authenticator.objects.create(user=other, type=Authenticator.Type.TOTP, data={})
    client.force_login(other)

    answer = client.post(page_of(signature) + step, {"reason": "x"}) if step else client.get(page_of(signature))

    assert answer.status_code == 404
    assert client.get(LIST).status_code == client.get(CSV).status_code == 404
    signature.refresh_from_db()
    assert signature.state == SignatureState.CONFIRMED


def test_a_stranger_is_turned_away_and_a_reader_is_asked_to_sign_in(
    client: Client, confirmed: Callable[..., Signature], stranger: User
) -> None:
    signature = confirmed()

    assert client.get(page_of(signature))["Location"].startswith("/en/accounts/login/")
    client.force_login(stranger)
    assert client.get(page_of(signature)).status_code == client.get(CSV).status_code == 403


@pytest.mark.parametrize(
    ("email", "website", "verdict", "words"),
    [
        ("office@verified.example", "https://www.verified.example", "yes", "own domain verified.example"),
        ("office@elsewhere.example", "https://verified.example", "no", "is not the website’s domain verified.example"),
        ("office@gmail.com", "https://verified.example", "no", "free or shared provider"),
        ("office@verified.example", "", "", "no website of its own"),
    ],
)
def test_the_page_compares_mail_and_website(
    desk: Client, confirmed: Callable[..., Signature], email: str, website: str, verdict: str, words: str
) -> None:
    signature = confirmed(email, website=website)

    (found, text), *_rest = texts(desk.get(page_of(signature)))

    assert found == verdict
    assert words in text


def test_a_domain_in_another_alphabet_is_shown_in_both_forms(desk: Client, confirmed: Callable[..., Signature]) -> None:
    signature = confirmed("office@құқық.қаз", website="https://құқық.қаз")

    warned = [text for _verdict, text in texts(desk.get(page_of(signature))) if text.startswith("Warning")]

    assert len(warned) == 1
    assert "құқық.қаз is really xn--01a3nab1i.xn--80ao21a" in warned[0]


def test_twins_and_rivals_are_shown(
    desk: Client, admitted: Callable[..., Signature], confirmed: Callable[..., Signature]
) -> None:
    known = admitted(name="Құқық және бостандық", website="https://quqyq.example")
    twin = confirmed("x@twin.example", name="Кукык жане бостандык")
    rival = confirmed("y@rival.example", organization=known.organization)

    review = desk.get(page_of(twin)).context["review"]
    rivals = desk.get(page_of(rival)).context["review"].rivals

    assert [one.name for one in review.alike] == ["Құқық және бостандық"]
    assert [one.email for one in rivals] == [known.email]


def test_an_organization_that_no_letter_of_hers_knows_is_no_twin_here(
    desk: Client, confirmed: Callable[..., Signature]
) -> None:
    elsewhere = confirmed("a@first.example", name="Quiet Organization")
    here = confirmed("b@second.example", name="Quiet Organisation")
    assert desk.get(page_of(here)).context["review"].alike != []

    Signature.objects.filter(pk=elsewhere.pk).update(state=SignatureState.STARTED)

    assert desk.get(page_of(here)).context["review"].alike == []


def test_the_claim_stands_beside_the_record(desk: Client, confirmed: Callable[..., Signature]) -> None:
    confirmed(name="Unverified Initiative", country="KZ")
    other = confirmed("other@else.example", name="Unverified Initiative", country="UZ")

    claim = desk.get(page_of(other)).context["review"].claim

    assert [(line.name, line.claimed, line.on_record) for line in claim if line.differs] == [
        ("Country", "Uzbekistan", "Kazakhstan")
    ]


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_desk_speaks_each_language(desk: Client, confirmed: Callable[..., Signature], language: str) -> None:
    signature = confirmed()

    assert desk.get(f"/{language}/desk/letters/clean-air/signatures/").status_code == 200
    assert desk.get(f"/{language}/desk/signatures/{signature.pk}/").status_code == 200


def test_the_table_of_signatories_holds_no_formula_and_no_person(
    desk: Client, admitted: Callable[..., Signature], confirmed: Callable[..., Signature]
) -> None:
    signature = admitted(name='=HYPERLINK("x")', abbreviations={"en": "-12"}, notes={"kk": "＝1"})
    confirmed("waiting@wait.example", name="Waiting Initiative")

    response = desk.get(CSV)

    content = response.content.decode()
    assert content.startswith("\ufeffname_kk,")
    assert """'=HYPERLINK(""x"")""" in content
    assert ",'-12," in content
    assert ",'＝1," in content
    assert not [word for word in (signature.email, signature.person_name, "Waiting") if word in content]
    assert response["Content-Disposition"] == 'attachment; filename="clean-air-signatories.csv"'


def test_one_and_three_signatures_cost_the_same_queries(
    desk: Client, admitted: Callable[..., Signature], confirmed: Callable[..., Signature]
) -> None:
    def cost(address: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert desk.get(address).status_code == 200
        return len(queries)

    first = confirmed("a0@x.example", name="First of All")
    admitted("b0@x.example", name="Admitted at Once")
    desk.get(LIST)
    once = [cost(address) for address in (LIST, CSV, page_of(first))]
    for number, name in enumerate(("Second Initiative", "Third Movement"), start=1):
        confirmed(f"a{number}@x.example", name=name)
        confirmed(f"c{number}@x.example", organization=first.organization)
        admitted(f"b{number}@x{number}.example", name=f"{name} Admitted", website=f"https://x{number}.example")

    assert [cost(address) for address in (LIST, CSV, page_of(first))] == once


@pytest.mark.parametrize(("number", "asked"), [("941240000193", True), ("", False)])
def test_the_register_is_asked_from_the_page_where_there_is_a_number_to_ask_about(
    desk: Client, confirmed: Callable[..., Signature], settings: Any, number: str, asked: bool
) -> None:
    settings.REGISTER_LOOKUP_URL = "https://register.example/"
    signature = confirmed(number_scheme="KZ-BIN" if number else "", number=number)

    shown = "Ask the open data of the register" in desk.get(page_of(signature)).content.decode()
    desk.post(f"{page_of(signature)}lookup/")

    assert shown == asked
    assert Check.objects.filter(kind=CheckKind.REGISTER_LOOKUP).count() == asked

"""A confidential list leaves the site by two people, once, and says who they were."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from campaign.base.errors import NotAllowed
from campaign.base.models import JournalEntry, Mail, User
from letters.models import Coordinator, Issuer, Letter
from signatories.errors.take_out import TakeOutNotYours, TakeOutOver
from signatories.models import Invitation, Signature, TakeOut
from signatories.services import invitation as invitations
from signatories.services import take_out as take_outs
from signatories.states import InvitationState, TakeOutKind, TakeOutState
from tests.conftest import NOON, make_person

pytestmark = pytest.mark.django_db

PAGE = "/en/desk/letters/clean-air/take-outs/"


@pytest.fixture
def berik(issuer: Issuer) -> User:
    """A second coordinator of the same issuer."""
    person = make_person("berik@issuer.example", language="kk")
    Coordinator.objects.create(issuer=issuer, user=person)
    return person


@pytest.fixture
def board(open_letter: Letter, aigul: User) -> list[Invitation]:
    new = [
        invitations.NewInvitation(name=f"Fund {n}", email=f"office@fund{n}.example", language="kk", country="KZ")
        for n in range(3)
    ]
    invitations.prepare_invitations(open_letter, new, owner=aigul, by=aigul, at=NOON)
    made = list(Invitation.objects.order_by("pk"))
    Invitation.objects.filter(pk=made[0].pk).update(contact_name="=HYPERLINK(1)", reason="+1")
    invitations.answer_by_hand(made[2], InvitationState.DECLINED, reason="Statutes", by=aigul, at=NOON)
    return made


@pytest.fixture
def browser(client: Client, settings: Any) -> Callable[[User], Client]:
    settings.DEMONSTRATION = True

    def of(person: User) -> Client:
        client.force_login(person)
        return client

    return of


def ask(letter: Letter, by: User, **facts: Any) -> TakeOut:
    wanted = {"filters": "", "reason": "For the press office", "at": NOON} | facts
    return take_outs.ask(letter, TakeOutKind.INVITATIONS_CSV, by=by, **wanted)


def test_one_asks_another_agrees_and_the_first_fetches_it_once(
    open_letter: Letter, board: list[Invitation], aigul: User, berik: User, browser: Callable[[User], Client]
) -> None:
    answer = browser(aigul).post(
        PAGE, {"kind": "invitations_xlsx", "filters": "state=declined", "reason": "For the press office"}
    )
    made = TakeOut.objects.get()
    too_early = browser(aigul).post(f"{PAGE}{made.pk}/fetch/")
    shown = browser(berik).get(PAGE).content.decode()
    browser(berik).post(f"{PAGE}{made.pk}/decide/", {"act": "agree"})
    sheet = browser(aigul).post(f"{PAGE}{made.pk}/fetch/")
    again = browser(aigul).post(f"{PAGE}{made.pk}/fetch/")

    assert answer["Location"] == too_early["Location"] == again["Location"] == PAGE
    assert "For the press office" in shown
    rows = list(load_workbook(io.BytesIO(sheet.content)).active.values)
    assert [row[0] for row in rows[1:3]] == ["Organization", "Fund 2"]
    assert rows[0][0] == rows[-1][0]
    assert rows[0][0].startswith("Confidential: for the coordinators of this letter alone. Taken out by aigul@")
    assert rows[0][0].endswith("; berik@issuer.example agreed.")
    assert sheet["Cache-Control"] == "no-store"
    acts = list(JournalEntry.objects.filter(action__startswith="take_out").order_by("pk").values_list("action", "by"))
    assert acts == [("take_out.asked", aigul.pk), ("take_out.agreed", berik.pk), ("take_out.fetched", aigul.pk)]
    mail = Mail.objects.get(template="take_out_asked")
    assert (mail.to, mail.language) == ("berik@issuer.example", "kk")


def test_a_formula_in_a_list_is_text(
    open_letter: Letter, board: list[Invitation], aigul: User, browser: Callable[[User], Client]
) -> None:
    ask(open_letter, aigul, at=timezone.now())  # she is the only coordinator

    text = browser(aigul).post(f"{PAGE}{TakeOut.objects.get().pk}/fetch/").content.decode("utf-8-sig")

    lines = text.splitlines()
    assert "'=HYPERLINK(1)" in lines[2]
    assert "agreed" not in lines[0]


def test_nobody_agrees_to_what_he_asked_for_himself(open_letter: Letter, aigul: User, berik: User) -> None:
    made = ask(open_letter, aigul)

    with pytest.raises(TakeOutNotYours):
        take_outs.decide(made, agreed=True, by=aigul, at=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        TakeOut.objects.filter(pk=made.pk).update(decided_by=aigul, decided_at=NOON, agreed=True)

    made.refresh_from_db()
    assert made.state(NOON) == TakeOutState.ASKED


def test_two_names_of_one_mailbox_are_one_person(open_letter: Letter, issuer: Issuer) -> None:
    one, other = make_person("one@issuer.example"), make_person("one+two@issuer.example")
    for person in (one, other):
        Coordinator.objects.create(issuer=issuer, user=person)
    third = make_person("third@issuer.example")
    Coordinator.objects.create(issuer=issuer, user=third)
    made = ask(open_letter, one)

    with pytest.raises(TakeOutNotYours):
        take_outs.decide(made, agreed=True, by=other, at=NOON)


@pytest.mark.parametrize("agreed", [True, False])
def test_a_decision_stands_and_a_refused_list_is_not_fetched(
    open_letter: Letter, aigul: User, berik: User, agreed: bool
) -> None:
    made = ask(open_letter, aigul)
    take_outs.decide(made, agreed=agreed, by=berik, at=NOON)

    with pytest.raises(TakeOutOver):
        take_outs.decide(made, agreed=not agreed, by=berik, at=NOON)
    if agreed:
        assert take_outs.fetch(made, by=aigul, at=NOON).fetched_at == NOON
    with pytest.raises(TakeOutOver):
        take_outs.fetch(made, by=aigul, at=NOON)


def test_time_runs_out_for_deciding_and_for_fetching(open_letter: Letter, aigul: User, berik: User) -> None:
    late, slow = ask(open_letter, aigul), ask(open_letter, aigul)
    take_outs.decide(slow, agreed=True, by=berik, at=NOON)

    with pytest.raises(TakeOutOver):
        take_outs.decide(late, agreed=True, by=berik, at=NOON + timedelta(days=3))
    with pytest.raises(TakeOutOver):
        take_outs.fetch(slow, by=aigul, at=NOON + timedelta(days=1))

    slow.refresh_from_db()
    assert late.state(NOON + timedelta(days=3)) == slow.state(NOON + timedelta(days=1)) == TakeOutState.OVER


def test_a_colleague_fetches_nothing_and_a_stranger_does_nothing(
    open_letter: Letter, aigul: User, berik: User, stranger: User
) -> None:
    made = ask(open_letter, aigul)
    with pytest.raises(NotAllowed):
        ask(open_letter, stranger)
    with pytest.raises(NotAllowed):
        take_outs.decide(made, agreed=True, by=stranger, at=NOON)
    take_outs.decide(made, agreed=True, by=berik, at=NOON)

    with pytest.raises(NotAllowed):
        take_outs.fetch(made, by=berik, at=NOON)


@pytest.mark.parametrize(
    ("language", "words"),
    [("kk", "Құпия тізімдер"), ("ru", "Конфиденциальные списки"), ("en", "Confidential lists")],
)
def test_the_page_keeps_what_was_typed_in_each_language(
    open_letter: Letter, aigul: User, browser: Callable[[User], Client], language: str, words: str
) -> None:
    answer = browser(aigul).post(
        f"/{language}/desk/letters/clean-air/take-outs/", {"kind": "consent_file", "filters": "q=Fund", "reason": ""}
    )

    page = answer.content.decode()
    assert (answer.status_code, TakeOut.objects.count()) == (422, 0)
    assert f"<h1>{words}</h1>" in page
    assert '<option value="consent_file" selected>' in page
    assert 'value="q=Fund"' in page


@pytest.mark.parametrize("visibility", ["public", "counted"])
def test_one_button_makes_the_consent_file_unless_it_names_somebody_who_is_not_public(
    open_letter: Letter,
    admitted: Callable[..., Signature],
    aigul: User,
    berik: User,
    browser: Callable[[User], Client],
    visibility: str,
) -> None:
    Signature.objects.filter(pk=admitted().pk).update(visibility=visibility)

    answer = browser(aigul).post("/en/desk/letters/clean-air/consent/")

    if visibility == "public":
        assert answer["Content-Type"] == "application/zip"
        assert answer.getvalue()[:2] == b"PK"  # type: ignore[attr-defined]
    else:
        assert answer["Location"] == f"{PAGE}?kind=consent_file"

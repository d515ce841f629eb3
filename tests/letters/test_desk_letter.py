"""One letter on the desk: what is shown, and the next step."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaign.base.models import JournalEntry, User
from campaign.base.models.register import RegisterEntry
from letters.errors import AlreadyPublic
from letters.models import Edition, Issuer, Letter, Office, Recipient
from letters.services import letter as letters
from letters.states import LetterState
from tests.conftest import NOON, in_three, make_office
from tests.letters.addresses import at

pytestmark = pytest.mark.django_db

ACTS = ("open", "close", "withdraw", "archive", "publish")


def state_of(letter: Letter) -> str:
    letter.refresh_from_db()
    return letter.state


def said(response: Any) -> list[str]:
    return [str(message) for message in response.context["messages"]]


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_three_texts_stand_side_by_side(desk: Client, draft: Letter, language: str):
    response = desk.get(at("desk-letter", "clean-air", language=language))

    page = response.content.decode()
    assert response.status_code == 200
    assert [text.language for text in response.context["texts"]] == ["kk", "ru", "en"]
    assert '<li id="kk-demand-1">' in page
    assert '<li id="ru-demand-2">' in page
    assert '<li id="en-demand-2">' in page


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("desk-letter", ()),
        ("desk-letter-edit", ()),
        ("desk-issuer", ()),
        ("desk-recipients", ()),
        ("desk-recipient-new", ()),
        ("desk-letter-open", ()),
        ("desk-letter-close", ()),
        ("desk-letter-withdraw", ()),
        ("desk-editions", ()),
        ("desk-editions-progress", ()),
        ("desk-editions-zip", ()),
        ("desk-preview", ("en",)),
    ],
)
def test_a_letter_of_another_issuer_is_not_there(desk: Client, draft: Letter, name: str, more: tuple[str, ...]):
    Letter.objects.filter(pk=draft.pk).update(issuer=Issuer.objects.create(key="other"))

    assert desk.get(at(name, "clean-air", *more)).status_code == 404


@pytest.mark.parametrize("act", ACTS)
def test_nothing_can_be_done_to_a_letter_of_another_issuer(desk: Client, draft: Letter, act: str):
    Letter.objects.filter(pk=draft.pk).update(issuer=Issuer.objects.create(key="other"))

    assert desk.post(at(f"desk-letter-{act}", "clean-air")).status_code == 404
    assert state_of(draft) == LetterState.DRAFT


@pytest.mark.parametrize("act", ACTS)
def test_a_stranger_can_do_nothing(client: Client, draft: Letter, stranger: User, act: str):
    client.force_login(stranger)

    assert client.post(at(f"desk-letter-{act}", "clean-air")).status_code == 403
    assert state_of(draft) == LetterState.DRAFT


def test_opening_a_page_changes_nothing(desk: Client, draft: Letter):
    for act in ("open", "close", "withdraw"):
        assert desk.get(at(f"desk-letter-{act}", "clean-air")).status_code == 200

    assert state_of(draft) == LetterState.DRAFT
    assert not RegisterEntry.objects.exists()


def test_a_draft_is_opened_after_a_second_look(desk: Client, draft: Letter, aigul: User):
    asked = desk.get(at("desk-letter-open", "clean-air"))
    response = desk.post(at("desk-letter-open", "clean-air"), follow=True)

    assert asked.context["obstacles"] == []
    assert said(response) == ["The letter is open for signature."]
    assert state_of(draft) == LetterState.OPEN
    assert JournalEntry.objects.get(action="letter.opened").by == aigul


def test_a_letter_opened_twice_says_that_somebody_was_faster(desk: Client, draft: Letter):
    desk.post(at("desk-letter-open", "clean-air"), follow=True)
    response = desk.post(at("desk-letter-open", "clean-air"), follow=True)

    assert said(response) == [
        "Nothing was changed, because somebody else was faster: the state is now “open”. Look again and decide."
    ]
    assert RegisterEntry.objects.count() == 1


def test_everything_that_stands_in_the_way_is_listed(desk: Client, draft: Letter):
    draft.recipients.all().delete()
    Letter.objects.filter(pk=draft.pk).update(body_ru="", closes_at=timezone.now() - timedelta(days=1))

    page = desk.get(at("desk-letter-open", "clean-air")).content.decode()

    assert "it has no title or no text in Русский" in page
    assert "it has no addressee" in page
    assert "its closing time has already passed" in page
    assert '<button type="submit" class="button">Open the letter' not in page


def test_repairs_of_kazakh_words_are_announced_before_opening(desk: Client, draft: Letter):
    Letter.objects.filter(pk=draft.pk).update(title_kk="Таза ауа жəне біз")

    page = desk.get(at("desk-letter-open", "clean-air")).content.decode()

    assert "жəне → және" in page


def test_a_passed_publication_date_is_announced_before_opening(desk: Client, draft: Letter):
    Letter.objects.filter(pk=draft.pk).update(published_at=timezone.now() - timedelta(days=1))

    page = desk.get(at("desk-letter-open", "clean-air")).content.decode()

    assert "The letter will be public at once" in page


def test_a_letter_is_published_at_once(desk: Client, draft: Letter):
    desk.post(at("desk-letter-open", "clean-air"))
    response = desk.post(at("desk-letter-publish", "clean-air"), {"publish_at": ""}, follow=True)

    draft.refresh_from_db()
    assert said(response)[-1] == "The letter is published."
    assert draft.is_published(timezone.now())


def test_a_letter_is_published_at_a_time_in_almaty(desk: Client, draft: Letter):
    desk.post(at("desk-letter-open", "clean-air"))
    desk.post(at("desk-letter-publish", "clean-air"), {"publish_at": "18/11/2030 10:00"})

    draft.refresh_from_db()
    assert draft.published_at is not None
    assert draft.published_at.isoformat() == "2030-11-18T05:00:00+00:00"


def test_a_wrong_publication_time_is_kept_and_refused(desk: Client, draft: Letter):
    desk.post(at("desk-letter-open", "clean-air"))
    response = desk.post(at("desk-letter-publish", "clean-air"), {"publish_at": "tomorrow"})

    draft.refresh_from_db()
    assert response.status_code == 422
    assert 'value="tomorrow"' in response.content.decode()
    assert draft.published_at is None


def test_what_is_public_is_neither_hidden_again_nor_published_twice(open_letter: Letter, aigul: User):
    for publish_at in (None, NOON + timedelta(days=9)):
        with pytest.raises(AlreadyPublic):
            letters.publish_letter(open_letter, by=aigul, at=NOON + timedelta(days=1), publish_at=publish_at)

    open_letter.refresh_from_db()
    assert open_letter.published_at == NOON


def test_an_embargo_that_still_lasts_is_moved(draft: Letter, aigul: User):
    letters.open_letter(draft, by=aigul, at=NOON)
    for days in (3, 5):
        letters.publish_letter(draft, by=aigul, at=NOON, publish_at=NOON + timedelta(days=days))

    assert draft.published_at == NOON + timedelta(days=5)


def test_a_draft_cannot_be_published(desk: Client, draft: Letter):
    response = desk.post(at("desk-letter-publish", "clean-air"), {"publish_at": ""}, follow=True)

    assert said(response) == ["The letter was not published: it is still a draft. Open it first."]


def test_closing_says_what_it_does_and_makes_the_editions(desk: Client, open_letter: Letter):
    asked = desk.get(at("desk-letter-close", "clean-air")).content.decode()
    response = desk.post(at("desk-letter-close", "clean-air"), follow=True)

    assert "6 editions will be printed." in asked
    assert said(response) == ["The letter is closed, and its editions are printed now."]
    assert state_of(open_letter) == LetterState.CLOSED
    assert Edition.objects.count() == 6
    assert "0 of 6 editions are printed." in response.content.decode()


def test_a_closed_letter_goes_into_the_archive(desk: Client, closed_letter: Letter):
    response = desk.post(at("desk-letter-archive", "clean-air"), follow=True)

    assert said(response) == ["The letter is in the archive."]
    assert state_of(closed_letter) == LetterState.ARCHIVED


def test_a_draft_is_withdrawn(desk: Client, draft: Letter):
    desk.post(at("desk-letter-withdraw", "clean-air"))

    assert state_of(draft) == LetterState.WITHDRAWN


def test_a_closed_letter_is_not_withdrawn(desk: Client, closed_letter: Letter):
    response = desk.post(at("desk-letter-withdraw", "clean-air"), follow=True)

    assert said(response)[0].startswith("Nothing was changed, because somebody else was faster")
    assert state_of(closed_letter) == LetterState.CLOSED


@pytest.mark.parametrize(
    ("act", "buttons"),
    [("draft", {"open", "withdraw"}), ("open", {"close", "publish", "withdraw"}), ("closed", {"archive", "publish"})],
)
def test_only_the_next_step_has_a_button(desk: Client, draft: Letter, aigul: User, act: str, buttons: set[str]):
    if act != "draft":
        desk.post(at("desk-letter-open", "clean-air"))
    if act == "closed":
        desk.post(at("desk-letter-close", "clean-air"))

    page = desk.get(at("desk-letter", "clean-air")).content.decode()

    assert {name for name in ACTS if at(f"desk-letter-{name}", "clean-air") in page} == buttons


def test_an_open_letter_has_an_invitation_in_three_languages(desk: Client, open_letter: Letter):
    response = desk.get(at("desk-letter", "clean-air"))

    texts = [invitation.text for invitation in response.context["invitations"]]
    assert [
        f"/{language}/invitation/{open_letter.invitation_token}/" in text
        for language, text in zip(("kk", "ru", "en"), texts, strict=True)
    ] == [True, True, True]
    assert "Открытое письмо о чистом воздухе" in texts[1]


def test_the_journal_says_who_did_what(desk: Client, open_letter: Letter):
    response = desk.get(at("desk-letter", "clean-air"))

    assert [(line.who, line.what) for line in response.context["journal"]] == [
        ("aigul@example.org", "Published the letter, or set the time of its publication."),
        ("aigul@example.org", "Opened the letter for signature."),
        ("", "Made the letter."),
    ]


def test_the_journal_of_another_letter_is_not_shown(desk: Client, draft: Letter, make_draft: Callable[..., Letter]):
    make_draft("other")
    JournalEntry.objects.filter(scope="other").update(scope="clean-air")

    response = desk.get(at("desk-letter", "clean-air"))

    assert len(response.context["journal"]) == 1


def test_three_recipients_take_as_many_queries_as_one(desk: Client, draft: Letter):
    with CaptureQueriesContext(connection) as with_one:
        desk.get(at("desk-letter", "clean-air"))
    for order, key in enumerate(("akim", "minister"), start=2):
        names = {"kk": key, "ru": key, "en": key}
        Recipient.objects.create(
            letter=draft, role="cc", order=order, office=make_office(key, names, names), **in_three("group", names)
        )

    with CaptureQueriesContext(connection) as with_three:
        desk.get(at("desk-letter", "clean-air"))

    assert Office.objects.count() == 3
    assert len(with_three) == len(with_one)

"""What is typed into a draft is kept before it is saved, for the one who typed it."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from campaign.base.models import User
from letters.models import Coordinator, Letter, UnsavedDraft
from letters.services import letter as letters
from letters.services import unsaved
from tests.conftest import BODIES, NOON, make_person
from tests.letters.addresses import at
from tests.letters.test_desk_drafts import typed

pytestmark = pytest.mark.django_db

TYPED = {"body_en": "Half a sent", "title_kk": "Жарты сөй", "version": "0"}


def test_what_was_typed_is_offered_taken_up_and_forgotten_when_it_is_saved(desk: Client, draft: Letter) -> None:
    assert desk.post(at("desk-letter-keep", "clean-air"), TYPED).status_code == 204

    offered = desk.get(at("desk-letter-edit", "clean-air")).content.decode()
    assert "Words that you typed were not saved" in offered
    assert "Half a sent" not in offered
    taken = desk.get(at("desk-letter-edit", "clean-air"), {"kept": "yes"})
    assert taken.status_code == 200
    assert taken.context["form"]["body_en"].value() == "Half a sent"
    assert taken.context["form"]["title_kk"].value() == "Жарты сөй"

    whole = typed(draft.issuer, slug="clean-air", body_en=BODIES["en"], version="0")
    assert desk.post(at("desk-letter-edit", "clean-air"), whole).status_code == 302
    assert not UnsavedDraft.objects.exists()


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_words_that_are_saved_by_now_are_not_offered(desk: Client, draft: Letter, language: str) -> None:
    shown = desk.get(at("desk-letter-edit", "clean-air", language=language)).context["form"]
    sent = {bound.html_name: bound_value(bound) for bound in shown}
    sent = {name: text.replace("\n", "\r\n") for name, text in sent.items() if text}
    desk.post(at("desk-letter-keep", "clean-air", language=language), sent)
    assert UnsavedDraft.objects.exists()

    again = desk.get(at("desk-letter-edit", "clean-air", language=language))
    assert again.context["kept"] is None
    desk.post(at("desk-letter-keep", "clean-air", language=language), {**sent, "title_kk": "Жарты сөй"})
    assert desk.get(at("desk-letter-edit", "clean-air", language=language)).context["kept"] is not None


def bound_value(bound: Any) -> str:
    value = bound.field.widget.format_value(bound.value())
    return "".join(value) if isinstance(value, list) else str(value or "")


def test_a_new_letter_is_kept_before_it_has_an_address(desk: Client) -> None:
    desk.post(at("desk-letter-new-keep"), TYPED)

    assert desk.get(at("desk-letter-new"), {"kept": "yes"}).context["form"]["body_en"].value() == "Half a sent"
    assert desk.post(at("desk-letter-new-unkeep")).status_code == 302
    assert not UnsavedDraft.objects.exists()


def test_typing_on_keeps_one_row(desk: Client, draft: Letter) -> None:
    for words in ("Half", "Half a", "Half a sentence"):
        desk.post(at("desk-letter-keep", "clean-air"), {**TYPED, "body_en": words})

    assert UnsavedDraft.objects.get().fields["body_en"] == "Half a sentence"


def test_a_colleague_sees_nothing_of_it_and_saves_over_nothing(desk: Client, draft: Letter, aigul: User) -> None:
    desk.post(at("desk-letter-keep", "clean-air"), TYPED)
    colleague = make_person("colleague@example.org")
    Coordinator.objects.create(user=colleague, issuer=draft.issuer)
    other = Client()
    other.force_login(colleague)

    page = other.get(at("desk-letter-edit", "clean-air"), {"kept": "yes"}).content.decode()
    assert "Half a sent" not in page
    assert "were not saved" not in page
    other.post(at("desk-letter-edit", "clean-air"), typed(draft.issuer, slug="clean-air", version="0"))
    assert UnsavedDraft.objects.get().person == aigul  # hers is still there, and her later save is told of the other
    kept: Any = desk.get(at("desk-letter-edit", "clean-air"), {"kept": "yes"}).context["form"]
    assert kept["version"].value() == "0"


def test_opening_and_time_forget_it(desk: Client, draft: Letter, aigul: User) -> None:
    desk.post(at("desk-letter-keep", "clean-air"), TYPED)
    desk.post(at("desk-letter-new-keep"), TYPED)
    letters.open_letter(draft, by=aigul, at=NOON)

    assert desk.post(at("desk-letter-keep", "clean-air"), TYPED).status_code == 409
    assert UnsavedDraft.objects.get().letter is None
    assert unsaved.forget_old(at=timezone.now() + timedelta(days=29)) == 0
    assert unsaved.forget_old(at=timezone.now() + timedelta(days=31)) == 1


def test_more_than_a_letter_holds_is_not_kept(desk: Client, draft: Letter) -> None:
    assert desk.post(at("desk-letter-keep", "clean-air"), {"body_en": "x" * 200_001}).status_code == 413
    assert not UnsavedDraft.objects.exists()

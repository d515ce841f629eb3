"""What is typed into a draft is kept before it is saved, for the one who typed it."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation
from django.utils.translation import gettext

from campaign.base.models import User
from letters.models import Coordinator, Letter, UnsavedDraft
from letters.services import letter as letters
from letters.services import unsaved
from letters.services.block import compared_blocks, confirm_blocks
from tests.conftest import BODIES, NOON, make_person
from tests.letters.addresses import at
from tests.letters.test_desk_drafts import typed

pytestmark = pytest.mark.django_db

TYPED = {"body_en": "Half a sent", "title_kk": "Жарты сөй", "version": "0"}


def test_what_was_typed_is_offered_taken_up_and_forgotten_when_it_is_saved(desk: Client, draft: Letter) -> None:
    assert desk.post(at("desk-letter-keep", "clean-air"), TYPED).status_code == 200

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


@pytest.mark.database
def test_a_new_letter_is_kept_before_it_has_an_address(desk: Client) -> None:
    assert desk.post(at("desk-letter-new-keep"), TYPED).status_code == 204

    assert desk.get(at("desk-letter-new"), {"kept": "yes"}).context["form"]["body_en"].value() == "Half a sent"
    assert desk.post(at("desk-letter-new-unkeep")).status_code == 302
    assert not UnsavedDraft.objects.exists()


def test_typing_on_keeps_one_row(desk: Client, draft: Letter) -> None:
    for words in ("Half", "Half a", "Half a sentence"):
        desk.post(at("desk-letter-keep", "clean-air"), {**TYPED, "body_en": words})

    assert UnsavedDraft.objects.get().fields["body_en"] == "Half a sentence"


@pytest.mark.database
def test_words_that_come_late_do_not_take_the_place_of_later_ones(desk: Client, draft: Letter) -> None:
    keep = at("desk-letter-keep", "clean-air")

    for page, turn, words in (("1", "000000010", "later"), ("1", "000000009", "earlier")):
        assert desk.post(keep, {**TYPED, "body_en": words, "page": page, "turn": turn}).status_code == 200
    assert UnsavedDraft.objects.get().fields["body_en"] == "later"

    desk.post(keep, {**TYPED, "body_en": "in another tab", "page": "2", "turn": "000000001"})
    assert UnsavedDraft.objects.get().fields["body_en"] == "in another tab"


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


@pytest.fixture
def colleague(draft: Letter) -> Client:
    person = make_person("colleague@example.org")
    Coordinator.objects.create(user=person, issuer=draft.issuer)
    client = Client()
    client.force_login(person)
    return client


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_two_who_type_at_once_are_warned_of_each_other_before_they_save(
    desk: Client, draft: Letter, aigul: User, colleague: Client, language: str
) -> None:
    edit, keep = (at(name, "clean-air", language=language) for name in ("desk-letter-edit", "desk-letter-keep"))
    assert "colleague@example.org" not in desk.post(keep, TYPED).content.decode()

    theirs = colleague.post(keep, TYPED).content.decode()
    hers = desk.post(keep, TYPED).content.decode()

    with translation.override(language):
        warning = gettext("%(email)s is typing in this draft, too, and has not saved yet.")
        saved = gettext(
            "Somebody saved this draft since you opened it. Your words are kept; when you save, you will see both, and nothing is merged by itself."
        )
    assert warning % {"email": aigul.email} in theirs
    assert warning % {"email": "colleague@example.org"} in hers
    assert warning % {"email": "colleague@example.org"} in desk.get(edit).content.decode()  # without scripts
    assert saved not in hers
    whole = typed(draft.issuer, slug="clean-air", version="0")
    assert colleague.post(at("desk-letter-edit", "clean-air"), whole).status_code == 302
    hers = desk.post(keep, TYPED).content.decode()
    assert saved in hers
    assert "colleague@example.org" not in hers
    UnsavedDraft.objects.update(kept_at=timezone.now() - timedelta(minutes=16))
    assert aigul.email not in colleague.get(edit).content.decode()


def test_the_report_follows_what_is_typed_and_saves_nothing(desk: Client, draft: Letter) -> None:
    keep = at("desk-letter-keep", "clean-air")
    before = {f"{field}_{code}": draft.text(field, code) for field in ("title", "body") for code in BODIES}

    same = desk.post(keep, {**before, "version": "0"}).content.decode()
    other = desk.post(keep, {**before, "body_en": BODIES["en"] + "\n\nBy 2031.", "version": "0"}).content.decode()
    missing = desk.post(keep, {**before, "body_ru": "", "version": "0"}).content.decode()

    assert "2031" not in same
    assert "the figure 2031: in English, not (or less often) in Қазақша, Русский" in other
    assert "Русский" in missing
    assert "The three texts may say different things" in missing
    draft.refresh_from_db()
    assert draft.text("body", "en") == before["body_en"]


def test_words_that_a_letter_could_not_hold_are_kept_and_told(desk: Client, draft: Letter) -> None:
    texts = {f"{field}_{code}": draft.text(field, code) for field in ("title", "body") for code in BODIES}
    found = desk.post(at("desk-letter-keep", "clean-air"), {**texts, "body_kk": "ұ" * 40_000})
    assert "The text has 81 kB, and a letter has room for 50 kB." in found.content.decode()
    assert UnsavedDraft.objects.get().fields["body_kk"] == "ұ" * 40_000


def test_a_block_that_changes_marks_its_twins_as_stale_while_it_is_typed(
    desk: Client, draft: Letter, aigul: User
) -> None:
    keys = {block.key for block in compared_blocks(draft)}
    confirm_blocks(draft, keys, by=aigul, at=NOON)
    texts = {f"{field}_{code}": draft.text(field, code) for field in ("title", "summary", "body") for code in BODIES}

    page = desk.get(at("desk-letter-edit", "clean-air")).content.decode()
    found = desk.post(at("desk-letter-keep", "clean-air"), {**texts, "title_kk": "Басқа тақырып"}).content.decode()

    assert "Changed in one language" not in page
    assert "not confirmed" not in page
    assert 'lang="kk"><div>Басқа тақырып<span lang="en"><br><span class="badge">changed</span>' in found
    assert found.count('<span class="badge badge-waiting">stale</span>') == 2
    assert f'href="{at("desk-letter-blocks", "clean-air")}">1 block is not confirmed' in found


def test_what_a_block_lost_stands_in_its_row_with_a_way_to_its_field(desk: Client, draft: Letter) -> None:
    texts = {f"{field}_{code}": draft.text(field, code) for field in ("title", "summary", "body") for code in BODIES}
    words = {"title_ru": texts["title_ru"] + " 2030", "body_en": BODIES["en"] + "\n\nBy 2031.", "version": "0"}

    answer = desk.post(at("desk-letter-keep", "clean-air"), {**texts, **words})

    assert [(row.field, row.hints, row.is_saved) for row in answer.context["rows"]] == [
        ("title", ["the figure 2030: in Русский, not (or less often) in Қазақша, English"], False),
        ("body", ["the figure 2031: in English, not (or less often) in Қазақша, Русский"], False),
    ]
    assert answer.context["hints"] == []
    assert '<a class="small" href="#id_title_ru">Go to the field</a>' in answer.content.decode()


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_blocks_are_confirmed_beside_the_form_and_typed_words_come_back(
    desk: Client, draft: Letter, aigul: User, language: str
) -> None:
    edit, blocks = (at(name, "clean-air", language=language) for name in ("desk-letter-edit", "desk-letter-blocks"))
    keys = [block.key for block in compared_blocks(draft)]
    whole = typed(draft.issuer, slug="clean-air", version="0", **{f"body_{code}": BODIES[code] for code in BODIES})
    whole |= {f"title_{code}": draft.text("title", code) for code in BODIES} | {"title_kk": "Басқа тақырып"}

    answer = desk.post(blocks, {**whole, "agrees": keys[1:]})
    assert answer["Location"] == f"{edit}?kept=yes#report"
    page = desk.get(answer["Location"])

    assert [block.agrees for block in compared_blocks(Letter.objects.get())] == [False] + [True] * (len(keys) - 1)
    assert page.context["form"]["title_kk"].value() == "Басқа тақырып"
    assert [(row.field, row.is_saved) for row in page.context["report"]["other_rows"]] == [("title", False)]
    with translation.override(language):
        words = gettext(
            "A block with words that are not saved can be confirmed once you have saved the draft: only saved words are confirmed."
        )
    assert words in page.content.decode()
    assert 'name="agrees"' not in page.content.decode()
    assert draft.text("title", "kk") == Letter.objects.get().text("title", "kk")


def test_confirming_beside_the_form_keeps_nothing_where_nothing_was_typed(desk: Client, draft: Letter) -> None:
    shown = desk.get(at("desk-letter-edit", "clean-air")).context["form"]
    sent = {bound.html_name: bound_value(bound) for bound in shown}

    desk.post(at("desk-letter-blocks", "clean-air"), {**sent, "agrees": [compared_blocks(draft)[0].key]})

    assert compared_blocks(draft)[0].agrees
    assert not UnsavedDraft.objects.exists()


def test_confirming_beside_more_than_a_letter_holds_gives_every_word_back(desk: Client, draft: Letter) -> None:
    words = {**TYPED, "body_en": "x" * 200_001}

    page = desk.post(at("desk-letter-blocks", "clean-air"), {**words, "agrees": [compared_blocks(draft)[0].key]})

    assert page.status_code == 422
    assert page.context["form"]["body_en"].value() == words["body_en"]
    assert not compared_blocks(draft)[0].agrees


def test_a_stranger_learns_nothing_of_who_types(desk: Client, draft: Letter) -> None:
    desk.post(at("desk-letter-keep", "clean-air"), TYPED)
    stranger = Client()
    stranger.force_login(make_person("stranger@example.org"))

    assert stranger.post(at("desk-letter-keep", "clean-air"), TYPED).status_code in (403, 404)


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

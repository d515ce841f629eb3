"""Texts side by side: what changed in one language marks the others as stale until somebody confirms the block."""

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from campaign.base.models import JournalEntry, User
from letters.blocks import blocks_of, judged
from letters.errors import TextIsFixed
from letters.models import Letter
from letters.services import letter as letters
from letters.services.block import compared_blocks, confirm_blocks
from tests.conftest import BODIES, NOON
from tests.letters.addresses import at

BLOCKS = st.lists(st.sampled_from(["one", "two", "three words", "## Heading", "> said"]), max_size=8)


def bodies(kk: str, ru: str, en: str) -> dict[str, str]:
    return {"kk": kk, "ru": ru, "en": en}


def test_headings_stand_beside_headings_whatever_a_section_lacks() -> None:
    found = blocks_of(bodies("бір\n\nекі\n\n## Бас\n\nүш", "раз\n\n## Глава\n\nтри", "one\n\ntwo\n\n## Head\n\nthree"))

    assert [tuple(row.values()) for row in found] == [
        ("бір", "раз", "one"),
        ("екі", "", "two"),
        ("## Бас", "## Глава", "## Head"),
        ("үш", "три", "three"),
    ]


@given(BLOCKS, BLOCKS, BLOCKS)
def test_no_block_of_any_text_is_lost(kk: list[str], ru: list[str], en: list[str]) -> None:
    found = blocks_of(bodies(*("\n\n".join(blocks) for blocks in (kk, ru, en))))

    for language, blocks in (("kk", kk), ("ru", ru), ("en", en)):
        assert [row[language] for row in found if row[language]] == blocks


def test_a_change_in_one_language_makes_the_others_stale() -> None:
    before = bodies("бір", "раз", "one")

    (same,) = judged([before], [before])
    (changed,) = judged([{**before, "kk": "бірінші"}], [before])
    (new,) = judged([bodies("жаңа", "новое", "new")], [before])

    assert (same.agrees, same.changed) == (True, ())
    assert (changed.agrees, changed.changed, changed.stale()) == (False, ("kk",), ("ru", "en"))
    assert (new.agrees, new.changed, new.stale()) == (False, (), ())


@pytest.mark.django_db
def test_the_desk_confirms_and_a_later_change_asks_again(desk: Client, draft: Letter, aigul: User) -> None:
    address = at("desk-letter-blocks", "clean-air")
    page = desk.get(address)
    keys = [row.block.key for row in page.context["rows"]]

    assert desk.post(address, {"agrees": keys}).status_code == 302
    assert all(block.agrees for block in compared_blocks(Letter.objects.get()))
    assert "0 blocks are not confirmed" in desk.get(address).content.decode()

    columns = {"body_ru": BODIES["ru"].replace("просим", "требуем")}
    letters.change_draft(draft, columns, version=draft.version, by=aigul, at=NOON)
    stale = [block for block in compared_blocks(Letter.objects.get()) if not block.agrees]
    assert [(block.changed, block.stale()) for block in stale] == [(("ru",), ("kk", "en"))]
    assert desk.get(address).content.decode().count(">stale<") == 2
    assert "1 block of the texts was not confirmed" in desk.get(at("desk-letter-open", "clean-air")).content.decode()
    assert JournalEntry.objects.get(action="letter.blocks_confirmed").details == {"count": len(keys)}


@pytest.mark.django_db
def test_what_changed_meanwhile_is_not_confirmed(draft: Letter, aigul: User) -> None:
    seen = [block.key for block in compared_blocks(draft)]
    letters.change_draft(draft, {"title_en": "Another"}, version=draft.version, by=aigul, at=NOON)

    assert confirm_blocks(draft, seen, by=aigul, at=NOON) == len(seen) - 1
    assert confirm_blocks(draft, seen, by=aigul, at=NOON) == 0
    letters.open_letter(draft, by=aigul, at=NOON)
    with pytest.raises(TextIsFixed):
        confirm_blocks(draft, seen, by=aigul, at=NOON)

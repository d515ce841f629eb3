"""Making and correcting a draft at the desk, without any file."""

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation
from PIL import Image

from campaign.base import freshness
from campaign.base.languages import LANGUAGES
from campaign.base.models import JournalEntry, User
from letters.errors import LogoNotKept
from letters.models import Issuer, Letter
from letters.services import letter as letters
from letters.services.recipient import letter_day
from letters.states import LetterState
from tests.conftest import BODIES, NOON, SUMMARIES, TITLES, in_three
from tests.disk import room_for
from tests.letters.addresses import at

pytestmark = pytest.mark.django_db


def typed(issuer: Issuer, **fields: Any) -> dict[str, Any]:
    """What Aigul types into the form of a letter."""
    facts = {
        "slug": "clean-water",
        "kind": "statement",
        "campaign": "",
        "issuer": issuer.pk,
        "original_language": "ru",
        "reference": "7/2026",
        "opens_at": "",
        "closes_at": "18/11/2030 18:00",
        "published_at": "",
    }
    return facts | in_three("title", TITLES) | in_three("summary", SUMMARIES) | in_three("body", BODIES) | fields


def errors_of(response: Any) -> dict[str, list[str]]:
    assert response.status_code == 422
    return {name: list(errors) for name, errors in response.context["form"].errors.items()}


def test_a_draft_is_made_by_hand(desk: Client, issuer: Issuer, aigul: User):
    response = desk.post(at("desk-letter-new"), typed(issuer))

    letter = Letter.objects.get(slug="clean-water")
    assert response["Location"] == at("desk-recipients", "clean-water")
    assert letter.state == LetterState.DRAFT
    assert [letter.text("body", language) for language in ("kk", "ru", "en")] == list(BODIES.values())
    assert [demand.text_en for demand in letter.demands.order_by("number")] == ["Measure the air;", "Publish the data."]
    assert letter.closes_at is not None
    assert letter.closes_at.isoformat() == "2030-11-18T13:00:00+00:00"
    assert JournalEntry.objects.get(action="letter.made").by == aigul


@pytest.mark.parametrize(
    ("language", "moment"), [("kk", "18.11.2030 18:00"), ("ru", "18.11.2030 18:00"), ("en", "18/11/2030 18:00")]
)
def test_moments_are_typed_as_each_language_writes_them(desk: Client, issuer: Issuer, language: str, moment: str):
    desk.post(at("desk-letter-new", language=language), typed(issuer, closes_at=moment))
    shown = desk.get(at("desk-letter-edit", "clean-water", language=language)).content.decode()

    assert Letter.objects.get(slug="clean-water").closes_at is not None
    assert f'value="{moment}"' in shown


def test_the_same_address_twice_is_refused_and_what_was_typed_stays(desk: Client, issuer: Issuer, draft: Letter):
    response = desk.post(at("desk-letter-new"), typed(issuer, slug="clean-air"))

    assert errors_of(response) == {"slug": ["There is already a letter with this address. Choose another one."]}
    assert BODIES["kk"].splitlines()[0] in response.content.decode()


@pytest.mark.parametrize("slug", ["new", "import"])
def test_addresses_of_the_desk_itself_are_refused(desk: Client, issuer: Issuer, slug: str):
    response = desk.post(at("desk-letter-new"), typed(issuer, slug=slug))

    assert errors_of(response) == {"slug": ["This address is taken by the site itself. Choose another one."]}


def test_an_issuer_of_others_cannot_be_chosen(desk: Client, issuer: Issuer):
    other = Issuer.objects.create(key="other", name_en="Other")

    response = desk.post(at("desk-letter-new"), typed(other))

    assert list(errors_of(response)) == ["issuer"]
    assert not Letter.objects.exists()


def test_a_letter_that_closes_before_it_opens_is_refused(desk: Client, issuer: Issuer):
    response = desk.post(at("desk-letter-new"), typed(issuer, opens_at="19/11/2030 18:00"))

    assert errors_of(response) == {"__all__": ["The letter would close before it opens."]}


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_what_a_letter_cannot_hold_is_said_at_the_text_of_its_language(desk: Client, issuer: Issuer, language: str):
    body = BODIES[language].replace("\n\n## ", "\n\n![](https://example.org/a.png)\n\n## ")

    response = desk.post(at("desk-letter-new"), typed(issuer, **{f"body_{language}": body}))

    (sentence,) = errors_of(response)[f"body_{language}"]
    assert sentence.startswith("Line 3 holds a picture.")


@pytest.mark.parametrize(
    ("field", "value", "name"),
    [
        ("title_kk", "Таза\u202eауа", "U+202E RIGHT-TO-LEFT OVERRIDE"),
        ("summary_ru", "Чистый\u200bвоздух", "U+200B ZERO WIDTH SPACE"),
        ("body_en", "Clean\u2066air", "U+2066 LEFT-TO-RIGHT ISOLATE"),
    ],
)
def test_characters_that_cannot_be_seen_are_named(desk: Client, issuer: Issuer, field: str, value: str, name: str):
    response = desk.post(at("desk-letter-new"), typed(issuer, **{field: value}))

    assert name in errors_of(response)[field][0]


def test_markup_in_a_title_stays_text(desk: Client, issuer: Issuer):
    desk.post(at("desk-letter-new"), typed(issuer, title_en="<b>Clean</b> air"))

    page = desk.get(at("desk-letter", "clean-water")).content.decode()
    assert "<h1>&lt;b&gt;Clean&lt;/b&gt; air</h1>" in page


def test_a_text_of_more_than_50_kb_is_refused(desk: Client, issuer: Issuer):
    response = desk.post(at("desk-letter-new"), typed(issuer, body_en="air " * 13_000))

    assert errors_of(response)["body_en"][0].startswith("The text has 52 kB")


def test_a_title_at_the_head_of_the_text_becomes_the_title(desk: Client, issuer: Issuer):
    desk.post(at("desk-letter-new"), typed(issuer, title_en="", body_en=f"# Clean water\n\n{BODIES['en']}"))

    letter = Letter.objects.get(slug="clean-water")
    assert letter.text("title", "en") == "Clean water"
    assert letter.text("body", "en") == BODIES["en"]


def test_a_second_title_is_refused(desk: Client, issuer: Issuer):
    response = desk.post(at("desk-letter-new"), typed(issuer, body_en=f"# Clean water\n\n{BODIES['en']}"))

    assert errors_of(response) == {"body_en": ["The text begins with a title of its own. Keep the one or the other."]}


def test_a_draft_is_corrected(desk: Client, draft: Letter, issuer: Issuer):
    fields = typed(issuer, slug="clean-air", title_en="Air for all", version=draft.version)

    response = desk.post(at("desk-letter-edit", "clean-air"), fields)

    draft.refresh_from_db()
    assert response["Location"] == at("desk-letter", "clean-air")
    assert draft.text("title", "en") == "Air for all"
    assert draft.version == 1


def test_of_two_people_the_second_keeps_what_was_typed_and_may_save_over_it(
    desk: Client, draft: Letter, issuer: Issuer, aigul: User
):
    fields = typed(issuer, slug="clean-air", title_en="The second", version=draft.version)
    letters.change_draft(Letter.objects.get(), {"title_en": "The first"}, version=0, by=aigul, at=NOON)

    refused = desk.post(at("desk-letter-edit", "clean-air"), fields)

    assert errors_of(refused)["__all__"][0].startswith("Not saved: somebody else changed this draft")
    assert 'value="The second"' in refused.content.decode()
    assert Letter.objects.get().text("title", "en") == "The first"
    page = " ".join(refused.content.decode().split())
    assert '<del><span class="hidden">[taken out: </span>first<span class="hidden">]</span></del>' in page
    assert '<ins><span class="hidden">[put in: </span>second<span class="hidden">]</span></ins>' in page

    desk.post(at("desk-letter-edit", "clean-air"), fields | {"version": refused.context["form"]["version"].value()})
    assert Letter.objects.get().text("title", "en") == "The second"


def texts_of(issuer: Issuer) -> dict[str, Any]:
    return Letter.objects.values("slug", "title_en", "body_en", "version", "issuer__name_en").get(issuer=issuer)


@pytest.mark.parametrize("name", ["desk-letter-edit", "desk-issuer", "desk-recipient-new"])
def test_an_open_letter_is_not_edited(desk: Client, open_letter: Letter, issuer: Issuer, name: str):
    before = texts_of(issuer)

    response = desk.post(at(name, "clean-air"), typed(issuer, slug="clean-air", name_en="New"), follow=True)

    (said,) = response.context["messages"]
    assert str(said).startswith("Nothing was changed: the letter was opened")
    assert texts_of(issuer) == before


def issuer_fields(issuer: Issuer, **fields: Any) -> dict[str, Any]:
    """The issuer's form as it is shown."""
    names = [
        f"{name}_{language}"
        for name in ("name", "address", "signer", "post", "executor")
        for language in ("kk", "ru", "en")
    ]
    return {name: getattr(issuer, name) for name in ("number_scheme", "number", "phone", "email", *names)} | fields


def picture(size: tuple[int, int] = (1200, 300), kind: str = "JPEG") -> SimpleUploadedFile:
    drawn = io.BytesIO()
    Image.new("RGB", size, "navy").save(drawn, format=kind)
    return SimpleUploadedFile("logo.jpg", drawn.getvalue())


def header_alone(width: int, height: int) -> SimpleUploadedFile:
    """A PNG that claims this size and holds no pixel: whoever decodes before looking at the header fails otherwise."""
    chunk = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    header = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
    data = struct.pack(">I", 0) + b"IDAT" + struct.pack(">I", zlib.crc32(b"IDAT"))
    return SimpleUploadedFile("logo.png", header + data)


def test_the_issuer_is_corrected_with_a_logo_of_our_own_making(
    desk: Client, draft: Letter, issuer: Issuer, files: Path
):
    before = freshness.version()

    desk.post(at("desk-issuer", "clean-air"), issuer_fields(issuer, phone="+7 701", new_logo=picture()))

    issuer.refresh_from_db()
    with Image.open(issuer.logo.path) as logo:
        assert (logo.format, logo.size) == ("PNG", (600, 150))
    assert issuer.phone == "+7 701"
    assert freshness.version() == before + 1


def test_the_logo_is_removed(desk: Client, draft: Letter, issuer: Issuer, files: Path):
    desk.post(at("desk-issuer", "clean-air"), issuer_fields(issuer, new_logo=picture()))
    desk.post(at("desk-issuer", "clean-air"), issuer_fields(issuer, remove_logo="on"))

    issuer.refresh_from_db()
    assert not issuer.logo


@pytest.mark.parametrize(
    ("logo", "sentence"),
    [
        (lambda: SimpleUploadedFile("logo.png", b"no picture"), "not a readable PNG, JPEG or WEBP picture"),
        (lambda: SimpleUploadedFile("logo.png", b"\x89PNG\r\n\x1a\n"), "not a readable PNG, JPEG or WEBP picture"),
        (lambda: picture((100, 100), "GIF"), "not a readable PNG, JPEG or WEBP picture"),
        (
            lambda: SimpleUploadedFile("logo.svg", b"<svg onload='alert(1)'/>"),
            "not a readable PNG, JPEG or WEBP picture",
        ),
        (lambda: header_alone(8000, 7500), "it has 8000 × 7500 points, and there is room for 4 million"),
        (lambda: SimpleUploadedFile("logo.png", b"\0" * (2 * 1024 * 1024 + 1)), "the file is larger than 2 MB"),
    ],
)
def test_what_is_no_logo_is_refused_and_what_was_typed_stays(
    desk: Client, draft: Letter, issuer: Issuer, files: Path, logo: Callable[[], Any], sentence: str
):
    response = desk.post(at("desk-issuer", "clean-air"), issuer_fields(issuer, phone="+7 701", new_logo=logo()))

    issuer.refresh_from_db()
    assert sentence in errors_of(response)["new_logo"][0]
    assert 'value="+7 701"' in response.content.decode()
    assert (issuer.phone, bool(issuer.logo)) == ("+7 727 000 00 00", False)


@pytest.mark.parametrize("language", LANGUAGES)
def test_on_a_full_disk_the_issuer_stays_and_what_was_typed_too(
    desk: Client, draft: Letter, issuer: Issuer, files: Path, language: str
):
    address = at("desk-issuer", "clean-air").replace("/en/", f"/{language}/")

    with room_for(0):
        response = desk.post(address, issuer_fields(issuer, phone="+7 701", new_logo=picture()))

    issuer.refresh_from_db()
    with translation.override(language):
        assert errors_of(response) == {"new_logo": [str(LogoNotKept())]}
    assert 'value="+7 701"' in response.content.decode()
    assert (issuer.phone, bool(issuer.logo)) == ("+7 727 000 00 00", False)


def test_a_draft_is_dated_by_its_closing(draft: Letter):
    assert letter_day(draft, at=NOON).isoformat() == "2026-11-20"
    draft.closes_at = NOON.replace(year=2022)
    assert letter_day(draft, at=NOON).isoformat() == "2022-11-20"


HOSTILE = ["\ud800", "a\x00b", "\u202e", "x" * 5000, "-1", "9" * 40, "' OR 1=1 --", "<script>", "[" * 3000]


@pytest.mark.parametrize(
    "name", ["desk-letter-new", "desk-letter-edit", "desk-issuer", "desk-recipient-new", "desk-letter-publish"]
)
def test_nothing_hostile_in_a_form_breaks_a_page(desk: Client, draft: Letter, issuer: Issuer, files: Path, name: str):
    address = at(name, *([] if name == "desk-letter-new" else ["clean-air"]))
    fields = [*desk.get(address).context["form"].fields] if name != "desk-letter-publish" else ["publish_at"]

    for value in HOSTILE:
        body = "&".join(f"{field}={quote(value, errors='surrogatepass')}" for field in fields)
        response = desk.post(address, body, content_type="application/x-www-form-urlencoded")
        assert (value, response.status_code in (302, 422)) == (value, True)


@pytest.mark.parametrize("field", ["name_kk", "executor_en"])
def test_lines_of_the_issuer_are_composed_and_hold_no_unseen_characters(
    desk: Client, draft: Letter, issuer: Issuer, field: str
):
    refused = desk.post(at("desk-issuer", "clean-air"), issuer_fields(issuer, **{field: "Қор\u200b"}))
    desk.post(at("desk-issuer", "clean-air"), issuer_fields(issuer, **{field: "И\u0306од  қоры"}))

    issuer.refresh_from_db()
    assert list(errors_of(refused)) == [field]
    assert getattr(issuer, field) == "Йод қоры"

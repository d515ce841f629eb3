"""One file with the letter in three languages: each begins on a page of its own, under one seal."""

import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.test import Client
from django.utils import timezone
from PIL import Image

from campaign.base.models import RegisterEntry, User
from campaign.settings import BASE_DIR
from letters.models import Edition, Letter
from letters.models.edition import BOUND
from letters.printing import keys
from letters.printing.payload import Addressee, Payload
from letters.printing.render import render
from letters.printing.seal_field import FIELD, sealed_by
from letters.printing.sign import sign
from letters.services import addendum as addenda
from letters.services import letter as letters
from signatories.models import Signature
from signatories.services.visibility import restrict_visibility
from signatories.states import Visibility
from tests.conftest import Printed, print_edition
from tests.letters.printing import verapdf
from tests.letters.printing.conftest import LANGUAGES, run_on


@pytest.fixture
def bound(make_payload: Callable[..., Payload]) -> Payload:
    """The letter of these tests in three languages."""
    kk, *further = (make_payload(language) for language in LANGUAGES)
    return replace(kk, bound_with=tuple(further))


@pytest.fixture
def pdf(bound: Payload, settings: Any, tmp_path: Path) -> bytes:
    settings.DEMONSTRATION, settings.VAR_DIR = True, tmp_path
    return render(bound, seal=sealed_by(keys.identity()))


def test_a_bound_payload_survives_its_json(bound: Payload) -> None:
    assert Payload.from_json(bound.to_json()) == bound


def test_each_part_says_what_the_file_of_its_language_says(
    pdf: bytes, bound: Payload, make_payload: Callable[..., Payload], tmp_path: Path
) -> None:
    def words(document: bytes) -> list[str]:
        text = run_on(document, "pdftotext", "-layout", "{}", "-", folder=tmp_path)
        lines = [line.strip() for line in text.replace("\f", "\n").splitlines() if line.strip()]
        return [
            " ".join(line.split()) for line in lines if "SHA-256 9f3a 12bc" not in line
        ]  # the number of pages differs

    together = words(pdf)
    assert any("Электрондық мөр" in line for line in together)
    for language in LANGUAGES[1:]:  # the first has the seal
        alone = words(render(make_payload(language)))
        start = next(place for place in range(len(together)) if together[place : place + len(alone)] == alone)
        assert start > 0


NOTES = {
    "kk": ("Дүниежүзілік денсаулық сақтау ұйымы, «", "Өлшемдер осы демонстрация үшін"),
    "ru": ("Всемирная организация здравоохранения, «", "Измерения вымышлены", "Опыт вымышлен"),
    "en": ("World Health Organization, Global", "The measurements were invented", "The pilot was invented"),
}


@pytest.mark.parametrize("lines", range(1, 6))
def test_each_footnote_stands_once_and_in_its_own_part_wherever_pages_end(
    make_payload: Callable[..., Payload], tmp_path: Path, lines: int
) -> None:
    kk, ru, en = (
        make_payload(
            language,
            body=(BASE_DIR / f"campaign/demonstration/closed/{language}.md").read_text().partition("\n")[2].strip(),
            recipient=Addressee(tuple(f"Line {number}" for number in range(lines)), "Greetings,"),
            signatories=(),
            copies=(),
        )
        for language in LANGUAGES
    )

    text = run_on(render(replace(kk, bound_with=(ru, en))), "pdftotext", "-raw", "{}", "-", folder=tmp_path)

    pages = text.split("\f")
    starts = [place for place, page in enumerate(pages) if "Line 0" in page]
    parts = ["".join(pages[first:end]) for first, end in zip(starts, [*starts[1:], None], strict=True)]
    for number, notes in enumerate(NOTES.values()):
        for note in notes:
            assert [part.count(note) for part in parts] == [1 if place == number else 0 for place in range(3)]


def test_footnotes_begin_anew_and_pages_are_counted_through(pdf: bytes, tmp_path: Path) -> None:
    text = run_on(pdf, "pdftotext", "-layout", "{}", "-", folder=tmp_path)
    pages = text.split("\f")[:-1]

    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert len(document.pages) == len(pages)
        titles = [str(one.title) for one in document.open_outline().root]
        assert str(document.Root.Lang) == "kk"
        articles = [one for one in document.objects if isinstance(one, pikepdf.Dictionary) and one.get("/S") == "/Art"]
        assert list(dict.fromkeys(str(one.Lang) for one in articles)) == list(LANGUAGES)
    assert len(titles) == 3
    assert f"page {len(pages)} of {len(pages)}" in pages[-1]
    assert f"1-бет, барлығы {len(pages)}" in pages[0]
    notes = [line.strip() for line in text.splitlines() if line.strip() in {"1", "2", "3"}]
    assert notes == ["1", "1", "1"]


def test_it_conforms_and_carries_one_seal(pdf: bytes) -> None:
    signed = sign(pdf)

    assert (verapdf.failures(signed, "3a"), verapdf.failures(signed, "ua1")) == ([], [])
    with pikepdf.open(io.BytesIO(signed)) as document:
        assert [str(field.T) for field in document.Root.AcroForm.Fields] == [FIELD]


def test_every_part_has_its_table_of_signatories(pdf: bytes, bound: Payload) -> None:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        files = {name: file.get_file().read_bytes() for name, file in document.attachments.items()}
        described = {name: file.description for name, file in document.attachments.items()}

    assert set(files) == {f"signatories-{language}.{kind}" for language in LANGUAGES for kind in ("csv", "json")}
    for part in bound.parts:
        table = json.loads(files[f"signatories-{part.language}.json"])
        assert (table["language"], [row["name"] for row in table["signatories"]]) == (
            part.language,
            [one.name for one in part.signatories],
        )
    assert len(set(described.values())) == len(described)


@pytest.fixture
def bound_letter(
    open_letter: Letter, admitted: Callable[..., Signature], aigul: User, files: Any, settings: Any, tmp_path: Path
) -> Letter:
    """A closed letter that is printed in three languages in one file, too."""
    settings.DEMONSTRATION, settings.VAR_DIR = True, tmp_path
    Letter.objects.filter(pk=open_letter.pk).update(bound_editions=True)
    admitted()
    letter = Letter.objects.get(pk=open_letter.pk)
    letters.close_letter(letter, by=aigul, at=timezone.now())
    return letter


def _print_bound(letter: Letter, **which: Any) -> Printed:
    return print_edition(Edition.objects.get(revision__letter=letter, language=BOUND, **which), timezone.now())


@pytest.mark.django_db
def test_every_recipient_and_the_public_have_one(bound_letter: Letter) -> None:
    numbers = {
        (one.recipient_id is None, one.language): [part.edition_number for part in Payload.from_json(one.payload).parts]
        for one in Edition.objects.all()
    }
    assert numbers == {
        (public, language): [f"{0 if public else 1}-{language}"] * (3 if language == BOUND else 1)
        for public in (True, False)
        for language in (*LANGUAGES, BOUND)
    }


@pytest.mark.django_db
def test_a_letter_that_does_not_want_them_has_none(closed_letter: Letter) -> None:
    assert set(Edition.objects.values_list("language", flat=True)) == set(LANGUAGES)


@pytest.mark.django_db
def test_the_register_the_page_and_the_check_know_it(bound_letter: Letter, client: Client) -> None:
    printed = _print_bound(bound_letter, recipient=None)
    leaf = json.loads(bytes(RegisterEntry.objects.filter(kind="edition.printed").get().leaf))
    assert (leaf["language"], leaf["sha256"], leaf["public"]) == (BOUND, printed.edition.sha256, True)

    for language, words in {
        "kk": "Үш тілде басып шығарылған хат",
        "ru": "Напечатанное письмо на трёх языках",
        "en": "Printed letter in three languages",
    }.items():
        page = client.get(f"/{language}/letters/clean-air/").content.decode()
        address = f"/{language}/letters/clean-air/letter-bound.pdf"
        assert (words in page, f'href="{address}"' in page) == (True, True)
        assert client.get(address).content == printed.pdf

    answer = client.post(
        "/en/verify/", {"file": io.BytesIO(printed.pdf)}, headers={"accept": "application/json"}
    ).json()
    assert (answer["answer"], answer["edition"]["language"]) == ("genuine", BOUND)
    page = client.post("/ru/verify/", {"file": io.BytesIO(printed.pdf)}).content.decode()
    assert "публичный экземпляр (на трёх языках)" in page


@pytest.mark.django_db
def test_the_desk_lists_it(bound_letter: Letter, aigul: User, signed_in: Callable[[User], Client]) -> None:
    printed = _print_bound(bound_letter, recipient__isnull=False)

    page = signed_in(aigul).get("/en/desk/letters/clean-air/editions/").content.decode()

    assert ("In three languages" in page, printed.edition.sha256[:8] in page) == (True, True)
    assert page.count("<td data-label") == 2 * 4


@pytest.mark.django_db
def test_a_name_that_is_hidden_leaves_every_part(
    bound_letter: Letter, aigul: User, django_capture_on_commit_callbacks: Any
) -> None:
    printed = _print_bound(bound_letter, recipient=None)
    signature = Signature.objects.get()
    assert signature.person is not None

    with django_capture_on_commit_callbacks(execute=True):
        restrict_visibility(signature, Visibility.COUNTED, by=signature.person, at=timezone.now())

    again = _print_bound(bound_letter, recipient=None)
    assert again.edition.sha256 != printed.edition.sha256
    for part in Payload.from_json(again.edition.payload).parts:
        assert (part.signatories, part.unnamed) == ((), 1)


@pytest.mark.django_db
def test_an_addendum_is_bound_as_well(
    bound_letter: Letter, admitted: Callable[..., Signature], aigul: User, client: Client
) -> None:
    now = timezone.now()
    addenda.allow_late_signatures(bound_letter, until=now + timedelta(days=3), by=aigul, at=now)
    admitted("late@late.example", name="Late", website="https://late.example", at=now)
    addenda.make_addendum(bound_letter, by=aigul, at=now)

    printed = _print_bound(bound_letter, recipient=None, addendum=1)

    assert [part.edition_number for part in Payload.from_json(printed.edition.payload).parts] == ["0-mul-1"] * 3
    assert client.get("/ru/letters/clean-air/addendum-1-bound.pdf").content == printed.pdf
    page = client.get("/ru/letters/clean-air/").content.decode()
    assert "Дополнение № 1 с поздними подписями, на трёх языках" in page


def test_the_mark_of_a_demonstration_speaks_the_language_of_its_page(bound: Payload, tmp_path: Path) -> None:
    def marks(pdf: bytes) -> list[bytes]:
        """Of each page the pixels that are pale as the mark, without the foot."""
        run_on(
            pdf,
            "pdftoppm",
            "-r",
            "30",
            "-png",
            "-aa",
            "no",
            "-aaVector",
            "no",
            "{}",
            str(tmp_path / "page"),
            folder=tmp_path,
        )
        found = []
        for path in sorted(tmp_path.glob("page-*.png")):
            with Image.open(path) as page:
                grey = page.convert("L").crop((0, 0, page.width, int(page.height * 0.88)))
                found.append(grey.point(lambda value: 255 * (value == 240)).tobytes())
            path.unlink()
        return found

    further = tuple(replace(one, demonstration=True) for one in bound.bound_with)
    marked = replace(bound, demonstration=True, bound_with=further)
    alone = [marks(render(replace(one, bound_with=()))) for one in marked.parts]

    def closest(page: bytes) -> int:
        """Of which part alone the mark is: text that stands elsewhere hides a little of it."""
        differing = [sum(a != b for a, b in zip(page, pages[0], strict=True)) for pages in alone]
        return differing.index(min(differing))

    assert [closest(page) for page in marks(render(marked))] == [
        number for number, pages in enumerate(alone) for _page in pages
    ]

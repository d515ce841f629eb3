"""A text from a Word file becomes the Markdown of letters, in the form and not yet saved."""

import contextlib
import io
import zipfile
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st

from letters import markdown
from letters.errors import WordFileRefused, WordFileTooLarge
from letters.models import Letter
from letters.word_file import read_word_file
from tests.conftest import BODIES
from tests.letters.addresses import at


def saved(build: Callable[..., None]) -> bytes:
    document = Document()
    build(document)
    memory = io.BytesIO()
    document.save(memory)
    return memory.getvalue()


def letter(document: "Document") -> None:  # type: ignore[valid-type]
    document.add_paragraph("Таза ауа туралы", style="Title")  # type: ignore[attr-defined]
    paragraph = document.add_paragraph("Біз ")  # type: ignore[attr-defined]
    paragraph.add_run("таза").bold = True
    paragraph.add_run(" ауаны ")
    paragraph.add_run("сұраймыз").italic = True
    paragraph.add_run(" 2*2.")
    document.add_paragraph("Не сұраймыз", style="Heading 1")  # type: ignore[attr-defined]
    document.add_paragraph("ауаны өлшеу;", style="List Number")  # type: ignore[attr-defined]
    document.add_paragraph("деректі жариялау.", style="List Number")  # type: ignore[attr-defined]
    document.add_paragraph("мынадай", style="List Bullet")  # type: ignore[attr-defined]
    document.add_paragraph("Есімде.", style="Quote")  # type: ignore[attr-defined]
    document.add_paragraph("# тор белгісі")  # type: ignore[attr-defined]
    document.add_table(rows=1, cols=1)  # type: ignore[attr-defined]


def test_styles_become_markdown_and_the_text_stands_as_it_was() -> None:
    found = read_word_file(saved(letter))

    assert found.title == "Таза ауа туралы"
    assert found.body == (
        "Біз **таза** ауаны *сұраймыз* 2\\*2.\n\n## Не сұраймыз\n\n1. ауаны өлшеу;\n2. деректі жариялау.\n\n- мынадай\n\n"
        "> Есімде.\n\n\\# тор белгісі"
    )
    assert (found.tables, found.pictures) == (1, 0)
    assert len(markdown.structure(found.body).demands) == 2


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://example.org/report", "[report](https://example.org/report)"),
        ("mailto:a@example.org", "[report](mailto:a@example.org)"),
        ("https://example.org/a_(b)?q=1&r=ә#c", "[report](https://example.org/a_%28b%29?q=1&r=%D3%99#c)"),
        ("javascript:alert(1)", "report"),
        ("file:///etc/passwd", "report"),
    ],
)
def test_only_good_links_are_taken_over(address: str, expected: str) -> None:
    def build(document: "Document") -> None:  # type: ignore[valid-type]
        paragraph = document.add_paragraph("See ")  # type: ignore[attr-defined]
        link = OxmlElement("w:hyperlink")
        link.set(qn("r:id"), paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
        link.append(paragraph.add_run("report")._r)
        paragraph._p.append(link)

    assert read_word_file(saved(build)).body == f"See {expected}"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"%PDF-1.7", b"not a zip" * 100])
def test_what_is_no_word_file_is_refused(content: bytes) -> None:
    with pytest.raises(WordFileRefused):
        read_word_file(content)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_damaged_word_file_is_read_or_refused_and_nothing_else(data: st.DataObject) -> None:
    content = bytearray(saved(letter))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(WordFileRefused, WordFileTooLarge):
        read_word_file(bytes(content))


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_word_file_with_a_damaged_part_is_read_or_refused_and_nothing_else(data: st.DataObject) -> None:
    """The damage lies inside of a part, behind the check sum of the archive."""
    memory = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(saved(letter))) as before, zipfile.ZipFile(memory, "w") as after:
        damaged = data.draw(st.sampled_from(before.namelist()))
        for name in before.namelist():
            part = before.read(name)
            if name == damaged:
                start = data.draw(st.integers(0, len(part)))
                part = part[:start] + data.draw(st.binary(max_size=9)) + part[start + data.draw(st.integers(0, 99)) :]
            after.writestr(name, part)
    with contextlib.suppress(WordFileRefused, WordFileTooLarge):
        read_word_file(memory.getvalue())


def test_a_zip_of_something_else_and_a_bomb_are_refused() -> None:
    for files, refusal in (
        ({"a.txt": b"x"}, WordFileRefused),
        ({"word/document.xml": b"0" * 30_000_000}, WordFileTooLarge),
    ):
        memory = io.BytesIO()
        with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as packed:
            for name, content in files.items():
                packed.writestr(name, content)
        with pytest.raises(refusal):
            read_word_file(memory.getvalue())
    with pytest.raises(WordFileTooLarge):
        read_word_file(b"x" * 2_000_001)


def test_entities_are_not_expanded() -> None:
    original = saved(lambda document: document.add_paragraph("plain"))
    memory = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(original)) as before, zipfile.ZipFile(memory, "w") as after:
        for part in before.infolist():
            content = before.read(part)
            if part.filename == "word/document.xml":
                head, _, rest = content.partition(b"?>")
                entity = b'<!DOCTYPE x [<!ENTITY secret SYSTEM "file:///etc/hostname">]>'
                content = head + b"?>" + entity + rest.replace(b"plain", b"plain &secret;")
            after.writestr(part, content)

    try:
        body = read_word_file(memory.getvalue()).body
    except WordFileRefused:
        return
    assert body.strip() == "plain"


@pytest.mark.django_db
def test_the_desk_takes_it_into_the_form_and_saves_nothing(desk: Client, draft: Letter) -> None:
    file = SimpleUploadedFile("letter.docx", saved(letter))

    answer = desk.post(at("desk-letter-word-file", "clean-air"), {"language": "kk", "file": file}, follow=True)

    assert answer.status_code == 200
    form = answer.context["form"]
    assert form["title_kk"].value() == "Таза ауа туралы"
    assert form["body_kk"].value().startswith("Біз **таза**")
    assert form["body_ru"].value() == BODIES["ru"]
    assert form["slug"].value() == "clean-air"
    assert "tables 1, pictures 0" in answer.content.decode()
    assert Letter.objects.get().text("body", "kk") == BODIES["kk"]


@pytest.mark.django_db
def test_a_wrong_file_is_refused_in_the_readers_language(desk: Client, draft: Letter) -> None:
    file = SimpleUploadedFile("letter.docx", b"nonsense")

    answer = desk.post("/ru/desk/letters/clean-air/word-file/", {"language": "kk", "file": file}, follow=True)

    assert "это не файл Word" in answer.content.decode()

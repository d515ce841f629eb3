import csv
import io
import json
import os
import re
import socket
import subprocess
import sys
import unicodedata
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
import weasyprint
from django.utils import translation

from letters.markdown import TextTooComplex
from letters.printing import engine
from letters.printing.errors import PrintFailed
from letters.printing.payload import Addressee, CopyGroup, Signatory
from letters.printing.render import render
from letters.printing.words import mark_word
from letters.services.preview import print_draft
from tests.letters.printing import verapdf
from tests.letters.printing.conftest import LANGUAGES, NAMES, TITLES, run_on


def text_of(pdf: bytes, folder: Path) -> str:
    """The words of the file in reading order, lines joined by the one rule for hyphens."""
    text = run_on(pdf, "pdftotext", "{}", "-", folder=folder)
    return re.sub(r"\s+", " ", re.sub(r"(?<=\w)-\n(?=\w)", "", text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_edition_is_archivable_and_accessible(make_payload, language, logo):
    payload = make_payload(language)
    pdf = render(make_payload(language, issuer=_with_logo(payload.issuer, logo)))

    assert verapdf.failures(pdf, "3a") == []
    assert verapdf.failures(pdf, "ua1") == []


@pytest.mark.parametrize(
    "marks", [{"draft": True}, {"demonstration": True}, {"recipient": None, "signatories": (), "copies": ()}]
)
def test_previews_demonstrations_and_public_editions_are_archivable_and_accessible_too(make_payload, marks):
    pdf = render(make_payload(**marks))

    assert (verapdf.failures(pdf, "3a"), verapdf.failures(pdf, "ua1")) == ([], [])


def test_no_reader_has_to_go_through_a_long_stream_for_one_object(make_payload):
    names = make_payload("en").signatories
    pdf = render(make_payload("en", signatories=names * 10))

    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert len(document.objects) > 500
    counts = [int(number) for number in re.findall(rb"/N (\d+)", pdf)]
    assert len(counts) > 5
    assert max(counts) <= 100


def test_the_validator_finds_what_is_wrong_in_other_files(make_payload, monkeypatch):
    plain = weasyprint.HTML(string="<html lang=en><title>Tags and colours missing</title><p>x").write_pdf()
    monkeypatch.setattr(engine, "claim_universal_access", lambda metadata: None)
    archivable = render(make_payload("en"))

    assert {failure.split(":")[0] for failure in verapdf.failures(plain, "3a")} >= {"6.7.2.2-1", "6.7.3.3-1"}
    assert "7.1-3" in {failure.split(":")[0] for failure in verapdf.failures(plain, "ua1")}
    assert verapdf.failures(archivable, "3a") == []
    assert [failure.split(":")[0] for failure in verapdf.failures(archivable, "ua1")] == ["5-1"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_can_be_copied_and_searched(make_payload, language, tmp_path):
    payload = make_payload(language)

    text = text_of(render(payload), tmp_path)

    assert "\ufffd" not in text
    assert unicodedata.normalize("NFC", text) == text
    for expected in [
        TITLES[language],
        *payload.recipient.lines,
        payload.recipient.salutation,
        payload.issuer.address,
        payload.issuer.signer,
        payload.issuer.executor,
        "Ішкі істер министріне",
        {
            "kk": "Өңірлердегі әр өшіру ұлттық және халықаралық құқыққа қайшы келеді.",
            "ru": "Каждое отключение противоречит национальному и международному праву.",
            "en": "Each shutdown contradicts national and international law.",
        }[language],
        {"kk": "2022 жылғы 18 қараша", "ru": "18 ноября 2022 года", "en": "18 November 2022"}[language],
        {"kk": "2022 жылғы 7 қаңтар.", "ru": "7 января 2022 года.", "en": "7 January 2022."}[language],
    ]:
        assert expected in text
    assert all(f"{NAMES[language]} № {number}" in text for number in range(1, 27))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_mark_across_the_pages_can_be_seen_but_not_copied(make_payload, language, tmp_path):
    bare, draft = (render(make_payload(language, draft=draft)) for draft in (False, True))

    assert text_of(draft, tmp_path) == text_of(bare, tmp_path)
    assert len(draft) > len(bare)


def test_each_page_of_a_demonstration_says_so_and_a_draft_is_called_a_draft(make_payload):
    assert mark_word(make_payload()) == ""
    with translation.override("en"):
        assert mark_word(make_payload(demonstration=True)) == "DEMONSTRATION"
        assert mark_word(make_payload(demonstration=True, draft=True)) == "DRAFT"
    with pikepdf.open(io.BytesIO(render(make_payload("en", demonstration=True)))) as document:
        marks = [
            re.findall(rb"/Artifact\s+BMC\s+(?:[^B]*?)/x\d+ Do", page.Contents.read_bytes()) for page in document.pages
        ]

    assert all(marks)


@pytest.mark.parametrize("body", ["### Three\n\nText\n\n## Two\n\n### Three", "### Three\n\nText", "Text"])
def test_headings_of_any_order_stay_accessible(make_payload, body):
    assert verapdf.failures(render(make_payload("en", body=body)), "ua1") == []


def test_every_page_says_its_number_the_letter_the_fingerprint_and_where_to_check(make_payload, tmp_path):
    pdf = render(make_payload("en"))
    with pikepdf.open(io.BytesIO(pdf)) as document:
        count = len(document.pages)

    pages = [
        run_on(pdf, "pdftotext", "-f", str(n), "-l", str(n), "{}", "-", folder=tmp_path) for n in range(1, count + 1)
    ]

    assert count >= 2
    for number, page in enumerate(pages, start=1):
        for expected in [
            f"page {number} of {count}",
            "ҚҚ-12/2022",
            "9f3a 12bc 9f3a 12bc",
            "letters.example.org/v/9f3a12bc77d0",
        ]:
            assert expected in page


def test_words_of_any_length_stay_on_the_page(make_payload, tmp_path):
    word = "Ж" * 200
    payload = make_payload()

    pdf = render(
        replace(
            payload,
            title=word,
            issuer=replace(payload.issuer, name=word, post=word, signer=word, executor=word),
            recipient=Addressee((word, word), word),
            copies=(CopyGroup(word, (word,)),),
            signatories=(Signatory(word, word, word),),
        )
    )

    boxes = run_on(pdf, "pdftotext", "-bbox", "{}", "-", folder=tmp_path)
    left, right = ([float(edge) for edge in re.findall(rf'{side}="([-\d.]+)"', boxes)] for side in ("xMin", "xMax"))
    assert min(left) > 60
    assert max(right) < 545


def test_a_letter_without_a_number_is_named_by_its_address(make_payload, tmp_path):
    text = text_of(render(make_payload("en", reference="")), tmp_path)

    assert "free-internet · edition 7" in text
    assert "Ref. No." not in text


def test_the_file_says_its_language_title_author_and_fixed_date(make_payload):
    with pikepdf.open(io.BytesIO(render(make_payload("kk")))) as document:
        with document.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")
        assert document.Root.Lang == "kk"
        assert document.docinfo["/Title"] == TITLES["kk"]
        assert document.docinfo["/Author"] == "«Үлгі» қоғамдық қоры"
        assert document.docinfo["/CreationDate"] == "D:20221118120000+00'00"
        assert document.docinfo["/ModDate"] == "D:20221118120000+00'00"


def test_the_code_is_a_figure_with_words_once_and_an_artifact_in_the_margins(make_payload):
    with pikepdf.open(io.BytesIO(render(make_payload("en")))) as document:
        figures = [element for element in document.objects if _is(element, "/Figure")]
        first_page = document.pages[0].Contents.read_bytes()

    assert [str(figure.Alt) for figure in figures] == [
        "QR code with the address https://letters.example.org/v/9f3a12bc77d0/"
    ]
    assert re.search(rb"/Artifact\s+<<\s*/Type\s*/Pagination\s*>>\s+BDC", first_page)


def test_the_names_are_a_list_to_those_who_hear_it(make_payload):
    with pikepdf.open(io.BytesIO(render(make_payload("en", copies=())))) as document:
        items = [element for element in document.objects if _is(element, "/LI")]

    assert len(items) == 26 + 2  # the signatories and the demands


def test_the_text_says_its_language_to_those_who_hear_it(make_payload):
    with pikepdf.open(io.BytesIO(render(make_payload("kk")))) as document:
        assert {str(element.Lang) for element in document.objects if _is(element, "/Art")} == {"kk"}


def test_lists_are_printed_at_every_depth_that_a_text_may_have(make_payload, tmp_path):
    body = "\n".join(f"{'   ' * depth}- item {depth}" for depth in range(10))

    text = text_of(render(make_payload("en", body=body)), tmp_path)

    assert [f"• item {depth}" in text for depth in range(10)] == [True] * 10


def test_without_its_fonts_nothing_is_printed(make_payload, monkeypatch):
    engine._fonts.cache_clear()
    monkeypatch.setattr(engine, "FONTS", [Path("/nowhere/font.ttf")])

    with pytest.raises(PrintFailed, match="install the Debian packages"):
        render(make_payload())


def test_only_the_two_pinned_fonts_are_used_and_all_are_embedded(make_payload, tmp_path):
    payload = make_payload(title="Бағасы 100 ₸")
    lines = run_on(render(payload), "pdffonts", "{}", folder=tmp_path).splitlines()[2:]

    families = {
        re.sub(r"^[A-Z]{6}\+", "", line.split()[0]).removesuffix("-Bold").removesuffix("-Italic") for line in lines
    }
    assert families == {"PT-Serif", "Noto-Serif"}
    assert all(line.split()[-5:-2] == ["yes", "yes", "yes"] for line in lines)


def test_russian_and_english_are_hyphenated_and_kazakh_is_not(make_payload, tmp_path):
    broken = {
        language: len(
            re.findall(
                r"\w-\n",
                run_on(
                    render(make_payload(language, signatories=(), copies=())),
                    "pdftotext",
                    "-layout",
                    "{}",
                    "-",
                    folder=tmp_path,
                ),
            )
        )
        for language in LANGUAGES
    }

    assert broken["kk"] == 0
    assert broken["ru"] > 0


def test_the_signatories_are_attached_as_a_table_and_as_data(make_payload):
    payload = make_payload(
        "en",
        signatories=(
            Signatory("Access “Now”, Inc.", "AN", "international"),
            Signatory('=HYPERLINK("x")', "+7", "@home"),
        ),
    )

    with pikepdf.open(io.BytesIO(render(payload))) as document:
        files = document.attachments
        assert sorted(files) == ["signatories.csv", "signatories.json"]
        table = files["signatories.csv"].get_file().read_bytes()
        data = json.loads(files["signatories.json"].get_file().read_bytes())
        assert [str(file.AFRelationship) for file in document.Root.AF] == ["/Data", "/Data"]
        assert files["signatories.csv"].get_file().mime_type == "text/csv"

    assert table.startswith("\ufeff".encode())
    assert list(csv.reader(io.StringIO(table.decode("utf-8-sig")))) == [
        ["number", "name", "abbreviation", "place"],
        ["1", "Access “Now”, Inc.", "AN", "international"],
        ["2", '\'=HYPERLINK("x")', "'+7", "'@home"],
    ]
    assert (data["count"], data["letter"], data["fingerprint"]) == (2, "free-internet", payload.fingerprint)
    assert data["signatories"][1] == {"number": 2, "name": '=HYPERLINK("x")', "abbreviation": "+7", "place": "@home"}


@pytest.mark.parametrize("count", [0, 1, 2])
def test_the_count_agrees_with_the_names(make_payload, count, tmp_path):
    text = text_of(
        render(make_payload("en", signatories=tuple(Signatory(f"Group {n}", "", "") for n in range(count)))), tmp_path
    )

    said = re.findall(r"\d+ organizations? signed this letter\.", text)
    assert said == [[], ["1 organization signed this letter."], ["2 organizations signed this letter."]][count]


def test_equal_payloads_give_equal_bytes_in_this_and_in_any_other_process(make_payload, tmp_path, logo):
    payload = make_payload(demonstration=True, issuer=_with_logo(make_payload().issuer, logo))
    (tmp_path / "payload.json").write_text(payload.to_json(), encoding="utf-8")
    script = (
        "import sys, django; django.setup()\n"
        "from letters.printing.payload import Payload; from letters.printing.render import render\n"
        "sys.stdout.buffer.write(render(Payload.from_json(open(sys.argv[1], encoding='utf-8').read())))"
    )
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "campaign.settings",
        "PYTHONHASHSEED": "7",
        "TZ": "Asia/Tokyo",
        "LANG": "C",
    }

    with translation.override("ru"):
        here = render(payload)
    there = subprocess.run(
        [sys.executable, "-c", script, tmp_path / "payload.json"], env=environment, check=True, capture_output=True
    )

    assert here == render(payload) == there.stdout


def test_the_process_that_prints_drafts_has_the_same_words_without_loading_tables(make_payload):
    script = (
        "from letters.printing.alone import set_up_without_tables; set_up_without_tables()\n"
        "import letters.printing.judge, letters.printing.render, letters.printing.verify\n"
        "from django.apps import apps; print(dict(apps.all_models))"
    )
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "campaign.settings"}

    loaded = subprocess.run([sys.executable, "-c", script], env=environment, check=True, capture_output=True, text=True)

    assert loaded.stdout == "{}\n"
    assert print_draft(make_payload("kk")) == render(make_payload("kk"))


def test_html_in_names_and_blocks_is_printed_as_letters(make_payload, tmp_path):
    hostile = '<img src="file:///etc/passwd" onerror=x><b>bold</b>'
    payload = make_payload(
        "en",
        title=f"Title {hostile}",
        reference=f"7{hostile}",
        signatories=(Signatory(hostile, "<i>", "</ul>"),),
        recipient=Addressee((hostile,), "<script>alert(1)</script>"),
    )

    text = text_of(render(payload), tmp_path)

    assert text.count("<b>bold</b>") >= 4
    assert "<script>alert(1)</script>" in text
    assert "root:" not in text


@pytest.mark.parametrize(
    "body",
    [
        "![picture](file:///etc/passwd)",
        "[words](file:///etc/passwd) and [more](http://127.0.0.1:9/)",
        '<img src="http://127.0.0.1:9/x.png"> <link rel=attachment href="file:///etc/passwd">',
        '<style>@import "file:///etc/passwd";</style>',
        '<a rel="attachment" href="file:///etc/passwd">x</a>',
    ],
)
def test_a_text_that_names_files_and_addresses_fetches_nothing(make_payload, body, monkeypatch):
    def refuse(*_args: object, **_kwargs: object) -> None:
        raise AssertionError("The printer opened a connection.")

    monkeypatch.setattr(socket.socket, "connect", refuse)

    with pikepdf.open(io.BytesIO(render(make_payload("en", body=body)))) as document:
        assert sorted(document.attachments) == ["signatories.csv", "signatories.json"]
        assert all(str(link.A.URI).startswith(("https:", "mailto:")) for link in document.objects if _is_link(link))


@pytest.mark.parametrize(
    "html",
    [
        '<img src="file:///etc/passwd" alt="x">',
        '<img src="data:image/png;base64,AAAA" alt="x">',
        '<link rel="stylesheet" href="http://127.0.0.1:9/x.css">',
        '<link rel="attachment" href="file:///etc/passwd">',
        '<p style="background: url(https://127.0.0.1:9/x.png)">x',
        "<style>@font-face { font-family: x; src: url(file:///etc/passwd) }</style>",
        '<object data="qoltanba:/other.svg"></object>',
    ],
)
def test_the_engine_ends_at_anything_that_is_not_its_own(html):
    with pytest.raises(PrintFailed, match="may not read"):
        engine.print_html(f'<html lang="en"><title>x</title>{html}', assets={}, attachments=[])


def test_a_warning_of_the_renderer_is_a_failure_and_not_a_page_with_a_gap():
    broken = {"qoltanba:/logo.png": ("image/png", b"not a picture")}

    with pytest.raises(PrintFailed, match="Failed to load image"):
        engine.print_html(
            '<html lang="en"><title>x</title><img alt="x" src="qoltanba:/logo.png">', assets=broken, attachments=[]
        )


def test_twenty_thousand_combining_marks_do_no_harm(make_payload):
    marks = "A" + "\u0301" * 20_000

    assert render(make_payload("en", signatories=(Signatory(marks, "", ""),), copies=())).startswith(b"%PDF-1.7")
    with pytest.raises(TextTooComplex):
        render(make_payload("en", body=marks))


def test_a_child_that_prints_is_kept_within_its_memory():
    script = "from letters.printing.limits import limit_resources; limit_resources(); bytearray(1_600_000_000)"

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)

    assert done.returncode == 1
    assert "MemoryError" in done.stderr


def _with_logo(issuer, logo):
    return replace(issuer, logo_png=logo)


def _is(element, tag):
    return isinstance(element, pikepdf.Dictionary) and element.get("/S") == tag and "/P" in element


def _is_link(element):
    return (
        isinstance(element, pikepdf.Dictionary)
        and element.get("/Subtype") == "/Link"
        and "/A" in element
        and "/URI" in element.A
    )

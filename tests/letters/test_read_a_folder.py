"""A letter comes as a folder or a ZIP; everything that is wrong is named with its file and line."""

import contextlib
import io
import stat
import struct
import time
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from letters.folder import FILES, FolderRefused, HolderText, read_directory, read_files, read_zip

DESCRIPTION = """\
slug = "clean-air"
kind = "appeal"
reference = "12/2026"
original_language = "kk"
campaign = "air"
opens_at = 2026-11-04T09:00:00+05:00
closes_at = 2026-11-16T18:00:00+05:00
published_at = 2026-11-18T10:00:00Z

[summary]
kk = "Таза ауа керек."
ru = "Нужен чистый воздух."
en = "We need clean air."

[issuer]
key = "example-fund"
number = { scheme = "KZ-BIN", id = "221140000111" }
phone = "+7 727 000 00 00"
email = "letters@example.org"
[issuer.kk]
name = "«Үлгі» қоры"
address = "Алматы, Үлгі к-сі, 1"
signer = "Ә. Үлгіұлы"
post = "Президент"
executor = "М. Мысалова"
[issuer.ru]
name = "Фонд «Пример»"
address = "Алматы, ул. Примерная, 1"
signer = "А. Примеров"
post = "Президент"
executor = "М. Образцова"
[issuer.en]
name = "Example Foundation"
address = "1 Example Street, Almaty"
signer = "A. Primerov"
post = "President"
executor = "M. Obraztsova"

[[recipient]]
role = "to"
office = "president"
holder.kk = { name = "Үлгі", addressee = "Үлгіге", salutation = "Құрметті Үлгі!" }
holder.ru = { name = "Пример", addressee = "Примеру", salutation = "Уважаемый Пример!" }
holder.en = { name = "Example", addressee = "Example", salutation = "Dear Example," }

[[recipient]]
role = "cc"
group = { kk = "Үкімет", ru = "Правительство", en = "Government" }
offices = [
  "prime-minister",
  "minister-ecology",
]
"""
TEXT = "# {title}\n\n{opening}[^n]\n\n## {heading}\n\n1. {one};\n2. {two}.\n\n[^n]: {note}.\n"
FOLDER = {
    "letter.toml": DESCRIPTION,
    "kk.md": TEXT.format(title="Ауа", opening="Біз", heading="Өтініш", one="бір", two="екі", note="дерек"),
    "ru.md": TEXT.format(title="Воздух", opening="Мы", heading="Просьба", one="раз", two="два", note="данные"),
    "en.md": TEXT.format(title="Air", opening="We", heading="Request", one="one", two="two", note="data"),
}


def packed(**changes):
    """The folder's bytes, with files replaced: `kk="…"`, `toml=b"…"`; None leaves a file out."""
    files = dict(FOLDER)
    for name, text in changes.items():
        files["letter.toml" if name == "toml" else f"{name}.md"] = text
    return {name: text.encode() if isinstance(text, str) else text for name, text in files.items() if text is not None}


def problems(files):
    with translation.override("en"), pytest.raises(FolderRefused) as refused:
        read_files(files)
    return [(problem.file, problem.line) for problem in refused.value.problems], str(refused.value)


def addressed(numbers):
    """The folder with these demands for the president, in the description's own words."""
    return packed(toml=DESCRIPTION.replace('office = "president"\n', f'office = "president"\ndemands = {numbers}\n'))


def test_demands_are_addressed_to_an_office():
    with translation.override("en"):
        letter = read_files(addressed("[2, 1]"))

    assert [to.demands for to in letter.recipients] == [(2, 1), (), ()]


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ("[1, 3]", "not among 1 to 2"),
        ("[0]", "not among 1 to 2"),
        ("[2, 2]", "names a number twice"),
        ("1", "no list of numbers"),
        ('["1"]', "no list of numbers"),
        ("[true]", "no list of numbers"),
        ("[1.5]", "no list of numbers"),
    ],
)
def test_demands_that_the_text_does_not_have_are_named(numbers, words):
    places, said = problems(addressed(numbers))

    assert places == [("letter.toml", 42)]
    assert "“recipient.demands”" in said
    assert words in said


def zipped(files, folder="", compression=zipfile.ZIP_DEFLATED):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(name if isinstance(name, zipfile.ZipInfo) else folder + name, content)
    return target.getvalue()


def test_a_folder_is_read_whole(tmp_path):
    for name, content in packed().items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "README.md").write_text("not read")

    letter = read_directory(tmp_path)

    assert (letter.slug, letter.kind, letter.reference, letter.original_language, letter.campaign) == (
        "clean-air",
        "appeal",
        "12/2026",
        "kk",
        "air",
    )
    assert letter.opens_at == datetime(2026, 11, 4, 4, tzinfo=UTC)
    assert letter.published_at == datetime(2026, 11, 18, 10, tzinfo=UTC)
    assert letter.title == {"kk": "Ауа", "ru": "Воздух", "en": "Air"}
    assert letter.summary["ru"] == "Нужен чистый воздух."
    assert letter.body["en"].startswith("We[^n]\n\n## Request")
    assert letter.structures["kk"].demands == ("бір;", "екі.")
    assert (letter.issuer.key, letter.issuer.number_scheme, letter.issuer.number) == (
        "example-fund",
        "KZ-BIN",
        "221140000111",
    )
    assert letter.issuer.texts["kk"].signer == "Ә. Үлгіұлы"
    assert [(to.role, to.office, to.line) for to in letter.recipients] == [
        ("to", "president", 41),
        ("cc", "prime-minister", 50),
        ("cc", "minister-ecology", 51),
    ]
    assert letter.recipients[0].holder["ru"] == HolderText("Пример", "Примеру", "Уважаемый Пример!")
    assert letter.recipients[2].group == {"kk": "Үкімет", "ru": "Правительство", "en": "Government"}
    assert letter.notices == ()


@pytest.mark.parametrize("folder", ["", "clean-air/", "clean-air\\"])
def test_a_zip_of_the_folder_is_the_same_letter(folder):
    assert read_zip(zipped(packed(), folder)) == read_files(packed())


def test_what_a_mac_adds_to_a_zip_is_overlooked():
    extra = {"__MACOSX/clean-air/._kk.md": b"\0", "clean-air/.DS_Store": b"\0"}

    assert read_zip(zipped(packed(), "clean-air/")[:]) == read_zip(
        zipped({f"clean-air/{name}": content for name, content in packed().items()} | extra)
    )


def test_optional_keys_may_be_left_out():
    optional = ("kind", "campaign", "reference", "opens_at", "closes_at", "published_at", "holder", "group")
    description = "\n".join(line for line in DESCRIPTION.split("\n") if not line.startswith(optional))

    letter = read_files(packed(toml=description))

    assert (letter.kind, letter.campaign, letter.reference) == ("open_letter", "", "")
    assert (letter.opens_at, letter.closes_at, letter.published_at) == (None, None, None)
    assert letter.recipients[0].holder == letter.recipients[1].group == {}


def test_latin_look_alikes_are_repaired_with_notice():
    letter = read_files(
        packed(kk="\ufeff\n" + FOLDER["kk.md"].replace("бір", "бiр"), toml=DESCRIPTION.replace("к-сі", "к-сi"))
    )

    assert letter.structures["kk"].demands[0] == "бір;"
    assert letter.issuer.texts["kk"].address == "Алматы, Үлгі к-сі, 1"
    with translation.override("en"):
        assert [str(notice) for notice in letter.notices] == [
            "kk.md, line 8: “бiр” held Latin letters and is now “бір”, all in Cyrillic.",
            "letter.toml, line 22: “сi” held Latin letters and is now “сі”, all in Cyrillic.",
        ]


def test_a_missing_language_is_refused():
    assert problems(packed(ru=None))[0] == [("ru.md", 0)]


def test_everything_wrong_is_named_in_one_go_in_the_order_of_mending():
    found, sentence = problems(
        packed(
            toml=DESCRIPTION.replace('"clean-air"', '"Clean Air"').replace("phone =", "fax ="),
            kk=FOLDER["kk.md"].replace("Біз", "Біз\u202e"),
            ru=FOLDER["ru.md"].encode().replace("Мы".encode(), b"\xff"),
            en=None,
        )
    )

    assert found == [
        ("letter.toml", 1),
        ("letter.toml", 15),
        ("letter.toml", 18),
        ("kk.md", 3),
        ("ru.md", 3),
        ("en.md", 0),
    ]
    assert sentence.startswith("The letter was not taken, and nothing was changed.")
    assert "kk.md, line 3: The text was not taken: line 3 holds the character U+202E RIGHT-TO-LEFT OVERRIDE" in sentence
    assert "letter.toml, line 18: “issuer.fax” is not known here." in sentence
    assert len(sentence.split("\n")) == 7


@pytest.mark.parametrize(
    ("language", "old", "new", "line"),
    [
        ("ru", "2. два.\n", "", 7),
        ("ru", "2. два.", "2. два;\n3. три.", 9),
        ("en", "## Request\n", "", 9),
        ("en", "## Request", "### Request", 5),
        ("en", "[^n]: data", "[^n]: data.\n\n[^m]: more", 12),
    ],
)
def test_texts_of_different_structure_are_refused(language, old, new, line):
    text = FOLDER[f"{language}.md"].replace(old, new)
    if "[^m]" in text:
        text = text.replace("one", "one[^m]")

    assert problems(packed(**{language: text}))[0] == [(f"{language}.md", line)]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Only words[^n]\n\n## H\n\n1. a\n2. b\n\n[^n]: n", 1),
        ("# Title\n", 1),
        ("\n\n# Title\n\nOne\n\n![x](https://a.kz/b.png)", 7),
        ("# " + "a" * 120 + " " + "b" * 130 + "\n\nWe[^n]\n\n## H\n\n1. a\n2. b\n\n[^n]: n", 1),
        ("# T\n\n" + "word " * 4001, 3),
        ("# T\n\n" + ("word " * 3000 + "\n\n") * 4, 3),
    ],
)
def test_a_text_that_is_no_letter_is_refused(text, line):
    found, _sentence = problems(packed(kk=text, ru=text, en=text))

    assert found[:1] == [("kk.md", line)]


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ('slug = "clean-air"', "", 1),
        ('slug = "clean-air"', 'slug = "../etc"', 1),
        ('slug = "clean-air"', f'slug = "{"a" * 81}"', 1),
        ('slug = "clean-air"', "slug = 5", 1),
        ('slug = "clean-air"', 'slug = "a" "', 1),
        ('kind = "appeal"', 'kind = "petition"', 2),
        ('kind = "appeal"', 'kind = ["appeal"]', 2),
        ('reference = "12/2026"', 'reference = " "', 3),
        ('original_language = "kk"', 'original_language = "kz"', 4),
        ("opens_at = 2026-11-04T09:00:00+05:00", "opens_at = 2026-11-04T09:00:00", 6),
        ("opens_at = 2026-11-04T09:00:00+05:00", "opens_at = 2026-11-04", 6),
        ("opens_at = 2026-11-04T09:00:00+05:00", "opens_at = 2026-02-30T09:00:00Z", 6),
        ("opens_at = 2026-11-04T09:00:00+05:00", "opens_at = 2026-11-16T18:00:00+05:00", 7),
        ("published_at = 2026", "published_at = 9999", 8),
        ("published_at = 2026", "published_at = 0001", 8),
        ('ru = "Нужен чистый воздух."\n', "", 10),
        ("[summary]", "[summery]", 1),
        ("[issuer]", "[issuer]\nlogo = 1", 16),
        ('scheme = "KZ-BIN"', 'scheme = "KZ-IIN"', 17),
        ('{ scheme = "KZ-BIN", id = "221140000111" }', '"221140000111"', 17),
        ("letters@example.org", "letters@localhost", 19),
        ("letters@example.org", "letters@[127.0.0.1]", 19),
        ("letters@example.org", "letters@exаmple.org", 19),
        ('signer = "А. Примеров"', "", 26),
        ('signer = "А. Примеров"', f'signer = "{"А" * 201}"', 29),
        ('signer = "А. Примеров"', r'signer = "А.\u202EПримеров"', 29),
        ('role = "to"', 'role = "bcc"', 40),
        ('office = "president"', "", 39),
        ('office = "president"', 'office = "president"\noffices = ["a"]', 39),
        ('office = "president"', 'office = "Президент"', 41),
        ('office = "president"', 'offices = ["a", "b"]', 39),
        ('"minister-ecology"', "5", 49),
        ('"minister-ecology"', '"prime-minister"', 50),
        ('"minister-ecology"', '"minister ecology"', 51),
        ('ru = "Правительство", ', "", 48),
    ],
)
def test_a_description_that_is_wrong_is_refused_with_its_line(old, new, line):
    assert old in DESCRIPTION

    found, sentence = problems(packed(toml=DESCRIPTION.replace(old, new)))

    assert found[0] == ("letter.toml", line)
    assert "%(" not in sentence


def test_a_letter_to_nobody_is_refused():
    assert problems(packed(toml=DESCRIPTION.split("[[recipient]]")[0]))[0] == [("letter.toml", 1)]


@pytest.mark.parametrize("name", FILES)
def test_a_file_over_one_mebibyte_is_refused(name, tmp_path):
    files = packed() | {name: b"# a\n\n" + b"a " * 600_000}
    for file, content in files.items():
        (tmp_path / file).write_bytes(content)

    for read in (lambda: read_files(files), lambda: read_directory(tmp_path), lambda: read_zip(zipped(files))):
        with translation.override("en"), pytest.raises(FolderRefused, match=r"The file is larger than") as refused:
            read()
        assert [problem.file for problem in refused.value.problems] == [name]


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(FolderRefused, match="nowhere"):
        read_directory(tmp_path / "nowhere")


@pytest.mark.parametrize(
    "description",
    [
        "a." * 30_000 + "b = 1",
        "a = " + "[" * 60_000,
        "a = " + "{b = " * 9_000,
        "a = " + "9" * 60_000,
        "a = {" + "b." * 20_000,
    ],
)
def test_a_description_made_to_exhaust_the_reader_is_refused_in_no_time(description):
    started = time.perf_counter()

    assert problems(packed(toml=description))[0][0][0] == "letter.toml"
    assert time.perf_counter() - started < 2


def link(name):
    entry = zipfile.ZipInfo(name)
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry


@pytest.mark.parametrize(
    ("files", "word"),
    [
        ({"a/b/kk.md": b""}, "one folder"),
        ({"../kk.md": b""}, "one folder"),
        ({"/kk.md": b""}, "one folder"),
        ({"C:/kk.md": b""}, "one folder"),
        ({link("kk.md"): b"/etc/passwd"}, "a link to another file"),
        ({f"{number}.txt": b"" for number in range(21)}, "more than 20 files"),
        ({"kk.md": b"", "x/ru.md": b""}, "different folders"),
        ({"x/kk.md": b"", "kk.md": b""}, "two files named kk.md"),
    ],
)
def test_a_zip_that_is_no_folder_of_a_letter_is_refused(files, word):
    with translation.override("en"), pytest.raises(FolderRefused, match=word):
        read_zip(zipped(files))


def test_a_zip_packed_in_an_unusual_way_is_refused():
    with translation.override("en"), pytest.raises(FolderRefused, match="unusual way"):
        read_zip(zipped(packed(), compression=zipfile.ZIP_LZMA))


def test_a_zip_bomb_is_refused_in_no_time():
    started = time.perf_counter()

    with translation.override("en"), pytest.raises(FolderRefused, match="larger than 1 MiB"):
        read_zip(zipped(packed() | {"kk.md": b"a" * 100_000_000}))
    assert time.perf_counter() - started < 2


def test_a_zip_that_lies_about_a_size_is_not_unpacked_further():
    honest = zipped({"kk.md": b"a" * 3_000_000})
    lying = honest.replace(struct.pack("<I", 3_000_000), struct.pack("<I", 1000))

    with pytest.raises(FolderRefused):
        read_zip(lying)


def test_a_zip_over_five_mebibytes_is_refused_unread():
    with translation.override("en"), pytest.raises(FolderRefused, match="larger than 5 MiB"):
        read_zip(b"PK" * 3_000_000)


@given(st.binary(max_size=200) | st.tuples(st.integers(0, 2500), st.binary(min_size=1, max_size=8)))
@settings(deadline=None)
def test_a_damaged_zip_is_refused_and_never_breaks_the_reader(damage):
    whole = zipped(packed())
    broken = (
        damage if isinstance(damage, bytes) else whole[: damage[0]] + damage[1] + whole[damage[0] + len(damage[1]) :]
    )

    with contextlib.suppress(FolderRefused):
        assert read_zip(broken) == read_zip(whole)


def test_the_real_shape_of_line_numbers_survives_windows_line_ends(tmp_path: Path):
    windows = {name: content.replace(b"\n", b"\r\n") for name, content in packed().items()}

    assert read_files(windows).body == read_files(packed()).body
    assert problems(windows | {"letter.toml": DESCRIPTION.replace('"appeal"', "5").replace("\n", "\r\n").encode()})[
        0
    ] == [("letter.toml", 2)]

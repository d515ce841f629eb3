"""No sentence of Django or of a package reaches a Kazakh or Russian reader in English.

The sentences come from the English catalogues of what is installed; their translations from the package itself or
from `locale/vendor`, which stands before it. Catalogues are read as text (`.po`), so nothing has to be compiled.
"""

import re
from functools import cache
from pathlib import Path

import django
import polib
import pytest
from django.apps import apps
from django.conf import global_settings, settings

VENDOR = settings.BASE_DIR / "locale" / "vendor"
LANGUAGES = ("kk", "ru")
Key = tuple[str | None, str]  # context and msgid

# Why a sentence may stay untranslated ------------------------------------------------------------------------------

# Django names some hundred languages; the site offers three and names each in itself.
FOREIGN_LANGUAGES = {name for code, name in global_settings.LANGUAGES if code not in dict(settings.LANGUAGES)}

# Shown by a project that has DEBUG=True and no address of its own.
WELCOME_PAGE = {
    "The install worked successfully! Congratulations!",
    'View <a href="https://docs.djangoproject.com/en/%(version)s/releases/" target="_blank" rel="noopener">'
    "release notes</a> for Django %(version)s",
    'You are seeing this page because <a href="https://docs.djangoproject.com/en/%(version)s/ref/settings/#debug" '
    'target="_blank" rel="noopener">DEBUG=True</a> is in your settings file and you have not configured any URLs.',
    "Django Documentation",
    "Topics, references, &amp; how-to’s",
    "Tutorial: A Polling App",
    "Get started with Django",
    "Django Community",
    "Connect, get help, or contribute",
}

# Parts of allauth that the site does not install, though they share its one catalogue.
ABSENT_FOLDERS = {
    "allauth.headless": ("headless/",),  # an interface for applications; the site has pages
    "allauth.idp": ("idp/", "templates/idp/"),  # the site signs nobody in elsewhere
    "allauth.socialaccount": ("socialaccount/", "templates/socialaccount/"),  # and accepts no one else's sign-in
}

# What is read ------------------------------------------------------------------------------------------------------


@cache
def catalogue(path: Path) -> dict[Key, polib.POEntry]:
    """The entries of a catalogue that a reader would get: translated, neither fuzzy nor obsolete."""
    entries = polib.pofile(str(path)) if path.exists() else []
    return {(entry.msgctxt, entry.msgid): entry for entry in entries if entry.translated()}


def is_ours(folder: Path) -> bool:
    """Whether the folder belongs to the site itself; the virtual environment may lie in the same directory."""
    return folder.is_relative_to(settings.BASE_DIR) and "site-packages" not in folder.parts


def foreign_folders() -> list[Path]:
    """The `locale` folders of Django's core and of every installed package that has one."""
    core = Path(django.__file__).parent / "conf" / "locale"
    packages = [Path(app.path) for app in apps.get_app_configs()]
    return [core, *(path / "locale" for path in packages if (path / "locale").is_dir() and not is_ours(path))]


def sources() -> list[Path]:
    """The English catalogues, of pages and of scripts."""
    return sorted(path for folder in foreign_folders() for path in folder.glob("en/LC_MESSAGES/*.po"))


def is_absent(entry: polib.POEntry) -> bool:
    """Whether only parts that are not installed say this sentence."""
    absent = [folders for part, folders in ABSENT_FOLDERS.items() if not apps.is_installed(part)]
    return all(place.startswith(sum(absent, ())) for place, _line in entry.occurrences)


def sentences(source: Path) -> list[polib.POEntry]:
    """What a person can meet of a catalogue."""
    unseen = FOREIGN_LANGUAGES | WELCOME_PAGE
    if "allauth" not in source.parts:
        return [entry for entry in polib.pofile(str(source)) if entry.msgid not in unseen]
    return [entry for entry in polib.pofile(str(source)) if not is_absent(entry)]


def translations(source: Path, language: str) -> dict[Key, polib.POEntry]:
    """What the reader of a language gets for a catalogue: the site's word stands before the package's."""
    theirs = catalogue(source.parents[2] / language / "LC_MESSAGES" / source.name)
    return theirs | catalogue(VENDOR / language / "LC_MESSAGES" / source.name)


def texts(entry: polib.POEntry) -> list[str]:
    """All forms of a translation."""
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def placeholders(text: str) -> list[str]:
    """What the program fills in: `%(name)s`, `%d`, `{name}`."""
    return sorted(re.findall(r"%\(\w+\)[a-z]|%[a-z](?![a-z])|{\w*}", text))


def expected(entry: polib.POEntry) -> list[list[str]]:
    """The placeholders a form of the translation may have: “an hour ago” has none, “%(count)s hours ago” has one."""
    return [placeholders(text) for text in (entry.msgid, entry.msgid_plural) if text]


def names_a_day_or_month(context: str | None, msgid: str) -> bool:
    """Whether the sentence is `March`, `Monday`, or a month in one of Django's contexts; headings are one letter."""
    months = "January February March April May June July August September October November December"
    days = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday"
    return "month" in context if context else msgid in f"{months} {days}".split()


def mixes_alphabets(text: str) -> bool:
    """Whether a Latin and a Cyrillic letter stand side by side."""
    latin, cyrillic = "A-Za-zƏə", "А-Яа-яЁёӘәҒғҚқҢңӨөҰұҮүҺһІі"
    return bool(re.search(f"[{latin}][{cyrillic}]|[{cyrillic}][{latin}]", text))


def title(source: Path) -> str:
    """`auth/django.po`, for the report."""
    return f"{source.parents[3].name}/{source.name}"


every_source = pytest.mark.parametrize("source", sources(), ids=title)
each_language = pytest.mark.parametrize("language", LANGUAGES)
each_vendor_file = pytest.mark.parametrize(
    "path", sorted(VENDOR.glob("*/LC_MESSAGES/*.po")), ids=lambda path: "/".join(path.parts[-3::2])
)

# What must hold ----------------------------------------------------------------------------------------------------


def test_the_catalogues_of_what_is_installed_are_found() -> None:
    found = {title(source) for source in sources()}

    assert found >= {
        "conf/django.po",
        "auth/django.po",
        "admin/django.po",
        "admin/djangojs.po",
        "contenttypes/django.po",
        "sessions/django.po",
        "humanize/django.po",
        "allauth/django.po",
    }


@every_source
@each_language
def test_nobody_meets_an_english_sentence(source: Path, language: str) -> None:
    known = translations(source, language)

    missing = [entry.msgid for entry in sentences(source) if (entry.msgctxt, entry.msgid) not in known]

    assert not missing


@every_source
@each_language
def test_a_translation_keeps_what_the_program_fills_in(source: Path, language: str) -> None:
    known = translations(source, language)
    wrong = [
        text
        for entry in sentences(source)
        for text in texts(known.get((entry.msgctxt, entry.msgid), polib.POEntry()))
        if text and placeholders(text) not in expected(entry)
    ]

    assert not wrong


@every_source
@each_language
def test_months_and_weekdays_begin_with_a_small_letter(source: Path, language: str) -> None:
    shown = [entry.msgstr for key, entry in translations(source, language).items() if names_a_day_or_month(*key)]

    assert [text for text in shown if text != text.lower()] == []


@pytest.mark.parametrize("context", [None, "alt. month"])
def test_a_kazakh_month_is_the_same_word_alone_and_in_a_date(context: str | None) -> None:
    known = catalogue(VENDOR / "kk" / "LC_MESSAGES" / "django.po")

    assert known[context, "November"].msgstr == "қараша"


@each_vendor_file
def test_plurals_are_counted_as_django_counts_them(path: Path) -> None:
    """Else Django keeps the two catalogues apart, and looks each sentence up twice."""
    language = path.parts[-3]
    core = Path(django.__file__).parent / "conf" / "locale" / language / "LC_MESSAGES" / "django.po"

    counted = polib.pofile(str(path)).metadata["Plural-Forms"]

    assert counted == polib.pofile(str(core)).metadata["Plural-Forms"]


@each_vendor_file
def test_no_latin_letter_hides_in_a_cyrillic_word(path: Path) -> None:
    """Latin i or ə instead of Kazakh і or ә looks the same, but is not found by a search."""
    written = [text for entry in catalogue(path).values() for text in texts(entry)]

    assert [text for text in written if mixes_alphabets(re.sub(r"%\(\w+\)[a-z]|%[a-z]|<[^>]*>", " ", text))] == []

"""The site's three languages: their names, how their words are sorted, searched and spelled in Latin letters.

Sources: the Kazakh alphabet of 42 letters in its official order (CLDR `kk` sorts the same); the Russian alphabet is
contained in it in its own order, so one alphabet serves both.
"""

import re
import unicodedata
from collections.abc import Sequence

LANGUAGES = ("kk", "ru", "en")
LANGUAGE_NAMES = {"kk": "Қазақша", "ru": "Русский", "en": "English"}
LANGUAGE_CHOICES = [(language, LANGUAGE_NAMES[language]) for language in LANGUAGES]

CYRILLIC_ALPHABET = "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"
LATIN_ALPHABET = "abcdefghijklmnopqrstuvwxyz"

_LAST_JOINED_BY = {"kk": ", ", "ru": " и ", "en": " and "}

# What a Russian keyboard offers for a Kazakh letter
_AS_TYPED_IN_RUSSIAN = str.maketrans("ёәғқңөұүһі", "еагкноуухи")
_LATIN_TWINS = str.maketrans("aceopxyihkmtbəǝɵ", "асеорхуихкмтваао")
_WORD = re.compile(r"[^\W_]+")
_CYRILLIC = re.compile("[\u0400-\u052f]")

_LATIN_SPELLING = str.maketrans(
    dict(zip("абвгдеёзийклмнопрстуфыэ", "abvgdeeziiklmnoprstufye", strict=True))
    | dict(zip("әғқңөұүһіəǝɵı", "agqnouuhiaaoi", strict=True))
    | {"ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ю": "yu", "я": "ya", "ъ": "", "ь": ""}
)


def list_and(items: Sequence[str], language: str) -> str:
    """The items as one phrase: «A, B, C», «A, B и C», “A, B and C” (CLDR list patterns; en-GB)."""
    if len(items) < 2:
        return "".join(items)
    return ", ".join(items[:-1]) + _LAST_JOINED_BY[language] + items[-1]


def fold(text: str) -> str:
    """The form in which texts are searched: the same for «Құқық», «кукык» and «ҚҰҚЫҚ».

    Lower case; Kazakh letters become what a Russian keyboard offers for them; Latin look-alikes inside a Cyrillic word
    become Cyrillic; accents, punctuation and repeated spaces are gone. Folding twice changes nothing.
    """
    words = _WORD.findall(_without_accents(unicodedata.normalize("NFKC", text).casefold()))
    return " ".join(_fold_word(word) for word in words)


def _without_accents(text: str) -> str:
    """Without accents, except that й stays a letter of its own."""
    kept = text.replace("й", "\ue000")
    bare = "".join(letter for letter in unicodedata.normalize("NFD", kept) if not unicodedata.combining(letter))
    return unicodedata.normalize("NFC", bare.replace("\ue000", "й"))


def _fold_word(word: str) -> str:
    if _CYRILLIC.search(word):
        word = word.translate(_LATIN_TWINS)
    return word.translate(_AS_TYPED_IN_RUSSIAN)


SortKey = tuple[tuple[tuple[int, int], ...], tuple[bool, ...], str]


def sort_key(text: str, language: str) -> SortKey:
    """A key that puts names into the alphabetical order of a page in this language.

    Kazakh alphabet; on Kazakh and Russian pages Cyrillic stands before Latin, on English pages after it. Quotation
    marks, brackets and other punctuation count for nothing, capital letters only between names that are otherwise the
    same (small first). Two different texts never have equal keys.
    """
    letters = [letter for letter in unicodedata.normalize("NFC", text) if letter.isalnum() or letter.isspace()]
    words = " ".join("".join(letters).split())
    places = tuple(_place(letter, latin_first=language == "en") for lowered in words for letter in lowered.lower())
    return places, tuple(letter.isupper() for letter in words), text


def _place(letter: str, *, latin_first: bool) -> tuple[int, int]:
    """Spaces, then digits, then the two alphabets, then whatever else is a letter."""
    if letter == " ":
        return 0, 0
    if letter.isdigit():
        return 1, unicodedata.digit(letter, 0)
    if letter in CYRILLIC_ALPHABET:
        return 3, CYRILLIC_ALPHABET.index(letter)
    base = unicodedata.normalize("NFD", letter)[0]
    if base in LATIN_ALPHABET:
        return (2 if latin_first else 4), LATIN_ALPHABET.index(base)
    return 5, ord(letter)


def slug_of(text: str) -> str:
    """The text in Latin letters, digits and single hyphens, for an address: «Құқық» → `quqyq`; may be empty."""
    spelled = _without_accents(text.lower().replace("й", "и")).translate(_LATIN_SPELLING)
    return "-".join(re.findall("[a-z0-9]+", spelled))

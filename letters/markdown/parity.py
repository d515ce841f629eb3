"""What a translation may have lost: figures, days, links and names that stand in one language and not in another. Hints, never a refusal."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import takewhile
from unicodedata import combining, normalize

_MONTHS = {
    "kk": "қаңтар ақпан наурыз сәуір мамыр маусым шілде тамыз қыркүйек қазан қараша желтоқсан",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "en": "january february march april may june july august september october november december",
}
_LINK = re.compile(r"https?://[^\s)\]>]+|mailto:[^\s)\]>]+")
_NOTE = re.compile(r"\[\^[^\]]*\]:?")
_ITEM = re.compile(r"^ {0,3}\d{1,9}[.)] ", re.MULTILINE)
_SPACE = "\u00a0\u202f\u2009 "
_FIGURE = re.compile(rf"\d{{1,3}}(?:[{_SPACE}]\d{{3}})+(?:[.,]\d+)?(?!\d)|\d+(?:[.,]\d+)*")
_CAPITAL = "[A-ZА-ЯЁӘҒҚҢӨҰҮҺІ]"
_INITIALS = re.compile(rf"(?:\b{_CAPITAL}\.\s?){{1,2}}({_CAPITAL}[\w’'-]{{2,}})")  # С. Сейфуллин
_STEM = r"[\w’'-]+?(?:[оеё]в|ин|[oe]v)"
_ENDING = r"а?(?:[тдн][ыі]ң?|[қғкг][ае]|[тдн][ае]н?|[пбм]ен|у|ым|е|ой|ою|ы|ых|ыми)?|a?(?:[’']s)?"
_SURNAME = re.compile(
    rf"(?<![\w’'-]){_CAPITAL}[\w’'-]{{2,}}\s({_CAPITAL}{_STEM}(?:{_ENDING}))(?![\w’'-])"
)  # Касым-Жомарту Токаеву
_ENDED = re.compile(rf"({_STEM})(?:{_ENDING})")
_WORD = re.compile(rf"\b{_CAPITAL}[\w’'-]+")
_LATIN = re.compile(r"\b[A-Z][A-Za-z0-9&’'-]+")
_ROMAN = re.compile(r"[IVXLCDM]+")
_TWICE = re.compile(r"(.)\1+")
SHORTEST_NAME, LONGEST_ENDING = 2, 3  # consonants
MOST_NAMES = 200  # a text of nothing but names would take minutes
_SOUNDS = (  # in this order; capitals are done
    (re.compile("shch|sch|sh"), "S"),
    (re.compile("dzh|zh|дж|j|ж"), "G"),
    (re.compile("ch|ts|c(?=[eiy])"), "C"),
    (re.compile("kh"), "H"),
    (re.compile("gh"), "G"),
    (re.compile("ph"), "F"),
    (re.compile("th"), "T"),
    (re.compile("ng|нг"), "N"),
    (re.compile("ck|c"), "K"),
)
_CONSONANTS = str.maketrans(
    dict(zip("бвгғдзкқлмнңпрстфхһцчшщqw", "bvggdzkklmnnprstfhhccsskv", strict=True))
    | {"x": "ks"}
    | dict.fromkeys("аәеёиійоөуұүыіэюяъьaeiouy’'-")
)
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")


class Matter(StrEnum):
    """What is counted."""

    FIGURE = "figure"
    DAY = "day"
    LINK = "link"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Lost:
    """Something that stands in the languages of `found` more often than in those of `missing`."""

    matter: Matter
    text: str
    found: tuple[str, ...]
    missing: tuple[str, ...]


def lost(texts: Mapping[str, str]) -> list[Lost]:
    """What does not stand equally often in all texts, in the order of kinds and texts; then the names that do not stand in all.

    :param texts: Markdown by language code.
    """
    return _lost_things(texts) + _lost_names(texts)


def _lost_things(texts: Mapping[str, str]) -> list[Lost]:
    counted = {language: _count(text, language) for language, text in texts.items()}
    things = sorted({thing for counts in counted.values() for thing in counts})
    return [
        Lost(
            matter,
            text,
            tuple(language for language in texts if counted[language][matter, text] == most),
            tuple(language for language in texts if counted[language][matter, text] < most),
        )
        for matter, text in things
        if (most := max(counts[matter, text] for counts in counted.values()))
        != min(counts[matter, text] for counts in counted.values())
    ]


def _lost_names(texts: Mapping[str, str]) -> list[Lost]:
    """Surnames behind initials or, ending as in Тоқаев or Сейфуллин, behind another name, and names in Latin letters amid Cyrillic ones, that a text does not have in any spelling or case."""
    plain = {language: _LINK.sub(" ", text) for language, text in texts.items()}
    words = {language: {_sounds(word) for word in _WORD.findall(text)} for language, text in plain.items()}
    lost_names = []
    known: list[str] = []
    for name in (name for language, text in plain.items() for name in _names_in(text, language)):
        ended = _ENDED.fullmatch(name)
        sounds = _sounds(ended[1] if ended else name)
        if len(sounds) < SHORTEST_NAME or any(_is_same(sounds, other) for other in known):
            continue
        if len(known) == MOST_NAMES:
            break
        known.append(sounds)
        found = tuple(language for language in texts if any(_is_same(sounds, word) for word in words[language]))
        if len(found) < len(texts):
            missing = tuple(language for language in texts if language not in found)
            lost_names.append(Lost(Matter.NAME, name, found, missing))
    return lost_names


def _names_in(text: str, language: str) -> list[str]:
    latin = [] if language == "en" else [word for word in _LATIN.findall(text) if not _ROMAN.fullmatch(word)]
    return _INITIALS.findall(text) + _SURNAME.findall(text) + latin


def _sounds(word: str) -> str:
    """The consonants of a word, alike in the three alphabets: «Тоқаев», «Токаев» and “Tokayev” are `tkv`."""
    word = "".join(letter for letter in normalize("NFKD", word.lower()) if not combining(letter))
    for letters, sound in _SOUNDS:
        word = letters.sub(sound, word)
    return _TWICE.sub(r"\1", word.lower().translate(_CONSONANTS))


def _is_same(name: str, other: str) -> bool:
    """Whether both are one name, perhaps with endings, or with У for В: «Уәлиханов», “Valikhanov”."""
    return _begins_as(name, other) or _begins_as(_without_v(name), _without_v(other))


def _without_v(sounds: str) -> str:
    rest = sounds.replace("v", "")
    return rest if len(rest) > SHORTEST_NAME else ""


def _begins_as(name: str, other: str) -> bool:
    common = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(name, other, strict=False)))
    if common < SHORTEST_NAME or max(len(name), len(other)) - common > LONGEST_ENDING:
        return False
    return common > SHORTEST_NAME or common == min(len(name), len(other))


def _count(text: str, language: str) -> Counter[tuple[Matter, str]]:
    counts: Counter[tuple[Matter, str]] = Counter()
    for link in _LINK.findall(text):
        counts[Matter.LINK, link.rstrip(".,;")] += 1
    plain = _ITEM.sub("", _NOTE.sub(" ", _LINK.sub(" ", text)))
    for day, month in _days(language).findall(plain.lower()):
        counts[Matter.DAY, f"{int(day):02d}.{_month(month, language):02d}"] += 1
    for figure in _FIGURE.findall(plain):
        counts[Matter.FIGURE, _canonical(figure, language)] += 1
    return counts


def _days(language: str) -> re.Pattern[str]:
    return re.compile(rf"\b(\d{{1,2}})\s+({'|'.join(_MONTHS[language].split())})")


def _month(name: str, language: str) -> int:
    return _MONTHS[language].split().index(name) + 1


def _canonical(figure: str, language: str) -> str:
    """The same figure in every language: no spaces between groups, a dot before the fraction."""
    plain = re.sub(f"[{_SPACE}]", "", figure)
    if language == "en":
        return plain.replace(",", "") if _GROUPED.fullmatch(plain) else plain
    return plain.replace(",", ".") if plain.count(",") == 1 and "." not in plain else plain

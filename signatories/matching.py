"""One form for the names of organizations, in which spellings in three scripts meet.

«Әділ сөз», «Адил соз», “Adil Soz” and “Ádil Sóz” are one `latin` form. `Names` adds what tells organizations apart: names
without the words of their legal form, initials. Nothing here is shown to anybody.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from rapidfuzz import fuzz, process

from campaign.base.languages import fold

ALIKE = 88  # of 100: rapidfuzz ratio of two names in their form for comparing
SHORTEST_TELLING = 4  # letters; shorter names and initials are alike by chance
LONG_INITIALS = 5  # letters; the beginning of a long name is shortened as often as the whole

_CYRILLIC = str.maketrans(
    dict(zip("абвгдежзийклмнопрстуфхчшщыэ", "abvgdejziiklmnoprstufhcssie", strict=True))
    | {"ц": "ts", "ю": "iu", "я": "ia", "ъ": "", "ь": ""}
)
_LATIN = (("shch", "s"), ("sch", "s"), ("sh", "s"), ("ch", "c"), ("kh", "h"), ("gh", "g"), ("zh", "j"))
_LATIN_LETTERS = str.maketrans({"y": "i", "q": "k", "w": "v", "x": "ks", "ı": "i"})
_DOUBLED = re.compile(r"([a-z])\1+")
_DIGITS = re.compile(r"\d+")

# Legal forms as they stand in charters, certificates and signatures; phrases before the words of which they consist
_LEGAL_FORMS = """
заңды тұлғалар бірлестігі; жауапкершілігі шектеулі серіктестігі; коммерциялық емес акционерлік қоғамы
коммерциялық емес ұйымы; үкіметтік емес ұйымы; республикалық қоғамдық бірлестігі; қоғамдық бірлестігі; қоғамдық бірлестік
қоғамдық қоры; қоғамдық қор; корпоративтік қоры; корпоративтік қор; жеке қоры; жеке қор; жеке мекемесі; жеке мекеме
қайырымдылық қоры; қоры; қор; ҚҚ; ҚБ; РҚБ; КҚ; ЖҚ; ЖМ; ЖШС; ЗТБ; АҚ; ҮЕҰ; КЕҰ
объединение юридических лиц; товарищество с ограниченной ответственностью; общество с ограниченной ответственностью
некоммерческая организация; неправительственная организация; автономная некоммерческая организация
республиканское общественное объединение; общественное объединение; общественная организация; общественный фонд
корпоративный фонд; частный фонд; частное учреждение; благотворительный фонд; фонд; ОФ; ОО; РОО; КФ; ЧФ; ЧУ; ОЮЛ; ТОО; ООО
АО; НКО; НПО; АНО
non governmental organization; non governmental organisation; non profit organization; non profit organisation
limited liability partnership; limited liability company; public foundation; public fund; public association
private foundation; corporate foundation; corporate fund; charitable foundation; foundation; fund; NGO; NPO; LLP; LLC; Ltd
Inc; e V; gGmbH; PF; PA
"""
_SHORT_WORDS = """
және мен пен бен үшін туралы жөніндегі и в во на по о об от для при с со к из а the of for and in on to at a an
"""
_BRANCHES = "филиал филиалы представительство өкілдігі өкілдік бөлімшесі branch representation"


def latin(text: str) -> str:
    """The text in search form and in one plain Latin spelling, whatever script and transliteration it came in.

    Digraphs of Latin words and letters of Cyrillic ones become one letter; doubled letters of longer words are single.
    """
    return " ".join(filter(None, (_latin_word(word) for word in fold(text).split())))


def _latin_word(word: str) -> str:
    for digraph, letter in _LATIN:
        word = word.replace(digraph, letter)
    spelled = word.translate(_CYRILLIC).translate(_LATIN_LETTERS)
    return spelled if len(spelled) < SHORTEST_TELLING else _DOUBLED.sub(r"\1", spelled)  # «ОО», «ҚҚ» stay


@cache
def _legal_forms() -> re.Pattern[str]:
    forms = {latin(form) for form in re.split(r"[;\n]", _LEGAL_FORMS)} - {""}
    longest_first = sorted(forms, key=lambda form: (-len(form), form))
    return re.compile(rf"(?<!\S)(?:{'|'.join(map(re.escape, longest_first))})(?!\S)")


@cache
def _short_words() -> frozenset[str]:
    return frozenset(latin(_SHORT_WORDS).split())


def comparable(name: str) -> str:
    """The name for comparing: without words of legal forms, its other words in alphabetical order."""
    spelled = latin(name)
    words = _legal_forms().sub(" ", spelled).split() or spelled.split()
    return " ".join(sorted(words))


def initials(name: str) -> set[str]:
    """The abbreviations that people make of a name of three words or more: with and without its legal form, never with short words;
    of a long name also with its first part alone.

    «Казахстанское международное бюро по правам человека» gives `kmbpc`, as «КМБПЧ» does in the Latin form; so does the name that goes on
    «и соблюдению законности».
    """
    spelled = latin(name)
    found = set()
    for words in (spelled.split(), _legal_forms().sub(" ", spelled).split()):
        telling = [word[0] for word in words if word not in _short_words()]
        if len(telling) >= 3:
            found.add("".join(telling))
            found |= {"".join(telling[:end]) for end in range(LONG_INITIALS, len(telling))}
    return found


@dataclass(frozen=True, slots=True)
class Names:
    """All names of one organization in the forms in which they are searched and compared, each between two bars.

    `words` are searched; `keys` are compared by likeness; `initials` with whole names.
    """

    words: str
    keys: str
    initials: str

    @classmethod
    def of(cls, names: Iterable[str], domain: str = "") -> "Names":
        """The forms of these names; a domain is searched as people type it."""
        whole = [name for name in names if name]
        return cls(
            words=barred(latin(name) for name in [*whole, domain]),
            keys=barred(comparable(name) for name in whole),
            initials=barred(short for name in whole for short in initials(name)),
        )


def barred(forms: Iterable[str]) -> str:
    """The forms without doubles, in order, each between two bars."""
    kept = sorted(set(forms) - {""})
    return f"|{'|'.join(kept)}|" if kept else ""


def parts(text: str) -> list[str]:
    """What `barred` joined."""
    return text.strip("|").split("|") if text else []


def likeness(wanted: str, words: str) -> float:
    """How well a search in Latin form fits the best of the names that hold its words; of 100."""
    return max((fuzz.token_sort_ratio(wanted, name) for name in parts(words)), default=0.0)


def closest(names: Names, among: Iterable[tuple[int, str, str]]) -> dict[int, float]:
    """Who of many is alike, and how much (of 100): by edit distance of names, or because one's name is the other's initials.

    Names with different numbers in them («№ 12», «№ 13») are never alike.

    :param among: key of an organization, its `keys`, its `initials`.
    """
    wanted = _telling(parts(names.keys))
    shorts = _long_enough(parts(names.initials))
    as_initials = [f"|{name}|" for name in _long_enough(wanted) if " " not in name]
    owners: list[int] = []
    keys: list[str] = []
    found: dict[int, float] = {}
    for owner, owned, owned_initials in among:
        own = parts(owned)
        owners += [owner] * len(own)
        keys += own
        if not shorts.isdisjoint(own) or any(short in owned_initials for short in as_initials):
            found[owner] = float(ALIKE)
    for name in wanted:
        for key, score, place in process.extract(name, keys, scorer=fuzz.ratio, score_cutoff=ALIKE, limit=None):
            if same_digits(name, key):
                found[owners[place]] = max(found.get(owners[place], 0.0), score)
    return found


def says_branch(key: str) -> bool:
    """Whether a name in its form for comparing says that it is a branch or a representative office."""
    return not _branch_words().isdisjoint(key.split())


def holds_whole(longer: str, shorter: str) -> bool:
    """Whether all words of one name in its form for comparing stand in the other, which has more: a branch repeats its head office."""
    few, many = set(shorter.split()), set(longer.split())
    return len(shorter) >= SHORTEST_TELLING and few < many


@cache
def _branch_words() -> frozenset[str]:
    return frozenset(latin(_BRANCHES).split())


def same_digits(one: str, other: str) -> bool:
    """Whether two names hold the same numbers."""
    return _DIGITS.findall(one) == _DIGITS.findall(other)


def _telling(names: list[str]) -> list[str]:
    return [name for name in names if len(name) >= SHORTEST_TELLING] or names


def _long_enough(shorts: Iterable[str]) -> set[str]:
    return {short for short in shorts if len(short) >= SHORTEST_TELLING}

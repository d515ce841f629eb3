"""Domains: whose mailbox and whose site is an organization's own, and which domain only looks like another.

Everything works offline: the Public Suffix List and the list of disposable mail come as packages; what they lack stands in
`data/free_mail.txt` and `data/shared_hosts.txt`.
"""

import functools
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import idna
from disposable_email_domains import blocklist
from publicsuffixlist import PublicSuffixList
from rapidfuzz.distance import OSA

DATA = Path(__file__).parent / "data"
PLAIN = re.compile(r"(?:(?!-|..--)[a-z0-9-]{1,63}(?<!-)\.)+(?!-|..--)[a-z0-9-]{1,63}(?<!-)")  # the same in both forms
NUMBER = re.compile(r"\d+|0x[0-9a-f]*")  # a last label that makes others read the name as an IPv4 address
LONGEST_NAME = 253  # of a host in the DNS, without its last dot
SHORTEST_TO_COMPARE = 4  # letters; among shorter words nearly everything is one letter apart


def _list(name: str) -> frozenset[str]:
    lines = (DATA / name).read_text(encoding="ascii").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


GOOGLE_MAIL = ("gmail.com", "googlemail.com")  # one mailbox under both names, dots before the @ mean nothing
FREE_MAIL = _list("free_mail.txt")
SHARED_HOSTS = _list("shared_hosts.txt")


@functools.cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList(only_icann=False, accept_unknown=True)


def ascii_domain(domain: str) -> str:
    """The domain as the DNS knows it (A-labels, lower case); empty when it is none."""
    name = domain.strip().strip(".").lower()
    if not _is_plain(name):
        try:
            name = idna.encode(name, uts46=True).decode()
        except idna.IDNAError:
            return ""
    return "" if "." not in name or NUMBER.fullmatch(name.rpartition(".")[2]) else name


def _is_plain(name: str) -> bool:
    """Whether the name needs no encoding, which takes a hundred times as long as this look."""
    return len(name) <= LONGEST_NAME and PLAIN.fullmatch(name) is not None


def unicode_domain(domain: str) -> str:
    """The domain as people read it (U-labels, lower case); unchanged when it cannot be decoded."""
    if _is_plain(domain):
        return domain
    try:
        return idna.decode(domain.lower().strip("."), uts46=True)
    except (idna.IDNAError, UnicodeError):
        return domain


@dataclass(frozen=True, slots=True)
class Forms:
    """A domain in both forms, to be shown together where they differ, with a warning."""

    unicode: str
    ascii: str

    @property
    def differ(self) -> bool:
        """Whether what people read is not what the DNS knows."""
        return self.unicode != self.ascii


def both_forms(domain: str) -> Forms:
    """The domain as people read it and as the DNS knows it."""
    name = ascii_domain(domain)
    return Forms(unicode_domain(name or domain), name or domain)


def public_suffix(host: str) -> str:
    """The end of a host name below which anybody may register: `press.example.org.kz` → `org.kz`."""
    return _suffixes().publicsuffix(ascii_domain(host)) or ""


def registrable_domain(host: str) -> str:
    """The part of a host name that somebody registered, in A-labels: `press.example.org.kz` → `example.org.kz`; empty when there is none."""
    name = ascii_domain(host)
    if not name or is_shared_host(name):
        return ""
    return _suffixes().privatesuffix(name) or ""


def is_shared_host(host: str) -> bool:
    """Whether the host belongs to a service on which anybody may have a page."""
    labels = host.split(".")
    return any(".".join(labels[start:]) in SHARED_HOSTS for start in range(len(labels)))


def is_disposable(domain: str) -> bool:
    """Whether the domain is one of throw-away mailboxes."""
    return domain in blocklist


def mailbox(email: str) -> str:
    """The mailbox behind an address, to tell whether two are one: without what follows a plus, which most servers deliver there, too;
    at Google without dots.
    """
    local, _at, host = email.strip().lower().rpartition("@")
    local = local.partition("+")[0]
    return f"{local.replace('.', '')}@gmail.com" if host in GOOGLE_MAIL else f"{local}@{host}"


def mail_domain(email: str) -> str:
    """The registrable domain of an e-mail address; empty for free, throw-away and shared ones, which nobody owns."""
    host = ascii_domain(email.rpartition("@")[2])
    domain = registrable_domain(host)
    if not domain or {host, domain} & FREE_MAIL or is_disposable(host) or is_disposable(domain):
        return ""
    return domain


def is_free_mail(email: str) -> bool:
    """Whether anybody may have a mailbox there."""
    return not mail_domain(email)


def mixes_scripts(host: str) -> bool:
    """Whether a word mixes letters of Latin, Cyrillic, Greek or Armenian, as look-alike domains do."""
    return any(len(_scripts(label)) > 1 for label in host.lower().split("."))


def _scripts(label: str) -> set[str]:
    """The alphabets of the letters; what is written in many (digits, hyphens, marks) says nothing."""
    names = (unicodedata.name(letter, "") for letter in label if letter.isalpha())
    return {name.partition(" ")[0] for name in names} & {"LATIN", "CYRILLIC", "GREEK", "ARMENIAN"}


# --- Look-alikes ------------------------------------------------------------------------------------------------------

LOOKS_LIKE = str.maketrans(
    {  # small letters as browsers show them, after the idea of UTS 39; marks are taken off before
        **dict(zip("авеёкмнорстухгпьзиіјһѕԁԛԝғқңөүұәӏѵ", "abeekmhopctyxrnb3uijhsdqwfkhoyyelv", strict=True)),
        **dict(zip("αβγεικνορτυχωη", "abyeikvoptuxwn", strict=True)),
        **dict(zip("աոսօցհ", "wnuogh", strict=True)),
        **dict(zip("ıłøđħŧɡɑəɩʟ", "ilodhtgaeil", strict=True)),
        **dict(zip("015", "ols", strict=True)),
        "-": "",
    }
)
PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"))


class LookalikeKind(StrEnum):
    """In what way one domain can be taken for another."""

    SAME_SHAPE = "same_shape"
    WHOLE_SCRIPT = "whole_script"
    ONE_CHARACTER = "one_character"
    OTHER_ENDING = "other_ending"


@dataclass(frozen=True, slots=True)
class Lookalike:
    """A known domain for which another can be taken."""

    kind: LookalikeKind
    known: str

    @property
    def forms(self) -> Forms:
        """The known domain in both forms."""
        return both_forms(self.known)


def lookalikes(domain: str, known: Iterable[str]) -> list[Lookalike]:
    """Which known registrable domains this one can be taken for, the most alike first; never itself."""
    mine = _named(domain)
    if mine is None:
        return []
    others = ((_named(other), other) for other in dict.fromkeys(known))
    found = [(kind, other) for named, other in others if named is not None and (kind := _likeness(mine, named))]
    order = list(LookalikeKind)
    return [Lookalike(kind, other) for kind, other in sorted(found, key=lambda one: (order.index(one[0]), one[1]))]


@dataclass(frozen=True, slots=True)
class _Named:
    """A registered name without its ending, as people read it, and as it looks."""

    name: str
    ending: str
    shape: str


@functools.lru_cache(maxsize=65_536)
def _named(domain: str) -> _Named | None:
    registered = registrable_domain(domain)
    if not registered:
        return None
    ending = public_suffix(registered)
    name = unicode_domain(registered.removesuffix(f".{ending}"))
    return _Named(name, ending, shape(name))


def shape(name: str) -> str:
    """What a name looks like: names that are easily taken for each other have the same."""
    bare = "".join(one for one in unicodedata.normalize("NFD", name.lower()) if not unicodedata.combining(one))
    seen = bare.translate(LOOKS_LIKE)
    for pair, single in PAIRS:
        seen = seen.replace(pair, single)
    return seen


def _likeness(mine: _Named, other: _Named) -> LookalikeKind | None:
    if mine.name == other.name:
        return None if mine.ending == other.ending else LookalikeKind.OTHER_ENDING
    if mine.shape == other.shape:
        apart = _scripts(mine.name) and _scripts(other.name) and _scripts(mine.name) != _scripts(other.name)
        whole = len(_scripts(mine.name)) == 1 == len(_scripts(other.name))
        return LookalikeKind.WHOLE_SCRIPT if apart and whole else LookalikeKind.SAME_SHAPE
    if min(len(mine.shape), len(other.shape)) < SHORTEST_TO_COMPARE:
        return None
    return LookalikeKind.ONE_CHARACTER if OSA.distance(mine.shape, other.shape, score_cutoff=1) <= 1 else None

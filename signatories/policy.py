"""The one written table of trust: what each kind of evidence shows, how long it holds, and which level follows. Nothing here asks a table.

The same in words for people: docs/verification.md, which a test holds equal to this.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Protocol

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from campaign.base.calendar import page_date
from signatories.states import EvidenceKind, Level, Outcome, Question

YEAR = timedelta(days=365)


class Fact(Protocol):
    """One checked fact, as the policy sees it; a row of `Evidence` is one."""

    @property
    def kind(self) -> str:
        """Which `EvidenceKind`."""

    @property
    def result(self) -> str:
        """Which `Outcome`."""

    @property
    def checked_at(self) -> datetime:
        """When it was checked."""

    @property
    def valid_until(self) -> datetime | None:
        """From when on it shows nothing any more; None: never."""

    @property
    def checked_by_id(self) -> int | None:
        """Who looked; None: a machine."""

    @property
    def public_fact(self) -> str:
        """The one word of it that may be shown, such as a domain."""


class Channel(Enum):
    """Through what the answer came. Two kinds of one channel share a point at which both can be forged at once."""

    OWN_WEB = "its own domain, mail and pages"
    REGISTER = "an official register"
    PEOPLE = "a person reached through an independently found contact"
    PRESS = "what others have published"
    PAPER = "paper"
    OTHERS = "other organizations"
    CERTIFICATE = "a certificate of the state"


class Scope(Enum):
    """For which claims of an organization a fact counts."""

    ORGANIZATION = "every claim of the organization"
    PEOPLE = "claims of those whom the organization has let in"  # a proof of its domain
    PERSON = "claims of the same person"
    CLAIM = "this claim alone"


@dataclass(frozen=True, slots=True)
class Rule:
    """What one kind of evidence shows. `holds` is how long after the check, None: without end."""

    answers: frozenset[Question]
    holds: timedelta | None
    by_machine: bool
    channel: Channel
    scope: Scope
    sentence: str | Promise


def _rule(
    *answers: Question,
    holds: timedelta | None,
    channel: Channel,
    scope: Scope,
    sentence: str | Promise,
    by_machine: bool = False,
) -> Rule:
    return Rule(frozenset(answers), holds, by_machine, channel, scope, sentence)


RULES: dict[EvidenceKind, Rule] = {
    EvidenceKind.DOMAIN_MAIL: _rule(
        Question.CHANNEL,
        holds=YEAR,
        by_machine=True,
        channel=Channel.OWN_WEB,
        scope=Scope.CLAIM,
        sentence=gettext_lazy("E-mail at %(fact)s confirmed on %(day)s."),
    ),
    EvidenceKind.DNS_TXT: _rule(  # until the weekly look no longer finds it
        Question.CHANNEL,
        holds=None,
        by_machine=True,
        channel=Channel.OWN_WEB,
        scope=Scope.PEOPLE,
        sentence=gettext_lazy("Record in the DNS of %(fact)s found on %(day)s."),
    ),
    EvidenceKind.SITE_FILE: _rule(  # until the weekly look no longer finds it
        Question.CHANNEL,
        holds=None,
        by_machine=True,
        channel=Channel.OWN_WEB,
        scope=Scope.PEOPLE,
        sentence=gettext_lazy("File on the site %(fact)s found on %(day)s."),
    ),
    EvidenceKind.REGISTER_NUMBER: _rule(  # a guard against slips; a public number can be copied by anybody
        holds=None, by_machine=True, channel=Channel.REGISTER, scope=Scope.ORGANIZATION, sentence=""
    ),
    EvidenceKind.REGISTER_LOOKUP: _rule(
        Question.EXISTS,
        holds=YEAR,
        by_machine=True,
        channel=Channel.REGISTER,
        scope=Scope.ORGANIZATION,
        sentence=gettext_lazy("Found in the open data of the register on %(day)s."),
    ),
    EvidenceKind.REGISTRATION_DOCUMENT: _rule(  # a hint: somebody has a copy
        holds=YEAR,
        channel=Channel.PAPER,
        scope=Scope.ORGANIZATION,
        sentence=gettext_lazy("Registration document seen on %(day)s by the secretariat."),
    ),
    EvidenceKind.REGISTER_SEEN: _rule(
        Question.EXISTS,
        holds=YEAR,
        channel=Channel.REGISTER,
        scope=Scope.ORGANIZATION,
        sentence=gettext_lazy("Entry in an official register seen on %(day)s by the secretariat."),
    ),
    EvidenceKind.WELL_KNOWN: _rule(
        Question.EXISTS,
        holds=YEAR,
        channel=Channel.PRESS,
        scope=Scope.ORGANIZATION,
        sentence=gettext_lazy("Known publications or partners seen on %(day)s by the secretariat."),
    ),
    EvidenceKind.CHANNEL_SEEN: _rule(
        Question.CHANNEL,
        holds=YEAR,
        channel=Channel.OWN_WEB,
        scope=Scope.PERSON,
        sentence=gettext_lazy("Contact published by the organization seen on %(day)s by the secretariat."),
    ),
    EvidenceKind.CALL_BACK: _rule(
        Question.CHANNEL,
        Question.MANDATE,
        holds=YEAR,
        channel=Channel.PEOPLE,
        scope=Scope.PERSON,
        sentence=gettext_lazy("Called back on %(day)s by the secretariat."),
    ),
    EvidenceKind.MANDATE_SEEN: _rule(
        Question.MANDATE,
        holds=YEAR,
        channel=Channel.OWN_WEB,
        scope=Scope.PERSON,
        sentence=gettext_lazy("Person and post published by the organization seen on %(day)s by the secretariat."),
    ),
    EvidenceKind.MANDATE_DOCUMENT: _rule(
        Question.MANDATE,
        holds=YEAR,
        channel=Channel.PAPER,
        scope=Scope.PERSON,
        sentence=gettext_lazy("Document on the authority to sign seen on %(day)s by the secretariat."),
    ),
    EvidenceKind.VOUCHED: _rule(
        Question.EXISTS,
        holds=YEAR,
        by_machine=True,
        channel=Channel.OTHERS,
        scope=Scope.ORGANIZATION,
        sentence=gettext_lazy("Vouched for by at least two verified organizations on %(day)s."),
    ),
    EvidenceKind.EDS: _rule(
        Question.EXISTS,
        Question.CHANNEL,
        Question.MANDATE,
        holds=YEAR,
        by_machine=True,
        channel=Channel.CERTIFICATE,
        scope=Scope.CLAIM,
        sentence=gettext_lazy("Electronic signature (EDS) of the organization checked on %(day)s."),
    ),
    EvidenceKind.PAPER_ORIGINAL: _rule(
        Question.MANDATE,
        holds=YEAR,
        channel=Channel.PAPER,
        scope=Scope.CLAIM,
        sentence=gettext_lazy("Signed and stamped original seen on %(day)s by the secretariat."),
    ),
}

MACHINE_KINDS = frozenset(kind for kind, rule in RULES.items() if rule.by_machine)
HUMAN_KINDS = tuple(kind for kind in EvidenceKind if kind not in MACHINE_KINDS)
# Kinds in which a paper may be kept
DOCUMENT_KINDS = frozenset(kind for kind in HUMAN_KINDS if RULES[kind].channel is Channel.PAPER)
# Kinds that were found out about one person, whose mandate they name
PERSONAL_KINDS = frozenset(kind for kind in HUMAN_KINDS if RULES[kind].scope in (Scope.PERSON, Scope.CLAIM))

IN_REGISTER = frozenset({EvidenceKind.REGISTER_SEEN, EvidenceKind.REGISTER_LOOKUP})
KNOWN = IN_REGISTER | {EvidenceKind.WELL_KNOWN}
OWN_SITE = frozenset({EvidenceKind.DNS_TXT, EvidenceKind.SITE_FILE})
CALLED = frozenset({EvidenceKind.CALL_BACK})
PAPERS = frozenset({EvidenceKind.MANDATE_DOCUMENT, EvidenceKind.PAPER_ORIGINAL})


@dataclass(frozen=True, slots=True)
class Situation:
    """One row of the table: the level follows when each of the sets has at least one valid kind.

    `mandate` holds several sets where several things are asked for. `alone`: one certificate of the state answers everything; its
    second channel is the state's own check, and the look is the reviewer's, who compares the names.
    """

    key: str
    level: Level
    exists: frozenset[EvidenceKind]
    channel: frozenset[EvidenceKind]
    mandate: tuple[frozenset[EvidenceKind], ...]
    reviewers: int = 2
    alone: bool = False

    @property
    def sets(self) -> tuple[tuple[Question, frozenset[EvidenceKind]], ...]:
        """Each set with the question that it answers."""
        mandates = ((Question.MANDATE, one) for one in self.mandate)
        return ((Question.EXISTS, self.exists), (Question.CHANNEL, self.channel), *mandates)


SITUATIONS = (  # the strongest first
    Situation(
        "eds",
        Level.STRONG,
        frozenset({EvidenceKind.EDS}),
        frozenset({EvidenceKind.EDS}),
        (frozenset({EvidenceKind.EDS}),),
        reviewers=1,
        alone=True,
    ),
    Situation(
        "own domain proved in DNS",
        Level.STRONG,
        IN_REGISTER,
        frozenset({EvidenceKind.DNS_TXT}),
        (CALLED | {EvidenceKind.MANDATE_SEEN},),
    ),
    Situation(
        "own domain, called back",
        Level.CONFIRMED,
        KNOWN,
        OWN_SITE | {EvidenceKind.DOMAIN_MAIL},
        (CALLED,),
    ),
    Situation(
        "own domain proved, authority seen",
        Level.CONFIRMED,
        KNOWN,
        OWN_SITE,
        (PAPERS | {EvidenceKind.MANDATE_SEEN},),
    ),
    Situation(
        "no domain of its own",
        Level.CONFIRMED,
        KNOWN,
        frozenset({EvidenceKind.CHANNEL_SEEN}),
        (CALLED, PAPERS),
    ),
    Situation(
        "vouched for",
        Level.VOUCHED,
        frozenset({EvidenceKind.VOUCHED}),
        OWN_SITE | {EvidenceKind.DOMAIN_MAIL, EvidenceKind.CHANNEL_SEEN},
        (CALLED,),
    ),
)


def valid_until(kind: EvidenceKind, checked_at: datetime) -> datetime | None:
    """Until when a check of that moment holds; None: without end."""
    length = RULES[kind].holds
    return None if length is None else checked_at + length


def holds(fact: Fact, at: datetime) -> bool:
    """Whether the fact was passed and is still valid at that moment."""
    return fact.result == Outcome.PASSED and (fact.valid_until is None or at < fact.valid_until)


def valid_kinds(facts: Iterable[Fact], at: datetime) -> frozenset[EvidenceKind]:
    """The kinds of which at least one fact holds."""
    return frozenset(EvidenceKind(fact.kind) for fact in facts if holds(fact, at))


def level_of(facts: Iterable[Fact], at: datetime) -> Level:
    """The level that all valid facts amount to."""
    situation = situation_of(facts, at)
    return Level.NONE if situation is None else situation.level


def situation_of(facts: Iterable[Fact], at: datetime) -> Situation | None:
    """The strongest row of the table that the valid facts fill; None: not one."""
    valid = [fact for fact in facts if holds(fact, at)]
    return next((situation for situation in SITUATIONS if _is_filled(situation, valid)), None)


def _is_filled(situation: Situation, valid: list[Fact]) -> bool:
    kinds = frozenset(EvidenceKind(fact.kind) for fact in valid)
    if not all(kinds & one for _, one in situation.sets):
        return False
    return situation.alone or (has_two_channels(kinds) and somebody_looked(valid))


def unanswered(kinds: frozenset[EvidenceKind]) -> list[Question]:
    """Which of the three questions nothing answers yet."""
    answered = {question for kind in kinds for question in RULES[kind].answers}
    return [question for question in Question if question not in answered]


def has_two_channels(kinds: frozenset[EvidenceKind]) -> bool:
    """Whether what answers a question came through two channels that do not share a point."""
    return len({RULES[kind].channel for kind in kinds if RULES[kind].answers}) > 1


def somebody_looked(valid: Iterable[Fact]) -> bool:
    """Whether a human being checked at least one thing."""
    return any(fact.checked_by_id is not None for fact in valid)


Sets = tuple[tuple[Question, frozenset[EvidenceKind]], ...]


def missing_sets(level: Level, facts: Iterable[Fact], at: datetime) -> Sets:
    """What is still asked for on the shortest way to the level: each question with the kinds of which one is enough."""
    return min(_ways(level, valid_kinds(facts, at)), key=len)


def _ways(level: Level, kinds: frozenset[EvidenceKind]) -> list[Sets]:
    """What each row is missing, the weakest first; an electronic signature is nothing that anybody could be asked for here."""
    return [
        tuple((question, one) for question, one in situation.sets if not kinds & one)
        for situation in reversed(SITUATIONS)
        if situation.level >= level and not situation.alone
    ]


def missing_for(level: Level, facts: Iterable[Fact], at: datetime) -> list[str]:
    """What would raise an organization to that level, in sentences; empty when it is reached."""
    listed = list(facts)
    if level_of(listed, at) >= level:
        return []
    return [
        _("To show that %(question)s, one of these: %(kinds)s.")
        % {
            "question": question.label,
            "kinds": "; ".join(str(kind.label) for kind in EvidenceKind if kind in kinds),
        }
        for question, kinds in missing_sets(level, listed, at)
    ]


def next_kind(facts: Iterable[Fact], at: datetime) -> EvidenceKind | None:
    """What a reviewer is best to look at next, so that people alone reach a level; None: nothing is missing."""
    kinds = valid_kinds(facts, at)
    humanly = [
        [[kind for kind in HUMAN_KINDS if kind in one] for _question, one in way]
        for way in _ways(Level.CONFIRMED, kinds)
    ]
    shortest = min((way for way in humanly if all(way)), key=len)
    return shortest[0][0] if shortest else None


def public_sentence(fact: Fact, language: str) -> str:
    """The fact as the public may read it, in that language: never who, where or how; empty where nothing is to be told."""
    with override(language):
        day = page_date(timezone.localtime(fact.checked_at).date(), language)
        sentence = str(RULES[EvidenceKind(fact.kind)].sentence)
        return sentence % {"fact": fact.public_fact, "day": day} if sentence else ""

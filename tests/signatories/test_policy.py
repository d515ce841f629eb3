"""The table of trust: each combination of evidence gives one level, and what is shown of it; people read the same table."""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import combinations
from pathlib import Path

import pytest

from signatories import policy
from signatories.models import Evidence
from signatories.policy import RULES, SITUATIONS
from signatories.states import EvidenceKind as E
from signatories.states import Level, Outcome, Question
from tests.conftest import NOON

DOCUMENT = Path(__file__).parents[2] / "docs" / "verification.md"
REVIEWER = 7


@dataclass(frozen=True)
class Checked:
    """One fact without any table."""

    kind: str
    result: str = Outcome.PASSED
    checked_at: datetime = NOON
    valid_until: datetime | None = None
    checked_by_id: int | None = None
    public_fact: str = "example.kz"


def facts(*kinds: E) -> list[Checked]:
    """Facts of these kinds, checked by a machine or by a reviewer as the table says."""
    return [Checked(kind, checked_by_id=None if kind in policy.MACHINE_KINDS else REVIEWER) for kind in kinds]


# What was checked → the level; the rows of trust that were agreed on, and the attacks on them
TABLE = [
    # Own domain
    ((E.REGISTER_SEEN, E.DNS_TXT, E.CALL_BACK), Level.STRONG),
    ((E.REGISTER_SEEN, E.DNS_TXT, E.MANDATE_SEEN), Level.STRONG),
    ((E.REGISTER_LOOKUP, E.DNS_TXT, E.CALL_BACK), Level.STRONG),
    ((E.REGISTER_LOOKUP, E.DNS_TXT, E.MANDATE_SEEN), Level.STRONG),
    ((E.REGISTER_SEEN, E.DNS_TXT, E.MANDATE_DOCUMENT), Level.CONFIRMED),
    ((E.REGISTER_SEEN, E.SITE_FILE, E.CALL_BACK), Level.CONFIRMED),
    ((E.REGISTER_SEEN, E.SITE_FILE, E.MANDATE_SEEN), Level.CONFIRMED),
    ((E.REGISTER_SEEN, E.SITE_FILE, E.PAPER_ORIGINAL), Level.CONFIRMED),
    ((E.REGISTER_SEEN, E.DOMAIN_MAIL, E.CALL_BACK), Level.CONFIRMED),
    ((E.REGISTER_LOOKUP, E.DOMAIN_MAIL, E.CALL_BACK), Level.CONFIRMED),
    ((E.WELL_KNOWN, E.DOMAIN_MAIL, E.CALL_BACK), Level.CONFIRMED),
    ((E.WELL_KNOWN, E.DNS_TXT, E.CALL_BACK), Level.CONFIRMED),
    # No domain of its own
    ((E.REGISTER_SEEN, E.CHANNEL_SEEN, E.CALL_BACK, E.MANDATE_DOCUMENT), Level.CONFIRMED),
    ((E.REGISTER_SEEN, E.CHANNEL_SEEN, E.CALL_BACK, E.PAPER_ORIGINAL), Level.CONFIRMED),
    ((E.WELL_KNOWN, E.CHANNEL_SEEN, E.CALL_BACK, E.MANDATE_DOCUMENT), Level.CONFIRMED),
    # No register
    ((E.VOUCHED, E.DOMAIN_MAIL, E.CALL_BACK), Level.VOUCHED),
    ((E.VOUCHED, E.CHANNEL_SEEN, E.CALL_BACK), Level.VOUCHED),
    ((E.VOUCHED, E.DNS_TXT, E.CALL_BACK), Level.VOUCHED),
    # The certificate of the state
    ((E.EDS,), Level.STRONG),
    # Not enough: a question is open
    ((), Level.NONE),
    ((E.DOMAIN_MAIL,), Level.NONE),
    ((E.REGISTER_SEEN, E.DOMAIN_MAIL), Level.NONE),
    ((E.REGISTER_SEEN, E.CALL_BACK), Level.NONE),
    ((E.REGISTER_SEEN, E.DNS_TXT), Level.NONE),
    ((E.DNS_TXT, E.CALL_BACK), Level.NONE),
    # Mail at a domain, its DNS, its site and its pages are one channel and never a mandate by mail alone
    ((E.REGISTER_SEEN, E.DOMAIN_MAIL, E.MANDATE_SEEN), Level.NONE),
    ((E.DOMAIN_MAIL, E.DNS_TXT, E.SITE_FILE, E.CHANNEL_SEEN, E.MANDATE_SEEN), Level.NONE),
    # Documents are hints
    ((E.REGISTRATION_DOCUMENT, E.DNS_TXT, E.CALL_BACK), Level.NONE),
    ((E.REGISTRATION_DOCUMENT, E.DOMAIN_MAIL, E.MANDATE_DOCUMENT), Level.NONE),
    ((E.REGISTER_SEEN, E.DOMAIN_MAIL, E.MANDATE_DOCUMENT), Level.NONE),
    ((E.REGISTER_SEEN, E.CHANNEL_SEEN, E.MANDATE_DOCUMENT), Level.NONE),
    ((E.REGISTER_SEEN, E.CHANNEL_SEEN, E.PAPER_ORIGINAL), Level.NONE),
    # A number with check digits can be copied by anybody
    ((E.REGISTER_NUMBER, E.DNS_TXT, E.CALL_BACK), Level.NONE),
    ((E.REGISTER_NUMBER, E.DOMAIN_MAIL, E.CALL_BACK), Level.NONE),
    # Free mail asks for the page, the call and the paper
    ((E.REGISTER_SEEN, E.CHANNEL_SEEN, E.CALL_BACK), Level.NONE),
    ((E.REGISTER_SEEN, E.CALL_BACK, E.MANDATE_DOCUMENT), Level.NONE),
    # Others' word alone binds nobody
    ((E.VOUCHED, E.CALL_BACK), Level.NONE),
    ((E.VOUCHED, E.DNS_TXT, E.MANDATE_SEEN), Level.NONE),
]


@pytest.mark.parametrize(("kinds", "level"), TABLE)
def test_what_was_checked_gives_its_level(kinds: tuple[E, ...], level: Level) -> None:
    assert policy.level_of(facts(*kinds), NOON) == level


def test_more_evidence_never_lowers_a_level_and_no_combination_passes_without_the_minimum() -> None:
    """All of the 575 combinations of up to three kinds, and each with one more."""
    for size in range(4):
        for kinds in combinations(E, size):
            level = policy.level_of(facts(*kinds), NOON)
            assert all(policy.level_of(facts(*kinds, more), NOON) >= level for more in E)
            if level and E.EDS not in kinds:
                assert not policy.unanswered(frozenset(kinds))
                assert policy.has_two_channels(frozenset(kinds))
                assert not set(kinds) <= policy.MACHINE_KINDS


@pytest.mark.parametrize("kinds", [row for row, level in TABLE if level and len(row) > 1])
def test_each_row_falls_with_each_of_its_parts(kinds: tuple[E, ...]) -> None:
    whole = policy.level_of(facts(*kinds), NOON)

    for part in kinds:
        assert policy.level_of(facts(*(kind for kind in kinds if kind != part)), NOON) < whole


@pytest.mark.parametrize("change", ["failed", "unknown", "expired"])
@pytest.mark.parametrize("kinds", [row for row, level in TABLE if level])
def test_what_failed_is_unknown_or_has_expired_shows_nothing(kinds: tuple[E, ...], change: str) -> None:
    for spoiled in range(len(kinds)):
        checked = facts(*kinds)
        checked[spoiled] = {
            "failed": replace(checked[spoiled], result=Outcome.FAILED),
            "unknown": replace(checked[spoiled], result=Outcome.UNKNOWN),
            "expired": replace(checked[spoiled], valid_until=NOON),
        }[change]

        assert policy.level_of(checked, NOON) < policy.level_of(facts(*kinds), NOON)


def test_evidence_holds_until_its_last_moment_and_not_in_it() -> None:
    last = policy.valid_until(E.CALL_BACK, NOON)
    assert last == NOON + timedelta(days=365)
    called = Checked(E.CALL_BACK, valid_until=last)

    assert policy.holds(called, last - timedelta(seconds=1))
    assert not policy.holds(called, last)


def test_machines_alone_give_no_level_even_where_they_pretend_to_be_people() -> None:
    pretended = [replace(one, checked_by_id=None) for one in facts(E.REGISTER_LOOKUP, E.DNS_TXT, E.MANDATE_SEEN)]

    assert policy.level_of(pretended, NOON) == Level.NONE


# What raises a level, and what a reviewer is best to look at next


@pytest.mark.parametrize(
    ("kinds", "level", "sentences"),
    [
        (
            (E.REGISTER_SEEN, E.DOMAIN_MAIL),
            Level.CONFIRMED,
            [
                "To show that this person may bind it, one of these: call-back through an independently found contact.",
            ],
        ),
        (
            (E.REGISTER_SEEN, E.DOMAIN_MAIL, E.CALL_BACK),
            Level.STRONG,
            ["To show that this channel is its own, one of these: record in the domain’s DNS."],
        ),
        ((E.REGISTER_SEEN, E.DNS_TXT, E.CALL_BACK), Level.STRONG, []),
        ((E.EDS,), Level.STRONG, []),
    ],
)
def test_it_says_what_would_raise_the_level(kinds: tuple[E, ...], level: Level, sentences: list[str]) -> None:
    assert policy.missing_for(level, facts(*kinds), NOON) == sentences


@pytest.mark.parametrize("kinds", [row for row, _level in TABLE])
def test_whoever_does_what_is_missing_reaches_the_level(kinds: tuple[E, ...]) -> None:
    for level in (Level.VOUCHED, Level.CONFIRMED, Level.STRONG):
        checked = facts(*kinds)
        if policy.level_of(checked, NOON) < level:
            done = [sorted(one)[0] for _question, one in policy.missing_sets(level, checked, NOON)]
            assert policy.level_of([*checked, *facts(*done)], NOON) >= level


def test_a_reviewer_is_led_from_an_empty_page_to_an_admission() -> None:
    checked, asked = facts(E.DOMAIN_MAIL), []

    while (kind := policy.next_kind(checked, NOON)) is not None:
        asked.append(kind)
        checked += facts(kind)

    assert asked == [E.REGISTER_SEEN, E.CALL_BACK]
    assert policy.level_of(checked, NOON) == Level.CONFIRMED


# What the public reads


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        (E.DOMAIN_MAIL, "E-mail at example.kz confirmed on 20 November 2026."),
        (E.DNS_TXT, "Record in the DNS of example.kz found on 20 November 2026."),
        (E.SITE_FILE, "File on the site example.kz found on 20 November 2026."),
        (E.REGISTER_NUMBER, ""),
        (E.REGISTER_LOOKUP, "Found in the open data of the register on 20 November 2026."),
        (E.REGISTRATION_DOCUMENT, "Registration document seen on 20 November 2026 by the secretariat."),
        (E.REGISTER_SEEN, "Entry in an official register seen on 20 November 2026 by the secretariat."),
        (E.WELL_KNOWN, "Known publications or partners seen on 20 November 2026 by the secretariat."),
        (E.CHANNEL_SEEN, "Contact published by the organization seen on 20 November 2026 by the secretariat."),
        (E.CALL_BACK, "Called back on 20 November 2026 by the secretariat."),
        (
            E.MANDATE_SEEN,
            "Person and post published by the organization seen on 20 November 2026 by the secretariat.",
        ),
        (E.MANDATE_DOCUMENT, "Document on the authority to sign seen on 20 November 2026 by the secretariat."),
        (E.VOUCHED, "Vouched for by at least two verified organizations on 20 November 2026."),
        (E.EDS, "Electronic signature (EDS) of the organization checked on 20 November 2026."),
        (E.PAPER_ORIGINAL, "Signed and stamped original seen on 20 November 2026 by the secretariat."),
    ],
)
def test_the_public_reads_a_plain_fact_and_nothing_of_who_where_or_how(kind: E, sentence: str) -> None:
    private = Evidence(kind=kind, detail="+7 727 …, asked Mira", checked_at=NOON, public_fact="example.kz")

    assert policy.public_sentence(private, "en") == sentence


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_each_language_writes_the_day_in_its_own_way(language: str) -> None:
    day = {"kk": "20 қараша", "ru": "20 ноября", "en": "20 November"}[language]

    assert day in policy.public_sentence(Checked(E.REGISTER_SEEN), language)


# People read the same


def _rows(title: str) -> list[list[str]]:
    text = DOCUMENT.read_text(encoding="utf-8").split(f"## {title}\n")[1].split("\n## ")[0]
    table = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table[2:]]


def test_the_document_says_of_each_kind_what_the_table_says() -> None:
    expected = [
        [
            f"`{kind}`",
            ", ".join(question for question in Question if question in rule.answers) or "nothing",
            "–" if rule.holds is None else str(rule.holds.days),
            "machine" if rule.by_machine else "person",
            rule.channel.name.lower(),
            rule.scope.name.lower(),
        ]
        for kind, rule in RULES.items()
    ]

    assert _rows("Evidence") == expected


def _cell(*sets: frozenset[E]) -> str:
    return " + ".join(" / ".join(f"`{kind}`" for kind in sorted(one)) for one in sets)


def test_the_document_says_of_each_situation_what_the_table_says() -> None:
    expected = [
        [
            one.key,
            _cell(one.exists),
            _cell(one.channel),
            _cell(*one.mandate),
            str(int(one.level)),
            str(one.reviewers),
        ]
        for one in SITUATIONS
    ]

    assert _rows("Levels") == expected


def test_the_document_names_the_levels_as_the_pages_do() -> None:
    text = re.sub(r"\s+", " ", DOCUMENT.read_text(encoding="utf-8"))
    names = {level: str(level.label) for level in Level}

    assert (
        f"Level 3 is called “{names[Level.STRONG]}”, 2 “{names[Level.CONFIRMED]}”, 1 “{names[Level.VOUCHED]}”, 0 “{names[Level.NONE]}”"
        in text
    )

"""Copies for several recipients share laid out pages, and each has the bytes that it would have alone."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from letters.printing import keys, shared_pages
from letters.printing.payload import Addressee, Asked, Payload, Signatory
from letters.printing.render import MOST_SHARED, render
from letters.printing.seal_field import sealed_by
from tests.letters.printing.conftest import LANGUAGES


@pytest.fixture(autouse=True)
def made(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """The numbers of the pages that were laid out; nothing is kept from earlier tests."""
    numbers: list[int] = []
    make_page = shared_pages._make_page

    def noted(*arguments: Any) -> Any:
        numbers.append(arguments[4])
        return make_page(*arguments)

    monkeypatch.setattr(shared_pages, "_make_page", noted)
    shared_pages._kept.clear()
    yield numbers
    shared_pages._kept.clear()


def alone(payload: Payload, **options: Any) -> bytes:
    """What it would be in a process of its own."""
    shared_pages._kept.clear()
    return render(payload, **options)


def copy_for(payload: Payload, number: int, **changes: Any) -> Payload:
    recipient = Addressee(("Office", f"Person {number}"), f"Dear person {number},")
    return replace(payload, **{"recipient": recipient, "edition_number": f"{number}-{payload.language}"} | changes)


@pytest.mark.parametrize("language", LANGUAGES)
def test_later_pages_are_laid_out_once(make_payload: Callable[..., Payload], language: str, made: list[int]) -> None:
    copies = [copy_for(make_payload(language), number) for number in range(1, 5)]

    printed = [render(one) for one in copies]
    laid_out = len(made)

    assert printed == [alone(one) for one in copies]
    by_itself = (len(made) - laid_out) // 4
    assert by_itself >= 2
    assert laid_out == by_itself + 3  # of the others the first page alone


def test_a_longer_address_moves_the_text_and_shares_nothing_wrong(
    make_payload: Callable[..., Payload], made: list[int]
) -> None:
    long = Addressee(tuple(f"Line {number} of a very long address" for number in range(12)), "Dear all,")
    silent = Addressee(("Office",), "")
    copies = [
        copy_for(make_payload("en"), number, recipient=recipient)
        for number, recipient in enumerate((long, silent, None, long, silent, None), start=1)
    ]

    printed = [render(one) for one in copies]

    assert printed == [alone(one) for one in copies]


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Another title"},
        {"signatories": (Signatory("Another", "", ""),) * 26},
        {"addressee_signatories": (Signatory("Named to one", "", ""),)},
        {"asked": (Asked("", (1, 2)),)},
        {"unnamed": 3},
        {"reference": "another"},
        {"draft": True},
        {"demonstration": True},
        {"fingerprint": "0" * 64},
        {"check_address": "https://other.example/v/000000000000/"},
        {"dated_on": "2022-11-19"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_whatever_else_differs_is_laid_out_anew(
    make_payload: Callable[..., Payload], change: dict[str, Any], made: list[int]
) -> None:
    one, other = make_payload("en"), make_payload("en", **change)
    render(one)
    before = len(made)

    printed = render(other)

    assert made[before:] == list(range(1, len(made) - before + 1))
    assert printed == alone(other)


def test_a_seal_shares_with_its_like_alone(make_payload: Callable[..., Payload], settings: Any, tmp_path: Any) -> None:
    settings.DEMONSTRATION, settings.VAR_DIR = True, tmp_path
    seal = sealed_by(keys.identity())
    payload = make_payload("kk")

    printed = [render(payload), render(payload, seal=seal), render(payload, seal=replace(seal, owner="Other"))]

    assert printed == [
        alone(payload),
        alone(payload, seal=seal),
        alone(payload, seal=replace(seal, owner="Other")),
    ]


lines = st.lists(st.text("абвәқң klm", min_size=1, max_size=60), max_size=9)


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(addresses=st.lists(st.tuples(lines, st.booleans()), min_size=2, max_size=3), paragraphs=st.integers(0, 9))
def test_any_copies_have_the_bytes_that_they_would_have_alone(
    make_payload: Callable[..., Payload], addresses: list[tuple[list[str], bool]], paragraphs: int
) -> None:
    body = "\n\n".join([f"A paragraph.[^{number}]" + " Words that go on." * 30 for number in range(paragraphs)])
    notes = "".join(f"\n\n[^{number}]: Note {number}." for number in range(paragraphs))
    payload = make_payload("en", body=f"Dear readers.\n\n{body}{notes}")
    copies = [
        copy_for(payload, number, recipient=Addressee(tuple(block), "Greetings," if greets else ""))
        for number, (block, greets) in enumerate(addresses, start=1)
    ]

    shared_pages._kept.clear()
    printed = [render(one) for one in copies]

    assert printed == [alone(one) for one in copies]


def test_little_is_kept(make_payload: Callable[..., Payload]) -> None:
    for number in range(shared_pages.MOST_TEXTS + 2):
        render(make_payload("en", title=f"Title {number}", signatories=()))
    assert len(shared_pages._kept) == shared_pages.MOST_TEXTS

    shared_pages._kept.clear()
    kk, ru = make_payload("kk", signatories=()), make_payload("ru", signatories=())
    render(replace(kk, bound_with=(ru,)))
    render(make_payload("en", signatories=(), unnamed=MOST_SHARED + 1))
    assert len(shared_pages._kept) == 0

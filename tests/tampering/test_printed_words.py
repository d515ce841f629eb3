"""The offline verifier reads the pages: printed is what was signed, to the letter."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings

from letters.printing.payload import Payload, Signatory
from letters.printing.render import render
from tests.conftest import Printed

MARKED = """Words *with* **emphasis**, [a link](https://example.org/(a)_b "title"), [another][there], `code` and <https://example.org/x>.[^b]

[there]: https://example.org/elsewhere

> A quotation with \\*stars\\* &amp; an [^unknown] label
> over two lines.

## A heading

2. two
   - within
   - and a note[^a]
3. three[^b]

```python
print("words")
```

[^a]: The second note.
[^b]: The first note, 2022.

    It goes on.
"""


@pytest.fixture
def find(verifier: Any) -> Callable[[Payload], None]:
    """Finds the text and the names of a payload on its printed pages."""

    def of(payload: Payload) -> None:
        texts = {part.language: {"title": part.title, "body": part.body} for part in payload.parts}
        entries = [{"leaf": '{"op": "letter.addendum"}'}] if payload.addendum else []
        files = {
            "letter.json": json.dumps({"texts": texts}).encode(),
            "register.json": json.dumps({"entries": entries}).encode(),
        }
        for part in payload.parts:
            names = [{"name": signatory.name} for signatory in (*part.signatories, *part.addressee_signatories)]
            table = {"language": part.language, "signatories": names}
            files[f"signatories-{part.language}.json"] = json.dumps(table).encode()
        verifier.check_printed(of.pdf, files, lambda _: None)  # type: ignore[attr-defined]

    return of


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_a_real_letter_over_several_pages_is_found_word_by_word(
    make_payload: Callable[..., Payload], find: Any, verifier: Any, language: str
) -> None:
    title, _, body = (settings.BASE_DIR / f"campaign/demonstration/closed/{language}.md").read_text().partition("\n")
    long = " ".join(f"Ұзын сөйлем № {number} келесі бетке өтеді." for number in range(200))
    names = tuple(Signatory(f"Ұйым № {number} «Үлгі»", "", "") for number in range(60))
    payload = make_payload(
        language,
        title=title.removeprefix("# "),
        body=f"{body.strip()}\n\n{long}",
        demonstration=True,
        signatories=names,
    )
    find.pdf = render(payload)

    find(payload)

    assert len(verifier.printed_pages(find.pdf)) > 4
    for old, new in (("№ 150", "№ 151"), ("№ 199", "№ 198"), ("Ұзын сөйлем № 0 ", "Ұзын сөйлем емес № 0 ")):
        assert old in payload.body
        with pytest.raises(verifier.Wrong, match="The pages do not show these words"):
            find(make_payload(language, title=payload.title, body=payload.body.replace(old, new), signatories=names))
    with pytest.raises(verifier.Wrong, match="The pages do not show these words"):
        find(
            make_payload(language, title=payload.title, body=payload.body, signatories=(*names, Signatory("X", "", "")))
        )


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_an_addendum_shows_its_names_and_the_title_of_its_letter(
    make_payload: Callable[..., Payload], find: Any, verifier: Any, language: str
) -> None:
    payload = make_payload(
        language,
        addendum=1,
        letter_dated_on="2022-11-18",
        addressee_signatories=(Signatory("Named to one", "NO", "Oslo"),),
    )
    find.pdf = render(payload)

    find(payload)

    with pytest.raises(verifier.Wrong, match="The pages do not show these words"):
        find(replace(payload, title="Another title"))


def test_every_part_of_a_bound_edition_is_found(make_payload: Callable[..., Payload], find: Any, verifier: Any) -> None:
    parts = [make_payload(language) for language in ("kk", "ru", "en")]
    payload = replace(parts[0], bound_with=tuple(parts[1:]))
    find.pdf = render(payload)

    find(payload)

    changed = replace(parts[1], body=parts[1].body.replace("обеспечить", "отменить"))
    with pytest.raises(verifier.Wrong, match="отменить"):
        find(replace(payload, bound_with=(changed, parts[2])))


def test_whatever_a_text_may_be_written_with_is_found(make_payload: Callable[..., Payload], find: Any) -> None:
    payload = make_payload("en", body=MARKED)
    find.pdf = render(payload)

    find(payload)


def test_a_changed_word_is_missed_wherever_it_stands(
    make_payload: Callable[..., Payload], find: Any, verifier: Any
) -> None:
    find.pdf = render(make_payload("en", body=MARKED))

    for old, new in (
        ("emphasis", "emphases"),
        ("quotation", "question"),
        ("two lines", "ten lines"),
        ("The second note", "The third note"),
        ("2022", "2023"),
        ("within", "without"),
        ("A heading", "A headings"),
        ("It goes on", "It goes off"),
    ):
        assert old in MARKED
        with pytest.raises((verifier.Wrong, verifier.CannotTell), match="words"):
            find(make_payload("en", body=MARKED.replace(old, new)))


BRACKETS = """The law [1](as amended in 2020) says [sic](emphasis ours) that [name withheld][address withheld] was there.[^a][^b] More words.

[Minister]: we will not answer.

[^a]: One.
[^b]: Two."""


def test_brackets_that_are_no_links_stay(make_payload: Callable[..., Payload], find: Any, verifier: Any) -> None:
    find.pdf = render(make_payload("en", body=BRACKETS))

    find(make_payload("en", body=BRACKETS))

    with pytest.raises((verifier.Wrong, verifier.CannotTell), match="words"):
        find(make_payload("en", body=BRACKETS.replace("we will not", "we will")))


def test_an_edition_without_a_table_is_not_said_to_have_been_compared(verifier: Any) -> None:
    said: list[str] = []

    verifier.check_printed(b"no PDF", {}, said.append)

    assert [line.startswith("The printed words were not compared") for line in said] == [True]


def test_words_that_could_go_on_in_many_ways_take_little_time(verifier: Any) -> None:
    pages = ["a" * 60] * 40

    with pytest.raises(verifier.Wrong):
        verifier.find_printed(pages, "a" * 2000 + "b", 0)


@pytest.mark.django_db
def test_an_edition_with_other_words_than_it_encloses_is_named(printed: Printed, verifier: Any) -> None:
    files = verifier.enclosed_files(printed.pdf)
    letter = json.loads(files["letter.json"])
    letter["texts"]["en"]["body"] += "\n\nAnd one more sentence."

    with pytest.raises(verifier.Wrong, match="And one more sentence"):
        verifier.check_printed(printed.pdf, files | {"letter.json": json.dumps(letter).encode()}, lambda _: None)

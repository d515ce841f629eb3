"""The check page: what a clerk with a paper or a file is told, in three languages, without an account or a script."""

import hashlib
import io
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone, translation
from django.utils.formats import date_format

from campaign.base import checkpoints
from campaign.base.models import RegisterEntry, User
from letters.models import Edition
from letters.printing.alone import run_alone
from letters.printing.judge import Judgement, Outcome, judge
from letters.services import addendum as addenda
from letters.services import checking
from letters.services.checking import Answer
from letters.states import RecipientRole
from signatories.models import Signature
from signatories.services import signature as signatures
from signatories.services.visibility import restrict_visibility
from signatories.states import Visibility
from tests.conftest import TITLES, Printed, print_edition
from tests.letters.printing.test_long_term import authority  # noqa: F401  (a fixture)
from tests.letters.test_archive_copies import stamped  # noqa: F401  (a fixture)

pytestmark = pytest.mark.django_db

LATE = {"email": "zarina@late.example", "name": "Late Organization", "website": "https://late.example"}
AS_JSON = {"Accept": "application/json"}


def sent(client: Client, content: bytes, language: str = "en", **headers: str) -> Any:
    file = SimpleUploadedFile("letter.pdf", content, "application/pdf")
    return client.post(f"/{language}/verify/", {"file": file}, headers=headers)


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_very_file_is_told_with_all_that_is_known(client: Client, printed: Printed, language: str) -> None:
    page = sent(client, printed.pdf, language).content.decode()

    with translation.override(language):
        assert str(Answer.GENUINE.words) in page
    assert TITLES[language] in page
    assert printed.edition.revision.fingerprint in page
    entry = RegisterEntry.objects.get(kind="edition.printed")
    assert f'href="/{language}/register/{entry.index}/"' in page


def test_programs_get_the_same_as_json(client: Client, printed: Printed) -> None:
    checkpoints.sign_checkpoint(at=timezone.now())

    answer = sent(client, printed.pdf, **AS_JSON)

    facts = answer.json()
    entry = RegisterEntry.objects.get(kind="edition.printed").index
    assert (answer.status_code, answer["Content-Type"], answer["Cache-Control"]) == (
        200,
        "application/json",
        "no-store",
    )
    assert (facts["answer"], facts["good"]) == ("genuine", True)
    assert facts["edition"]["sha256"] == hashlib.sha256(printed.pdf).hexdigest()
    assert (facts["then"]["signed"], facts["letter"]["signed_now"], facts["letter"]["left_since"]) == (1, 1, [])
    assert facts["register"]["entry"] == entry
    assert client.get(facts["register"]["proof"]).json()["entries"][0]["index"] == entry
    assert "DEMONSTRATION" in facts["signature"]["signer"]


def test_for_whom_in_which_language_and_by_whose_clock_is_told_to_people_and_programs(
    client: Client,
    stamped: Printed,  # noqa: F811
) -> None:
    waiting = Edition.objects.get(recipient__isnull=False, language="ru")
    theirs = print_edition(waiting, stamped.at)
    sent_hash = {"sha256": theirs.edition.sha256}

    facts = client.post("/en/verify/", sent_hash, headers=AS_JSON).json()
    page = " ".join(client.post("/en/verify/", sent_hash).content.decode().split())

    assert (facts["edition"]["recipient"], facts["edition"]["language"]) == ("President", "ru")
    assert facts["signature"]["timestamp_authority"] == "Local stamper"
    stamped_at = datetime.fromisoformat(facts["signature"]["timestamped_at"])
    assert abs(stamped_at - stamped.at) < timedelta(minutes=5)
    assert "<dt>This file is</dt><dd>the edition for President (Русский)</dd>" in page
    moment = date_format(timezone.localtime(stamped_at), "DATETIME_FORMAT")
    assert f"<dt>Time stamp</dt><dd>{moment}, Local stamper</dd>" in page


def test_what_happened_since_is_told(client: Client, printed: Printed) -> None:
    signature = Signature.objects.get()
    signatures.withdraw(signature, by=User.objects.get(email=signature.email), at=timezone.now())

    facts = sent(client, printed.pdf, **AS_JSON).json()

    assert (facts["then"]["signed"], facts["letter"]["signed_now"]) == (1, 0)
    assert [one["name"] for one in facts["letter"]["left_since"]] == ["Verified Organization"]


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_who_had_signed_then_and_who_came_since_is_told_by_name(
    client: Client,
    printed: Printed,
    admitted: Callable[..., Signature],
    aigul: User,
    language: str,
) -> None:
    letter = printed.edition.revision.letter
    (first,) = (signature.organization.name_in(language) for signature in Signature.objects.all())
    addenda.allow_late_signatures(letter, until=timezone.now() + timedelta(days=1), by=aigul, at=timezone.now())
    late = admitted(at=timezone.now(), **LATE).organization.name_in(language)
    addendum = addenda.make_addendum(letter, by=aigul, at=timezone.now())

    by_file = sent(client, printed.pdf, language, **AS_JSON).json()
    by_code = client.get(f"/{language}/verify/{printed.edition.revision.check_code}/", headers=AS_JSON).json()
    page = sent(client, printed.pdf, language).content.decode()

    for facts in (by_file, by_code):
        assert (facts["then"]["signed"], facts["then"]["names"]) == (1, [first])
        assert facts["since"]["names"] == [late]
        assert facts["since"]["addenda"] == [{"addendum": 1, "signed": 1, "frozen_at": addendum.closed_at.isoformat()}]
    assert f"<li>{first}</li>" in page
    assert f"<li>{late}</li>" in page
    of_the_addendum = print_edition(Edition.objects.get(addendum=1, recipient=None, language="en"), timezone.now())
    facts = sent(client, of_the_addendum.pdf, language, **AS_JSON).json()
    assert (facts["edition"]["addendum"], facts["then"]["names"], facts["since"]["names"]) == (1, [late], [])


def test_names_that_were_hidden_since_and_those_of_an_embargo_are_not_told(
    client: Client, printed: Printed, admitted: Callable[..., Signature], aigul: User
) -> None:
    letter = printed.edition.revision.letter
    for_the_court = print_edition(
        Edition.objects.get(recipient__role=RecipientRole.TO, language="en", addendum=0), timezone.now()
    )
    addenda.allow_late_signatures(letter, until=timezone.now() + timedelta(days=1), by=aigul, at=timezone.now())
    admitted(at=timezone.now(), **LATE)
    first: Any = Signature.objects.order_by("pk").first()
    restrict_visibility(first, Visibility.COUNTED, by=first.person, at=timezone.now())
    type(letter).objects.filter(pk=letter.pk).update(published_at=None)

    facts = sent(client, for_the_court.pdf, **AS_JSON).json()

    assert (facts["answer"], facts["then"]["signed"], facts["then"]["names"]) == ("genuine", 1, [])
    assert (facts["since"]["names"], facts["since"]["addenda"]) == ([], [])


def test_a_stored_file_that_was_lost_or_changed_lends_no_seal_to_its_hash(client: Client, printed: Printed) -> None:
    file = Path(printed.edition.file.path)

    for spoil in (lambda: file.write_bytes(printed.pdf[:-1] + b" "), file.unlink):
        spoil()
        facts = client.post("/en/verify/", {"sha256": printed.edition.sha256}, headers=AS_JSON).json()
        assert (facts["answer"], "signature" in facts) == ("genuine", False)


def test_the_hash_alone_is_enough_for_a_file_that_is_known(client: Client, printed: Printed) -> None:
    known = client.post("/en/verify/", {"sha256": printed.edition.sha256}, headers=AS_JSON)
    unknown = client.post("/en/verify/", {"sha256": "0" * 64}, headers=AS_JSON)

    assert known.status_code == 200
    assert known.json() == sent(client, printed.pdf, **AS_JSON).json()
    assert (unknown.status_code, unknown.json()["answer"]) == (404, "hash_unknown")


def test_an_altered_file_is_told_with_the_letter_that_it_pretends_to_be(client: Client, printed: Printed) -> None:
    place = printed.pdf.index(b"/Title")
    altered = printed.pdf[: place + 8] + b"Z" + printed.pdf[place + 9 :]

    answer = sent(client, altered)

    page = answer.content.decode()
    assert 'data-answer="altered"' in page
    assert "the file was altered after it was sealed" in page
    assert TITLES["en"] in page
    assert "Signed when it was printed" not in page


def test_a_file_that_was_replaced_or_that_the_register_does_not_know_is_no_longer_genuine(
    client: Client,
    printed: Printed,
) -> None:
    Edition.objects.filter(pk=printed.edition.pk).update(sha256="1" * 64)
    replaced = checking.check_file(printed.pdf, language="en", at=timezone.now())
    assert (replaced.answer, replaced.edition) == (Answer.REPLACED, None)

    Edition.objects.filter(pk=printed.edition.pk).update(sha256="2" * 64)
    letter = printed.edition.revision.letter
    type(letter).objects.filter(pk=letter.pk).update(uid="f" * 32)
    assert checking.check_file(printed.pdf, language="en", at=timezone.now()).answer == Answer.NOT_RECORDED


def test_a_letter_that_is_not_published_is_told_to_whoever_has_its_very_file_alone(
    client: Client,
    printed: Printed,
) -> None:
    letter = printed.edition.revision.letter
    type(letter).objects.filter(pk=letter.pk).update(published_at=None)

    genuine = sent(client, printed.pdf, **AS_JSON).json()
    spoiled = sent(client, printed.pdf + b"\nx", **AS_JSON).json()
    hash_alone = client.post(
        "/en/verify/", {"sha256": printed.edition.sha256}, headers=AS_JSON
    )  # the register tells it

    assert (hash_alone.status_code, set(hash_alone.json())) == (404, {"answer", "good", "words"})
    assert (genuine["letter"]["title"], genuine["letter"]["url"]) == (TITLES["en"], "")
    assert (spoiled["answer"], "letter" in spoiled) == ("added_to", False)


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_every_answer_has_words_of_its_own_in_each_language(language: str) -> None:
    with translation.override(language):
        words = [str(answer.words) for answer in Answer]

    assert len(set(words)) == len(Answer)
    if language != "en":
        assert all(any("а" <= letter <= "я" for letter in sentence) for sentence in words)


def test_nothing_sent_is_said_and_a_file_that_is_too_large_is_not_read(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing = client.post("/en/verify/")
    monkeypatch.setattr(checking, "LARGEST_FILE", 10)
    large = sent(client, b"%PDF-" + b"0" * 100)

    assert (nothing.status_code, large.status_code) == (422, 413)
    assert "Nothing was checked" in nothing.content.decode()
    assert "larger than any letter" in large.content.decode()


def test_files_are_taken_at_the_pace_of_people(client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    monkeypatch.setattr("letters.views.verify.MOST_FILES_AN_HOUR", 1)

    first, second = sent(client, b"x"), sent(client, b"x")

    assert (first.status_code, second.status_code) == (200, 429)


def test_a_check_changes_nothing_and_needs_no_cookie(printed: Printed) -> None:
    stranger = Client(enforce_csrf_checks=True)

    answer = sent(stranger, printed.pdf, **AS_JSON)

    assert answer.json()["answer"] == "genuine"
    assert not answer.cookies


def said(*arguments: Any, **options: Any) -> tuple[str, int]:
    out = io.StringIO()
    try:
        call_command("verify_pdf", *map(str, arguments), stdout=out, **options)
    except CommandError as refused:
        return out.getvalue() + str(refused), refused.returncode
    return out.getvalue(), 0


def test_the_command_gives_the_same_answers(printed: Printed, tmp_path: Any) -> None:
    file = tmp_path / "letter.pdf"
    file.write_bytes(printed.pdf)
    size = checkpoints.sign_checkpoint(at=timezone.now()).size
    words, code = said(file)
    facts, _ = said(file, json=True)
    file.write_bytes(printed.pdf[:-3000])
    spoiled, wrong = said(file, language="ru")
    file.write_bytes(b"hello")

    assert (code, words.splitlines()[0]) == (0, str(Answer.GENUINE.words))
    revision, entry = printed.edition.revision, RegisterEntry.objects.get(kind="edition.printed").index
    for line in (
        f"Letter: {TITLES['en']}",
        f"Fingerprint of the three texts (SHA-256): {revision.fingerprint}",
        "the public edition (English)",
        "Signatures when it was printed: 1; today: 1",
        "  Verified Organization",
        f"Entry of the register: {entry}",
        f"proof under the checkpoint with {size} entries",
    ):
        assert line in words.splitlines()
    assert json.loads(facts)["answer"] == "genuine"
    assert wrong == 1
    assert "конца" in spoiled
    assert said(file)[1] == said(tmp_path / "missing.pdf")[1] == 2


def test_the_page_works_for_a_clerk_who_types(
    client: Client, printed: Printed, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    code = printed.edition.revision.check_code

    with django_assert_max_num_queries(12):
        page = client.get(f"/en/verify/{code}/").content.decode()

    assert 'data-answer="code_known"' in page
    assert printed.edition.sha256 in page


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_of_a_file_that_takes_too_long_nothing_is_said_and_a_known_one_is_genuine_all_the_same(
    client: Client, printed: Printed, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setattr("letters.printing.judge.BY_THE_CLOCK", 0.01)

    unknown = sent(client, printed.pdf + b"\n", language)
    known = sent(client, printed.pdf, language, **AS_JSON).json()

    with translation.override(language):
        assert str(Answer.NOT_JUDGED.words) in unknown.content.decode()
    assert 'data-answer="not_judged"' in unknown.content.decode()
    assert (known["answer"], "signature" in known) == ("genuine", False)


def test_a_process_that_ends_early_judges_nothing(
    printed: Printed, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("letters.printing.judge.run_alone", partial(run_alone, "letters.printing.nowhere"))

    assert judge(printed.pdf) == Judgement(Outcome.NOT_JUDGED)
    assert "Judging a file failed with exit code 1" in caplog.text

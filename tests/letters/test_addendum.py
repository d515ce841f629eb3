"""After the closing: signatures that come late, and the addenda that tell recipients of them."""

import io
import json
import subprocess
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pikepdf
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaign import middleware
from campaign.base import register
from campaign.base.jobs import JobState
from campaign.base.models import JournalEntry, RegisterEntry, User
from campaign.base.replay import replay
from letters import signed_by
from letters.errors import AddendumRefused, LateRefused, NothingToAdd
from letters.models import Edition, Letter, SignatoryList
from letters.printing import keys
from letters.printing.payload import Payload
from letters.printing.verify import verify
from letters.services import addendum as addenda
from letters.services import edition as editions
from letters.services import letter as letters
from letters.tasks import print_edition
from signatories.errors.signature import NotTakingSignatures
from signatories.models import Signature
from signatories.services import signature as signatures
from tests.conftest import NOON, record_enough
from tests.letters.printing.verapdf import failures

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.usefixtures("files")]

TOMORROW = NOON + timedelta(days=1)


@pytest.fixture
def late_letter(closed_letter: Letter, aigul: User) -> Letter:
    """A closed letter with one signatory that takes late signatures until tomorrow noon."""
    addenda.allow_late_signatures(closed_letter, until=TOMORROW, by=aigul, at=NOON)
    return closed_letter


@pytest.fixture
def comes_late(late_letter: Letter, admitted: Callable[..., Signature]) -> Callable[..., Signature]:
    """Signs and is admitted after the closing."""

    def sign_late(name: str, visibility: str = "public") -> Signature:
        domain = f"{name.lower()}.example"
        return admitted(f"office@{domain}", name=name, website=f"https://{domain}", visibility=visibility)

    return sign_late


def test_a_closed_letter_takes_no_signature_before_late_ones_are_allowed_and_after_they_are_ended(
    closed_letter: Letter, start: Callable[..., Signature], aigul: User
) -> None:
    with pytest.raises(NotTakingSignatures):
        start()
    addenda.allow_late_signatures(closed_letter, until=TOMORROW, by=aigul, at=NOON)
    start()
    with pytest.raises(NotTakingSignatures):
        start(at=TOMORROW)
    addenda.end_late_signatures(closed_letter, by=aigul, at=NOON)
    with pytest.raises(NotTakingSignatures):
        start("other@other.example")

    acts = JournalEntry.objects.filter(action__startswith="letter.late").order_by("pk").values_list("action", flat=True)
    assert list(acts) == ["letter.late_allowed", "letter.late_ended"]


def test_late_signatures_belong_to_closed_letters_and_to_the_future(
    open_letter: Letter, closed_letter: Letter, aigul: User
) -> None:
    with pytest.raises(LateRefused):
        addenda.allow_late_signatures(closed_letter, until=NOON, by=aigul, at=NOON)
    letters.archive_letter(closed_letter, by=aigul, at=NOON)
    with pytest.raises(LateRefused):
        addenda.allow_late_signatures(closed_letter, until=TOMORROW, by=aigul, at=NOON)
    with pytest.raises(AddendumRefused):
        addenda.make_addendum(closed_letter, by=aigul, at=NOON)


def test_a_late_signature_is_shown_as_late_and_changes_no_edition(
    client: Client, late_letter: Letter, comes_late: Callable[..., Signature]
) -> None:
    before = list(Edition.objects.order_by("pk").values_list("payload", flat=True))

    signature = comes_late("Newcomer")

    assert signature.late
    assert list(Edition.objects.order_by("pk").values_list("payload", flat=True)) == before
    for address in ("/en/letters/clean-air/", "/en/letters/clean-air/signatories/"):
        page = client.get(address).content.decode()
        _, _, after = page.partition("Signed after the closing")
        assert "Newcomer" in after
        assert "1 organization at delivery, 2 now." in page


def test_what_waited_at_the_closing_can_be_admitted_as_late(
    open_letter: Letter, confirmed: Callable[..., Signature], aigul: User
) -> None:
    waiting = confirmed()
    letters.close_letter(open_letter, by=aigul, at=NOON)
    record_enough(waiting, by=aigul)
    with pytest.raises(NotTakingSignatures):
        signatures.admit(waiting, by=aigul, at=NOON)

    addenda.allow_late_signatures(open_letter, until=TOMORROW, by=aigul, at=NOON)
    signatures.admit(waiting, by=aigul, at=NOON)

    assert Signature.objects.get(pk=waiting.pk).late


def test_an_addendum_holds_only_the_newcomers_and_the_next_one_only_newer_ones(
    late_letter: Letter, comes_late: Callable[..., Signature], aigul: User
) -> None:
    comes_late("First")
    comes_late("Hidden", visibility="addressee")
    comes_late("Counted", visibility="counted")

    one = addenda.make_addendum(late_letter, by=aigul, at=NOON)
    comes_late("Second")
    two = addenda.make_addendum(late_letter, by=aigul, at=NOON)

    assert [(one.number, one.count), (two.number, two.count)] == [(1, 3), (2, 1)]
    assert [row["name"] for row in one.names["en"]] == ["First"]
    assert [row["name"] for row in two.names["en"]] == ["Second"]
    with pytest.raises(NothingToAdd):
        addenda.make_addendum(late_letter, by=aigul, at=NOON)
    assert SignatoryList.objects.count() == 3
    payload = Payload.from_json(Edition.objects.get(addendum=1, language="en", recipient=None).payload)
    assert ([line.name for line in payload.signatories], payload.addressee_signatories) == (["First"], ())
    assert payload.unnamed == 2
    (entry, _) = RegisterEntry.objects.filter(kind="letter.addendum").order_by("index")
    said = register.facts_of(entry)
    assert (said["number"], said["count"], said["named"]) == (1, 3, 1)
    assert said["signatory_list"] == one.fingerprint
    assert replay().problems == ()


def test_a_late_signature_that_is_withdrawn_stands_in_no_later_addendum(
    late_letter: Letter, comes_late: Callable[..., Signature], aigul: User
) -> None:
    gone = comes_late("Gone")
    assert gone.person is not None
    signatures.withdraw(gone, by=gone.person, at=NOON)

    with pytest.raises(NothingToAdd):
        addenda.make_addendum(late_letter, by=aigul, at=NOON)


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_an_addendum_is_printed_signed_and_archivable(
    late_letter: Letter,
    comes_late: Callable[..., Signature],
    aigul: User,
    language: str,
    monkeypatch: pytest.MonkeyPatch,
    client: Client,
) -> None:
    identity = keys._parsed(keys._new_demonstration(), "")
    for module in ("sign", "verify"):
        monkeypatch.setattr(f"letters.printing.{module}.identity", lambda: identity)
    comes_late("Newcomer")
    comes_late("Whisper", visibility="addressee")
    addenda.make_addendum(late_letter, by=aigul, at=NOON)

    texts = {}
    for edition in Edition.objects.filter(addendum=1, language=language):
        print_edition(edition_id=edition.pk)
        edition.refresh_from_db()
        content = editions.content(edition)
        assert (edition.state, verify(content).problems) == (JobState.DONE, ())
        assert [failures(content, flavour) for flavour in ("3a", "ua1")] == [[], []]
        text = subprocess.run(["pdftotext", "-layout", "-", "-"], input=content, capture_output=True, check=True).stdout
        texts[edition.recipient_id is None] = " ".join(text.decode().split())
        with pikepdf.open(io.BytesIO(content)) as pdf:
            table = json.loads(pdf.attachments["signatories.json"].get_file().read_bytes())
        assert (table["addendum"], table["count"]) == (1, 2)

    assert "Newcomer" in texts[True]
    assert "Whisper" not in texts[True]
    assert "Whisper" in texts[False]
    assert "12/2026" in texts[True]
    assert "Verified Organization" not in texts[True] + texts[False]
    response = client.get(f"/{language}/letters/clean-air/addendum-1.pdf")
    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    assert (
        f"/{language}/letters/clean-air/addendum-1.pdf"
        in client.get(f"/{language}/letters/clean-air/").content.decode()
    )


def test_the_desk_takes_late_signatures_and_makes_addenda(
    closed_letter: Letter, admitted: Callable[..., Signature], aigul: User, client: Client, settings: Any
) -> None:
    settings.DEMONSTRATION = True
    client.force_login(aigul)
    address = "/en/desk/letters/clean-air/late/"
    assert client.post(address, {"late_until": "yesterday"}).status_code == 422
    past = client.post(address, {"late_until": "01/01/2020 12:00"})
    assert (past.status_code, past.context["form"]["late_until"].value()) == (422, "01/01/2020 12:00")

    client.post(address, {"late_until": "01/01/2999 12:00"})
    assert Letter.objects.get().takes_late_signatures(timezone.now())
    sign_page = client.get("/en/letters/clean-air/sign/").content.decode()
    assert "does not stand in the letter that was delivered" in sign_page
    admitted("office@newcomer.example", name="Newcomer", website="https://newcomer.example")
    assert "Newcomer" in client.get(address).content.decode()
    client.post(f"{address}addendum/")

    assert SignatoryList.objects.filter(number=1, count=1).exists()
    assert [row.addendum for row in client.get("/en/desk/letters/clean-air/editions/").context["rows"]] == [0, 0, 1, 1]
    client.post(f"{address}end/")
    assert Letter.objects.get().late_until is None


def test_the_page_of_a_closed_letter_takes_at_most_eight_queries(
    client: Client, late_letter: Letter, comes_late: Callable[..., Signature]
) -> None:
    comes_late("Newcomer")
    client.get("/en/letters/clean-air/")
    middleware.forget_pages()

    with CaptureQueriesContext(connection) as queries:
        client.get("/en/letters/clean-air/")

    assert len(queries) <= 8
    assert len(signed_by.reader().standing(late_letter.pk, "en").names) == 2

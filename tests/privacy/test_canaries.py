"""Nothing private leaves: one rare word stands in every private value, and is looked for in everything that goes out.

Private are representatives and what they said of themselves, registration numbers, evidence, reasons of refusal, coordinators,
signatures that are not admitted, names that the public is not to see, letters that are not published and who signed them.
"""

import io
import json
import logging
import subprocess
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pikepdf
import pytest
from celery.app.task import Task
from django.core.files.base import ContentFile
from django.db.models import Q, Value
from django.db.models.functions import Concat
from django.test import Client

from campaign import middleware
from campaign.base import checkpoints
from campaign.base.jobs import JobState
from campaign.base.models import JournalEntry, Mail, RegisterEntry, User
from campaign.base.tasks import sweep_mail
from letters.models import Coordinator, Edition, Issuer, Letter
from letters.printing.payload import Payload
from letters.printing.render import render
from letters.services import addendum as addenda
from letters.services import letter as letters
from letters.states import RecipientRole
from letters.tasks import sweep_editions
from signatories.models import Invitation, Organization, Signature
from signatories.services import evidence as evidences
from signatories.services import invitation as invitations
from signatories.services import signature as signatures
from signatories.services.invitation import NewInvitation
from signatories.services.visibility import restrict_visibility
from signatories.states import EvidenceKind, InvitationState, Visibility
from tests.addresses import Address, addresses
from tests.conftest import NOON, TITLES, claim_of, in_three, mailed_code, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files")]

CANARY = "qzxcanary"
LANGUAGES = ("kk", "ru", "en")
# Whoever holds these addresses was sent them
SECRET = ("invitation", "invited", "signing-", "approval", "dispute-", "my-colleague-invitation")


def hides(content: bytes | str) -> bool:
    """Whether the word is not in there, in whichever case."""
    text = content.decode(errors="replace") if isinstance(content, bytes) else content
    return CANARY not in text.lower()


@pytest.fixture
def keeper(issuer: Issuer) -> User:
    """The coordinator."""
    person = make_person(f"{CANARY}-desk@example.org")
    Coordinator.objects.create(user=person, issuer=issuer)
    return person


def sign(letter: Letter, organization: str, domain: str, visibility: Visibility = Visibility.PUBLIC) -> Signature:
    """A confirmed signature full of private values."""
    revision = letter.revisions.get()
    signature = signatures.start(
        revision,
        organization=None,
        claim=claim_of(organization, website=f"https://{domain}", number_scheme="other", number=f"{CANARY}-{domain}"),
        email=f"{CANARY}@{domain}",
        person_name=f"{CANARY} person",
        position=f"{CANARY} position",
        basis="board",
        basis_note=f"{CANARY} basis",
        visibility=visibility,
        fingerprint=revision.fingerprint,
        language="en",
        at=NOON,
    )
    signatures.confirm(signature, mailed_code(signature), at=NOON)
    signature.refresh_from_db()
    return signature


ENOUGH = (
    EvidenceKind.REGISTER_SEEN,
    EvidenceKind.CHANNEL_SEEN,
    EvidenceKind.CALL_BACK,
    EvidenceKind.MANDATE_DOCUMENT,
)


def admit(signature: Signature, by: User) -> None:
    for kind in ENOUGH:
        evidences.record_by_hand(signature, kind, detail=f"{CANARY} evidence", by=by, at=NOON)
    signatures.admit(signature, by=by, at=NOON, reason=f"{CANARY} reason")
    signature.refresh_from_db()


def hide(letter: Letter, keeper: User) -> None:
    """Signatures whose names nobody may read: hidden from the beginning, made stricter, withdrawn when hidden."""
    for visibility in (Visibility.ADDRESSEE, Visibility.COUNTED):
        admit(sign(letter, f"{CANARY} {visibility}", f"{letter.slug}-{visibility}.example", visibility), keeper)
    stricter = sign(letter, f"{CANARY} stricter", f"{letter.slug}-stricter.example")
    admit(stricter, keeper)
    gone = sign(letter, f"{CANARY} gone", f"{letter.slug}-gone.example", Visibility.ADDRESSEE)
    admit(gone, keeper)
    assert stricter.person is not None
    assert gone.person is not None
    restrict_visibility(stricter, Visibility.COUNTED, by=stricter.person, at=NOON)
    signatures.withdraw(gone, by=gone.person, at=NOON)
    if letter.slug == "closed":
        admit(sign(letter, f"{CANARY} too late", "too-late.example"), keeper)


def invite(letter: Letter, by: User) -> None:
    """An invitation of which everything is private."""
    new = NewInvitation(
        name=f"{CANARY} invited",
        email=f"{CANARY}@invited.example",
        language="en",
        contact_name=f"{CANARY} contact",
        note=f"{CANARY} note",
    )
    invitations.prepare_invitations(letter, [new], owner=by, by=by, at=NOON)
    invitation = Invitation.objects.select_related("letter__issuer").get(letter=letter)
    invitations.send_invitation(invitation, by=by, at=NOON)
    invitations.answer_invitation(invitation, InvitationState.DECLINED, reason=f"{CANARY} reason", at=NOON)
    invitations.add_note(invitation, f"{CANARY} note", by=by, at=NOON)


@pytest.fixture
def world(make_draft: Callable[..., Letter], keeper: User) -> dict[str, Any]:
    """A public letter, open and closed, beside a quiet one and a draft; values for each part of an address."""
    public, closed, quiet, draft = (make_draft(slug) for slug in ("public", "closed", f"{CANARY}-quiet", f"{CANARY}-x"))
    Letter.objects.filter(pk__in=[quiet.pk, draft.pk]).update(
        **in_three("title", {language: f"{CANARY} {title}" for language, title in TITLES.items()}),
        **in_three("summary", dict.fromkeys(LANGUAGES, f"{CANARY} summary")),
    )
    for letter in (public, closed, quiet):
        letter.refresh_from_db()
        letters.open_letter(letter, by=keeper, at=NOON)
    for letter in (public, closed):
        letters.publish_letter(letter, by=keeper, at=NOON)
        admit(sign(letter, f"Organization of the {letter.slug} letter", f"{letter.slug}.example"), keeper)
        sign(letter, f"{CANARY} waiting", f"{letter.slug}-waiting.example")
        refused = sign(letter, f"{CANARY} refused", f"{letter.slug}-refused.example")
        signatures.refuse(refused, reason=f"{CANARY} reason", by=keeper, at=NOON)
        hide(letter, keeper)
        invite(letter, keeper)
    admit(sign(quiet, f"{CANARY} quiet", "quiet.example"), keeper)
    left = sign(quiet, f"{CANARY} left", "left.example")
    admit(left, keeper)
    assert left.person is not None
    signatures.withdraw(left, by=left.person, at=NOON)
    letters.close_letter(closed, by=keeper, at=NOON)
    hidden_too_late = Signature.objects.get(organization__name_en=f"{CANARY} too late", revision__letter=closed)
    assert hidden_too_late.person is not None
    restrict_visibility(hidden_too_late, Visibility.ADDRESSEE, by=hidden_too_late.person, at=NOON)
    addenda.allow_late_signatures(closed, until=NOON + timedelta(days=1), by=keeper, at=NOON)
    admit(sign(closed, f"{CANARY} late addressee", "late.example", Visibility.ADDRESSEE), keeper)
    addenda.make_addendum(closed, by=keeper, at=NOON)
    printed = Edition.objects.get(recipient=None, language="en", addendum=0)
    printed.file.save("editions/x.pdf", ContentFile(b"%PDF-"), save=False)
    Edition.objects.filter(pk=printed.pk).update(
        state=JobState.DONE, file=printed.file.name, sha256="0" * 64, size=5, pages=1
    )
    return {
        "organization": Organization.objects.get(slug__contains="public").slug,
        "token": "none",
        "code": closed.revisions.get().check_code,
        "rest": "letters/",
        "signature_id": 1,
        "number": 1,
        "evidence_id": 1,
        "vouch_id": 1,
        "reader_id": 1,
        "comment_id": 1,
        "one": 1,
        "other": 1,
        "level": "entries",
        "place": "000.p/2",
        "first": 1,
        "second": 2,
        "size": checkpoints.sign_checkpoint(at=NOON).size,
        "run_id": 1,
        "take_out_id": 1,
        "colleague_id": 1,
        "change_id": 1,
        "mandate_id": 1,
        "proof_id": 1,
        "invitation_id": 1,
        "recipient_id": 1,
        "edition_id": 1,
        "language": "kk",
    }


def public_paths(world: dict[str, Any]) -> set[str]:
    """Every address of ours that a reader can type, in each language, for each letter and entry."""
    paths = set()
    for language in LANGUAGES:
        for address in addresses(language):
            if address.name.startswith(SECRET) or address.route.startswith(
                (f"{language}/accounts", f"{language}/admin")
            ):
                continue
            paths |= {address.path(**world, slug=slug, index=index) for slug, index in _which(address)}
    return paths


def _which(address: Address) -> list[tuple[str, int]]:
    slugs = ["public", "closed", "organization-of-the-public-letter", "organization-of-the-closed-letter"]
    entries = range(RegisterEntry.objects.count()) if "index" in address.parameters else [0]
    return [(slug, index) for slug in (slugs if "slug" in address.parameters else ["x"]) for index in entries]


def test_the_word_can_be_found_where_it_belongs(
    client: Client, world: dict[str, Any], keeper: User, settings: Any
) -> None:
    settings.DEMONSTRATION = True
    client.force_login(keeper)

    assert not hides(client.get("/en/desk/letters/public/signatures/").content)
    assert not hides(client.get("/en/desk/").content)
    assert JournalEntry.objects.exists()


def test_no_public_page_feed_or_map_says_anything_private(client: Client, world: dict[str, Any]) -> None:
    told, read = [], 0
    for path in sorted(public_paths(world)):
        response = client.get(path)
        content = b"".join(response) if response.streaming else response.content
        response.close()
        read += response.status_code == 200
        if not (hides(content) and hides(str(response.headers)) and hides(str(response.cookies))):
            told.append(path)

    assert told == []
    assert read > 60


@pytest.mark.parametrize("words", ["canary", CANARY, "waiting", "quiet", "left", "organization"])
def test_no_search_finds_anything_private(client: Client, world: dict[str, Any], words: str) -> None:
    for language in LANGUAGES:
        page = client.get(f"/{language}/letters/public/sign/", {"q": words})
        found = [one.name for one in page.context["found"]]
        assert all(hides(name) for name in found)


def test_the_register_holds_nothing_private(world: dict[str, Any]) -> None:
    rows = [json.dumps(row, default=repr) for row in RegisterEntry.objects.values()]

    assert rows
    assert [row for row in rows if not hides(row)] == []


def test_no_edition_holds_anything_private(world: dict[str, Any]) -> None:
    to_the_addressee = Q(recipient__role=RecipientRole.TO)
    payloads = list(Edition.objects.exclude(to_the_addressee).order_by("pk").values_list("payload", flat=True))
    addressees = list(Edition.objects.filter(to_the_addressee).values_list("payload", flat=True))

    public = Edition.objects.filter(recipient=None, language="en").order_by("addendum")
    printed, addendum = (render(Payload.from_json(edition.payload)) for edition in public)

    assert payloads
    assert all(map(hides, payloads))
    assert {
        payload.count(f"{CANARY} {Visibility.ADDRESSEE}") for payload in addressees if '"addendum":0' in payload
    } == {1}
    assert {payload.count(f"{CANARY} late addressee") for payload in addressees if '"addendum":1' in payload} == {1}
    assert sum(f"{CANARY} too late" in payload for payload in addressees) == len(LANGUAGES)
    assert not any(f"{CANARY} {word}" in payload for payload in addressees for word in ("counted", "stricter", "gone"))
    for pdf, words in ((printed, "closed letter"), (addendum, "Addendum 1")):
        content, text = opened(pdf)
        assert words in text
        assert hides(content)
        assert hides(text)


def opened(printed: bytes) -> tuple[bytes, str]:
    """All that the file holds, nothing compressed, and what is read on its pages."""
    opened = io.BytesIO()
    with pikepdf.open(io.BytesIO(printed)) as pdf:
        pdf.save(
            opened,
            stream_decode_level=pikepdf.StreamDecodeLevel.all,
            compress_streams=False,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
        )
    text = subprocess.run(["pdftotext", "-", "-"], input=printed, capture_output=True, check=True).stdout
    return opened.getvalue(), " ".join(text.decode().split())


def test_pages_are_the_same_to_the_byte_whatever_a_hidden_name_is(client: Client, world: dict[str, Any]) -> None:
    paths = ["/en/letters/closed/", "/en/letters/closed/signatories/", "/en/letters/public/", "/en/", "/sitemap.xml"]
    before = {path: client.get(path).content for path in paths}

    hidden = Organization.objects.filter(signatures__visibility__in=[Visibility.ADDRESSEE, Visibility.COUNTED])
    hidden.update(name_en="Another", name="Another", slug=Concat(Value("another-"), "uid"))
    middleware.forget_pages()

    assert {path: client.get(path).content for path in paths} == before


def test_no_message_tells_anybody_else_a_hidden_name(world: dict[str, Any]) -> None:
    told = [
        mail.to
        for mail in Mail.objects.all()
        if not hides(json.dumps(mail.context, default=str)) and not mail.to.startswith(f"{CANARY}@")
    ]

    assert told == []
    assert Mail.objects.filter(template="visibility_restricted").exists()


def test_the_table_of_signatories_holds_nothing_of_people(
    client: Client, world: dict[str, Any], keeper: User, settings: Any
) -> None:
    settings.DEMONSTRATION = True
    Organization.objects.update(number="", number_scheme="")  # the coordinators' own table names registration numbers
    client.force_login(keeper)

    for language in LANGUAGES:
        table = client.get(f"/{language}/desk/letters/public/signatories.csv").content
        assert b"public letter" in table
        assert hides(table)


def test_no_broker_message_holds_anything_but_numbers(world: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[Any, Any]] = []

    def note(self: Any, args: Any = None, kwargs: Any = None, **_: Any) -> None:
        sent.append((args, kwargs))

    monkeypatch.setattr(Task, "apply_async", note)

    sweep_mail()
    sweep_editions()

    assert len(sent) == Mail.objects.count() + Edition.objects.exclude(state=JobState.DONE).count()
    assert all(not args and all(type(value) is int for value in kwargs.values()) for args, kwargs in sent)


def test_no_line_of_the_log_says_anything_private(
    client: Client, make_draft: Callable[..., Letter], keeper: User, caplog: pytest.LogCaptureFixture, settings: Any
) -> None:
    settings.DEMONSTRATION = True
    caplog.set_level(logging.INFO)
    letter = make_draft("public")
    letters.open_letter(letter, by=keeper, at=NOON)
    letters.publish_letter(letter, by=keeper, at=NOON)
    caplog.clear()

    signature = sign(letter, f"{CANARY} organization", "logged.example")
    client.get(f"/en/invitation/{CANARY}/")
    client.get(f"/en/signing/{CANARY}/")
    client.get(f"/en/invited/{CANARY}/")
    client.post(f"/en/invited/{CANARY}/answer/", {"answer": "declined", "reason": CANARY})
    client.post(f"/en/signing/{signature.token}/", {"code": f"{CANARY}"})
    client.post("/en/letters/public/sign/new/", {"email": f"{CANARY}@x.example", "name_en": CANARY})
    client.post("/en/accounts/login/", {"login": f"{CANARY}@x.example", "password": CANARY})
    client.post("/en/accounts/login/code/", {"email": f"{CANARY}@x.example"})
    client.force_login(keeper)
    client.post(f"/en/desk/signatures/{signature.pk}/refuse/", {"reason": f"{CANARY} reason"})

    assert [line.getMessage() for line in caplog.records if not hides(f"{line.getMessage()} {line.exc_text}")] == []

"""Every address × role × method has its expected status in `ROWS`; an address without a row fails.

The world of the table: one published letter that takes signatures, with one admitted signature (the representative's) and one
that waits; a draft; a published letter that is closed, with one printed and one parked edition. The desk opens as in a
demonstration; outside one it asks for a second factor first, which the last test shows.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import transaction
from django.test import Client
from django.utils import timezone

from campaign.base import checkpoints
from campaign.base.jobs import JobState
from campaign.base.models import Mail, User
from letters.models import ArchiveCopy, Comment, Coordinator, Edition, FirstReader, Issuer, Letter
from letters.models.edition import BOUND
from letters.services import letter as letters
from signatories.forms.document import CleanDocument
from signatories.models import (
    Evidence,
    Invitation,
    MailedCode,
    ProfileChange,
    Representative,
    Signature,
    Vouch,
)
from signatories.services import bulk, erratum
from signatories.services import check as checks
from signatories.services import dispute as disputes
from signatories.services import invitation as invitations
from signatories.services import paper as papers
from signatories.services import representative as representatives
from signatories.services import take_out as take_outs
from signatories.services.document import keep_document
from signatories.states import CodePurpose, EvidenceKind, Role, TakeOutKind
from tests.addresses import Address, addresses
from tests.conftest import BODIES, NOON, SUMMARIES, TITLES, claim_of, in_three, make_person
from tests.reading.test_documents import smallest_pdf

pytestmark = pytest.mark.django_db

ROLES = ("anonymous", "person", "representative", "coordinator", "coordinator elsewhere", "reviewer", "administrator")

PAGE = "200 200 200 200 200 200 200"
AWAY = "302 302 302 302 302 302 302"
MOVED = "301 301 301 301 301 301 301"
FORM_WRONG = "422 422 422 422 422 422 422"
NOTHING_SENT = "400 400 400 400 400 400 400"
NONE = "405 405 405 405 405 405 405"
# On the desk: anonymous is led to the sign-in page, other roles are refused, others' letters do not exist
DESK = "302 403 403 200 200 403 403"
DESK_FORM_WRONG = "302 403 403 422 422 403 403"
OURS = "302 403 403 200 404 403 403"
OURS_FORM_WRONG = "302 403 403 422 404 403 403"
OURS_DONE = "302 403 403 302 404 403 403"
# The review queue is open to reviewers too
QUEUE = "302 403 403 200 200 200 403"
REVIEWED = "302 403 403 200 404 200 403"
REVIEWED_DONE = "302 403 403 302 404 302 403"
# The list of organizations is kept in order by reviewers and administrators
KEPT = "302 403 403 403 403 200 200"
KEPT_DONE = "302 403 403 403 403 302 302"
KEPT_FORM_WRONG = "302 403 403 403 403 422 422"
MINE = "302 404 200 404 404 404 404"
MINE_FORM_WRONG = "302 404 422 404 404 404 404"
MINE_DONE = "302 404 302 404 404 404 404"

ROWS: dict[
    str, tuple[str, str]
] = {  # name (or route): statuses of GET, of POST with nothing in it, in the order of ROLES
    "": (AWAY, NONE),
    "healthz": (PAGE, NONE),
    "readyz": (PAGE, NONE),
    "robots": (PAGE, NONE),
    "sitemap": (PAGE, NONE),
    "short-check": (AWAY, NONE),
    "kz/<path:rest>": (MOVED, NONE),
    "admin/<path:rest>": (AWAY, NONE),
    "home": (PAGE, NONE),
    "letters": (PAGE, NONE),
    "letter": (PAGE, NONE),
    "signatories": (PAGE, NONE),
    "corrections": (PAGE, NONE),
    "letter-canonical": (PAGE, NONE),
    "letter-canonical-of": (PAGE, NONE),
    "letter-pdf": (PAGE, NONE),
    "letter-pdf-addendum": (PAGE, NONE),
    "letter-pdf-bound": (PAGE, NONE),
    "letter-pdf-bound-addendum": (PAGE, NONE),
    "invitation": (AWAY, NONE),  # the letter is published by now
    "register": (PAGE, NONE),
    "register-checkpoint": (PAGE, NONE),
    "register-checkpoint-of": (PAGE, NONE),
    "register-cosignatures": (NONE, NOTHING_SENT),
    "register-tile": (PAGE, NONE),
    "register-consistency": (PAGE, NONE),
    "register-proof": (PAGE, NONE),
    "register-entry": (PAGE, NONE),
    "verify": (PAGE, FORM_WRONG),
    "verify-code": (PAGE, FORM_WRONG),
    "organization": (PAGE, NONE),
    "about": (PAGE, NONE),
    "privacy": (PAGE, NONE),
    "feed": (PAGE, NONE),
    # Signing needs no account: whoever holds the address may, and the mailed code decides
    "sign": (PAGE, NONE),
    "sign-new": (PAGE, PAGE),
    "sign-organization": (PAGE, PAGE),
    "invitation-sign": (PAGE, NONE),
    "invitation-sign-new": (PAGE, PAGE),
    "invitation-sign-organization": (PAGE, PAGE),
    # The personal address of an invitation; without its token it does not exist
    "invited": (PAGE, NONE),
    "invited-letter": (PAGE, NONE),
    "invited-answer": (NONE, FORM_WRONG),
    "invited-stop": (PAGE, PAGE),
    "invited-resume": (NONE, AWAY),
    "invited-sign": (PAGE, NONE),
    "invited-sign-new": (PAGE, PAGE),
    "invited-sign-organization": (PAGE, PAGE),
    "signing-code": (PAGE, AWAY),
    "signing-new-code": (NONE, AWAY),
    "sign-forward": (PAGE, PAGE),
    "invitation-sign-forward": (PAGE, PAGE),
    "invited-sign-forward": (PAGE, PAGE),
    # A second person and a disputing organization need no account either; they were sent the address or type a mailed code
    "approval": (PAGE, PAGE),
    "approval-new-code": (NONE, AWAY),
    "approval-decline": (NONE, AWAY),
    "approval-forward": (NONE, PAGE),
    "dispute": (PAGE, PAGE),
    "dispute-signature": (PAGE, PAGE),
    "dispute-code": (PAGE, PAGE),
    "start": (AWAY, NONE),
    "my": ("302 200 200 200 200 200 200", NONE),
    "my-organization-consent": (NONE, MINE),
    "my-organization-consent-public": (NONE, MINE),
    "my-signature-receipt": (MINE, NONE),
    "my-signature-receipt-tlog": (MINE, NONE),
    "my-signature-receipt-json": (MINE, NONE),
    "my-signature-visibility": (MINE, MINE_FORM_WRONG),
    "my-vouches": (MINE, "302 404 422 404 404 404 404"),
    "my-vouch-take-back": (NONE, MINE_DONE),
    "my-signature-withdraw": (MINE, MINE_DONE),
    "my-signature-erratum": (MINE, MINE_FORM_WRONG),
    "my-signature-eds": (MINE, MINE_FORM_WRONG),
    "my-colleague-invitation": ("302 200 404 404 404 404 404", "302 302 404 404 404 404 404"),  # the person was invited
    "my-organization": (MINE, NONE),
    "my-mandate": (NONE, MINE_FORM_WRONG),
    "my-mandate-document": (MINE, NONE),
    "my-registration-document": (NONE, MINE_FORM_WRONG),
    "my-domain": (NONE, MINE_DONE),
    "my-domain-check": (NONE, MINE_DONE),
    "my-organization-leave": (MINE, MINE_DONE),
    "my-organization-profile": (MINE, MINE_FORM_WRONG),
    "my-organization-second-person": (NONE, MINE_DONE),
    "my-colleague-invite": (NONE, MINE_FORM_WRONG),
    "my-colleague-take-back": (NONE, MINE_DONE),
    "my-colleague-role": (NONE, "302 404 404 404 404 404 404"),  # no role was chosen
    "my-colleague-hand-over": (NONE, MINE_DONE),
    "my-colleague-remove": (NONE, MINE_DONE),
    "my-colleague-revoke": (NONE, MINE_DONE),
    "desk": (DESK, NONE),
    "desk-mail": (DESK, NONE),
    "desk-letter-new": (DESK, DESK_FORM_WRONG),
    "desk-import": (DESK, DESK_FORM_WRONG),
    "desk-letter": (OURS, NONE),
    "desk-letter-edit": (OURS, OURS_FORM_WRONG),
    "desk-issuer": (OURS, OURS_FORM_WRONG),
    "desk-letter-open": (OURS, OURS_DONE),
    "desk-letter-publish": (NONE, OURS_DONE),
    "desk-letter-vouched": (NONE, OURS_DONE),
    "desk-letter-close": (OURS, OURS_DONE),
    "desk-letter-late": (OURS, OURS_FORM_WRONG),
    "desk-letter-late-end": (NONE, OURS_DONE),
    "desk-letter-addendum": (NONE, OURS_DONE),
    "desk-letter-archive": (NONE, OURS_DONE),
    "desk-letter-withdraw": (OURS, OURS_DONE),
    "desk-labels": (OURS, NONE),
    "desk-page-preview": (OURS, OURS_FORM_WRONG),
    "desk-preview": (OURS, OURS_DONE),
    "desk-recipients": (OURS, NONE),
    "read-first": (PAGE, FORM_WRONG),
    "desk-readers": (OURS, OURS_FORM_WRONG),
    "desk-reader-dismiss": (NONE, OURS_DONE),
    "desk-comment-settle": (NONE, OURS_DONE),
    "desk-letter-word-file": (NONE, OURS_DONE),
    "desk-letter-blocks": (OURS, OURS_DONE),
    "desk-letter-new-keep": (NONE, "302 403 403 204 204 403 403"),
    "desk-letter-new-unkeep": (NONE, "302 403 403 302 302 403 403"),
    "desk-letter-keep": (NONE, "302 403 403 200 404 403 403"),
    "desk-letter-unkeep": (NONE, OURS_DONE),
    "desk-demands": (OURS, OURS_DONE),
    "desk-recipient-new": (OURS, OURS_FORM_WRONG),
    "desk-recipient": (OURS, OURS_FORM_WRONG),
    "desk-recipient-move": (NONE, OURS_DONE),
    "desk-recipient-remove": (NONE, OURS_DONE),
    "desk-editions": (OURS, NONE),
    "desk-editions-progress": (OURS, NONE),
    "desk-editions-zip": (OURS_DONE, NONE),  # back to the list: nothing is printed yet
    "desk-covers": (OURS, NONE),
    "desk-duplex": (OURS, NONE),
    "desk-edition-archive": (OURS, NONE),
    "desk-edition": (OURS, NONE),
    "desk-edition-again": (NONE, OURS_DONE),
    "desk-invitations": (OURS, NONE),
    "desk-invitation-list": (OURS, OURS_FORM_WRONG),
    "desk-invitations-act": (NONE, OURS_DONE),
    "desk-invitations-plan": (OURS, OURS_DONE),  # nothing in it: no deadline, no reminders
    "desk-letter-correct": (OURS, OURS_FORM_WRONG),
    "desk-take-outs": (OURS, OURS_FORM_WRONG),
    "desk-take-out-decide": (NONE, OURS_DONE),
    "desk-take-out-fetch": (NONE, OURS_DONE),
    "desk-invitation": (OURS, OURS_FORM_WRONG),
    "desk-invitation-do": (NONE, OURS_DONE),
    "desk-invitation-answer": (NONE, OURS_FORM_WRONG),
    "desk-invitation-note": (NONE, OURS_FORM_WRONG),
    "desk-bulk": (OURS, OURS_DONE),
    "desk-bulk-run": (OURS, NONE),
    "desk-bulk-progress": (OURS, NONE),
    "desk-organizations": (QUEUE, NONE),
    "desk-organization": (REVIEWED, NONE),
    "desk-organization-evidence": (NONE, "302 403 403 403 404 422 403"),  # reviewers change, coordinators look
    "desk-organization-level": (NONE, "302 403 403 403 404 422 403"),
    "desk-organization-revoke": ("302 403 403 403 404 200 403", "302 403 403 403 404 422 403"),
    "desk-document": (REVIEWED, NONE),
    "desk-reviews": (QUEUE, NONE),
    "desk-duplicates": (KEPT, NONE),
    "desk-merge": (KEPT, KEPT_FORM_WRONG),
    "desk-signatures": (REVIEWED, NONE),
    "desk-consent": (NONE, OURS),
    "desk-consent-public": (NONE, OURS),
    "desk-consent-organization": (NONE, OURS_DONE),  # back to the page: this one never counted
    "desk-consent-organization-public": (NONE, OURS_DONE),
    "desk-paper-find": (OURS, NONE),
    "desk-paper-new": (OURS, OURS_FORM_WRONG),
    "desk-paper-organization": (OURS, OURS_FORM_WRONG),
    "desk-paper": (REVIEWED, NONE),
    "desk-paper-scan": (REVIEWED, NONE),
    "desk-paper-second": (NONE, REVIEWED_DONE),
    "desk-paper-discard": (NONE, REVIEWED_DONE),
    "desk-signatories-csv": (OURS, NONE),
    "desk-signature": (REVIEWED, NONE),
    "desk-signature-next": (REVIEWED_DONE, NONE),
    "desk-signature-lookup": (NONE, REVIEWED_DONE),
    "desk-signature-evidence": (NONE, REVIEWED),
    "desk-signature-admit": (NONE, REVIEWED_DONE),
    "desk-signature-refuse": (NONE, REVIEWED),
    "desk-signature-dispute": (REVIEWED, REVIEWED),
    "desk-profile-changes": (KEPT, NONE),
    "desk-profile-change": (NONE, KEPT_DONE),
    "desk-mandate-revoke": (REVIEWED, REVIEWED_DONE),
}

PREFIXES = {  # the insides belong to others; one address of each stands for all
    "en/accounts/": ("en/accounts/sessions/", "302 200 200 200 200 200 200", AWAY),
    "en/admin/": ("en/admin/", "302 302 302 302 302 302 200", "302 302 302 302 302 302 200"),
}

OF_A_DRAFT = (
    "desk-page-preview",
    "desk-letter-word-file",
    "desk-readers",
    "desk-reader-dismiss",
    "desk-comment-settle",
    "desk-letter-blocks",
    "desk-letter-keep",
    "desk-letter-edit",
    "desk-demands",
    "desk-issuer",
    "desk-letter-open",
    "desk-recipient",
)
OF_A_CLOSED_LETTER = (
    "desk-covers",
    "desk-duplex",
    "letter-pdf",
    "letter-pdf-bound",
    "desk-edition",
    "desk-edition-archive",
    "desk-letter-archive",
)


@pytest.fixture
def world(
    open_letter: Letter,
    confirmed: Callable[..., Signature],
    admitted: Callable[..., Signature],
    make_draft: Callable[..., Letter],
    aigul: User,
    stranger: User,
    files: Any,
    settings: Any,
    quick_previews: None,
) -> dict[str, Any]:
    """A value that exists for each part of an address."""
    settings.DEMONSTRATION = True
    own, waiting = admitted(), confirmed()
    draft, closed = make_draft("draft"), make_draft("closed")
    letters.open_letter(closed, by=aigul, at=NOON)
    letters.publish_letter(closed, by=aigul, at=NOON)
    letters.close_letter(closed, by=aigul, at=NOON)
    printed = Edition.objects.get(recipient=None, language="en")
    printed.file.save("editions/x.pdf", ContentFile(smallest_pdf()), save=False)
    for_office = Edition.objects.get(recipient__isnull=False, language="kk").pk
    Edition.objects.filter(pk=for_office).update(
        state=JobState.DONE, file=printed.file.name, sha256="3" * 64, size=5, pages=1
    )
    Edition.objects.filter(pk=printed.pk).update(
        state=JobState.DONE, file=printed.file.name, sha256="0" * 64, size=5, pages=1
    )
    for language, addendum in (("en", 1), (BOUND, 0), (BOUND, 1)):
        Edition.objects.create(
            revision=printed.revision,
            language=language,
            addendum=addendum,
            state=JobState.DONE,
            file=printed.file.name,
            sha256="1" * 64,
            size=5,
            pages=1,
            created_at=NOON,
        )
    ArchiveCopy.objects.create(edition=printed, file=printed.file.name, size=5, sha256="2" * 64, stamped_at=NOON)
    new = [
        invitations.NewInvitation(name=name, email=f"{name.lower()}@x.example", language="kk")
        for name in ("One", "Two")
    ]
    invitation = invitations.prepare_invitations(open_letter, new, owner=aigul, by=aigul, at=NOON)[0]
    invitation = Invitation.objects.get(token=invitation.token)
    run = bulk.start_sending(open_letter, language="en", by=aigul, at=NOON)
    held = confirmed("held@held.example", name="Held Initiative", website="https://held.example")
    asked = disputes.ask(held, email="office@held.example", statement="", language="en", at=NOON)
    code = Mail.objects.get(template="dispute_code").context["code"]
    disputes.confirm(asked, code, at=NOON)
    colleague = Representative.objects.create(
        user=make_person("colleague@verified.example"), organization=own.organization, accepted_at=NOON
    )
    colleagues = representatives.invite(
        own.organization, email=stranger.email, role=Role.APPROVER, language="en", by=own.person, at=NOON
    )
    own.mandate.document.save("mandates/x.pdf", ContentFile(b"%PDF-"))
    proof = checks.ask_for_proof(own.organization, own.organization.domain, by=own.person, at=timezone.now())
    change = ProfileChange.objects.create(
        organization=own.organization, columns={"name_en": "New"}, proposed_by=own.person, proposed_at=NOON
    )
    approval = MailedCode.objects.create(
        purpose=CodePurpose.APPROVAL, signature=waiting, email="x@unverified.example", language="en", asked_at=NOON
    )
    seen = Evidence.objects.get(organization=own.organization, kind=EvidenceKind.REGISTER_SEEN)
    keep_document(seen.document, CleanDocument(b"%PDF-", "pdf", "0" * 64))
    seen.save(update_fields=["document"])
    vouched = Vouch.objects.create(
        organization=waiting.organization, voucher=own.organization, person=own.person, vouched_at=NOON
    )
    texts = {**in_three("title", TITLES), **in_three("summary", SUMMARIES), **in_three("body", BODIES)}
    before = open_letter.current_revision().fingerprint
    erratum.correct(open_letter, texts | {"title_en": "Corrected"}, TITLES, fingerprint=before, by=aigul, at=NOON)
    reader = FirstReader.objects.create(
        letter=draft,
        email="reader@x.example",
        language="kk",
        invited_by=aigul,
        expires_at=timezone.now() + timedelta(days=9),
    )
    comment = Comment.objects.create(
        reader=reader, texts=dict.fromkeys(("kk", "ru", "en"), "x"), words="x", written_at=NOON
    )
    return {
        "reader_id": reader.pk,
        "comment_id": comment.pk,
        "read": reader.token,
        "evidence_id": seen.pk,
        "vouch_id": vouched.pk,
        "approval": approval.token,
        "change_id": change.pk,
        "mandate_id": own.mandate_id,
        "proof_id": proof.pk,
        "dispute": asked.token,
        "key": own.dispute_key(),
        "held": held.pk,
        "colleague_id": colleague.pk,
        "colleagues": colleagues.pk,
        "colleague": colleagues.token,
        "number": 1,
        "slug": open_letter.slug,
        "draft": draft,
        "closed": closed,
        "organization": own.organization.slug,
        "token": open_letter.invitation_token,
        "signing": waiting.token,
        "index": 0,
        "level": "0",
        "place": "000.p/1",
        "first": 1,
        "second": 2,
        "size": checkpoints.sign_checkpoint(at=NOON).size,
        "code": open_letter.current_revision().check_code,
        "language": "kk",
        "signature_id": waiting.pk,
        "own": own.pk,
        "one": own.organization_id,
        "other": waiting.organization_id,
        "paper": _on_paper(open_letter, aigul).pk,
        "recipient_id": draft.recipients.get().pk,
        "edition_id": printed.pk,
        "invited": invitation.token,
        "invitation_id": invitation.pk,
        "run_id": run.pk,
        "take_out_id": take_outs.ask(
            open_letter, TakeOutKind.CONSENT_FILE, filters="", reason="court", by=aigul, at=NOON
        ).pk,
        "rest": "letters/",
    }


def _on_paper(letter: Letter, by: User) -> Signature:
    return papers.enter(
        letter.current_revision(),
        organization=None,
        claim=claim_of("Paper Organization"),
        source="paper",
        person_name="Paper Person",
        position="Director",
        basis="head",
        basis_note="",
        visibility="public",
        signed_on=NOON.date(),
        scan=CleanDocument(b"%PDF-", "pdf", "0" * 64),
        language="kk",
        by=by,
        at=NOON,
    )


@pytest.fixture
def browsers(world: dict[str, Any], aigul: User, stranger: User) -> dict[str, Client]:
    """One browser for each role."""
    elsewhere = make_person("elsewhere@example.org")
    Coordinator.objects.create(user=elsewhere, issuer=Issuer.objects.create(key="other", number="2"))
    people = {
        "person": stranger,
        "representative": Signature.objects.get(pk=world["own"]).person,
        "coordinator": aigul,
        "coordinator elsewhere": elsewhere,
        "reviewer": make_person("reviewer@example.org", is_reviewer=True),
        "administrator": make_person("admin@example.org", is_staff=True, is_superuser=True),
    }
    browsers = {role: Client() for role in ROLES}
    for role, person in people.items():
        browsers[role].force_login(person)
    return browsers


def ours() -> list[Address]:
    """All addresses but the insides of allauth and of the administration."""
    return [address for address in addresses() if not address.route.startswith(tuple(PREFIXES))]


def path_of(address: Address, world: dict[str, Any]) -> str:
    """The address with values that exist."""
    values = dict(world)
    if address.name.startswith("invited"):
        values["token"] = world["invited"]
    if address.name == "read-first":
        values["token"] = world["read"]
    if address.name.startswith("signing-"):
        values["token"] = world["signing"]
    if address.name.startswith("my-"):
        values["signature_id"] = world["own"]
    if address.name.startswith("desk-paper"):
        values["signature_id"] = world["paper"]
    if address.name.startswith(("organization", "dispute", "my-", "desk-organization")):
        values["slug"] = world["organization"]
    if address.name.startswith("approval"):
        values["token"] = world["approval"]
    if address.name == "dispute-code":
        values["token"] = world["dispute"]
    if address.name == "desk-signature-dispute":
        values["signature_id"] = world["held"]
    if address.name == "my-colleague-take-back":
        values["invitation_id"] = world["colleagues"]
    if address.name == "my-colleague-invitation":
        values["token"] = world["colleague"]
    if address.name.startswith(OF_A_DRAFT):
        values["slug"] = world["draft"].slug
    if address.name.startswith(OF_A_CLOSED_LETTER):
        values["slug"] = world["closed"].slug
    return address.path(**values)


def statuses(browsers: dict[str, Client], method: str, path: str) -> str:
    """What each role gets; whatever it changed is taken back."""
    found = []
    for browser in browsers.values():
        with transaction.atomic():
            response = browser.generic(method, path, content_type="application/x-www-form-urlencoded")
            transaction.set_rollback(True)
        response.close()  # a document is an open file
        found.append(str(response.status_code))
    return " ".join(found)


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    assert {address.name for address in ours()} == set(ROWS)


def test_every_role_gets_what_the_table_says(world: dict[str, Any], browsers: dict[str, Client]) -> None:
    found = {}
    for address in ours():
        path = path_of(address, world)
        found[address.name] = (statuses(browsers, "GET", path), statuses(browsers, "POST", path))

    differing = {name: (row, ROWS.get(name)) for name, row in found.items() if row != ROWS.get(name)}
    assert differing == {}


@pytest.mark.parametrize("prefix", PREFIXES)
def test_the_insides_of_others_are_open_to_the_right_roles(browsers: dict[str, Client], prefix: str) -> None:
    route, of_get, of_post = PREFIXES[prefix]

    assert (statuses(browsers, "GET", f"/{route}"), statuses(browsers, "POST", f"/{route}")) == (of_get, of_post)


def test_a_letter_that_is_not_published_does_not_exist_for_any_role(
    world: dict[str, Any], browsers: dict[str, Client]
) -> None:
    Letter.objects.update(published_at=None)

    public = [one for one in ours() if one.route.startswith(("en/letters/<", "en/organizations/"))]

    assert {statuses(browsers, "GET", path_of(address, world)) for address in public} == {PAGE.replace("200", "404")}
    assert len(public) == 15


def test_outside_a_demonstration_the_desk_asks_for_a_second_factor_first(
    world: dict[str, Any], browsers: dict[str, Client], settings: Any
) -> None:
    settings.DEMONSTRATION = False
    coordinators = {role: browsers[role] for role in ("coordinator", "coordinator elsewhere")}
    keepers = {role: browsers[role] for role in ("reviewer", "administrator")}

    found = {
        address.name: (statuses(people, "GET", path), statuses(people, "POST", path))
        for address in ours()
        if address.route.startswith("en/desk/") and (path := path_of(address, world))
        for people in [keepers if {KEPT, KEPT_DONE} & set(ROWS[address.name]) else coordinators]
    }

    assert {status for row in found.values() for statuses in row for status in statuses.split()} == {"302", "405"}

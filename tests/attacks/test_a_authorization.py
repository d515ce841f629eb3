"""Block A: what belongs to others, opened by its key; forms that say more than they were asked; links that act when they are opened."""

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from django.test import Client

from campaign.base.models import User
from letters.models import Letter
from letters.services import letter as letters
from signatories.models import (
    ColleagueInvitation,
    DomainProof,
    Invitation,
    Organization,
    Representative,
    Signature,
    Vouch,
)
from signatories.services import bulk
from signatories.services import invitation as invitations
from signatories.services import representative as representatives
from signatories.services import signature as signatures
from signatories.states import Role, SignatureState
from tests.access.test_matrix import ours, path_of
from tests.addresses import Address, addresses
from tests.attacks.conftest import answer_of, changed, everything
from tests.conftest import NOON, mailed_code, record_enough

pytestmark = pytest.mark.django_db

# A2, A3: insecure direct references


def sign_elsewhere(letter: Letter, by: User) -> Signature:
    """An admitted signature of another organization under another issuer's letter; its person becomes the owner."""
    revision = letter.revisions.get()
    other = Organization.objects.create(
        slug="other", original_language="en", name_en="Other Organization", name="Other Organization"
    )
    signature = signatures.start(
        revision,
        organization=other,
        claim=None,
        email="owner@other.example",
        person_name="O. Other",
        position="Director",
        basis="head",
        fingerprint=revision.fingerprint,
        language="en",
        at=NOON,
    )
    signatures.confirm(signature, mailed_code(signature), at=NOON)
    signature.refresh_from_db()
    record_enough(signature, by=by)
    signatures.admit(signature, by=by, at=NOON, reason="seen")
    signature.refresh_from_db()
    return signature


@pytest.fixture
def other(elsewhere: tuple[User, Letter]) -> Signature:
    """What the owner of another organization gave elsewhere."""
    return sign_elsewhere(elsewhere[1], elsewhere[0])


def test_a_stranger_with_an_organization_of_his_own_opens_nothing_of_another_organization(
    world: dict[str, Any], other: Signature
) -> None:
    """Every address below “my”, with the keys of an organization for which he does not act."""
    assert other.person is not None
    attacker = Client()
    attacker.force_login(other.person)
    own = {address.name: path_of(address, world) for address in ours() if address.route.startswith("en/my/")}
    own.pop("my")

    opened = {
        (name, method): status
        for name, path in own.items()
        for method in ("GET", "POST")
        if (status := answer_of(attacker, method, path).status_code) not in (404, 405)
    }

    assert opened == {}
    assert len(own) > 20


def test_an_owner_who_puts_a_foreign_key_into_the_address_of_her_own_organization_finds_nothing(
    world: dict[str, Any], other: Signature
) -> None:
    """The slug is her own, the number behind it another organization's: colleagues, invitations, documents, proofs, words, signatures."""
    attacker = Client()
    attacker.force_login(other.person)  # type: ignore[arg-type]
    values = {**world, "slug": "other", "organization": "other"}
    numbered = [
        address
        for address in ours()
        if address.route.startswith("en/my/organizations/") and len(address.parameters) == 2
    ]

    opened = {}
    for address in numbered:
        path = address.path(**values)
        for method in ("GET", "POST"):
            if (status := answer_of(attacker, method, path, {"role": "owner"}).status_code) not in (404, 405):
                opened[(address.name, method)] = status

    assert opened == {}
    assert {address.name for address in numbered} >= {
        "my-colleague-remove",
        "my-colleague-role",
        "my-colleague-take-back",
        "my-domain-check",
        "my-mandate-document",
        "my-vouch-take-back",
    }
    assert all(model._default_manager.exists() for model in (Vouch, DomainProof, ColleagueInvitation))


def test_a_coordinator_who_puts_a_foreign_key_into_the_address_of_her_own_letter_finds_nothing(
    world: dict[str, Any], elsewhere: tuple[User, Letter]
) -> None:
    """Invitations, bulk runs, recipients and editions of a letter that another issuer runs."""
    attacker = Client()
    attacker.force_login(elsewhere[0])
    numbered = [
        address
        for address in ours()
        if address.route.startswith("en/desk/letters/<slug:slug>/") and {"slug"} < set(address.parameters)
    ]
    numbered = [address for address in numbered if "language" not in address.parameters]

    opened = {}
    for address in numbered:
        path = address.path(**{**world, "slug": "elsewhere"})
        for method in ("GET", "POST"):
            if (status := answer_of(attacker, method, path).status_code) not in (404, 405):
                opened[(address.name, method)] = status

    # the paper of an organization that stands in the public list may be entered by every coordinator
    assert {name for name, _ in opened} <= {"desk-paper-organization"}
    assert len(numbered) > 10


def test_a_coordinator_elsewhere_reads_and_changes_nothing_of_a_signature_by_its_number(
    world: dict[str, Any], elsewhere: tuple[User, Letter]
) -> None:
    attacker = Client()
    attacker.force_login(elsewhere[0])
    by_number = [address for address in ours() if address.route.startswith("en/desk/signatures/<int")]

    statuses = {
        answer_of(attacker, method, path_of(address, {**world, "signature_id": world[key]})).status_code
        for address in by_number
        for key in ("signature_id", "own", "held", "paper")
        for method in ("GET", "POST")
    }

    assert statuses == {404, 405}


def test_a_scan_and_a_document_are_handed_out_by_owner_check_and_not_by_name(
    world: dict[str, Any], browsers: dict[str, Client], files: Any
) -> None:
    """No address of the site serves the folder of uploads (CVE-2026-9712)."""
    names = [str(path.relative_to(files)) for path in files.rglob("*") if path.is_file()]

    statuses = {
        answer_of(browser, "GET", f"/{prefix}{name}").status_code
        for browser in browsers.values()
        for name in names
        for prefix in ("", "media/", "static/", "en/media/", "en/my/../")
    }

    assert any(name.startswith("scans/") for name in names)
    assert any(name.startswith("evidence/") for name in names)
    assert statuses == {404}


def test_a_token_of_one_purpose_opens_no_address_of_another(world: dict[str, Any]) -> None:
    """The address of a dispute, an approval, a signature, an invitation and a colleague's offer, each with the others' tokens."""
    tokens = {
        "approval": world["approval"],
        "dispute-code": world["dispute"],
        "signing-code": world["signing"],
        "invited": world["invited"],
        "invitation": world["token"],
    }
    named = {address.name: address for address in ours()}

    opened = [
        (name, owner)
        for name in tokens
        for owner, token in tokens.items()
        if owner != name and answer_of(Client(), "GET", named[name].path(token=token)).status_code != 404
    ]

    assert opened == []


def test_an_invitation_of_another_letter_is_touched_by_no_act_on_the_board(
    world: dict[str, Any], elsewhere: tuple[User, Letter]
) -> None:
    attacker = Client()
    attacker.force_login(elsewhere[0])
    before = everything()

    for act in ("send", "again", "sent", "stop", "bounced", "remove", "give", "declined"):
        attacker.post(
            "/en/desk/letters/elsewhere/invitations/act/",
            {"chosen": [world["invitation_id"]], "act": act, "owner": "1"},
        )

    assert changed(before, everything()) == []
    assert Invitation.objects.filter(pk=world["invitation_id"]).exists()


# A6: mass assignment

TOO_MUCH = {
    "state": "admitted",
    "level": "3",
    "verified_at": "2026-01-01",
    "confirmed_at": "2026-01-01",
    "admitted_index": "0",
    "is_staff": "1",
    "is_superuser": "1",
    "is_reviewer": "1",
    "late": "1",
    "person": "1",
    "mandate": "1",
    "decided_by": "1",
    "approved_at": "2026-01-01",
    "needs_approval": "1",
    "contact_email": "evil@evil.example",
    "email_verified": "1",
    "accepted_at": "2026-01-01",
    "organization": "1",
    "organization_id": "1",
    "letter_id": "1",
    "revision": "1",
    "revision_id": "1",
    "token": "known",
    "code_hash": "x",
    "source": "paper",
    "slug": "taken",
    "uid": "taken",
}


def test_mass_assignment_in_the_form_of_signing_sets_nothing_that_was_not_asked(
    client: Client, revision: Any, admitted: Callable[..., Signature]
) -> None:
    organization = admitted().organization
    before = Organization.objects.filter(pk=organization.pk).values().get()
    honest = {
        "fingerprint": revision.fingerprint,
        "email": "second@verified.example",
        "person_name": "Second Person",
        "position": "Lawyer",
        "basis": "power",
        "visibility": "public",
        "consent": "on",
    }

    sent = client.post(f"/en/letters/clean-air/sign/organization/{organization.slug}/", {**TOO_MUCH, **honest})

    assert sent.status_code == 302
    signature = Signature.objects.latest("pk")
    assert (signature.state, signature.organization, signature.revision) == ("started", organization, revision)
    assert (signature.person, signature.mandate, signature.admitted_index, signature.late) == (None, None, None, False)
    assert (signature.source, signature.token == "known") == ("online", False)
    assert Organization.objects.filter(pk=organization.pk).values().get() == before


def test_mass_assignment_of_a_role_that_an_invitation_did_not_offer_gives_the_one_that_it_offered(
    admitted: Callable[..., Signature], client: Client, stranger: User
) -> None:
    own = admitted()
    invitation = representatives.invite(
        own.organization,
        email=stranger.email,
        role=Role.APPROVER,
        language="en",
        by=own.person,
        at=NOON,  # type: ignore[arg-type]
    )
    client.force_login(stranger)
    # the invitation's own two weeks have passed by the clock of the page or not: the answer is the service's
    ColleagueInvitation.objects.update(expires_at="2099-01-01T00:00Z")

    client.post(f"/en/my/colleagues/{invitation.token}/", {**TOO_MUCH, "role": "owner"})

    joined = Representative.objects.get(user=stranger)
    assert joined.role == Role.APPROVER
    stranger.refresh_from_db()
    assert (stranger.is_staff, stranger.is_superuser, stranger.is_reviewer) == (False, False, False)


def test_mass_assignment_of_a_level_in_every_form_of_the_product_raises_no_level(
    world: dict[str, Any], browsers: dict[str, Client]
) -> None:
    """Every address, every role but reviewers and administrators, who decide about levels."""
    before = list(Organization.objects.order_by("pk").values_list("pk", "level", "verified_at"))
    states = list(Signature.objects.filter(state="admitted").order_by("pk").values_list("pk", flat=True))

    for role in ("anonymous", "person", "representative", "coordinator elsewhere"):
        for address in ours():
            if not address.route.startswith("en/accounts"):
                browsers[role].post(path_of(address, world), TOO_MUCH).close()

    after = list(Organization.objects.filter(pk__in=[pk for pk, *_ in before]).order_by("pk"))
    assert [(one.pk, one.level, one.verified_at) for one in after] == before
    assert not User.objects.filter(email__in=["stranger@example.net"], is_staff=True).exists()
    admitted_now = Signature.objects.filter(state="admitted").values_list("pk", flat=True)
    assert set(admitted_now) <= set(states)


# Links that act when they are opened


def walk(browsers: dict[str, Client], world: dict[str, Any]) -> tuple[int, list[str]]:
    """Every address of the site with GET and HEAD as every role; which of them changed a row."""
    acted, walked = [], 0
    before = everything()
    for role, browser in browsers.items():
        for address in _walked():
            for method in ("GET", "HEAD"):
                response = getattr(browser, method.lower())(path_of(address, world))
                if response.streaming:
                    b"".join(response)
                response.close()
                walked += 1
        after = everything()
        acted += [f"{role}: {table}" for table in changed(before, after)]
        before = after
    return walked, acted


def _walked() -> list[Address]:
    """All but the insides of the administration, and signing out, whose page asks first."""
    return [address for address in ours() if not address.route.startswith("en/accounts/logout")]


def test_a_scanner_that_opens_every_address_as_every_role_changes_no_row_of_any_table(
    world: dict[str, Any], browsers: dict[str, Client]
) -> None:
    walked, acted = walk(browsers, world)

    assert acted == []
    assert walked > 1000


# Open redirects


ELSEWHERE = ("https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)")
LEADING = ("next", "back", "url", "return", "filters", "q", "redirect_to", "page")


def test_an_open_redirect_leads_from_no_address_to_another_site(
    world: dict[str, Any], browsers: dict[str, Client]
) -> None:
    """Each word leads elsewhere in another way each time, so that over roles and methods every address meets all of them."""
    led = []
    values = {"url": "x", "app_label": "letters", "content_type_id": 1, "object_id": 1, "pk": 1, "uidb36": "1"}
    roles = ("anonymous", "coordinator", "representative")

    for turn, (role, method) in enumerate(product(roles, ("GET", "POST"))):
        words = {name: ELSEWHERE[(place + turn) % len(ELSEWHERE)] for place, name in enumerate(LEADING)}
        for address in addresses():
            if address.route.startswith("en/admin"):
                continue
            response = answer_of(browsers[role], method, path_of(address, {**world, **values}), words)
            location = response.get("Location", "")
            if location.startswith(("//", "/\\", "javascript:")) or "evil.example" in location.split("?")[0]:
                led.append((address.name, method, location))

    assert led == []


# A5, A11, S16: roles that ended, and one person in two roles


def test_a_coordinator_whose_role_was_revoked_after_she_started_a_bulk_run_admits_nobody(
    confirmed: Callable[..., Signature], open_letter: Letter, aigul: User
) -> None:
    signature = confirmed()
    record_enough(signature, by=aigul)
    run = bulk.start_admitting(open_letter, language="en", by=aigul, at=NOON)
    aigul.coordinates.all().delete()

    bulk.do_one(run.items.get().pk, at=NOON)

    signature.refresh_from_db()
    assert signature.state == SignatureState.CONFIRMED
    assert run.items.get().refusal.startswith("You may not do this.")


def test_a_deactivated_coordinator_s_bulk_run_sends_no_invitation(open_letter: Letter, aigul: User) -> None:
    new = [invitations.NewInvitation(name="One", email="one@one.example", language="en")]
    invitations.prepare_invitations(open_letter, new, owner=None, by=aigul, at=NOON)
    run = bulk.start_sending(open_letter, language="en", by=aigul, at=NOON)
    User.objects.filter(pk=aigul.pk).update(is_active=False)

    bulk.do_one(run.items.get().pk, at=NOON)

    assert Invitation.objects.get().state == "prepared"


def test_a_representative_who_was_removed_is_shut_out_at_the_next_request(
    world: dict[str, Any], browsers: dict[str, Client]
) -> None:
    browser, slug = browsers["representative"], world["organization"]
    seen = answer_of(browser, "GET", f"/en/my/organizations/{slug}/").status_code
    Representative.objects.filter(organization__slug=slug).update(left_at=NOON)

    statuses = {
        answer_of(browser, method, path_of(address, world)).status_code
        for address in ours()
        if address.route.startswith("en/my/organizations/") and not address.name.startswith("my-organization-consent")
        for method in ("GET", "POST")
    }

    assert seen == 200
    assert statuses == {404, 405}


def test_a_letter_that_waits_for_publication_is_walked_into_by_nobody_who_was_not_sent_its_address(
    make_draft: Callable[..., Letter], aigul: User, client: Client
) -> None:
    quiet = make_draft("quiet")
    letters.open_letter(quiet, by=aigul, at=NOON)

    statuses = {
        client.get(f"/{language}/letters/quiet/{page}").status_code
        for language in ("kk", "ru", "en")
        for page in ("", "sign/", "sign/new/", "sign/forward/", "signatories/", "letter.pdf", "addendum-1.pdf")
    }

    assert statuses == {404}

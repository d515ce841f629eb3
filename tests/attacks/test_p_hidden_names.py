"""Blocks A9 and P: one rare word is the name of every organization that must not be seen, and is looked for as everybody who must not see it."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from campaign.base.models import Mail, User
from letters.models import Letter
from signatories.models import Organization, Signature
from signatories.services import bulk
from signatories.services import signature as signatures
from signatories.states import Visibility
from tests.access.test_matrix import ours, path_of
from tests.attacks.conftest import answer_of
from tests.conftest import NOON, claim_of, mailed_code, make_person, record_enough

pytestmark = pytest.mark.django_db

CANARY = "qzxcanary"
OUTSIDE = ("anonymous", "person", "representative", "coordinator elsewhere")


@pytest.fixture
def hidden(
    world: dict[str, Any], admitted: Callable[..., Signature], confirmed: Callable[..., Signature], aigul: User
) -> list[Signature]:
    """Organizations of all kinds that the public must not read: hidden, waiting, refused, withdrawn before they were seen."""
    found = [
        admitted(f"{CANARY}@{one}.example", name=f"Qzxcanary {one}", website=f"https://{one}.example", visibility=one)
        for one in (Visibility.ADDRESSEE, Visibility.COUNTED)
    ]
    waiting, refused, gone = (
        confirmed(f"{CANARY}@{one}.example", name=f"Qzxcanary {one}", website=f"https://{one}.example")
        for one in ("waiting", "refused", "gone")
    )
    signatures.refuse(refused, reason=f"{CANARY} reason", by=aigul, at=NOON)
    signatures.withdraw(gone, by=gone.person, at=NOON)  # type: ignore[arg-type]
    record_enough(waiting, by=aigul)
    run = bulk.start_admitting(Letter.objects.get(slug="clean-air"), language="en", by=aigul, at=NOON)
    world["run_id"] = run.pk
    return [*found, waiting, refused, gone]


def tells(browser: Client, path: str, data: dict[str, Any] | None = None, method: str = "GET") -> bool:
    """Whether the word stands anywhere in the answer, packed or not."""
    response = browser.generic(method, path) if data is None else getattr(browser, method.lower())(path, data)
    content = b"".join(response) if response.streaming else response.content
    response.close()
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            content = b"".join(packed.read(name) for name in packed.namelist())
    return CANARY.encode() in content.lower() or CANARY in f"{response.headers}{response.cookies}".lower()


def test_a_hidden_name_stands_on_no_page_of_anybody_who_must_not_see_it(
    world: dict[str, Any], browsers: dict[str, Client], hidden: list[Signature]
) -> None:
    """All addresses with the keys of the hidden ones: boards, exports, bulk runs, receipts, consent files, merging, errors."""
    assert tells(browsers["coordinator"], "/en/desk/letters/clean-air/signatures/")
    told, read = set(), 0

    for one in hidden:
        values = {**world, "signature_id": one.pk, "own": one.pk, "one": one.organization_id, "held": one.pk}
        for address in ours():
            path = path_of(address, values)
            for role in OUTSIDE:
                read += 1
                if tells(browsers[role], path):
                    told.add((role, address.name))

    assert told == set()
    assert read > 2000


@pytest.mark.parametrize("words", ["Qzxcanary", "canary", "addressee.example", "qzxcanary@counted.example"])
def test_a_hidden_name_is_found_by_no_search(
    world: dict[str, Any], browsers: dict[str, Client], hidden: list[Signature], words: str
) -> None:
    searches = (
        "/en/letters/clean-air/sign/",
        "/en/letters/",
        "/en/letters/clean-air/signatories/",
        f"/en/invited/{world['invited']}/sign/",
        "/en/desk/letters/clean-air/signatures/paper/",
        "/en/desk/organizations/",
        "/en/desk/organizations/duplicates/",
        "/en/verify/",
    )

    found = {
        (role, path)
        for role in OUTSIDE
        for path in searches
        for response in [browsers[role].get(path, {"q": words})]
        if f"{CANARY} " in response.content.decode().lower().replace(words.lower(), "")
    }

    assert found == set()


def test_a_hidden_name_answers_no_form_otherwise_than_a_name_that_nobody_has(
    world: dict[str, Any], browsers: dict[str, Client], hidden: list[Signature]
) -> None:
    """Disputes, choosing and vouching for a hidden organization by its address, which nobody was told."""
    organization = hidden[1].organization
    for role in OUTSIDE:
        for path, data in (
            ("/en/organizations/{}/", None),
            ("/en/organizations/{}/dispute/", {"email": "a@counted.example", "signature": hidden[1].pk}),
            ("/en/letters/clean-air/sign/organization/{}/", {"email": "a@counted.example"}),
            (f"/en/invited/{world['invited']}/sign/organization/{{}}/", {"email": "a@counted.example"}),
            ("/en/my/organizations/{}/", None),
            ("/en/my/organizations/{}/vouches/", {"code": organization.uid}),
            ("/en/my/organizations/{}/profile/", {}),
        ):
            method = "GET" if data is None else "POST"
            answers = [
                answer_of(browsers[role], method, path.format(slug), data).status_code
                for slug in (organization.slug, "qzx-no-such-thing")
            ]
            assert answers[0] == answers[1], (role, path)


def test_a_hidden_name_stands_in_no_message_to_anybody_but_its_own_people_and_the_letter_s_coordinators(
    hidden: list[Signature], aigul: User
) -> None:
    told = {
        mail.to
        for mail in Mail.objects.all()
        if CANARY in str(mail.context).lower() and not mail.to.startswith(CANARY) and mail.to != aigul.email
    }

    assert told == set()


def test_a_hidden_name_is_known_to_no_representative_who_shares_its_domain_or_number(
    client: Client, hidden: list[Signature], start: Callable[..., Signature]
) -> None:
    """Typing what the hidden organization has makes a claim that calls it only as the typist does."""
    claim = start("spy@spy.example", name="Spy", website="https://counted.example")

    assert claim.organization == hidden[1].organization
    assert not tells(client, f"/en/signing/{claim.token}/")
    assert CANARY not in str(Mail.objects.filter(to="spy@spy.example").values_list("context", flat=True)).lower()


def claim_elsewhere(letter: Letter, email: str) -> Signature:
    """A confirmed claim under a letter of another issuer, with the domain of a hidden organization."""
    revision = letter.revisions.get()
    claim = signatures.start(
        revision,
        organization=None,
        claim=claim_of("Spy", website="https://counted.example"),
        email=email,
        person_name="A Spy",
        position="Director",
        basis="head",
        fingerprint=revision.fingerprint,
        language="en",
        at=NOON,
    )
    signatures.confirm(claim, mailed_code(claim), at=NOON)
    claim.refresh_from_db()
    return claim


def test_a_hidden_name_is_not_told_to_the_coordinator_of_another_letter_by_a_claim_with_its_domain(
    client: Client, hidden: list[Signature], elsewhere: tuple[User, Letter]
) -> None:
    coordinator, letter = elsewhere
    claim = claim_elsewhere(letter, "spy@spy.example")
    client.force_login(coordinator)

    assert claim.organization != hidden[1].organization
    assert not tells(client, f"/en/desk/signatures/{claim.pk}/")


def test_a_hidden_organization_is_met_by_its_own_people_under_the_letter_of_another_issuer(
    hidden: list[Signature], elsewhere: tuple[User, Letter]
) -> None:
    assert claim_elsewhere(elsewhere[1], hidden[1].email).organization == hidden[1].organization


def test_a_hidden_name_is_not_told_by_an_administrator_s_lists_of_people(hidden: list[Signature]) -> None:
    """The administration keeps people, roles and reference data: no organization, no signature, no letter."""
    administrator = Client()
    administrator.force_login(make_person("root@example.org", is_staff=True, is_superuser=True))
    pages = [
        "/en/admin/",
        *(f"/en/admin/letters/{name}/" for name in ("office", "issuer", "coordinator", "campaign")),
        "/en/admin/base/user/?q=Qzxcanary+addressee",
    ]

    assert [
        path
        for path in pages
        if f"{CANARY} a" in administrator.get(path).content.decode().lower().replace("qzxcanary addressee", "")
    ] == []
    assert Organization.objects.filter(name_en__startswith="Qzxcanary").count() == 5

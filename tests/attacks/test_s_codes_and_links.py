"""Block S: codes and links that somebody guesses, replays, opens too often, or turns against whom they were made for."""

import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from campaign.base.errors import MoveRefused
from campaign.base.models import JournalEntry, Mail, User
from letters.models import Letter
from signatories.errors.code import CodeExhausted, CodeExpired, CodeWrong
from signatories.errors.colleague import InvitationOver
from signatories.models import Invitation, MailedCode, Organization, Representative, Signature
from signatories.services import approval as approvals
from signatories.services import dispute as disputes
from signatories.services import invitation as invitations
from signatories.services import representative as representatives
from signatories.services import signature as signatures
from signatories.services.code import MOST_ATTEMPTS, MOST_CODES_A_DAY
from signatories.states import Role, SignatureState
from tests.attacks.conftest import changed, everything
from tests.conftest import NOON, mailed_code, make_person

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


def code_in(template: str, to: str) -> str:
    """The code in the last message of this kind to this address."""
    code: str = Mail.objects.filter(template=template, to=to).latest("pk").context["code"]
    return code


def another(code: str) -> str:
    """A code of the same form that is wrong."""
    return f"{(int(code.replace('-', '')) + 1) % 10**8:08d}"


@pytest.fixture
def careful(db: None) -> Organization:
    """An organization that asks for a second person: one owns it, one approves, one represents."""
    organization = Organization.objects.create(
        slug="careful", original_language="en", name_en="Careful Fund", verified_at=NOON, needs_approval=True
    )
    for name, role in (("owner", Role.OWNER), ("approver", Role.APPROVER), ("lawyer", Role.REPRESENTATIVE)):
        Representative.objects.create(
            user=make_person(f"{name}@careful.example"), organization=organization, role=role, accepted_at=NOON
        )
    return organization


@pytest.fixture
def asked(careful: Organization, confirmed: Callable[..., Signature]) -> MailedCode:
    """The approver is asked about what the lawyer proposes."""
    signature = confirmed("lawyer@careful.example", organization=careful)
    return MailedCode.objects.get(signature=signature, email="approver@careful.example")


@pytest.fixture
def disputed(admitted: Callable[..., Signature]) -> MailedCode:
    """Somebody at the organization's domain has asked for the code of a dispute."""
    return disputes.ask(admitted(), email="press@verified.example", statement="", language="en", at=NOON)


# Guessing


def test_guessing_the_code_of_an_approval_ends_with_the_tenth_attempt_and_the_right_one_is_worth_nothing(
    asked: MailedCode,
) -> None:
    right = code_in("approval_asked", asked.email)

    answers = []
    for _ in range(MOST_ATTEMPTS + 2):
        with pytest.raises((CodeWrong, CodeExhausted)) as refused:
            approvals.approve(asked, another(right), at=NOON + MINUTE)
        answers.append(refused.type)
    with pytest.raises(CodeExhausted):
        approvals.approve(asked, right, at=NOON + MINUTE)

    assert answers == [CodeWrong] * (MOST_ATTEMPTS - 1) + [CodeExhausted] * 3
    assert Signature.objects.get().state == SignatureState.PROPOSED


def test_guessing_the_code_of_a_dispute_ends_with_the_tenth_attempt_and_holds_nothing(disputed: MailedCode) -> None:
    right = code_in("dispute_code", disputed.email)

    for _ in range(MOST_ATTEMPTS):
        with pytest.raises((CodeWrong, CodeExhausted)):
            disputes.confirm(disputed, another(right), at=NOON + MINUTE)
    with pytest.raises(CodeExhausted):
        disputes.confirm(disputed, right, at=NOON + MINUTE)

    assert Signature.objects.get().state == SignatureState.ADMITTED


def test_guessing_on_with_new_codes_gets_at_most_fifty_attempts_a_day(asked: MailedCode) -> None:
    attempts, at = 0, NOON
    for _ in range(MOST_CODES_A_DAY + 3):
        for _ in range(MOST_ATTEMPTS):
            with pytest.raises((CodeWrong, CodeExhausted)) as refused:
                approvals.approve(asked, "0000-0000", at=at)
            attempts += refused.type is CodeWrong
        at += 2 * MINUTE
        try:
            approvals.send_new_code(asked, at=at)
        except approvals.TooManyCodes:
            break

    assert attempts < MOST_CODES_A_DAY * MOST_ATTEMPTS
    assert Mail.objects.filter(template="approval_asked", to=asked.email).count() == MOST_CODES_A_DAY


# Replaying


def test_replaying_the_code_of_an_approval_after_a_withdrawal_signs_nothing_again(asked: MailedCode) -> None:
    code = code_in("approval_asked", asked.email)
    approvals.approve(asked, code, at=NOON + MINUTE)
    signature = Signature.objects.get()
    signatures.withdraw(signature, by=signature.person, at=NOON + 2 * MINUTE)  # type: ignore[arg-type]

    with pytest.raises(MoveRefused):
        approvals.approve(asked, code, at=NOON + 3 * MINUTE)

    assert Signature.objects.get().state == SignatureState.WITHDRAWN


def test_replaying_the_code_of_a_signature_after_a_withdrawal_signs_nothing_again(
    start: Callable[..., Signature],
) -> None:
    signature = start()
    code = mailed_code(signature)
    signatures.confirm(signature, code, at=NOON)
    signature.refresh_from_db()
    signatures.withdraw(signature, by=signature.person, at=NOON)  # type: ignore[arg-type]

    with pytest.raises(signatures.AlreadySigned):
        signatures.confirm(signature, code, at=NOON)

    assert Signature.objects.get().state == SignatureState.WITHDRAWN


def test_replaying_the_code_of_a_dispute_that_was_dismissed_holds_nothing_again(
    disputed: MailedCode, aigul: User
) -> None:
    code = code_in("dispute_code", disputed.email)
    disputes.confirm(disputed, code, at=NOON + MINUTE)
    signature = Signature.objects.get()
    disputes.resolve(signature.disputes.get(), disputes.DisputeOutcome.DISMISSED, reason="They did.", by=aigul, at=NOON)

    with pytest.raises(CodeExpired):
        disputes.confirm(disputed, code, at=NOON + 2 * MINUTE)

    assert Signature.objects.get().state == SignatureState.ADMITTED


def test_replaying_a_colleague_s_invitation_after_being_removed_lets_nobody_back_in(
    admitted: Callable[..., Signature], stranger: User
) -> None:
    own = admitted()
    owner = own.person
    assert owner is not None
    invitation = representatives.invite(
        own.organization, email=stranger.email, role=Role.OWNER, language="en", by=owner, at=NOON
    )
    colleague = representatives.accept_invitation(invitation, by=stranger, at=NOON)
    representatives.remove(colleague, by=owner, at=NOON)

    with pytest.raises(InvitationOver):
        representatives.accept_invitation(invitation, by=stranger, at=NOON)

    assert not Representative.objects.active().filter(user=stranger).exists()


def test_the_code_of_one_act_typed_for_another_is_wrong(asked: MailedCode, careful: Organization) -> None:
    """The same person is asked twice; each code belongs to its own row."""
    other = MailedCode.objects.get(signature=asked.signature, email="owner@careful.example")

    with pytest.raises(CodeWrong):
        approvals.approve(asked, code_in("approval_asked", other.email), at=NOON + MINUTE)


@pytest.mark.parametrize(
    "change", [str.lower, str.upper, lambda key: key + "0", lambda key: key[:-1], lambda key: key[:-1] + "~"]
)
def test_a_spoiled_key_of_a_notice_leads_nowhere(
    client: Client, confirmed: Callable[..., Signature], change: Callable[[str], str]
) -> None:
    key = confirmed().dispute_key()
    if change(key) == key:
        key = key.replace("-", "-0", 1)

    answers = {
        client.get(f"/en/dispute/signature/{spoiled}/").status_code for spoiled in (change(key), f"9{key}", "1", "-")
    }

    assert answers == {404}


# Neutral answers


def test_whether_an_address_is_verified_shows_in_no_word_of_a_dispute(
    client: Client, admitted: Callable[..., Signature]
) -> None:
    signature = admitted()
    page = f"/en/organizations/{signature.organization.slug}/dispute/"

    shown = []
    for email in ("press@verified.example", "nobody@elsewhere.example"):
        sent = client.post(page, {"signature": signature.pk, "email": email, "statement": ""})
        first = client.get(sent["Location"])
        wrong = client.post(sent["Location"], {"code": "1234-5678"})
        token = sent["Location"].split("/")[-2]
        shown.append(
            [
                (answer.status_code, answer.content.decode().replace(token, "…").replace(email, "…"))
                for answer in (first, wrong)
            ]
        )

    assert [without_tokens(one) for one in shown[0]] == [without_tokens(one) for one in shown[1]]


def without_tokens(answer: tuple[int, str]) -> tuple[int, list[str]]:
    """The page without the masked token of its form, which differs each time."""
    return answer[0], [line for line in answer[1].splitlines() if "csrfmiddlewaretoken" not in line]


def test_whether_an_address_is_verified_shows_hardly_in_the_time_of_the_answer(
    admitted: Callable[..., Signature],
) -> None:
    """Both answers cost the same request; the code's own row is all that is written besides."""
    signature = admitted()

    def seconds(address: Callable[[int], str]) -> float:
        taken = []
        for number in range(40):
            begun = time.perf_counter()
            disputes.ask(signature, email=address(number), statement="", language="en", at=NOON)
            taken.append(time.perf_counter() - begun)
        return statistics.median(taken)

    seconds(lambda number: f"warm{number}@verified.example")
    known = seconds(lambda number: f"known{number}@verified.example")
    unknown = seconds(lambda number: f"unknown{number}@elsewhere.example")

    assert known - unknown < 0.02  # below what a network lets anybody measure with the hourly limits


def test_whether_an_address_has_an_account_shows_in_no_answer_to_an_owner_who_invites_it(
    admitted: Callable[..., Signature], client: Client, stranger: User
) -> None:
    own = admitted()
    client.force_login(own.person)  # type: ignore[arg-type]
    page = f"/en/my/organizations/{own.organization.slug}/colleagues/"

    answers = [
        (sent.status_code, sent["Location"])
        for email in (stranger.email, "nobody@nowhere.example")
        for sent in [client.post(page, {"email": email, "role": "representative", "language": "en"})]
    ]

    assert answers[0] == answers[1]
    assert not User.objects.filter(email="nobody@nowhere.example").exists()
    mails = list(Mail.objects.filter(template="colleague_invited").order_by("pk"))
    assert mails[0].context.keys() == mails[1].context.keys()


@pytest.mark.parametrize(
    "same", [{"website": "https://hidden.example"}, {"number_scheme": "KZ-BIN", "number": "221140000111"}]
)
def test_a_claim_with_the_number_or_domain_of_a_hidden_organization_learns_nothing_of_it(
    client: Client, admitted: Callable[..., Signature], start: Callable[..., Signature], same: dict[str, str]
) -> None:
    """Whoever types what is public of an organization reads only the own words: in the mail, on the page of the code, and at home."""
    hidden = admitted(
        "board@hidden.example",
        name="Qzxcanary Hidden",
        website="https://hidden.example",
        number_scheme="KZ-BIN",
        number="221140000111",
        visibility="counted",
    ).organization
    Organization.objects.filter(pk=hidden.pk).update(needs_approval=True)

    claim = start("spy@spy.example", name="Spy", **same)
    code_page = client.get(f"/en/signing/{claim.token}/").content.decode()
    signatures.confirm(claim, mailed_code(claim), at=NOON)
    claim.refresh_from_db()
    assert claim.person is not None
    client.force_login(claim.person)
    pages = [client.get(path).content.decode() for path in ("/en/my/", f"/en/my/signatures/{claim.pk}/withdraw/")]
    told = [str(mail.context) for mail in Mail.objects.filter(to="spy@spy.example")]

    assert claim.organization == hidden
    assert claim.state == SignatureState.CONFIRMED
    assert len(told) >= 2
    assert [text for text in (code_page, *pages, *told) if "qzxcanary" in text.lower()] == []
    assert all("Spy" in text for text in (code_page, *pages))


# Links and one-click addresses


def test_one_click_unsubscribe_of_one_invitation_stops_that_one_alone_and_answers_nothing(
    client: Client, open_letter: Letter, aigul: User
) -> None:
    new = [
        invitations.NewInvitation(name=name, email=f"{name.lower()}@x.example", language="en")
        for name in ("One", "Two")
    ]
    invitations.prepare_invitations(open_letter, new, owner=aigul, by=aigul, at=NOON)
    one, two = Invitation.objects.order_by("pk")
    before = {"state": one.state, "answered_at": one.answered_at}

    answers = [
        client.post(f"/en/invited/{token}/stop/", {"List-Unsubscribe": "One-Click"}).status_code
        for token in (one.token, one.token, one.token.swapcase(), f"{one.token}x", str(one.pk), "-")
    ]

    one.refresh_from_db()
    two.refresh_from_db()
    assert answers == [200, 200, 404, 404, 404, 404]
    assert (one.stopped_at is not None, two.stopped_at) == (True, None)
    assert {"state": one.state, "answered_at": one.answered_at} == before


def test_one_click_unsubscribe_by_another_site_s_form_works_at_no_other_address(
    world: dict[str, Any], open_letter: Letter
) -> None:
    """The one address that takes a POST without the token of a form is that of unsubscribing."""
    browser = Client(enforce_csrf_checks=True)
    token = world["invited"]
    before = everything()

    statuses = {
        path: browser.post(path, {"answer": "declined", "code": "1234-5678"}).status_code
        for path in (
            f"/en/invited/{token}/answer/",
            f"/en/invited/{token}/resume/",
            f"/en/approval/{world['approval']}/",
            f"/en/approval/{world['approval']}/decline/",
            f"/en/dispute/{world['dispute']}/",
            f"/en/signing/{world['signing']}/",
        )
    }

    assert set(statuses.values()) == {403}
    assert changed(before, everything()) == []


def test_an_approval_by_another_name_of_the_same_mailbox_is_no_second_person(
    careful: Organization, confirmed: Callable[..., Signature]
) -> None:
    """Self-approval by a second account: lawyer+second@… reads the mailbox of lawyer@…"""
    second = make_person("lawyer+second@careful.example")
    Representative.objects.create(user=second, organization=careful, role=Role.APPROVER, accepted_at=NOON)

    signature = confirmed("lawyer@careful.example", organization=careful)
    forged = MailedCode.objects.create(
        purpose="approval", signature=signature, email=second.email, language="en", asked_at=NOON
    )

    assert set(MailedCode.objects.exclude(pk=forged.pk).values_list("email", flat=True)) == {
        "owner@careful.example",
        "approver@careful.example",
    }
    with pytest.raises(approvals.NotAllowed):
        approvals.decline(forged, reason="", at=NOON)


def test_a_second_person_is_not_asked_for_where_both_are_one_mailbox(admitted: Callable[..., Signature]) -> None:
    own = admitted()
    owner = own.person
    assert owner is not None
    alias = owner.email.replace("@", "+me@")
    Representative.objects.create(
        user=make_person(alias), organization=own.organization, role=Role.APPROVER, accepted_at=NOON
    )

    with pytest.raises(representatives.NobodyToApprove):
        representatives.ask_second_person(own.organization, True, by=owner, at=NOON)

    assert not JournalEntry.objects.filter(action="organization.second_person").exists()

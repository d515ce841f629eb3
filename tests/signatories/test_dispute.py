"""“This was not us”: two steps put a signature on hold, a person resolves the dispute."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from campaign.base import register
from campaign.base.errors import MoveRefused
from campaign.base.models import Mail, RegisterEntry, User
from letters import signed_by
from letters.models import Letter
from letters.services import letter as letters
from signatories.errors.code import CodeExhausted, CodeExpired, CodeWrong
from signatories.errors.dispute import DisputeReasonMissing, NotDisputable, StillDisputed
from signatories.errors.signature import AnotherIsAdmitted, OwnSignature
from signatories.models import Dispute, MailedCode, Organization, Representative, Signature
from signatories.services import dispute as disputes
from signatories.services import signature as signatures
from signatories.states import DisputeOutcome, Role, SignatureState, Visibility
from tests.conftest import NOON, make_person

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(minutes=5)
AT_THE_DOMAIN = "press@verified.example"


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """Nothing was counted before."""
    cache.clear()


@pytest.fixture
def signature(admitted: Callable[..., Signature]) -> Signature:
    """The admitted signature of a verified organization, in public."""
    return admitted()


def ask(signature: Signature, email: str = AT_THE_DOMAIN) -> MailedCode:
    return disputes.ask(signature, email=email, statement="Nobody here signed.", language="en", at=NOON)


def code_of(asked: MailedCode) -> str:
    code: str = Mail.objects.get(template="dispute_code", context__token=asked.token).context["code"]
    return code


def told(template: str) -> list[str]:
    return list(Mail.objects.filter(template=template).order_by("pk").values_list("to", flat=True))


@pytest.fixture
def held(signature: Signature) -> Dispute:
    asked = ask(signature)
    disputes.confirm(asked, code_of(asked), at=LATER)
    return Dispute.objects.select_related("signature__revision__letter", "signature__organization").get()


@pytest.mark.parametrize(
    ("email", "verified"),
    [
        (AT_THE_DOMAIN, True),
        ("Press@Verified.Example", True),
        ("board@office.verified.example", True),
        ("contact@free.example", True),
        ("owner@free.example", True),
        ("colleague@free.example", False),
        ("gone@free.example", False),
        ("press@verified.example.evil.example", False),
        ("press@unverified.example", False),
        ("somebody@gmail.com", False),
    ],
)
def test_a_code_goes_to_verified_addresses_alone_and_the_answer_is_always_the_same(
    client: Client, signature: Signature, email: str, verified: bool
) -> None:
    organization = signature.organization
    Organization.objects.filter(pk=organization.pk).update(contact_email="contact@free.example")
    for name, role, left_at in (
        ("owner", Role.OWNER, None),
        ("colleague", "representative", None),
        ("gone", "owner", NOON),
    ):
        person = make_person(f"{name}@free.example")
        Representative.objects.create(
            user=person, organization=organization, role=role, accepted_at=NOON, left_at=left_at
        )

    answer = client.post(
        f"/en/organizations/{organization.slug}/dispute/", {"signature": signature.pk, "email": email}, follow=True
    )

    assert len(told("dispute_code")) == verified
    page = answer.content.decode()
    assert f"If {email.lower()} is a verified address of the organization, a code has just gone there." in page
    signature.refresh_from_db()
    assert signature.state == SignatureState.ADMITTED


def test_the_code_holds_the_signature_at_once_and_everybody_concerned_is_told(
    held: Dispute, signature: Signature, aigul: User
) -> None:
    signature.refresh_from_db()

    assert (signature.state, signature.held_at) == (SignatureState.ON_HOLD, LATER)
    assert (held.email, held.statement) == (AT_THE_DOMAIN, "Nobody here signed.")
    assert sorted(told("signature_held")) == sorted([aigul.email, signature.email])
    entry = RegisterEntry.objects.latest("index")
    assert (entry.kind, register.facts_of(entry)["entry"]) == ("signature.held", signature.admitted_index)


def test_on_hold_it_is_no_signatory_and_the_public_pages_say_why(
    client: Client, held: Dispute, signature: Signature, open_letter: Letter
) -> None:
    assert signed_by.reader().standing(signature.revision.letter_id, "en").names == []
    letter = signature.revision.letter_id
    assert signed_by.reader().counts([letter])[letter].admitted == 0
    for page in (f"/en/letters/{open_letter.slug}/", f"/en/letters/{open_letter.slug}/signatories/"):
        assert "on hold since 20 November 2026: the organization disputes it" in client.get(page).content.decode()
    assert client.get(f"/en/organizations/{signature.organization.slug}/").status_code == 404


@pytest.mark.parametrize("hidden", ["quiet", "counted"])
def test_what_never_stood_in_public_is_held_without_a_public_line(
    signature: Signature, open_letter: Letter, hidden: str
) -> None:
    if hidden == "quiet":
        Letter.objects.filter(pk=open_letter.pk).update(published_at=None)
    else:
        Signature.objects.filter(pk=signature.pk).update(visibility=Visibility.COUNTED)
    asked = ask(signature)

    disputes.confirm(asked, code_of(asked), at=LATER)

    assert signed_by.reader().standing(signature.revision.letter_id, "en").withdrawn == []


def test_a_signature_that_only_waits_is_held_without_any_entry(confirmed: Callable[..., Signature]) -> None:
    waiting = confirmed("mira@waiting.example", website="https://waiting.example")
    size = RegisterEntry.objects.count()
    asked = ask(waiting, "board@waiting.example")

    disputes.confirm(asked, code_of(asked), at=LATER)

    waiting.refresh_from_db()
    assert (waiting.state, RegisterEntry.objects.count()) == (SignatureState.ON_HOLD, size)


def test_wrong_codes_are_counted_whether_or_not_one_was_mailed(signature: Signature) -> None:
    for asked in (ask(signature), ask(signature, "stranger@unverified.example")):
        refused = []
        for _ in range(11):
            with pytest.raises((CodeWrong, CodeExhausted)) as said:
                disputes.confirm(asked, "00000000", at=LATER)
            refused.append(said.type)
        assert refused == [CodeWrong] * 9 + [CodeExhausted] * 2
        with pytest.raises(CodeExpired):
            disputes.confirm(asked, "00000000", at=NOON + timedelta(minutes=30))

    signature.refresh_from_db()
    assert signature.state == SignatureState.ADMITTED


def test_a_code_works_once(held: Dispute, signature: Signature) -> None:
    asked = MailedCode.objects.get()

    with pytest.raises(CodeExpired):
        disputes.confirm(asked, code_of(asked), at=LATER)
    second = ask(signature)
    with pytest.raises(NotDisputable):
        disputes.confirm(second, code_of(second), at=LATER)

    assert Dispute.objects.count() == 1


def test_at_most_five_codes_a_day_go_to_one_address(signature: Signature) -> None:
    for _ in range(7):
        ask(signature)

    assert len(told("dispute_code")) == 5


def test_upheld_the_signature_is_struck(held: Dispute, signature: Signature, aigul: User) -> None:
    disputes.resolve(held, DisputeOutcome.UPHELD, reason=" They never did. ", by=aigul, at=LATER)

    signature.refresh_from_db()
    held.refresh_from_db()
    assert (signature.state, signature.refusal, signature.decided_by) == ("refused", "They never did.", aigul)
    assert (held.outcome, held.resolved_at, held.resolved_by) == ("upheld", LATER, aigul)
    assert set(told("dispute_resolved")) == {aigul.email, signature.email, AT_THE_DOMAIN}
    assert RegisterEntry.objects.latest("index").kind == "signature.struck"


def test_dismissed_the_signature_stands_as_before_and_may_be_disputed_again(
    held: Dispute, signature: Signature, aigul: User
) -> None:
    disputes.resolve(held, DisputeOutcome.DISMISSED, reason="The board confirmed it.", by=aigul, at=LATER)

    signature.refresh_from_db()
    assert (signature.state, signature.held_at, signature.late) == (SignatureState.ADMITTED, None, False)
    assert [line.name for line in signed_by.reader().standing(signature.revision.letter_id, "en").names] == [
        "Verified Organization"
    ]
    assert RegisterEntry.objects.latest("index").kind == "signature.restored"
    with pytest.raises(MoveRefused):
        disputes.resolve(held, DisputeOutcome.UPHELD, reason="Twice.", by=aigul, at=LATER)
    again = ask(signature)
    disputes.confirm(again, code_of(again), at=LATER)
    assert Dispute.objects.count() == 2


def test_what_missed_the_closing_on_hold_comes_back_as_late(
    held: Dispute, signature: Signature, open_letter: Letter, aigul: User
) -> None:
    letters.close_letter(open_letter, by=aigul, at=LATER + timedelta(minutes=1))

    disputes.resolve(held, DisputeOutcome.DISMISSED, reason="They did.", by=aigul, at=LATER + timedelta(minutes=2))

    signature.refresh_from_db()
    assert (signature.state, signature.late) == (SignatureState.ADMITTED, True)


def test_it_does_not_stand_again_beside_another_admitted_one(
    held: Dispute, signature: Signature, confirmed: Callable[..., Signature], aigul: User
) -> None:
    other = confirmed("director@verified.example", organization=signature.organization)
    Signature.objects.filter(pk=other.pk).update(state=SignatureState.ADMITTED)

    with pytest.raises(AnotherIsAdmitted):
        disputes.resolve(held, DisputeOutcome.DISMISSED, reason="They did.", by=aigul, at=LATER)

    held.refresh_from_db()
    assert held.resolved_at is None


def test_a_dispute_needs_a_reason_and_an_independent_judge(held: Dispute, signature: Signature, aigul: User) -> None:
    assert signature.person is not None

    with pytest.raises(DisputeReasonMissing):
        disputes.resolve(held, DisputeOutcome.UPHELD, reason=" ", by=aigul, at=LATER)
    with pytest.raises(OwnSignature):
        disputes.resolve(held, DisputeOutcome.UPHELD, reason="x", by=signature.person, at=LATER)


def test_the_desk_resolves_it(client: Client, held: Dispute, signature: Signature, aigul: User, settings: Any) -> None:
    settings.DEMONSTRATION = True
    client.force_login(aigul)
    page = f"/en/desk/signatures/{signature.pk}/dispute/"

    shown = client.get(page)
    wrong = client.post(page, {"outcome": "upheld", "reason": ""})
    done = client.post(page, {"outcome": "upheld", "reason": "They never did."})

    signature.refresh_from_db()
    assert shown.context["dispute"] == held
    assert wrong.context["form"].errors["reason"]
    assert (done["Location"], signature.state) == (f"/en/desk/signatures/{signature.pk}/", SignatureState.REFUSED)
    assert client.get(page).status_code == 404


def test_the_two_steps_on_the_pages_and_opening_them_changes_nothing(
    client: Client, signature: Signature, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("signatories.views.dispute.timezone.now", lambda: NOON)
    first = f"/en/organizations/{signature.organization.slug}/dispute/"

    client.get(first)
    client.head(first)
    wrong = client.post(first, {"signature": signature.pk, "email": "press", "statement": "No."})
    second = client.post(first, {"signature": signature.pk, "email": AT_THE_DOMAIN, "statement": "No."})["Location"]
    client.get(second)
    signature.refresh_from_db()
    still, code = signature.state, code_of(MailedCode.objects.get())
    done = client.post(second, {"code": code}, follow=True)

    signature.refresh_from_db()
    assert wrong.context["form"]["statement"].value() == "No."
    assert (still, signature.state, done.context["done"]) == ("admitted", SignatureState.ON_HOLD, True)


def test_only_what_stands_in_public_is_listed(
    client: Client, signature: Signature, open_letter: Letter, confirmed: Callable[..., Signature]
) -> None:
    page = f"/en/organizations/{signature.organization.slug}/dispute/"
    confirmed("other@verified.example", organization=signature.organization)

    listed = client.get(page).context["form"].fields["signature"].choices
    Signature.objects.filter(pk=signature.pk).update(visibility=Visibility.ADDRESSEE)

    assert listed == [(signature.pk, "Open letter on clean air")]
    assert client.get(page).status_code == 404


def test_a_quiet_signature_is_disputed_through_the_link_in_the_notice_alone(
    client: Client, signature: Signature, open_letter: Letter
) -> None:
    Letter.objects.filter(pk=open_letter.pk).update(published_at=None)
    key = signature.dispute_key()
    wrong = [key[:-1] + ("0" if key[-1] != "0" else "1"), key.upper(), f"{signature.pk}-", "1", "x-y", f"9{key}"]

    right = client.get(f"/en/dispute/signature/{key}/")

    assert right.context["name"] == "Verified Organization"
    assert {client.get(f"/en/dispute/signature/{one}/").status_code for one in wrong if one != key} == {404}
    asked = client.post(
        f"/en/dispute/signature/{key}/", {"signature": signature.pk, "email": AT_THE_DOMAIN, "statement": ""}
    )
    assert asked.status_code == 302


def test_questions_that_led_nowhere_are_forgotten(signature: Signature, held: Dispute) -> None:
    ask(signature, "stranger@unverified.example")

    disputes.forget_asked(at=NOON + timedelta(hours=73))
    kept = list(MailedCode.objects.values_list("email", flat=True))
    disputes.forget_asked(at=NOON + timedelta(days=31))

    assert kept == [AT_THE_DOMAIN]
    assert not MailedCode.objects.exists()


def test_a_withdrawal_from_hold_ends_the_dispute_and_everybody_concerned_hears_of_it(
    client: Client, held: Dispute, signature: Signature, aigul: User, settings: Any
) -> None:
    settings.DEMONSTRATION = True
    assert signature.person is not None

    signatures.withdraw(signature, by=signature.person, at=LATER)

    signature.refresh_from_db()
    held.refresh_from_db()
    assert signature.state == SignatureState.WITHDRAWN
    assert (held.outcome, held.resolved_at, held.resolved_by) == ("withdrawn", LATER, signature.person)
    assert set(told("dispute_resolved")) == {aigul.email, signature.email, AT_THE_DOMAIN}
    client.force_login(aigul)
    assert client.get(f"/en/desk/signatures/{signature.pk}/dispute/").status_code == 404


@pytest.mark.parametrize("before", [SignatureState.CONFIRMED, SignatureState.ADMITTED])
def test_what_is_on_hold_is_neither_admitted_nor_refused_apart_from_its_dispute(
    held: Dispute, signature: Signature, aigul: User, before: SignatureState
) -> None:
    if before == SignatureState.CONFIRMED:
        Signature.objects.filter(pk=signature.pk).update(admitted_index=None)
    size = RegisterEntry.objects.count()
    as_it_was = Signature.objects.get(pk=signature.pk)
    as_it_was.state = before

    with pytest.raises(StillDisputed):
        signatures.admit(as_it_was, by=aigul, at=LATER)
    with pytest.raises(StillDisputed):
        signatures.refuse(as_it_was, reason="No.", by=aigul, at=LATER)

    signature.refresh_from_db()
    held.refresh_from_db()
    assert (signature.state, held.resolved_at) == (SignatureState.ON_HOLD, None)
    assert RegisterEntry.objects.count() == size

"""An invitation is written down, sent, seen by a button, answered, and followed to the signature."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from campaign.base.models import JournalEntry, Mail, User
from campaign.base.post import compose
from letters.models import Letter
from letters.services import letter as letters
from signatories.errors.invitation import (
    AlreadyAnswered,
    AlreadyInvited,
    InvitationWasSent,
    InvitedRecently,
    NotAskingNow,
    RemindersStopped,
)
from signatories.models import Invitation, Signature
from signatories.services import invitation as invitations
from signatories.services import reminder as reminders
from signatories.services import signature as signatures
from signatories.states import InvitationState
from tests.conftest import NOON, mailed_code

pytestmark = [pytest.mark.django_db, pytest.mark.database]
DAY = timedelta(days=1)
EMAIL = "office@zhaiyq.example"


@pytest.fixture
def listed(open_letter: Letter, aigul: User) -> Callable[..., Invitation]:
    """Writes one organization down."""

    def write_down(email: str = EMAIL, name: str = "«Жайық» қоғамдық қоры", **facts: Any) -> Invitation:
        new = invitations.NewInvitation(
            **{
                "name": name,
                "email": email,
                "language": "kk",
                "country": "KZ",
                "contact_name": "Гүлнар Үлгіқызы",
                **facts,
            }
        )
        (made,) = invitations.prepare_invitations(open_letter, [new], owner=aigul, by=aigul, at=NOON)
        return Invitation.objects.get(token=made.token)

    return write_down


@pytest.fixture
def sent(listed: Callable[..., Invitation], aigul: User) -> Callable[..., Invitation]:
    """Writes one down and sends it."""

    def send(email: str = EMAIL, **facts: Any) -> Invitation:
        invitation = listed(email, **facts)
        invitations.send_invitation(invitation, by=aigul, at=NOON)
        return invitation

    return send


def state(invitation: Invitation) -> str:
    invitation.refresh_from_db()
    return invitation.state


def test_an_invitation_goes_out_in_the_language_and_the_time_of_the_invited(
    sent: Callable[..., Invitation], open_letter: Letter
) -> None:
    Letter.objects.update(closes_at=NOON + 20 * DAY)
    invitation = sent(country="AT", language="ru")

    message = compose(Mail.objects.get(template="invitation"))

    assert message.to == [EMAIL]
    assert "Открытое письмо о чистом воздухе" in message.subject
    assert f"http://testserver/ru/invited/{invitation.token}/" in message.body
    assert "10 декабря 2026 г., 13:00" in message.body
    assert "UTC+1" in message.body
    assert "Гүлнар" not in message.body
    assert message.extra_headers["List-Unsubscribe"] == f"<http://testserver/ru/invited/{invitation.token}/stop/>"
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert (state(invitation), invitation.time_zone) == ("invited", "Europe/Vienna")


def test_a_mailbox_is_invited_once_to_one_letter(listed: Callable[..., Invitation]) -> None:
    listed()

    with pytest.raises(AlreadyInvited):
        listed("OFFICE@zhaiyq.example ", name="Another")

    assert Invitation.objects.count() == 1


def test_of_a_list_with_one_known_mailbox_nothing_is_written_down(
    listed: Callable[..., Invitation], open_letter: Letter, aigul: User
) -> None:
    listed()
    new = [invitations.NewInvitation(name=name, email=f"{name}@x.example", language="en") for name in ("a", "b")]
    known = invitations.NewInvitation(name="c", email=EMAIL, language="en")

    with pytest.raises(AlreadyInvited):
        invitations.prepare_invitations(open_letter, [*new, known], owner=None, by=aigul, at=NOON)

    assert Invitation.objects.count() == 1


def test_sent_twice_the_second_is_refused_and_one_message_goes_out(
    sent: Callable[..., Invitation], aigul: User
) -> None:
    invitation = sent()

    with pytest.raises(Exception, match="somebody else was faster"):
        invitations.send_invitation(invitation, by=aigul, at=NOON)
    with pytest.raises(InvitedRecently):
        invitations.send_again(invitation, by=aigul, at=NOON + DAY / 2)
    invitations.send_again(invitation, by=aigul, at=NOON + DAY)

    assert Mail.objects.filter(template="invitation").count() == 2


def test_nothing_is_sent_for_a_letter_that_takes_no_signatures(
    listed: Callable[..., Invitation], open_letter: Letter, aigul: User
) -> None:
    invitation = listed()
    letters.close_letter(open_letter, by=aigul, at=NOON)

    with pytest.raises(NotAskingNow):
        invitations.send_invitation(invitation, by=aigul, at=NOON)

    assert (state(invitation), Mail.objects.count()) == ("prepared", 0)


def test_opening_the_personal_address_changes_nothing(sent: Callable[..., Invitation], client: Client) -> None:
    invitation = sent()
    before = Invitation.objects.values().get()

    for path in ("", "letter/", "stop/", "sign/new/"):
        for method in (client.get, client.head):
            assert method(f"/kk/invited/{invitation.token}/{path}").status_code == 200

    assert Invitation.objects.values().get() == before


def test_the_personal_page_betrays_nobody(sent: Callable[..., Invitation], client: Client, aigul: User) -> None:
    invitation = sent(note="Ask her cousin")
    invitations.add_note(invitation, "She hesitates", by=aigul, at=NOON)

    for path in ("", "letter/", "stop/", "sign/new/"):
        page = client.get(f"/en/invited/{invitation.token}/{path}").content.decode()
        assert not [word for word in ("zhaiyq.example", "Гүлнар", "cousin", "hesitates", "aigul") if word in page]


def test_the_personal_page_works_before_publication_and_a_wrong_address_does_not(
    sent: Callable[..., Invitation], client: Client
) -> None:
    invitation = sent()
    Letter.objects.update(published_at=None)

    page = client.get(f"/ru/invited/{invitation.token}/letter/")

    assert "просим чистого воздуха" in page.content.decode()
    assert page["Cache-Control"] == "no-store"
    assert client.get(f"/ru/invited/{invitation.token[:-1]}/").status_code == 404
    assert client.get(f"/ru/invited/{invitation.token.swapcase()}/").status_code == 404


def test_the_page_of_a_draft_does_not_exist(sent: Callable[..., Invitation], client: Client) -> None:
    invitation = sent()
    Letter.objects.update(state="draft", published_at=None)

    assert client.get(f"/en/invited/{invitation.token}/").status_code == 404


def test_the_button_read_says_seen_and_leads_to_the_text(sent: Callable[..., Invitation], client: Client) -> None:
    invitation = sent()

    answer = client.post(f"/en/invited/{invitation.token}/answer/", {"answer": "read"})

    assert answer.url == f"/en/invited/{invitation.token}/letter/"
    assert state(invitation) == "seen"
    assert invitation.seen_at is not None


@pytest.mark.parametrize("answer", ["considering", "needs_board", "declined"])
def test_an_answer_is_kept_and_may_be_changed(sent: Callable[..., Invitation], client: Client, answer: str) -> None:
    invitation = sent()
    address = f"/en/invited/{invitation.token}/answer/"

    client.post(address, {"answer": answer, "reason": "Our statutes."})
    first = state(invitation), invitation.reason
    client.post(address, {"answer": "considering" if answer != "considering" else "declined"})

    assert first == (answer, "Our statutes.")
    assert state(invitation) == ("considering" if answer != "considering" else "declined")
    client.post(address, {"answer": "read"})
    assert state(invitation) != "seen"


def test_an_unknown_answer_is_refused_and_what_was_typed_is_kept(
    sent: Callable[..., Invitation], client: Client
) -> None:
    invitation = sent()

    page = client.post(f"/en/invited/{invitation.token}/answer/", {"answer": "declined", "reason": "x" * 1001})
    other = client.post(f"/en/invited/{invitation.token}/answer/", {"answer": "signed"})

    assert (page.status_code, other.status_code) == (422, 422)
    assert "x" * 1001 in page.content.decode()
    assert state(invitation) == "invited"


def test_no_answer_is_taken_after_the_closing(
    sent: Callable[..., Invitation], open_letter: Letter, client: Client, aigul: User
) -> None:
    invitation = sent()
    letters.close_letter(open_letter, by=aigul, at=NOON)

    client.post(f"/en/invited/{invitation.token}/answer/", {"answer": "considering"})
    page = client.get(f"/en/invited/{invitation.token}/").content.decode()

    assert state(invitation) in ("invited", "seen")
    assert "This letter takes no signatures any more." in page
    assert 'value="sign"' not in page


def sign_through(client: Client, invitation: Invitation, email: str) -> Signature:
    """Fill in the form behind the personal address and type the code."""
    address = client.post(f"/en/invited/{invitation.token}/answer/", {"answer": "sign"}).url
    form = client.get(address).context["form"]
    typed = {name: form.initial.get(name, "") for name in form.fields if name not in ("logo", "insist", "consent")}
    typed |= {"fingerprint": form.shown_fingerprint, "person_name": "Әсем Үлгіқызы", "position": "Director"}
    typed |= {"basis": "head", "visibility": "public", "email": email, "consent": "on", "kind": form["kind"].value()}
    answer = client.post(address, typed)
    assert answer.status_code == 302, answer.context["form"].errors
    signature = Signature.objects.get(email=email)
    client.post(answer.url, {"code": mailed_code(signature)})
    signature.refresh_from_db()
    return signature


def test_who_signs_by_the_personal_address_answers_it_whatever_mailbox_is_typed(
    sent: Callable[..., Invitation], client: Client
) -> None:
    invitation = sent()

    signature = sign_through(client, invitation, "director@elsewhere.example")

    assert (state(invitation), invitation.signature, signature.invitation) == ("signed", signature, invitation)
    assert signature.organization.name_kk == "«Жайық» қоғамдық қоры"
    page = client.get(f"/en/invited/{invitation.token}/").content.decode()
    assert "Your organization has signed." in page
    assert "director@elsewhere" not in page


def test_who_has_signed_can_neither_decline_nor_be_marked(
    sent: Callable[..., Invitation], client: Client, aigul: User
) -> None:
    invitation = sent()
    sign_through(client, invitation, EMAIL)
    client.post(f"/en/invited/{invitation.token}/answer/", {"answer": "declined"})

    assert state(invitation) == "signed"
    with pytest.raises(AlreadyAnswered):
        invitations.answer_by_hand(invitation, InvitationState.DECLINED, by=aigul, at=NOON)


def test_who_signs_from_the_invited_mailbox_on_the_public_page_is_recognised_at_once(
    sent: Callable[..., Invitation], confirmed: Callable[..., Signature]
) -> None:
    invitation = sent()

    signature = confirmed(EMAIL)

    assert (state(invitation), invitation.signature) == ("signed", signature)


def test_a_name_or_a_domain_is_believed_only_when_the_signature_is_admitted(
    sent: Callable[..., Invitation], confirmed: Callable[..., Signature], admitted: Callable[..., Signature]
) -> None:
    by_name, by_domain = sent(name="Open Air Fund"), sent("info@press.clean.example", name="Чистый воздух")
    confirmed("someone@gmail.com", name="Open Air Fund", website="https://clean.example")
    invitations.recognise_signatures(at=NOON)
    first = state(by_name), state(by_domain)

    admitted("head@open.example", name="Open Air Fund", website="https://clean.example")
    invitations.recognise_signatures(at=NOON)

    assert first == ("invited", "invited")
    assert (state(by_name), state(by_domain)) == ("signed", "signed")


def test_signing_another_letter_answers_nothing(
    sent: Callable[..., Invitation], confirmed: Callable[..., Signature], make_draft: Callable[..., Letter]
) -> None:
    invitation = sent()
    Invitation.objects.update(letter=make_draft("other"))

    confirmed(EMAIL)
    invitations.recognise_signatures(at=NOON)

    assert state(invitation) == "invited"


def test_a_started_signature_answers_nothing_and_is_forgotten_without_a_trace(
    sent: Callable[..., Invitation], open_letter: Letter, start: Callable[..., Signature]
) -> None:
    invitation = sent()
    signature = start(EMAIL)
    Signature.objects.filter(pk=signature.pk).update(invitation=invitation)

    signatures.forget_unconfirmed(at=NOON + 4 * DAY)

    assert (state(invitation), Signature.objects.count()) == ("invited", 0)


def test_mail_programs_stop_messages_with_one_post_and_without_a_cookie(
    sent: Callable[..., Invitation], aigul: User
) -> None:
    invitation = sent()
    program = Client(enforce_csrf_checks=True)

    asked = program.get(f"/kk/invited/{invitation.token}/stop/")
    before = Invitation.objects.get().stopped_at
    stopped = program.post(f"/kk/invited/{invitation.token}/stop/", {"List-Unsubscribe": "One-Click"})

    assert (asked.status_code, before, stopped.status_code) == (200, None, 200)
    invitation.refresh_from_db()
    assert invitation.stopped_at is not None
    with pytest.raises(RemindersStopped):
        invitations.send_again(invitation, by=aigul, at=NOON + 2 * DAY)
    program.post(f"/kk/invited/{invitation.token}/resume/")
    assert Invitation.objects.get().stopped_at is not None, "a forged request changes nothing"


def test_only_what_nobody_got_is_taken_off_the_board(
    listed: Callable[..., Invitation], sent: Callable[..., Invitation], aigul: User
) -> None:
    gone, kept = listed("a@x.example"), sent("b@x.example")

    invitations.remove_invitation(gone, by=aigul, at=NOON)
    with pytest.raises(InvitationWasSent):
        invitations.remove_invitation(kept, by=aigul, at=NOON)

    assert list(Invitation.objects.all()) == [kept]


def test_every_act_of_a_coordinator_stands_in_the_journal(
    sent: Callable[..., Invitation], aigul: User, stranger: User
) -> None:
    invitation = sent()

    invitations.answer_by_hand(invitation, InvitationState.NEEDS_BOARD, by=aigul, at=NOON)
    reminders.stop_reminders(invitation, by=aigul, at=NOON)
    invitations.change_invitation(invitation, name="Another name", by=aigul, at=NOON)
    invitations.give_to([invitation], stranger, by=aigul, at=NOON)
    invitations.mark_bounced(invitation, by=aigul, at=NOON)

    acts = JournalEntry.objects.filter(action__startswith="invitation.").order_by("pk")
    assert [entry.action.partition(".")[2] for entry in acts] == [
        *("prepared", "sent", "answered_by_hand", "stopped", "changed", "given", "bounced"),
    ]
    assert {entry.by for entry in acts} == {aigul}

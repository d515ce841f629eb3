"""Block E: mailboxes that are flooded through this site, addresses that are several, names that want to be headers."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from campaign.base import post, rate
from campaign.base.models import Mail, User
from letters.models import Letter
from signatories.errors.code import TooManyCodes
from signatories.errors.colleague import InvitedTooOften
from signatories.errors.invitation import InvitedRecently
from signatories.models import Invitation, Organization, Signature
from signatories.services import dispute as disputes
from signatories.services import invitation as invitations
from signatories.services import representative as representatives
from signatories.states import Role
from tests.conftest import NOON

pytestmark = pytest.mark.django_db

VICTIM = "victim@victim.example"


def mails_to_the_victim() -> int:
    return Mail.objects.filter(to=VICTIM).count()


@pytest.fixture
def hours(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Lets hours of the day pass for what counts in the cache."""
    now = 1_780_000_000.0 - 1_780_000_000.0 % 86_400
    shown = [now]
    monkeypatch.setattr(rate.time, "time", lambda: shown[0])

    def pass_hours(number: int) -> None:
        shown[0] += number * 3600

    return pass_hours


def test_a_mail_bomb_through_the_form_of_signing_is_five_codes_a_day(start: Callable[..., Signature]) -> None:
    for number in range(5):
        start(VICTIM, name=f"Organization {number}")

    with pytest.raises(TooManyCodes):
        start(VICTIM, name="Organization 6")

    assert mails_to_the_victim() == 5


def test_a_mail_bomb_through_forward_to_a_colleague_is_five_links_a_day(
    client: Client, open_letter: Letter, hours: Callable[[int], None]
) -> None:
    for _hour in range(20):
        for _ in range(3):
            client.post("/en/letters/clean-air/sign/forward/", {"email": VICTIM, "language": "en"})
        hours(1)

    assert mails_to_the_victim() == 5


def test_a_mail_bomb_from_one_network_through_forward_to_many_colleagues_ends_at_ten_an_hour(
    client: Client, open_letter: Letter, hours: Callable[[int], None]
) -> None:
    for number in range(30):
        client.post("/en/letters/clean-air/sign/forward/", {"email": f"v{number}@victim.example", "language": "en"})

    assert Mail.objects.filter(template="letter_forwarded").count() == 10


def test_a_mail_bomb_through_disputes_reaches_only_the_organization_and_five_times_a_day(
    admitted: Callable[..., Signature],
) -> None:
    signature = admitted()
    for number in range(20):
        for email in (VICTIM, "press@verified.example"):
            at = NOON + timedelta(minutes=number)
            disputes.ask(signature, email=email, statement="Buy!", language="en", at=at)

    assert mails_to_the_victim() == 0
    told = Mail.objects.filter(template="dispute_code")
    assert told.count() == 5
    assert not any("Buy!" in str(mail.context) for mail in told)


def test_a_mail_bomb_through_invitations_of_colleagues_is_three_a_day(admitted: Callable[..., Signature]) -> None:
    own = admitted()
    sent = 0
    for _ in range(10):
        try:
            representatives.invite(
                own.organization,
                email=VICTIM,
                role=Role.OWNER,
                language="en",
                by=own.person,  # type: ignore[arg-type]
                at=NOON,
            )
        except InvitedTooOften:
            continue
        sent += 1

    assert (sent, mails_to_the_victim()) == (3, 3)


def test_a_mail_bomb_through_sending_an_invitation_again_is_one_a_day(open_letter: Letter, aigul: User) -> None:
    new = [invitations.NewInvitation(name="Victim", email=VICTIM, language="en")]
    invitations.prepare_invitations(open_letter, new, owner=None, by=aigul, at=NOON)
    invitation = Invitation.objects.get()
    invitations.send_invitation(invitation, by=aigul, at=NOON)

    for minutes in (1, 600, 1439):
        with pytest.raises(InvitedRecently):
            invitations.send_again(invitation, by=aigul, at=NOON + timedelta(minutes=minutes))

    assert mails_to_the_victim() == 1


MANY = [
    "a@x.example,b@y.example",
    "a@x.example;b@y.example",
    "a@x.example b@y.example",
    '"x" <a@x.example>',
    "a@x.example\r\nBcc: b@y.example",
    "a@x.example%0ABcc:b@y.example",
    "a@[127.0.0.1]",
    "a@localhost",
    f"{'a' * 65}@x.example",
    "a@аdilsoz.kz",
    "a@x.example\u202e",
]


@pytest.mark.parametrize("address", MANY)
def test_an_address_that_is_several_or_leads_nowhere_is_refused_in_every_form_that_mails(
    client: Client, admitted: Callable[..., Signature], open_letter: Letter, address: str
) -> None:
    own = admitted()
    client.force_login(own.person)  # type: ignore[arg-type]
    slug, before = own.organization.slug, Mail.objects.count()

    forms = {
        "/en/letters/clean-air/sign/forward/": {"email": address, "language": "en"},
        f"/en/organizations/{slug}/dispute/": {"email": address, "signature": own.pk},
        f"/en/my/organizations/{slug}/colleagues/": {"email": address, "role": "owner", "language": "en"},
        f"/en/letters/clean-air/sign/organization/{slug}/": {"email": address, "consent": "on"},
    }
    shown = {path: client.post(path, data) for path, data in forms.items()}

    assert [path for path, answer in shown.items() if answer.status_code not in (200, 422)] == []
    assert Mail.objects.count() == before


INJECTED = "Name\r\nBcc: evil@evil.example\r\nX-Evil: yes\u2028Subject: forged\u0085Cc: evil@evil.example\0"


def poisoned(value: Any) -> Any:
    """The same values, each text of which begins with more headers."""
    if isinstance(value, str):
        return f"{INJECTED}{value}"
    if isinstance(value, list):
        return [poisoned(one) for one in value]
    return {key: poisoned(one) for key, one in value.items()} if isinstance(value, dict) else value


def test_header_injection_by_names_reaches_no_header_of_any_message(world: dict[str, Any]) -> None:
    """Every message that the product has in its tables, its names and titles poisoned behind the back of all forms."""
    kept_plain = {"visibility", "outcome", "event", "role", "slug", "path", "token", "dispute", "invited", "language"}
    wrong, templates = [], set()

    for mail in Mail.objects.all():
        mail.context = {key: value if key in kept_plain else poisoned(value) for key, value in mail.context.items()}
        message = post.compose(mail).message()
        templates.add(mail.template)
        names = [name.lower() for name, _ in message.items()]
        if {"bcc", "cc", "x-evil"} & set(names) or len(names) != len(set(names)):
            wrong.append(mail.template)
        if message["To"] != mail.to or any(line in str(message["Subject"]) for line in "\r\n\u2028\u0085"):
            wrong.append(mail.template)

    assert wrong == []
    assert len(templates) >= 6


def test_the_messages_of_an_attacked_organization_carry_no_address_of_another_reader(
    admitted: Callable[..., Signature],
) -> None:
    """One message, one reader: nobody learns by To or Cc who else was told."""
    signature = admitted()
    Organization.objects.update(contact_email="contact@verified.example")
    asked = disputes.ask(signature, email="press@verified.example", statement="", language="en", at=NOON)
    disputes.confirm(asked, Mail.objects.get(template="dispute_code").context["code"], at=NOON)

    for mail in Mail.objects.filter(template="signature_held"):
        message = post.compose(mail)
        assert (message.to, message.cc, message.bcc, message.reply_to) == ([mail.to], [], [], [])
        others = set(Mail.objects.exclude(to=mail.to).values_list("to", flat=True)) - {signature.email}
        assert not any(other in str(message.body) for other in others)

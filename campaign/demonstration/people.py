"""Who can sign in to the demonstration, all with one password."""

import secrets
from dataclasses import dataclass
from pathlib import Path

from allauth.account.models import EmailAddress
from django.conf import settings

from campaign.base.models import User
from letters.models import Issuer
from letters.services.coordinator import make_coordinator

COORDINATOR, SECOND_COORDINATOR = "coordinator@example.org", "coordinator-2@example.org"
REVIEWERS = ("reviewer@example.org", "reviewer-2@example.org")
OWNER = "office@alippe-shyragy.example"
ROLES = {
    "second coordinator": SECOND_COORDINATOR,
    "reviewer": REVIEWERS[0],
    "second reviewer": REVIEWERS[1],
    "owner of an organization": OWNER,
}


@dataclass(frozen=True, slots=True)
class Desk:
    """Those who run and check the letters."""

    coordinator: User
    second: User
    reviewers: tuple[User, User]


def make_first() -> User:
    """The coordinator, who is the administrator too. Her password is that of everybody else and lies in a file that only the owner
    of this installation reads: e-mail, password, then a role and its e-mail in each line.
    """
    password = secrets.token_urlsafe(12)
    person, is_new = make_coordinator(COORDINATOR, issuer=None, language="kk", password=password, administrator=True)
    if is_new:
        file = Path(settings.VAR_DIR) / "demonstration.txt"
        file.touch(mode=0o600)
        others = [f"{role}\t{email}" for role, email in ROLES.items()]
        file.write_text("\n".join([COORDINATOR, password, *others, ""]), encoding="utf-8")
    return person


def make_others(coordinator: User, issuer: Issuer) -> Desk:
    """A second coordinator of the same letters, and two reviewers, who from now on decide together."""
    second, _ = make_coordinator(SECOND_COORDINATOR, issuer=issuer, language="ru", password=None, administrator=False)
    _share_password(second, coordinator)
    one, other = (_reviewer(email, coordinator) for email in REVIEWERS)
    return Desk(coordinator, second, (one, other))


def _reviewer(email: str, like: User) -> User:
    person = User.objects.filter(email=email).first()
    if person is None:
        person = User.objects.create_user(email, language="ru", is_reviewer=True)
        EmailAddress.objects.create(user=person, email=email, verified=True, primary=True)
    _share_password(person, like)
    return person


def let_owner_sign_in(like: User) -> User:
    """The owner signed with a code from the mail and has an account without a password; here it gets one."""
    person = User.objects.get(email=OWNER)
    _share_password(person, like)
    return person


def _share_password(person: User, like: User) -> None:
    person.password = like.password
    person.save(update_fields=["password"])

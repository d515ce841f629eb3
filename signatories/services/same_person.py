"""What tells that two accounts of reviewers are one person (`docs/attacks.md`, A5)."""

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession

from signatories.domains import mailbox

Keys = frozenset[tuple[str, str]]


def share_mailbox(first: str, second: str) -> bool:
    """Whether mail to both addresses reaches one mailbox."""
    return mailbox(first) == mailbox(second)


def share_key(first: int, second: int) -> bool:
    """Whether both people, by primary key, prove themselves with one authenticator app or one passkey.

    One security key makes a new credential for each account and is not recognized by that.
    """
    return bool(_keys_of(first) & _keys_of(second))


def _keys_of(person: int) -> Keys:
    found = Authenticator.objects.filter(user=person).exclude(type=Authenticator.Type.RECOVERY_CODES)
    return frozenset((one.type, _identity(one)) for one in found)


def _identity(authenticator: Authenticator) -> str:
    """What two rows of one authenticator have in common."""
    if authenticator.type == Authenticator.Type.TOTP:
        secret: str = get_adapter().decrypt(authenticator.data["secret"])
        return secret
    credential: str = authenticator.data["credential"]["id"]
    return credential


def share_network(first: int, second: int) -> bool:
    """Whether both people, by primary key, signed in from one network on one day.

    The session knows the network only by its tag of that day (`campaign.accounts.address_tag`), so equal tags mean both.
    """
    networks = UserSession.objects.filter(user=first).values("ip")
    shared: bool = UserSession.objects.filter(user=second, ip__in=networks).exists()
    return shared

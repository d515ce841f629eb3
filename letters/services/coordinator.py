"""Who becomes a coordinator."""

from allauth.account.models import EmailAddress
from django.db import transaction

from campaign.base.models import User
from letters.models import Coordinator, Issuer


@transaction.atomic
def make_coordinator(
    email: str, *, issuer: Issuer | None, language: str, password: str | None, administrator: bool
) -> tuple[User, bool]:
    """Make a person a coordinator of an issuer, and the person too if there is none with this address.

    :param issuer: None gives the person no letters yet, but the desk; importing a letter with a new issuer makes the importer
        its coordinator.
    :returns: the person, and whether it is new.
    """
    person, is_new = User.objects.filter(email=email.strip().lower()).first(), False
    if person is None:
        person, is_new = User.objects.create_user(email, password, language=language), True
        EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    if administrator and not person.is_staff:
        User.objects.filter(pk=person.pk).update(is_staff=True, is_superuser=True)
    Coordinator.objects.get_or_create(user=person, issuer=issuer)
    return person, is_new

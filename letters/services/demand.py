"""What can be done to the demands of a letter: they are read from its text, and addressed here."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from campaign.base import journal
from campaign.base.models import User
from letters.models import Letter
from letters.services.recipient import hold_draft


@transaction.atomic
def address_demands(letter: Letter, addressed: Mapping[int, Sequence[int]], *, by: User, at: datetime) -> None:
    """Say to whom each demand is addressed.

    :param addressed: keys of recipients by the number of the demand; none of them: to all.
    :raises TextIsFixed: the letter is no longer a draft.
    """
    hold_draft(letter)
    recipients = {recipient.pk: recipient for recipient in letter.recipients.all()}
    for demand in letter.demands.all():
        demand.recipients.set(recipients[pk] for pk in addressed.get(demand.number, ()) if pk in recipients)
    journal.write("letter.demands_addressed", letter, by=by, at=at, scope=letter.slug)

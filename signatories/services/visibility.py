"""Who may see that an organization signed."""

from datetime import datetime

from django.db import transaction

from campaign.base import freshness, journal, post
from campaign.base.errors import NotAllowed
from campaign.base.languages import LANGUAGES
from campaign.base.locks import hold
from campaign.base.models import User
from letters.models import Letter
from letters.services.edition import hide_in_editions
from signatories.access import may_decide_about
from signatories.errors.signature import NothingToHide, OnlyStricter
from signatories.models import Signature
from signatories.states import ACTIVE_STATES, Visibility


@transaction.atomic
def restrict_visibility(signature: Signature, to: Visibility, *, by: User, at: datetime) -> None:
    """Show a signature to fewer people, at any time, also after the closing.

    Pages change at once, and a public PDF with the name is printed anew without it. What was printed for a recipient stays.

    :raises Refusal: NotAllowed (somebody else's), NothingToHide (withdrawn or refused), OnlyStricter.
    """
    if not may_decide_about(signature, by):
        raise NotAllowed
    letter = hold(
        Letter, signature.revision.letter_id, to_change=True
    )  # so that of two who hide neither forgets the other
    held = hold(Signature, signature.pk, to_change=True)
    if held.state not in ACTIVE_STATES:
        raise NothingToHide
    if to not in Visibility(held.visibility).stricter():
        raise OnlyStricter
    Signature.objects.filter(pk=held.pk).update(visibility=to)
    signature.visibility = to
    organization = held.organization
    for known_as in (
        organization,
        *organization.merged.order_by("pk"),
    ):  # lists frozen before a merge name the duplicate
        hide_in_editions(
            letter,
            known_as.uid,
            [known_as.name_in(language) for language in LANGUAGES],
            from_addressee=to == Visibility.COUNTED,
        )
    journal.write("signature.visibility_restricted", held, by=by, at=at, scope=letter.slug, visibility=str(to))
    if held.email:
        post.send(
            "visibility_restricted",
            to=held.email,
            language=held.language,
            letter=letter.text("title", held.language),
            organization=held.called_in(held.language),
            visibility=str(to),
        )
    freshness.raise_version()

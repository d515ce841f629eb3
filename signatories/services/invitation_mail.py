"""The messages that the invited get."""

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from campaign.base import post
from letters.models import Letter
from signatories.models import Invitation, InvitationPlan
from signatories.time_zones import moment_there


def mail(template: str, invitation: Invitation, letter: Letter, plan: InvitationPlan) -> None:
    """Ask for a message with the personal address, in the language and the time of the invited.

    Mail programs can stop further ones by themselves (RFC 8058).
    """
    language = invitation.language
    with translation.override(language):
        stop = settings.SITE_URL + reverse("invited-stop", args=[invitation.token])
        answer_by, closes = (
            moment_there(moment, invitation.time_zone, language) if moment else ""
            for moment in (plan.soft_deadline_at, letter.closes_at)
        )
    post.send(
        template,
        to=invitation.email,
        language=language,
        reference=f"invitation:{invitation.pk}",
        headers={"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
        letter=letter.text("title", language),
        summary=letter.text("summary", language),
        issuer=getattr(letter.issuer, f"name_{language}") or letter.issuer.name,
        organization=invitation.name,
        answer_by=answer_by,
        closes=closes,
        token=invitation.token,
    )

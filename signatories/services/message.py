"""Messages about one signature, in the language of whoever gets them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import override

from campaign.base import post
from signatories.models import Organization, Representative, Signature
from signatories.states import Role


def tell(signature: Signature, template: str, *, to: str, language: str, **facts: Any) -> None:
    """Ask for one message about this signature."""
    known = {
        "letter": signature.revision.letter.text("title", language),
        "organization": signature.organization.name_in(language),
        "visibility": signature.visibility,
    }
    post.send(template, to=to, language=language, **known | facts)


def tell_signer(signature: Signature, template: str, **facts: Any) -> None:
    """Ask for one message to the person who signed; on paper nobody left an address."""
    if signature.email:
        facts |= {"organization": signature.called_in(signature.language)}
        tell(signature, template, to=signature.email, language=signature.language, **facts)


def tell_owners(
    signature: Signature, organization: Organization, staff: Iterable[Representative], template: str, **facts: Any
) -> None:
    """Ask for one message to each owner among these people and to the organization's contact address, except the signer."""
    languages = {one.user.email: one.user.language for one in staff if one.role == Role.OWNER and one.is_active()}
    if organization.contact_email:
        languages.setdefault(organization.contact_email, organization.original_language)
    languages.pop(signature.email, None)
    for to, language in languages.items():
        tell(signature, template, to=to, language=language, dispute=signature.dispute_key(), **facts)


def moment(at: datetime, language: str) -> str:
    """A time in words, on the clocks of Almaty."""
    with override(language):
        return str(date_format(timezone.localtime(at), "DATETIME_FORMAT"))

"""What can be done to an issuer."""

import logging
from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction

from campaign.base import freshness, journal
from campaign.base.locks import hold
from campaign.base.models import User
from letters.errors import LogoNotKept, TextIsFixed
from letters.models import Letter
from letters.states import LetterState

logger = logging.getLogger(__name__)


@transaction.atomic
def change_issuer(
    letter: Letter,
    columns: dict[str, Any],
    *,
    logo: "ContentFile[bytes] | None",
    remove_logo: bool = False,
    by: User,
    at: datetime,
) -> None:
    """Change the issuer of a draft, with all that a registry asks of it.

    :param logo: a picture of our own making; None leaves the present one.
    :raises TextIsFixed: the letter is no longer a draft.
    :raises LogoNotKept: the disk is full.
    """
    if hold(Letter, letter.pk, to_change=True).state != LetterState.DRAFT:
        raise TextIsFixed
    issuer = letter.issuer
    for column, value in columns.items():
        setattr(issuer, column, value)
    if logo is not None:
        issuer.logo = logo
    elif remove_logo:
        issuer.logo = ""
    try:
        issuer.save(update_fields=[*columns, "logo"])
    except OSError as trouble:
        logger.error("A logo could not be kept: %s", trouble.strerror)
        raise LogoNotKept from trouble
    journal.write("letter.issuer_changed", letter, by=by, at=at, scope=letter.slug, fields=sorted(columns))
    freshness.raise_version()

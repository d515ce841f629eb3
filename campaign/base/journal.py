"""The private journal: every act of a coordinator, a representative or the clock, with who and when."""

from datetime import datetime
from typing import Any

from django.db import models

from campaign.base.models.journal import JournalEntry
from campaign.base.models.user import User


def write(
    action: str, subject: models.Model, *, by: User | None, at: datetime, scope: str = "", **details: Any
) -> None:
    """Write one act, in the transaction of the change itself.

    :param action: noun and verb, for example "letter.opened".
    :param by: the person; None when the clock or a command acted.
    :param scope: the slug of the letter it belongs to, where there is one.
    :param details: what a colleague must know later; never codes, documents or whole texts.
    """
    JournalEntry.objects.create(
        at=at,
        by=by,
        action=action,
        subject_kind=subject._meta.label_lower,
        subject_id=str(subject.pk),
        scope=scope,
        details=details,
    )

"""Documents that come from outside: kept under names of our own, apart from public files, and not for long."""

import logging
import secrets
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from django.db import transaction
from django.db.models import Model, Q
from django.db.models.fields.files import FieldFile

from campaign.base import journal
from signatories.errors.document import DocumentNotKept
from signatories.forms.document import CleanDocument
from signatories.models import Decision, Evidence, Mandate, Organization, Signature
from signatories.states import SignatureState

logger = logging.getLogger(__name__)

LIFE_AFTER_DECISION = timedelta(days=30)
ABANDONED_AFTER = timedelta(days=1)
DOCUMENT_FIELDS: tuple[tuple[type[Model], str], ...] = (
    (Evidence, "document"),
    (Mandate, "document"),
    (Signature, "scan"),
)
UNDECIDED = (SignatureState.PROPOSED, SignatureState.CONFIRMED, SignatureState.ON_HOLD)


def keep_document(file: FieldFile, document: CleanDocument) -> None:
    """Write the document to the field's folder under a random name; the row itself is not saved.

    :raises DocumentNotKept: the disk is full.
    """
    try:
        file.save(f"{secrets.token_hex(16)}.{document.suffix}", ContentFile(document.content), save=False)
    except OSError as trouble:
        logger.error("A document could not be kept: %s", trouble.strerror)
        raise DocumentNotKept from trouble


def drop_document(file: FieldFile) -> None:
    """Delete the file after the transaction in which the row forgets its name; the digest stays."""
    transaction.on_commit(partial(file.storage.delete, str(file.name)))


def forget_documents(*, at: datetime) -> int:
    """Delete documents thirty days after the decision for which they were kept; the digest stays. Returns how many there were.

    They are those seen with evidence and those handed in with a mandate. Where no claim waits any more, the last decision about the
    organization counts, and without any the day on which the document came. Scans of signatures on paper are the consent itself and stay.
    """
    recent = at - LIFE_AFTER_DECISION
    waiting = Signature.objects.filter(state__in=UNDECIDED).values("organization")
    decided = Signature.objects.filter(decided_at__gt=recent).values("organization")
    levels = Decision.objects.filter(decided_at__gt=recent).values("organization")
    needed = Organization.objects.filter(Q(pk__in=waiting) | Q(pk__in=decided) | Q(pk__in=levels)).values("pk")
    seen = Evidence.objects.exclude(document="").filter(checked_at__lte=recent).exclude(organization__in=needed)
    handed_in = Mandate.objects.exclude(document="").filter(stated_at__lte=recent)
    due: list[Evidence | Mandate] = [
        *seen.order_by("pk"),
        *handed_in.exclude(representative__organization__in=needed).order_by("pk"),
    ]
    for row in due:
        _forget(row, at)
    return len(due)


@transaction.atomic
def _forget(row: Evidence | Mandate, at: datetime) -> None:
    drop_document(row.document)
    type(row)._base_manager.filter(pk=row.pk).update(document="")
    journal.write("document.deleted", row, by=None, at=at)


def forget_strays(*, at: datetime) -> int:
    """Delete files that no row knows, because the transaction that wrote them came to nothing. Returns how many there were."""
    return sum(_forget_strays_of(model, name, at) for model, name in DOCUMENT_FIELDS)


def _forget_strays_of(model: type[Model], field_name: str, at: datetime) -> int:
    field: Any = model._meta.get_field(field_name)
    storage: Storage = field.storage
    folder = str(field.upload_to).rstrip("/")
    if not storage.exists(folder):
        return 0
    names = [f"{folder}/{name}" for name in storage.listdir(folder)[1]]  # before the rows, so that none is missed
    known = set(model._base_manager.exclude(**{field_name: ""}).values_list(field_name, flat=True))
    strays = [name for name in names if name not in known and storage.get_modified_time(name) <= at - ABANDONED_AFTER]
    for name in strays:
        storage.delete(name)
    return len(strays)

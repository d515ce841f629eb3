"""Documents that come from outside: kept under names of our own, apart from public files, and not for long."""

import logging
import secrets
from datetime import datetime, timedelta
from functools import partial

from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from django.db import transaction
from django.db.models import Q
from django.db.models.fields.files import FieldFile

from campaign.base import journal
from signatories.errors import DocumentNotKept
from signatories.forms.document import CleanDocument
from signatories.models import Evidence, Signature
from signatories.states import SignatureState

logger = logging.getLogger(__name__)

LIFE_AFTER_DECISION = timedelta(days=30)
ABANDONED_AFTER = timedelta(days=1)
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

    Where no claim waits any more, the last decision about the organization counts, and without any the day of the check itself.
    """
    kept = Evidence.objects.exclude(document="").filter(checked_at__lte=at - LIFE_AFTER_DECISION)
    waiting = Signature.objects.filter(state__in=UNDECIDED).values("organization")
    recent = at - LIFE_AFTER_DECISION
    decided = Q(organization__signatures__decided_at__gt=recent) | Q(organization__decisions__decided_at__gt=recent)
    due = kept.exclude(organization__in=waiting).exclude(pk__in=kept.filter(decided).values("pk"))
    rows = list(due.order_by("pk"))
    for evidence in rows:
        _forget(evidence, at)
    return len(rows)


@transaction.atomic
def _forget(evidence: Evidence, at: datetime) -> None:
    drop_document(evidence.document)
    Evidence.objects.filter(pk=evidence.pk).update(document="")
    journal.write("document.deleted", evidence, by=None, at=at)


def forget_strays(*, at: datetime) -> int:
    """Delete files that no row knows, because the transaction that wrote them came to nothing. Returns how many there were."""
    storage: Storage = Evidence._meta.get_field("document").storage
    folder = "evidence"
    if not storage.exists(folder):
        return 0
    known = set(Evidence.objects.exclude(document="").values_list("document", flat=True))
    names = [f"{folder}/{name}" for name in storage.listdir(folder)[1]]
    strays = [name for name in names if name not in known and storage.get_modified_time(name) <= at - ABANDONED_AFTER]
    for name in strays:
        storage.delete(name)
    return len(strays)

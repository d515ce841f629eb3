"""What keeps printed editions provable for decades: their archive time stamps are renewed before they run out."""

import hashlib
from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from campaign.base import register
from campaign.base.jobs import JobState
from campaign.base.locks import hold
from letters.models import ArchiveCopy, Edition

RENEWED_BEFORE = timedelta(days=90)  # the certificate of the last archive time stamp runs out


def due_for_renewal(*, at: datetime, most: int) -> list[Edition]:
    """Editions whose archive time stamp runs out soon, the most urgent first."""
    soon = Edition.objects.filter(state=JobState.DONE, stamped_until__lte=at + RENEWED_BEFORE)
    return list(soon.select_related("revision__letter").order_by("stamped_until", "pk")[:most])


def renew(edition: Edition, *, at: datetime) -> ArchiveCopy | None:
    """Make an archive copy with a new archive time stamp over everything before; None when somebody else was faster.

    :raises TimestampUnavailable, RevocationUnavailable: worth another attempt.
    """
    from letters.printing.sign import renew_archive_stamp, stamped_until  # loads pyHanko, which the web does without

    newest = edition.archive_copies.last() or edition
    with newest.file.open("rb") as file:
        renewed = renew_archive_stamp(file.read())
    sha256 = hashlib.sha256(renewed).hexdigest()
    letter = edition.revision.letter
    name = default_storage.save(f"editions/{letter.uid}/{sha256}.pdf", ContentFile(renewed))
    with transaction.atomic():
        held = hold(Edition, edition.pk, to_change=True)
        if (held.sha256, held.stamped_until) == (edition.sha256, edition.stamped_until):
            Edition.objects.filter(pk=edition.pk).update(stamped_until=stamped_until(renewed))
            copy = ArchiveCopy.objects.create(
                edition=edition, file=name, size=len(renewed), sha256=sha256, stamped_at=at
            )
            register.append(
                "edition.renewed",
                letter=letter.uid,
                at=at,
                fingerprint=edition.revision.fingerprint,
                printed=edition.sha256,
                sha256=sha256,
            )
            return copy
    default_storage.delete(name)
    return None

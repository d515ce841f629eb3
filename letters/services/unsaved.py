"""What can be done to words that were typed and not saved: they are kept for the one who typed them, and for nobody else."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction

from campaign.base.models import User
from letters.models import Letter, UnsavedDraft

KEPT_FOR = timedelta(days=30)
STILL_TYPING = timedelta(minutes=15)  # since words were kept last
MOST_LETTERS = 200_000  # characters in all fields; three texts of the greatest length have fewer


@transaction.atomic
def keep(letter: Letter | None, fields: Mapping[str, str], *, by: User, at: datetime) -> bool:
    """Keep what was typed in place of what was kept before; false when it is more than a letter can hold, and nothing changes.

    :param fields: with `page` and `turn`, where a browser numbers what it sends: what a later turn of one page overtook is dropped.
    """
    if sum(map(len, fields.values())) > MOST_LETTERS:
        return False
    kept = UnsavedDraft.objects.select_for_update().filter(letter=letter, person=by).first()
    if kept is None or not _overtook(kept.fields, fields):
        UnsavedDraft.objects.update_or_create(
            letter=letter, person=by, defaults={"fields": dict(fields), "kept_at": at}
        )
    return True


def _overtook(kept: Mapping[str, str], fields: Mapping[str, str]) -> bool:
    return kept.get("page") == fields.get("page") and kept.get("turn", "") > fields.get("turn", "")


def kept_of(letter: Letter | None, person: User) -> UnsavedDraft | None:
    """What was kept for this person."""
    return UnsavedDraft.objects.filter(letter=letter, person=person).first()


def others_typing(letter: Letter, *, besides: User, at: datetime) -> list[str]:
    """The addresses of the other coordinators whose words were kept lately, and are not saved."""
    rows = letter.unsaved_drafts.filter(kept_at__gte=at - STILL_TYPING).exclude(person=besides)
    return list(rows.order_by("person__email").values_list("person__email", flat=True))


def forget(letter: Letter | None, person: User) -> None:
    """Forget what was kept: it is saved, or was thrown away."""
    UnsavedDraft.objects.filter(letter=letter, person=person).delete()


def forget_old(*, at: datetime) -> int:
    """Forget what nobody came back for."""
    count, _ = UnsavedDraft.objects.filter(kept_at__lt=at - KEPT_FOR).delete()
    return count

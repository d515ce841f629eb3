"""Whether a stored public page is still true: one number, raised in the transaction of every public change."""

from django.db import connection
from django.db.models import F

from campaign.base.models.public_state import PublicState


def raise_version() -> None:
    """Say that a public page changes with this transaction; stored pages die in the moment of its commit."""
    PublicState.objects.filter(pk=1).update(version=F("version") + 1)


def version() -> int:
    """The number as committed now. One statement, without the ORM, because every public page asks for it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT version FROM base_publicstate WHERE id = 1")
        (number,) = cursor.fetchone()
    return int(number)

"""Documents that come from outside: kept under names of our own, apart from public files, and not for long."""

import logging
import secrets
from functools import partial

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models.fields.files import FieldFile

from signatories.errors import DocumentNotKept
from signatories.forms.document import CleanDocument

logger = logging.getLogger(__name__)


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

"""The signatory list as files inside the PDF, for those who count and compare by machine."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from weasyprint import Attachment

from campaign.base.spreadsheet import csv_file
from letters.printing.payload import Payload


def signatory_files(payload: Payload) -> list[Callable[[], Any]]:
    """Makers of the two attachments, described in the active language; none when nobody has signed."""
    if not payload.signatories:
        return []
    at = datetime.fromisoformat(payload.created_at).astimezone(UTC)
    attach = partial(Attachment, created=at, modified=at, relationship="Data")
    return [
        partial(
            attach, string=as_csv(payload), name="signatories.csv", description=_("The signatories as a table (CSV)")
        ),
        partial(
            attach, string=as_json(payload), name="signatories.json", description=_("The signatories as data (JSON)")
        ),
    ]


def as_csv(payload: Payload) -> bytes:
    """The list for spreadsheets: UTF-8 with BOM, CRLF, and no cell that a spreadsheet would take for a formula."""
    rows: list[list[str | int]] = [["number", "name", "abbreviation", "place"]]
    for number, signatory in enumerate(payload.signatories, start=1):
        rows.append([number, signatory.name, signatory.abbreviation, signatory.place])
    return csv_file(rows)


def as_json(payload: Payload) -> bytes:
    """The list with what it stands under: address, language, fingerprint and count."""
    content = {
        "letter": payload.letter_slug,
        "reference": payload.reference,
        "language": payload.language,
        "fingerprint": payload.fingerprint,
        "count": len(payload.signatories),
        "signatories": [
            {"number": number, "name": signatory.name, "abbreviation": signatory.abbreviation, "place": signatory.place}
            for number, signatory in enumerate(payload.signatories, start=1)
        ],
    }
    return json.dumps(content, ensure_ascii=False, indent=1).encode() + b"\n"

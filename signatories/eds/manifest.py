"""What a representative signs electronically: a few lines that name the letter, its exact texts and the organization.

The whole letter is not signed, for its fingerprints stand for it; a small file is digested and looked at in a moment.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from campaign.base.canonical import canonical_json

VERSION = "signatories/eds/v1"


def manifest(
    *,
    letter: str,
    fingerprint: str,
    languages: Mapping[str, str],
    organization: str,
    number: str,
    statement: str,
    at: datetime,
) -> bytes:
    """The bytes to be signed: canonical JSON, equal for equal facts.

    :param letter: the letter's uid.
    :param fingerprint: the revision's, over all its texts; `languages` gives those of the texts by language.
    :param organization: the organization's uid.
    :param number: its BIN.
    :param statement: the sentence to which the representative agrees, in the language in which it was read.
    :param at: when the file was made, aware; whole seconds are kept.
    """
    return canonical_json(
        {
            "version": VERSION,
            "letter": letter,
            "fingerprint": fingerprint,
            "languages": dict(languages),
            "organization": organization,
            "number": number,
            "statement": statement,
            "time": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
    )

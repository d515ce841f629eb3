"""Codes that are mailed to show that somebody reads a mailbox: for a signature, an approval, a dispute.

Eight digits; the row keeps a keyed hash of them, counts wrong attempts for good, and takes no eleventh one.
"""

import secrets
from datetime import datetime, timedelta

from django.utils.crypto import constant_time_compare, salted_hmac

from campaign.base.errors import Refusal
from signatories.errors.code import CodeExhausted, CodeWrong, WaitForCode
from signatories.models import MailedCode, Signature

CODE_LIFE = timedelta(minutes=30)
PAUSE_BETWEEN_CODES = timedelta(minutes=1)
MOST_ATTEMPTS = 10
MOST_CODES_A_DAY = 5

Holder = Signature | MailedCode


def renew(row: Holder, *, until: datetime) -> str:
    """Give the row a new code, good until then, and return it as people read it; the old one dies."""
    code = f"{secrets.randbelow(10**8):08d}"
    row.code_hash = hash_of(row, code)
    row.code_expires_at = until
    row.code_attempts = 0
    row.codes_sent += 1
    row.save(update_fields=["code_hash", "code_expires_at", "code_attempts", "codes_sent"])
    return f"{code[:4]}-{code[4:]}"


def check_pause(sent_at: datetime | None, *, at: datetime) -> None:
    """Refuse a new code within a minute of the last one.

    :raises WaitForCode: it is too soon.
    """
    if sent_at is not None and sent_at > at - PAUSE_BETWEEN_CODES:
        raise WaitForCode


def wrong(held: Holder, code: str) -> Refusal | None:
    """Compare the code with that of a held row, which guesses in parallel wait for; count the attempt if it is wrong.

    The answer is returned and not raised, because the attempt must be committed before anybody is answered.
    """
    if held.code_attempts >= MOST_ATTEMPTS:
        return CodeExhausted()
    if constant_time_compare(hash_of(held, code), held.code_hash):
        return None
    held.code_attempts += 1
    held.save(update_fields=["code_attempts"])
    left = MOST_ATTEMPTS - held.code_attempts
    return CodeWrong(left=left) if left else CodeExhausted()


def hash_of(row: Holder, code: str) -> str:
    """The keyed hash of a code; hyphens and spaces count for nothing."""
    digits = "".join(character for character in code if character.isdigit())
    return salted_hmac("signatories.code", f"{row.token}:{digits}", algorithm="sha256").hexdigest()

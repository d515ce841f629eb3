"""Mail that came back: which of our messages a delivery report (RFC 3464) says could not be delivered for good.

A report is a stranger's mail and is read with care: only the status and our own Message-ID, which nobody can guess, say anything.
"""

import email
import re
from collections.abc import Iterator
from email.message import Message
from email.policy import compat32

LARGEST_REPORT = 1_000_000  # bytes
# RFC 3463: no such mailbox, domain or address; moved away; disabled; nobody takes mail for it
FOR_GOOD = re.compile(r"5\.(?:1\.\d+|2\.1|4\.4)")
OWN_ID = re.compile(r"<(mail-\d{1,18}-\d{14}-[0-9a-f]{16}@[^>\s]{1,200})>")


def message_ids(report: bytes) -> list[str]:
    """The Message-IDs, without brackets, of messages that failed for good; nothing for anything but such a report."""
    if len(report) > LARGEST_REPORT:
        return []
    message = email.message_from_bytes(report, policy=compat32)
    if message.get_content_type() != "multipart/report" or not _failed_for_good(message):
        return []
    returned = "\n".join(_returned_headers(message))
    return list(dict.fromkeys(OWN_ID.findall(returned)))


def _failed_for_good(message: Message) -> bool:
    """Whether the report says so of a recipient: a delay or a full mailbox is nothing final."""
    return any(
        str(fields.get("Action", "")).strip().lower() == "failed"
        and FOR_GOOD.fullmatch(str(fields.get("Status", "")).split(" ")[0].strip())
        for fields in _delivery_fields(message)
    )


def _delivery_fields(message: Message) -> Iterator[Message]:
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status" and isinstance(part.get_payload(), list):
            yield from (block for block in part.get_payload() if isinstance(block, Message))


def _returned_headers(message: Message) -> Iterator[str]:
    """The headers of what came back, whole or in part."""
    for part in message.walk():
        kind, payload = part.get_content_type(), part.get_payload()
        if kind == "message/rfc822" and isinstance(payload, list):
            yield from (str(one.get("Message-ID", "")) for one in payload if isinstance(one, Message))
        elif kind == "text/rfc822-headers" and isinstance(payload, str):
            yield payload[:100_000]

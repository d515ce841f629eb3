"""Reads the messages that a demonstration writes into files instead of sending them."""

import email
import email.policy
import re
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from itertools import islice
from pathlib import Path

from django.conf import settings

MOST = 100
_BETWEEN = b"-" * 79  # what Django's file backend writes after each message


@dataclass(frozen=True, slots=True)
class CapturedMessage:
    """One message as a person reads it."""

    subject: str
    to: str
    date: datetime | None
    text: str


def captured(most: int = MOST) -> list[CapturedMessage]:
    """The latest captured messages, newest first."""
    files = sorted(_files(), key=lambda file: file.stat().st_mtime, reverse=True)
    return list(islice((message for file in files for message in _messages(file)), most))


def count_of(words: re.Pattern[str]) -> int:
    """How many captured messages name somebody."""
    return sum(_names(part, words) for file in _files() for part in file.read_bytes().split(_BETWEEN))


def forget(words: re.Pattern[str]) -> None:
    """Take the messages that name somebody out of the files."""
    for file in _files():
        parts = file.read_bytes().split(_BETWEEN)
        kept = [part for part in parts if not _names(part, words)]
        if len(kept) < len(parts):
            file.write_bytes(_BETWEEN.join(kept))


def _names(content: bytes, words: re.Pattern[str]) -> bool:
    if not content.strip():
        return False
    message = _read(content.strip())
    return any(words.search(text) for text in (message.to, message.subject, message.text))


def _files() -> list[Path]:
    folder = Path(settings.EMAIL_FILE_PATH)
    return list(folder.glob("*.log")) if folder.is_dir() else []


def _messages(file: Path) -> list[CapturedMessage]:
    parts = [part.strip() for part in file.read_bytes().split(_BETWEEN)]
    return [_read(part) for part in reversed(parts) if part]


def _read(content: bytes) -> CapturedMessage:
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    plain = message.get_body(("plain", "html"))
    date = message["date"]
    return CapturedMessage(
        subject=str(message["subject"] or ""),
        to=str(message["to"] or ""),
        date=None if date is None else date.datetime,
        text="" if plain is None else str(plain.get_content()).strip(),
    )

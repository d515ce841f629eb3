"""Where a link in a letter may lead: asked when a text is taken, and again when it is shown."""

import re
from urllib.parse import urlsplit

from markdown_it.token import Token

from letters.markdown.errors import LinkRefused
from letters.markdown.parsing import LONGEST_WORD, inline_tokens

_HOST = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+\.?(:\d{1,5})?")
_MAIL_ADDRESS = re.compile(r"mailto:[^\s?&@/]+@[^\s?&@/]+")


def refuse_links(tokens: list[Token], before: int) -> None:
    """Refuse the first link that leads where none may lead; `before` the body stand so many lines."""
    for token, line in inline_tokens(tokens):
        if token.type == "link_open" and not may_lead(str(token.attrs["href"])):
            raise LinkRefused(line=before + line, address=str(token.attrs["href"])[:LONGEST_WORD])


def may_lead(address: str) -> bool:
    """Whether a link may lead there: a full https address without a user name, or one mail address."""
    try:
        parts = urlsplit(address)
    except ValueError:  # brackets that are no IPv6 address
        return False
    if parts.scheme == "https":
        return address.startswith("https://") and _HOST.fullmatch(parts.netloc) is not None
    return _MAIL_ADDRESS.fullmatch(address) is not None

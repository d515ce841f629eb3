"""What a letter's folder holds: its files, how large they and their values may be, and what is read from them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from campaign.base.languages import LANGUAGES
from letters.folder.errors import Notice
from letters.markdown import Structure

DESCRIPTION = "letter.toml"
FILES = (DESCRIPTION, *(f"{language}.md" for language in LANGUAGES))

MOST_FILE_BYTES = 1_048_576
MOST_DESCRIPTION_BYTES = 65_536  # tomllib takes minutes for a long file made for that purpose
MOST_ZIP_BYTES = 5 * MOST_FILE_BYTES
MOST_ZIP_ENTRIES = 20

LONGEST = {
    "slug": 80,
    "title": 250,
    "summary": 1000,
    "reference": 60,
    "number": 40,
    "phone": 40,
    "email": 254,
    "name": 300,
    "address": 300,
    "person": 200,
    "group": 120,
}


@dataclass(frozen=True, slots=True)
class IssuerText:
    """What stands in a letterhead in one language."""

    name: str
    address: str
    signer: str
    post: str
    executor: str


@dataclass(frozen=True, slots=True)
class IssuerData:
    """The issuer as the folder states it; `texts` by language, `line` of its table."""

    key: str
    number_scheme: str
    number: str
    phone: str
    email: str
    texts: Mapping[str, IssuerText]
    line: int


@dataclass(frozen=True, slots=True)
class HolderText:
    """The person in an office, in one language: name, form of address (dative in ru and kk), salutation."""

    name: str
    addressee: str
    salutation: str


@dataclass(frozen=True, slots=True)
class RecipientData:
    """One office that the letter goes to, in the folder's order; `group` and `holder` by language, empty when not stated.

    `demands`: numbers of those that are addressed to it.
    """

    role: str
    office: str
    group: Mapping[str, str]
    holder: Mapping[str, HolderText]
    demands: tuple[int, ...]
    line: int


@dataclass(frozen=True, slots=True)
class LetterFolder:
    """A letter as its folder states it, complete in every language and cleaned; `lines` are those of its top keys.

    Texts that the folder leaves out are empty, moments None.
    """

    slug: str
    kind: str
    reference: str
    original_language: str
    campaign: str
    opens_at: datetime | None
    closes_at: datetime | None
    published_at: datetime | None
    summary: Mapping[str, str]
    title: Mapping[str, str]
    body: Mapping[str, str]
    structures: Mapping[str, Structure]
    issuer: IssuerData
    recipients: tuple[RecipientData, ...]
    notices: tuple[Notice, ...]
    lines: Mapping[str, int]

"""Everything that one edition prints, frozen: what is not in here cannot be on the paper."""

import json
from dataclasses import asdict, dataclass
from typing import Any

from campaign.base.canonical import canonical_json


@dataclass(frozen=True, slots=True)
class Issuer:
    """The letterhead and the signature block, in the edition's language.

    `number_scheme` is a value of `letters.states.RegistrationScheme` or empty; `logo_png` is a PNG of our own making in
    Base64, or empty.
    """

    name: str
    address: str
    number_scheme: str
    number: str
    phone: str
    email: str
    signer: str
    post: str
    executor: str
    logo_png: str = ""


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom this copy is for: the address block in the right grammatical form, line by line, and the salutation."""

    lines: tuple[str, ...]
    salutation: str


@dataclass(frozen=True, slots=True)
class CopyGroup:
    """Offices that receive a copy, under a title that may be empty."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """Numbers of the demands that are addressed to one office, named in the nominative; without a name to the one whose copy this is."""

    named: str
    demands: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Signatory:
    """One name in the list; abbreviation and place may be empty. `revision`: number of the text that was signed, 0 for the printed one.

    For the annex of consents, otherwise empty: the day (ISO 8601), `source` as in `letters.signed_by`, the entry of the register.
    """

    name: str
    abbreviation: str
    place: str
    revision: int = 0
    consented_on: str = ""
    source: str = ""
    entry: int | None = None


@dataclass(frozen=True, slots=True)
class TextVersion:
    """A text that was signed: its number, the day on which it was frozen (ISO 8601), its fingerprint."""

    number: int
    dated_on: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Payload:
    """One edition: one text, one language, one recipient or the public, one frozen list of names.

    :param kind: a value of `letters.states.LetterKind`.
    :param body: the canonical Markdown, printed as it is.
    :param reference: the issuer's number of the letter; may be empty.
    :param dated_on: day of closing, ISO 8601 (`2022-11-18`).
    :param fingerprint: SHA-256 of the revision, 64 hexadecimal digits.
    :param check_code: the short code of the check address.
    :param check_address: absolute address at which a reader checks this paper.
    :param recipient: None in the public edition.
    :param created_at: aware ISO 8601 moment that the file carries as its date; the clock is never asked.
    :param draft: a preview, marked on every page.
    :param addressee_signatories: names that stand in this recipient's edition alone.
    :param unnamed: how many signed besides without being named here.
    :param addendum: number of the addendum that this is, with those who signed after the closing; 0: the letter itself.
    :param letter_dated_on: in an addendum, the day of the letter; `dated_on` is its own.
    :param asked: whom the demands are addressed to, where that was said: in the edition of a recipient its own, else all.
    :param revision: number of the printed text.
    :param reason: why the text before was corrected; empty for the first.
    :param texts: all texts that were ever signed, where there is more than one.
    :param demonstration: printed by a demonstration, marked on every page.
    :param bound_with: the same letter in further languages, which follow in the same file.
    """

    language: str
    kind: str
    title: str
    body: str
    original_language: str
    reference: str
    dated_on: str
    letter_slug: str
    fingerprint: str
    check_code: str
    check_address: str
    issuer: Issuer
    recipient: Addressee | None
    copies: tuple[CopyGroup, ...]
    signatories: tuple[Signatory, ...]
    created_at: str
    edition_number: str
    draft: bool = False
    demonstration: bool = False
    addressee_signatories: tuple[Signatory, ...] = ()
    unnamed: int = 0
    addendum: int = 0
    letter_dated_on: str = ""
    asked: tuple[Asked, ...] = ()
    revision: int = 1
    reason: str = ""
    texts: tuple[TextVersion, ...] = ()
    bound_with: tuple["Payload", ...] = ()

    @property
    def parts(self) -> tuple["Payload", ...]:
        """What the file holds, one part for each language: mostly this alone."""
        return (self, *self.bound_with)

    @property
    def count(self) -> int:
        """How many signed, named here or not."""
        return len(self.signatories) + len(self.addressee_signatories) + self.unnamed

    def to_json(self) -> str:
        """The canonical JSON of the payload: equal payloads give equal texts."""
        return canonical_json(asdict(self)).decode()

    @classmethod
    def from_json(cls, text: str) -> "Payload":
        """The payload that was written by `to_json`.

        :raises KeyError, TypeError: a field is missing or unknown.
        """
        return cls._from_fields(json.loads(text))

    @classmethod
    def _from_fields(cls, fields: dict[str, Any]) -> "Payload":
        recipient = fields.pop("recipient")
        return cls(
            **fields
            | {
                "issuer": Issuer(**fields["issuer"]),
                "recipient": recipient and Addressee(**_tupled(recipient)),
                "copies": tuple(CopyGroup(**_tupled(group)) for group in fields["copies"]),
                "signatories": _signatories(fields["signatories"]),
                "asked": tuple(Asked(one["named"], tuple(one["demands"])) for one in fields.get("asked", [])),
                "texts": tuple(TextVersion(**text) for text in fields.get("texts", [])),
                "addressee_signatories": _signatories(fields.get("addressee_signatories", [])),
                "bound_with": tuple(cls._from_fields(part) for part in fields.get("bound_with", [])),
            }
        )


def _signatories(rows: list[dict[str, Any]]) -> tuple[Signatory, ...]:
    return tuple(Signatory(**row) for row in rows)


def _tupled(fields: dict[str, Any]) -> dict[str, Any]:
    return fields | {"lines": tuple(fields["lines"])}


@dataclass(frozen=True, slots=True)
class LabelSheet:
    """The labels of one letter in one language: for each recipient the lines of its address block."""

    language: str
    title: str
    labels: tuple[tuple[str, ...], ...]

    def to_json(self) -> str:
        """For another process."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "LabelSheet":
        """What `to_json` wrote."""
        facts = json.loads(text)
        return cls(facts["language"], facts["title"], tuple(tuple(lines) for lines in facts["labels"]))


@dataclass(frozen=True, slots=True)
class CoverLetters:
    """The letters that accompany the copies of one letter in one language: for each the payload of the edition, and its pages."""

    covers: tuple[tuple[Payload, int], ...]

    def to_json(self) -> str:
        """For another process."""
        return json.dumps([[payload.to_json(), pages] for payload, pages in self.covers])

    @classmethod
    def from_json(cls, text: str) -> "CoverLetters":
        """What `to_json` wrote."""
        return cls(tuple((Payload.from_json(payload), pages) for payload, pages in json.loads(text)))

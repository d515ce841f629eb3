"""`letter.toml`: the letter, its issuer and its recipients, from the table at the top down to the offices."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from campaign.base.languages import LANGUAGES
from letters.folder.contents import (
    DESCRIPTION,
    LONGEST,
    HolderText,
    IssuerData,
    IssuerText,
    LetterFolder,
    RecipientData,
)
from letters.folder.errors import Findings
from letters.folder.table import SLUG, SLUG_REFUSED, Table
from letters.folder.toml import lines_of, read_toml
from letters.markdown import Structure, differences
from letters.states import LetterKind, RecipientRole, RegistrationScheme

_REQUIRED = ("slug", "original_language", "summary", "issuer", "recipient")
_OPTIONAL = ("kind", "campaign", "reference", "opens_at", "closes_at", "published_at")


def read_description(findings: Findings, source: str, structures: Mapping[str, Structure]) -> LetterFolder | None:
    """The whole letter; None when TOML itself is broken. With problems noted, its parts may be empty."""
    data = read_toml(findings, source)
    if data is None:
        return None
    lines = lines_of(source)
    top = Table(findings, data, (), lines, source, required=_REQUIRED, optional=_OPTIONAL)
    original = top.choice("original_language", LANGUAGES)
    _refuse_differences(findings, structures, original)
    opens_at, closes_at = top.moment("opens_at"), top.moment("closes_at")
    if opens_at and closes_at and closes_at <= opens_at:
        top.refuse("closes_at", _("The letter would close before it opens."))
    return LetterFolder(
        slug=top.slug("slug"),
        kind=top.choice("kind", LetterKind.values) or LetterKind.OPEN_LETTER.value,
        reference=top.text("reference", LONGEST["reference"]),
        original_language=original,
        campaign=top.slug("campaign"),
        opens_at=opens_at,
        closes_at=closes_at,
        published_at=top.moment("published_at"),
        summary=top.texts("summary", LONGEST["summary"]),
        title={language: read.title or "" for language, read in structures.items()},
        body={language: read.body for language, read in structures.items()},
        structures=structures,
        issuer=_issuer(top),
        recipients=_recipients(top, max((len(read.demands) for read in structures.values()), default=0)),
        notices=tuple(findings.notices),
        lines={key: top.line(key) for key in (*_REQUIRED, *_OPTIONAL)},
    )


def _refuse_differences(findings: Findings, structures: Mapping[str, Structure], original: str) -> None:
    if not structures:
        return
    norm = original if original in structures else next(iter(structures))
    for refusal in differences(structures, original=norm):
        findings.refuse(str(refusal.facts["file"]), int(str(refusal.facts["line"])), refusal.reason, **refusal.facts)


def _issuer(top: Table) -> IssuerData:
    table = top.table("issuer", ("key", "number", "phone", "email", *LANGUAGES))
    number = table.table("number", ("scheme", "id"))
    return IssuerData(
        key=table.slug("key"),
        number_scheme=number.choice("scheme", RegistrationScheme.values),
        number=number.text("id", LONGEST["number"]),
        phone=table.text("phone", LONGEST["phone"]),
        email=table.email("email"),
        texts={language: _issuer_text(table, language) for language in LANGUAGES},
        line=table.line(),
    )


def _issuer_text(issuer: Table, language: str) -> IssuerText:
    table = issuer.table(language, ("name", "address", "signer", "post", "executor"))
    return IssuerText(
        name=table.text("name", LONGEST["name"]),
        address=table.text("address", LONGEST["address"]),
        signer=table.text("signer", LONGEST["person"]),
        post=table.text("post", LONGEST["person"]),
        executor=table.text("executor", LONGEST["person"]),
    )


def _recipients(top: Table, demands: int) -> tuple[RecipientData, ...]:
    recipients: list[RecipientData] = []
    for table in top.tables("recipient", ("role",), ("group", "office", "offices", "holder", "demands")):
        recipients += _recipients_of(table, demands)
    seen: set[str] = set()
    for recipient in recipients:
        if recipient.office and recipient.office in seen:
            reason = _("The office “%(office)s” is named twice.")
            top.findings.refuse(DESCRIPTION, recipient.line, reason, office=recipient.office)
        seen.add(recipient.office)
    return tuple(recipients)


def _recipients_of(table: Table, most: int) -> list[RecipientData]:
    """The recipients of one table: one office, or several in the same rank and group, to whom the same demands are addressed.

    :param most: how many demands the texts have.
    """
    role = table.choice("role", RecipientRole.values)
    group = table.texts("group", LONGEST["group"])
    holder = _holder(table)
    offices = _offices(table)
    if holder and len(offices) > 1:
        table.refuse("holder", _("One holder cannot hold several offices. Give that office a recipient of its own."))
    demands = table.numbers("demands", most)
    return [RecipientData(role, office, group, holder, demands, line) for office, line in offices]


def _offices(table: Table) -> list[tuple[str, int]]:
    """Keys of offices with their lines."""
    if ("office" in table.data) == ("offices" in table.data):
        table.refuse("", _("A recipient names either one “office” or a list of “offices”."))
        return []
    if "office" in table.data:
        return [(table.slug("office"), table.line("office"))]
    values = table.data["offices"]
    if not isinstance(values, list) or not values:
        table.refuse("offices", _("“%(key)s” is no list of offices."))
        return []
    lines = [_line_of_value(table, value) for value in values]
    keys = [
        table.clean("offices", value, LONGEST["slug"], line=line) for value, line in zip(values, lines, strict=True)
    ]
    for key, line in zip(keys, lines, strict=True):
        if key and not SLUG.fullmatch(key):
            table.refuse("offices", SLUG_REFUSED, line=line)
    return list(zip(keys, lines, strict=True))


def _line_of_value(table: Table, value: object) -> int:
    """The line where a value of a list stands, which may go over several lines."""
    first = table.line("offices")
    quoted = (f'"{value}"', f"'{value}'")
    for number, line in enumerate(table.source.split("\n")[first - 1 :], first):
        if any(text in line for text in quoted):
            return number
    return first


def _holder(table: Table) -> dict[str, HolderText]:
    if "holder" not in table.data:
        return {}
    holder = table.table("holder", LANGUAGES)
    return {language: _holder_text(holder, language) for language in LANGUAGES}


def _holder_text(holder: Table, language: str) -> HolderText:
    table = holder.table(language, ("name", "addressee", "salutation"))
    limit = LONGEST["person"]
    return HolderText(table.text("name", limit), table.text("addressee", limit), table.text("salutation", limit))

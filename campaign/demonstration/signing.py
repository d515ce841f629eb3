"""How somebody signs, and is admitted, in the demonstration: form, code from the mail, evidence, decision."""

import tomllib
from collections.abc import Collection, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from campaign.base.languages import LANGUAGES
from campaign.base.models import Mail, User
from letters.folder import read_directory
from letters.models import Letter
from letters.services import letter as letters
from letters.services.demand import address_demands
from letters.services.importing import import_letter
from signatories.models import Organization, Signature
from signatories.services import evidence as evidences
from signatories.services import signature as signatures
from signatories.services.organization import Claim
from signatories.states import EvidenceKind, Visibility

FOLDER = Path(settings.BASE_DIR) / "campaign" / "demonstration"
SEEN = {
    EvidenceKind.REGISTER_SEEN: "Реестр юридических лиц, вымышленная выписка",
    EvidenceKind.WELL_KNOWN: "Три вымышленные газеты за прошлый год",
    EvidenceKind.CHANNEL_SEEN: "Страница контактов вымышленной партнёрской сети",
    EvidenceKind.CALL_BACK: "Звонок по номеру из вымышленного справочника",
    EvidenceKind.MANDATE_DOCUMENT: "Вымышленное решение правления, показано по видеосвязи",
}

NOT_THE_OTHER = "Названия, номера и люди разные: это две организации."

Told = dict[str, Any]  # an organization as the files tell of it


def told(file: str) -> list[Told]:
    """The entries of one file of this folder, in its order."""
    entries: list[Told] = tomllib.loads((FOLDER / f"{file}.toml").read_text(encoding="utf-8"))[file.rstrip("s")]
    return entries


def opened(
    name: str,
    *,
    by: User,
    opened_at: datetime,
    closes_at: datetime,
    demands: Mapping[int, Collection[str]] | None = None,
) -> Letter:
    """Import a folder and open it then.

    :param demands: keys of the offices to which a demand is addressed, by its number.
    """
    letter = import_letter(read_directory(FOLDER / name), by=by, at=opened_at, demonstration=True).letter
    Letter.objects.filter(pk=letter.pk).update(opens_at=opened_at, closes_at=closes_at, published_at=None)
    letter.refresh_from_db()
    keys = dict(letter.recipients.values_list("office__key", "pk"))
    addressed = {number: [keys[office] for office in offices] for number, offices in (demands or {}).items()}
    address_demands(letter, addressed, by=by, at=opened_at)
    letters.open_letter(letter, by=by, at=opened_at)
    return letter


def confirmed(
    letter: Letter, who: Told, *, email: str = "", visibility: str = Visibility.PUBLIC, at: datetime
) -> Signature:
    """Somebody signs with a code from the mail: at the organization's own domain, unless another address is named."""
    language, representative = who["original_language"], who["representative"]
    revision = letter.current_revision()
    known = Organization.objects.filter(domain=who["domain"]).first() if who.get("domain") else None
    signature = signatures.start(
        revision,
        organization=known,
        claim=None if known else claim_of(who),
        email=email or who.get("email") or f"office@{who['domain']}",
        person_name=representative["name"][language],
        position=representative["position"][language],
        basis=representative["basis"],
        visibility=visibility,
        fingerprint=revision.fingerprint,
        language=language,
        at=at,
    )
    signatures.confirm(signature, mailed_code("signing_code", signature.email), at=at)
    signature.refresh_from_db()
    return signature


def mailed_code(template: str, to: str) -> str:
    """The code in the last message of this kind."""
    code: str = Mail.objects.filter(to=to, template=template).order_by("-pk")[0].context["code"]
    return code


def claim_of(who: Told) -> Claim:
    """What the form says of an organization that is not in the list."""
    texts = ("names", "abbreviations", "note")
    names, abbreviations, notes = ({code: who.get(field, {}).get(code, "") for code in LANGUAGES} for field in texts)
    return Claim(
        original_language=who["original_language"],
        names=names,
        abbreviations=abbreviations,
        notes=notes,
        kind=who["kind"],
        country=who.get("country", ""),
        website=who.get("website", ""),
        number_scheme=who.get("number", {}).get("scheme", ""),
        number=who.get("number", {}).get("id", ""),
    )


def record(signature: Signature, *kinds: EvidenceKind, by: User, at: datetime) -> None:
    """A person has looked, and writes down where."""
    for kind in kinds:
        evidences.record_by_hand(signature, kind, detail=SEEN[kind], by=by, at=at)


def admitted(
    letter: Letter,
    who: Told,
    *by: User,
    visibility: str = Visibility.PUBLIC,
    seen_at: datetime | None = None,
    at: datetime,
) -> Signature:
    """Sign and be admitted by these people; one that is verified already needs no evidence anew.

    :param seen_at: when its entry in the register was seen, if not now.
    """
    signature = confirmed(letter, who, visibility=visibility, at=at)
    if signature.organization.verified_at is None:
        record(signature, EvidenceKind.REGISTER_SEEN, by=by[0], at=seen_at or at)
        record(signature, EvidenceKind.CALL_BACK, by=by[0], at=at)
        for person in by:
            signatures.admit(signature, by=person, at=at, reason=NOT_THE_OTHER)
    else:
        signatures.admit(signature, by=by[0], at=at)
    signature.refresh_from_db()
    return signature

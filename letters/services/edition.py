"""What can be done to the editions of a letter."""

import base64
import hashlib
import io
import secrets
import zipfile
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import Any

import pikepdf
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from campaign.base import jobs, journal, register
from campaign.base.canonical import LETTER_DOMAIN, canonical_json, fingerprint
from campaign.base.jobs import JobState
from campaign.base.languages import LANGUAGES
from campaign.base.models import User
from letters import signed_by
from letters.errors import NotPrintedYet
from letters.models import Edition, Issuer, Letter, Recipient, Revision, SignatoryList
from letters.models.edition import BOUND, Row, Shown
from letters.printing.payload import (
    Addressee,
    Asked,
    CopyGroup,
    CoverLetters,
    LabelSheet,
    Payload,
    Signatory,
    TextVersion,
)
from letters.printing.payload import Issuer as Letterhead
from letters.services.enclosure import enclosures_of
from letters.services.freeze import ISSUER_FIELDS, ISSUER_TEXTS, canonical_form, final_texts, frozen_issuer
from letters.signed_by import SignatoryLine, ToPrint
from letters.states import RecipientRole

MOST_STAMPED = 1_000  # names; readers go through the whole list to judge what follows a seal (`docs/decisions/0014-long-term-seals.md`)


def freeze_signatory_list(revision: Revision, *, at: datetime, number: int = 0) -> SignatoryList:
    """Freeze who stands under a revision, in each language's own order: at closing everybody, later the newcomers.

    The fingerprint is over the public names alone and salted, so that nobody can guess a hidden one and try it, also not one that was
    hidden between closing and publication.
    """
    found = {language: signed_by.reader().to_print(revision.letter_id, language) for language in LANGUAGES}
    if number:
        known = {key for earlier in revision.signatory_lists.all() for key in earlier.ids()}
        found = {language: lists.newcomers(known) for language, lists in found.items()}
    names = {language: [_row(line, revision) for line in lists.public] for language, lists in found.items()}
    frozen = SignatoryList(
        revision=revision,
        number=number,
        names=names,
        addressee_names={
            language: [_row(line, revision) for line in lists.addressee] for language, lists in found.items()
        },
        members={
            "names": {language: [line.key for line in lists.public] for language, lists in found.items()},
            "addressee_names": {language: [line.key for line in lists.addressee] for language, lists in found.items()},
            "counted": sorted(line.key for line in found[LANGUAGES[0]].counted),
            "entries": found[LANGUAGES[0]].entries(),
            **({"consents": _consents(found[LANGUAGES[0]])} if revision.letter.consent_annex else {}),
        },
        count=len(found[LANGUAGES[0]]),
        salt=secrets.token_hex(32),
        closed_at=at,
    )
    frozen.fingerprint = fingerprint("qoltanba/signatories/v2", frozen.frozen_names())
    frozen.save()
    return frozen


def _consents(signed: ToPrint) -> dict[str, Row]:
    """When and how those who are named consented, for an annex."""
    return {
        line.key: {
            "consented_on": line.consented_on.isoformat() if line.consented_on else "",
            "source": line.source,
            "entry": line.entry,
        }
        for line in (*signed.public, *signed.addressee)
    }


def _row(line: SignatoryLine, printed: Revision) -> Row:
    row: Row = {"name": line.name, "abbreviation": line.abbreviation, "place": line.place}
    return row if line.revision == printed.number else row | {"revision": line.revision}


def create_editions(letter: Letter, revision: Revision, frozen: SignatoryList, *, at: datetime) -> None:
    """Create the waiting editions: one for each recipient and language, and one public one for each language; bound ones where the letter
    has them.
    """
    recipients = recipients_of(letter)
    Edition.objects.bulk_create(
        Edition(
            revision=revision,
            recipient=recipient,
            language=language,
            addendum=frozen.number,
            payload=payload.to_json(),
            created_at=at,
        )
        for recipient in [None, *recipients]
        for language, payload in _payloads(letter, recipient, recipients, revision, frozen, at).items()
    )


def _payloads(
    letter: Letter,
    recipient: Recipient | None,
    recipients: list[Recipient],
    revision: Revision,
    frozen: SignatoryList,
    at: datetime,
) -> dict[str, Payload]:
    """What is printed for one recipient, by language."""
    payloads = {
        language: payload_of(
            letter,
            language,
            recipient,
            recipients,
            revision=revision,
            shown=frozen.shown(language, to_addressee=is_addressee(recipient)),
            on=at,
            addendum=frozen.number,
        )
        for language in LANGUAGES
    }
    if letter.bound_editions:
        number = _edition_number(recipients, recipient, BOUND, frozen.number)
        first, *further = (replace(payload, edition_number=number) for payload in payloads.values())
        payloads[BOUND] = replace(first, bound_with=tuple(further))
    return payloads


def is_addressee(recipient: Recipient | None) -> bool:
    """Whether an edition may show the names that are for the addressee alone: never a copy, never the public one."""
    return recipient is not None and recipient.role == RecipientRole.TO


def hide_in_editions(letter: Letter, key: str, names: list[str], *, from_addressee: bool) -> None:
    """Let no edition that is still to be printed name this signatory in public, and offer no public one that does.

    The caller holds the letter to change it. What was printed for a recipient stays as it is. A public edition with the name is taken off the site and printed anew.

    :param key: the signatory's permanent public id.
    :param names: what it is called; by these it is found in a list that was frozen without ids.
    :param from_addressee: whether the addressee no longer sees the name either.
    """
    for frozen in SignatoryList.objects.filter(revision__letter=letter).order_by("number"):
        frozen.hidden |= dict.fromkeys([key] if frozen.members else names, not from_addressee)
        frozen.save(update_fields=["hidden"])
        made = Edition.objects.filter(revision=frozen.revision_id, addendum=frozen.number).select_related("recipient")
        held = made.select_for_update(no_key=True, of=("self",)).order_by("pk")  # no worker finishes one meanwhile
        for edition in held.exclude(~Q(recipient=None), state=JobState.DONE):
            _print_with_less(edition, frozen)


def _print_with_less(edition: Edition, frozen: SignatoryList) -> None:
    payload = Payload.from_json(edition.payload)
    first, *further = (
        replace(part, **_names_of(frozen.shown(part.language, to_addressee=is_addressee(edition.recipient))))
        for part in payload.parts
    )
    changed = replace(first, bound_with=tuple(further)).to_json()
    if changed == edition.payload:
        return
    for kept in (edition.file, *(copy.file for copy in edition.archive_copies.all())):
        if kept:
            transaction.on_commit(partial(kept.storage.delete, str(kept.name)))
    edition.archive_copies.all().delete()
    Edition.objects.filter(pk=edition.pk).update(
        payload=changed,
        state=JobState.WAITING,
        claim="",
        leased_until=None,
        handed_at=None,
        not_before=None,
        attempts=0,
        reason="",
        file="",
        size=None,
        pages=None,
        sha256="",
        unsigned_sha256="",
        printed_at=None,
        stamped_until=None,
    )


def _names_of(shown: Shown) -> dict[str, Any]:
    return {
        "signatories": tuple(Signatory(**row) for row in shown.public),
        "addressee_signatories": tuple(Signatory(**row) for row in shown.addressee),
        "unnamed": shown.unnamed,
    }


def recipients_of(letter: Letter) -> list[Recipient]:
    """The recipients in their order, with their offices and what is asked of them."""
    rows = letter.recipients.select_related("office").prefetch_related("demands")
    return list(rows.order_by("order", "pk"))


def draft_payload(letter: Letter, language: str, recipient: Recipient | None, *, at: datetime) -> Payload:
    """What a preview prints now: marked as a draft, with the names admitted so far."""
    revision = letter.revisions.last()
    shown = Shown([], [], 0)
    if revision is not None:
        found = signed_by.reader().to_print(letter.pk, language)
        addressee = [_row(line, revision) for line in found.addressee] if is_addressee(recipient) else []
        shown = Shown(
            [_row(line, revision) for line in found.public], addressee, len(found) - len(found.public) - len(addressee)
        )
    return payload_of(
        letter, language, recipient, recipients_of(letter), revision=revision, shown=shown, on=at, draft=True
    )


def payload_of(
    letter: Letter,
    language: str,
    recipient: Recipient | None,
    recipients: list[Recipient],
    *,
    revision: Revision | None,
    shown: Shown,
    on: datetime,
    draft: bool = False,
    addendum: int = 0,
) -> Payload:
    """Everything that one edition prints."""
    whole = (
        revision.fingerprint
        if revision
        else fingerprint(LETTER_DOMAIN, canonical_form(letter, final_texts(letter), recipients))
    )
    code = revision.check_code if revision else "-".join(whole[start : start + 4] for start in (0, 4, 8))
    return Payload(
        language=language,
        kind=letter.kind,
        title=letter.text("title", language),
        body=letter.text("body", language),
        original_language=letter.original_language,
        reference=letter.reference,
        dated_on=_local_day(on).isoformat(),
        letter_slug=letter.slug,
        fingerprint=whole,
        check_code=code,
        check_address=f"{settings.SITE_URL}/v/{code}/",
        issuer=_letterhead(frozen_issuer(letter, revision), letter.issuer, language),
        recipient=_public_addressee(recipients, language) if recipient is None else _addressee(recipient, language),
        copies=_copies(recipients, language),
        **_names_of(shown),
        created_at=on.isoformat(),
        draft=draft,
        demonstration=letter.demonstration or settings.DEMONSTRATION,
        edition_number=_edition_number(recipients, recipient, language, addendum),
        addendum=addendum,
        letter_dated_on=_local_day(letter.closed_at).isoformat() if addendum and letter.closed_at else "",
        asked=_asked(recipients, recipient, language),
        revision=revision.number if revision else 1,
        reason=revision.reason.get(language, "") if revision else "",
        texts=_texts(letter, revision),
    )


def _asked(recipients: list[Recipient], recipient: Recipient | None, language: str) -> tuple[Asked, ...]:
    if recipient is None:
        asked = [Asked(one.named_in(language), tuple(one.demand_numbers())) for one in recipients]
    else:
        asked = [Asked("", tuple(recipient.demand_numbers()))]
    return tuple(one for one in asked if one.demands)


def _texts(letter: Letter, revision: Revision | None) -> tuple[TextVersion, ...]:
    """All texts that were ever signed, where there is more than one."""
    if revision is None or revision.number == 1:
        return ()
    found = letter.revisions.filter(number__lte=revision.number).order_by("number")
    return tuple(TextVersion(one.number, _local_day(one.frozen_at).isoformat(), one.fingerprint) for one in found)


def label_sheet(letter: Letter, language: str) -> LabelSheet:
    """The address blocks of all recipients in one language, for labels."""
    blocks = [recipient.block_in(language)["lines"] for recipient in recipients_of(letter)]
    return LabelSheet(language, letter.text("title", language), tuple(tuple(lines) for lines in blocks))


def copies_of(letter: Letter, language: str) -> list[Edition]:
    """The printed copies of the letter itself for its recipients in one language, in their order."""
    return [
        one
        for one in editions_of(letter, language=language)
        if one.recipient_id is not None and not one.addendum and one.state == JobState.DONE
    ]


def cover_letters(copies: list[Edition]) -> CoverLetters:
    """What lies on top of these copies."""
    return CoverLetters(tuple((Payload.from_json(one.payload), one.pages or 0) for one in copies))


def for_duplex(copies: list[Edition]) -> bytes:
    """These copies in one file for a printer that prints on both sides: each begins on a right-hand page. The seals stay in the editions."""
    memory = io.BytesIO()
    with pikepdf.new() as together:
        for one in copies:
            with pikepdf.open(io.BytesIO(content(one))) as copy:
                for holder, name in ((copy.Root, "/AcroForm"), *((page.obj, "/Annots") for page in copy.pages)):
                    if name in holder:  # paper has no fields and links, and a seal would not hold here
                        del holder[name]
                together.pages.extend(copy.pages)
                if len(copy.pages) % 2:
                    width, height = (float(side) for side in copy.pages[0].mediabox[2:])
                    together.add_blank_page(page_size=(width, height))
        together.save(memory)
    return memory.getvalue()


def _local_day(moment: datetime) -> date:
    return timezone.localtime(moment).date()


def _letterhead(frozen: dict[str, Any], issuer: Issuer, language: str) -> Letterhead:
    logo = ""
    if issuer.logo:
        with issuer.logo.open("rb") as file:
            logo = base64.b64encode(file.read()).decode()
    texts = {field: frozen[field][language] for field in ISSUER_TEXTS}
    return Letterhead(**texts, **{field: frozen[field] for field in ISSUER_FIELDS}, logo_png=logo)


def _addressee(recipient: Recipient, language: str) -> Addressee:
    block = recipient.block_in(language)
    return Addressee(lines=tuple(block["lines"]), salutation=block["salutation"])


def _public_addressee(recipients: list[Recipient], language: str) -> Addressee | None:
    """All main addressees in one block; the salutation is the first one's."""
    blocks = [_addressee(recipient, language) for recipient in recipients if recipient.role == RecipientRole.TO]
    if not blocks:
        return None
    return Addressee(lines=tuple(line for block in blocks for line in block.lines), salutation=blocks[0].salutation)


def _copies(recipients: list[Recipient], language: str) -> tuple[CopyGroup, ...]:
    groups: dict[str, list[str]] = {}
    for recipient in recipients:
        if recipient.role == RecipientRole.CC:
            group = getattr(recipient, f"group_{language}") or ""
            groups.setdefault(group, []).append(recipient.named_in(language))
    return tuple(CopyGroup(title=title, lines=tuple(lines)) for title, lines in groups.items())


def _edition_number(recipients: list[Recipient], recipient: Recipient | None, language: str, addendum: int) -> str:
    number = f"{0 if recipient is None else recipients.index(recipient) + 1}-{language}"
    return f"{number}-{addendum}" if addendum else number


def print_one(edition: Edition) -> None:
    """Print, sign and store one claimed edition; its file, hashes and register entry appear together or not at all."""
    from letters.printing.render import render  # WeasyPrint takes half a second to load; the web does without
    from letters.printing.sign import sealer, sign, stamped_until

    payload = Payload.from_json(edition.payload)
    unsigned = render(payload, enclosures_of(edition), seal=sealer())
    small = payload.count * len(payload.parts) <= MOST_STAMPED
    signed = sign(unsigned, level=None if small else "")
    store(edition, unsigned=unsigned, signed=signed, at=timezone.now(), until=stamped_until(signed) if small else None)


def store(edition: Edition, *, unsigned: bytes, signed: bytes, at: datetime, until: datetime | None = None) -> None:
    """Keep a printed edition; when another worker was faster, nothing is kept.

    :param until: until when the certificate of its archive time stamp is valid; None without such a stamp.
    """
    sha256 = hashlib.sha256(signed).hexdigest()
    with pikepdf.open(io.BytesIO(signed)) as pdf:
        pages = len(pdf.pages)
    letter = edition.revision.letter
    name = default_storage.save(f"editions/{letter.uid}/{sha256}.pdf", ContentFile(signed))
    with transaction.atomic():
        finished = jobs.finish(
            edition,
            file=name,
            size=len(signed),
            pages=pages,
            sha256=sha256,
            unsigned_sha256=hashlib.sha256(unsigned).hexdigest(),
            printed_at=at,
            stamped_until=until,
        )
        if finished:
            register.append(
                "edition.printed",
                letter=letter.uid,
                at=at,
                fingerprint=edition.revision.fingerprint,
                language=edition.language,
                public=edition.recipient_id is None,
                sha256=sha256,
            )
    if not finished:
        default_storage.delete(name)


@transaction.atomic
def print_again(edition: Edition, *, by: User, at: datetime) -> bool:
    """Let a parked edition wait again, with its attempts counted anew; false when it is not parked."""
    row = Edition.objects.filter(pk=edition.pk, state=JobState.PARKED)
    if not row.update(state=JobState.WAITING, attempts=0, reason="", handed_at=None, not_before=None):
        return False
    letter = edition.revision.letter
    journal.write("letter.edition_again", letter, by=by, at=at, scope=letter.slug, file=file_name(edition))
    return True


def progress(revision: Revision) -> dict[str, int]:
    """How many editions there are, are printed, and are parked."""
    return revision.editions.aggregate(
        all=Count("pk"),
        printed=Count("pk", filter=Q(state=JobState.DONE)),
        parked=Count("pk", filter=Q(state=JobState.PARKED)),
    )


def file_name(edition: Edition) -> str:
    """A plain Latin file name: letter, recipient, language, number of the addendum."""
    office = "public" if edition.recipient is None else edition.recipient.office.key
    addendum = f"-addendum-{edition.addendum}" if edition.addendum else ""
    return f"{edition.revision.letter.slug}-{office}-{edition.language}{addendum}.pdf"


def content(edition: Edition) -> bytes:
    """The printed bytes.

    :raises NotPrintedYet: there are none yet.
    """
    if edition.state != JobState.DONE:
        raise NotPrintedYet
    with edition.file.open("rb") as file:
        data: bytes = file.read()
    return data


def bundle(editions: list[Edition]) -> bytes:
    """All these editions as a ZIP, with `manifest.json`: recipient, language, pages, SHA-256 of each file. Same editions, same bytes.

    :raises NotPrintedYet: one of them is not printed.
    """
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_STORED) as archive:
        for edition in editions:
            archive.writestr(_dated(file_name(edition)), content(edition))
        archive.writestr(_dated("manifest.json"), canonical_json(manifest(editions)))
    return memory.getvalue()


def manifest(editions: list[Edition]) -> list[dict[str, Any]]:
    """What goes with printed editions: for each its file name, recipient (None: public), language, pages and SHA-256."""
    return [
        {
            "file": file_name(edition),
            "recipient": None if edition.recipient is None else edition.recipient.office.key,
            "language": edition.language,
            "addendum": edition.addendum,
            "pages": edition.pages,
            "sha256": edition.sha256,
        }
        for edition in editions
    ]


def _dated(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, date_time=(2020, 1, 1, 0, 0, 0))
    info.external_attr = 0o644 << 16
    return info


def editions_of(letter: Letter, *, language: str | None = None, office: str | None = None) -> list[Edition]:
    """A letter's editions: the letter's own before those of its addenda; the public ones first, then by recipient and language."""
    found = Edition.objects.filter(revision__letter=letter).select_related("revision__letter", "recipient__office")
    found = found.prefetch_related("archive_copies")
    if language:
        found = found.filter(language=language)
    if office:
        found = found.filter(recipient__office__key=office)
    order = {code: place for place, code in enumerate((*LANGUAGES, BOUND))}
    return sorted(
        found,
        key=lambda edition: (
            edition.addendum,
            edition.recipient.order if edition.recipient else -1,
            order[edition.language],
        ),
    )

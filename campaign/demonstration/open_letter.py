"""The letter that collects signatures: who was invited and what came of it, who stands under it, and all that waits for people."""

import io
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw, ImageFont

from campaign.base.jobs import claimed
from campaign.base.languages import LANGUAGES
from campaign.base.models import User
from campaign.demonstration.people import Desk
from campaign.demonstration.signing import (
    NOT_THE_OTHER,
    Told,
    admitted,
    claim_of,
    confirmed,
    mailed_code,
    opened,
    record,
    told,
)
from letters.models import Letter
from letters.services import letter as letters
from letters.services.freeze import TEXT_FIELDS
from signatories.checks.outcome import Finding, Reason
from signatories.forms.document import CleanDocument, clean_document
from signatories.models import Check, Organization, Representative, Signature
from signatories.services import check as checks
from signatories.services import decision as decisions
from signatories.services import dispute as disputes
from signatories.services import erratum, paper, vouch
from signatories.services import representative as representatives
from signatories.services import signature as signatures
from signatories.states import (
    CheckKind,
    ErratumChoice,
    EvidenceKind,
    Level,
    Role,
    SignatureSource,
    SignatureState,
    Visibility,
)

# Places in organizations.toml
OWN, READY, VOUCHERS = 0, 9, (1, 2)
COLLEAGUE: Told = {
    "representative": {
        "name": {"kk": "Жанар Мысалбаева"},
        "position": {"kk": "Бағдарлама үйлестірушісі"},
        "basis": "power",
    }
}
WRONG_FIGURE = {
    "kk": ("аптасына он сағаттан аз", "аптасына он екі сағаттан аз"),
    "ru": ("меньше десяти часов в неделю", "меньше двенадцати часов в неделю"),
    "en": ("less than ten hours a week", "less than twelve hours a week"),
}
WHY_CORRECTED = {
    "kk": "Сауалнамадағы сан қате көшірілген.",
    "ru": "Число из опроса было переписано с ошибкой.",
    "en": "The figure was copied wrongly from the survey.",
}
ADMITTED = (29, 28, 27, 26)
FOR_THE_ADDRESSEE, COUNTED, LEFT, ON_HOLD = 20, 21, 22, 23


def begin(coordinator: User, *, now: datetime) -> Letter:
    """Open the letter, six days ago, and let the public read it."""
    at = now - timedelta(days=6)
    letter = opened("open", by=coordinator, opened_at=at, closes_at=now + timedelta(days=60))
    letters.publish_letter(letter, by=coordinator, at=at)
    return letter


def sign(letter: Letter, organizations: list[Told], desk: Desk, *, now: datetime) -> None:
    """Those who stand under the letter, in every way in which one can, and one who no longer does."""
    day = now - timedelta(days=5)
    for number, key in enumerate(ADMITTED):
        admitted(letter, organizations[key], *desk.reviewers, at=day + timedelta(hours=9 * number))
    for key, visibility in ((FOR_THE_ADDRESSEE, Visibility.ADDRESSEE), (COUNTED, Visibility.COUNTED)):
        admitted(letter, organizations[key], desk.coordinator, visibility=visibility, at=now - timedelta(days=3))
    left = admitted(letter, organizations[LEFT], desk.coordinator, at=now - timedelta(days=3))
    assert left.person is not None
    signatures.withdraw(left, by=left.person, at=now - timedelta(days=2))
    _dispute(admitted(letter, organizations[ON_HOLD], desk.coordinator, at=now - timedelta(days=3)), now)


def correct(letter: Letter, desk: Desk, *, now: datetime) -> None:
    """A figure was copied wrongly: the text is corrected, one organization signs it as well, one leaves its signature where it is."""
    at, before = now - timedelta(hours=40), letter.current_revision()
    columns = {f"{part}_{language}": letter.text(part, language) for part in TEXT_FIELDS for language in LANGUAGES}
    for language, (wrong, right) in WRONG_FIGURE.items():
        columns[f"body_{language}"] = columns[f"body_{language}"].replace(wrong, right)
    newest = erratum.correct(letter, columns, WHY_CORRECTED, fingerprint=before.fingerprint, by=desk.coordinator, at=at)
    signed = Signature.objects.filter(revision=before, state=SignatureState.ADMITTED, visibility=Visibility.PUBLIC)
    for signature, choice in zip(signed.order_by("pk"), ErratumChoice, strict=False):
        assert signature.person is not None
        erratum.answer(
            signature,
            choice,
            fingerprint=newest.fingerprint,
            language=signature.language,
            by=signature.person,
            at=at + timedelta(hours=3),
        )


def _dispute(signature: Signature, now: datetime) -> None:
    """A colleague says from the organization's own domain that nobody was asked."""
    email = f"editors@{signature.organization.domain}"
    statement = "The editors were not asked. Our bylaws want a vote of the newsroom for every appeal."
    at = now - timedelta(hours=20)
    asked = disputes.ask(signature, email=email, statement=statement, language="en", at=at)
    disputes.confirm(asked, mailed_code("dispute_code", email), at=at)


def strengthen(organizations: list[Told], owner: User, desk: Desk, *, now: datetime) -> None:
    """The owner's organization proves its domain, and two reviewers say yes to the highest level."""
    organization = Organization.objects.get(domain=organizations[OWN]["domain"])
    proof = checks.ask_for_proof(organization, organization.domain, by=owner, at=now - timedelta(days=4))
    asked = checks.request_check(proof, CheckKind.DNS_TXT, by=owner, at=now - timedelta(days=4))
    with claimed(Check, asked.pk) as check:
        assert check is not None
        found = Finding(Reason.RECORD_FOUND, agreed=2, facts={"resolvers": "2"})
        checks.record_finding(check, found, now - timedelta(days=4))
    for person in desk.reviewers:
        decisions.decide_level(organization, Level.STRONG, reason=NOT_THE_OTHER, by=person, at=now - timedelta(days=3))


def staff(organizations: list[Told], owner: User, *, now: datetime) -> None:
    """The owner asks two colleagues in, one is still on the way, and a second person is needed for every signature."""
    organization = Organization.objects.get(domain=organizations[OWN]["domain"])
    at = now - timedelta(days=4)
    for name, role in (("board", Role.APPROVER), ("team", Role.REPRESENTATIVE), ("press", Role.REPRESENTATIVE)):
        email = f"{name}@{organization.domain}"
        invitation = representatives.invite(organization, email=email, role=role, language="kk", by=owner, at=at)
        if name != "press":
            colleague = User.objects.create_user(email, language="kk")
            EmailAddress.objects.create(user=colleague, email=email, verified=True, primary=True)
            representatives.accept_invitation(invitation, by=colleague, at=at)
    representatives.ask_second_person(organization, True, by=owner, at=at)


def wait(letter: Letter, organizations: list[Told], desk: Desk, *, now: datetime) -> None:
    """What waits for people: of the organization, of the letter, and of the reviewers."""
    own = organizations[OWN]
    confirmed(letter, own | COLLEAGUE, email=f"team@{own['domain']}", at=now - timedelta(hours=6))
    confirmed(letter, organizations[READY], at=now - timedelta(hours=5))
    claims = {claim["key"]: claim for claim in told("claims")}
    _vouched_for(letter, claims["vouched"], organizations, now=now)
    first = confirmed(letter, claims["first-yes"], at=now - timedelta(hours=30))
    record(first, EvidenceKind.WELL_KNOWN, EvidenceKind.CHANNEL_SEEN, by=desk.coordinator, at=now - timedelta(hours=29))
    record(
        first, EvidenceKind.CALL_BACK, EvidenceKind.MANDATE_DOCUMENT, by=desk.reviewers[1], at=now - timedelta(hours=8)
    )
    signatures.admit(first, by=desk.reviewers[1], at=now - timedelta(hours=8), reason=NOT_THE_OTHER)
    for number, key in enumerate(("look-alike", "other-script")):
        confirmed(letter, claims[key], at=now - timedelta(hours=4 - number))
    _on_paper(letter, claims["paper"], desk.coordinator, at=now - timedelta(hours=2))


def _vouched_for(letter: Letter, who: Told, organizations: list[Told], *, now: datetime) -> None:
    """Two organizations that have been confirmed for long give their word for a new one."""
    signature = confirmed(letter, who, at=now - timedelta(hours=26))
    for key in VOUCHERS:
        voucher = Organization.objects.get(domain=organizations[key]["domain"])
        person = Representative.objects.owners().get(organization=voucher).user
        vouch.vouch(voucher, signature.organization, by=person, at=now - timedelta(hours=7))


def _on_paper(letter: Letter, who: Told, by: User, *, at: datetime) -> None:
    language, representative = who["original_language"], who["representative"]
    paper.enter(
        letter.current_revision(),
        organization=None,
        claim=claim_of(who),
        source=SignatureSource.PAPER,
        person_name=representative["name"][language],
        position=representative["position"][language],
        basis=representative["basis"],
        basis_note="",
        visibility=Visibility.PUBLIC,
        signed_on=(at - timedelta(days=1)).date(),
        scan=_scan(representative["name"]["en"], who["names"]["en"]),
        language=language,
        by=by,
        at=at,
    )


def _scan(*lines: str) -> CleanDocument:
    """A sheet of paper with a heading, lines that stand for text, and who signed."""
    sheet = Image.new("RGB", (620, 877), "white")
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(size=20)
    pen.text((60, 60), "DEMONSTRATION: signature on paper", fill="black", font=font)
    for number in range(14):
        pen.line((60, 130 + 34 * number, 560 - 37 * (number % 3), 130 + 34 * number), fill="#bbb", width=3)
    for number, line in enumerate(lines):
        pen.text((60, 660 + 34 * number), line, fill="black", font=font)
    pen.ellipse((400, 700, 540, 840), outline="#36c", width=4)
    file = io.BytesIO()
    sheet.save(file, format="PNG")
    return clean_document(SimpleUploadedFile("scan.png", file.getvalue()))

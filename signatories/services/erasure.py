"""Erase what is known of one person, at that person's wish. The organization's signature, its entry in the register and every proof stay."""

import json
import re
import secrets
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial, reduce
from operator import or_
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import models, transaction
from django.db.models import Q, QuerySet

from campaign.base import freshness, journal
from campaign.base.jobs import JobState
from campaign.base.locks import hold, one_at_a_time
from campaign.base.models import Mail, RegisterWitness, User
from letters import captured_mail
from letters.models import Coordinator, FirstReader, Issuer, Letter, UnsavedDraft
from signatories import policy
from signatories.models import (
    Check,
    ColleagueInvitation,
    Dispute,
    EdsSignature,
    Evidence,
    Invitation,
    InvitationNote,
    MailedCode,
    Mandate,
    Notice,
    Organization,
    ProfileChange,
    Representative,
    Signature,
    TakeOut,
)
from signatories.services.document import drop_document
from signatories.services.organization import forget_unclaimed
from signatories.states import EvidenceKind, InvitationState, SignatureSource, SignatureState

ERASED = "[erased]"
WAITING = (SignatureState.PROPOSED, SignatureState.CONFIRMED, SignatureState.ON_HOLD)
EDS_FACTS = (
    "algorithm",
    "role",
    "number",
    "signed_at",
    "time_source",
    "revocation",
    "said",
)  # none of them is the person's

_TEXTS = "a text of a letter or a letterhead: change a draft at the desk and a letterhead in the administration; what is frozen stays"
_NAMES = "a name of an organization, which is public or stands behind an entry of the register"
_OTHERS = "of somebody with the same name"
KEPT = {  # where an address or a name is looked for and left, by table or column
    **{
        f"letters.{table}": _TEXTS
        for table in (
            "Campaign",
            "Comment.texts",
            "ConfirmedBlock",
            "Demand",
            "Edition",
            "Issuer",
            "Letter",
            "Office",
            "Official",
            "Recipient",
            "Revision",
            "SignatoryList",
            "UnsavedDraft",
        )
    },
    **{
        f"signatories.{column}": _NAMES
        for column in (
            "Invitation.folded",
            "Invitation.name",
            "Organization",
            "OrganizationAlias",
            "ProfileChange.columns",
            "SearchForm",
            "Signature.claim",
            "Signature.opening",
            "VerificationEntry",
        )
    },
    **{
        f"signatories.{column}": _OTHERS
        for column in ("Invitation.contact_name", "Mandate.name", "Mandate.position", "Signature.person_name")
    },
    **{
        f"base.{table}": "the public register, which knows no person"
        for table in ("RegisterCheckpoint", "RegisterCosignature", "RegisterEntry", "RegisterHead", "RegisterNode")
    },
}


class ErasureRefused(Exception):
    """Nothing was erased; the message is for the operator."""


@dataclass(frozen=True, slots=True)
class Line:
    """What becomes of so many rows of one table."""

    table: str
    rows: int
    fate: str
    stays: bool = False


@dataclass(frozen=True, slots=True)
class Traces:
    """Where a person is found. `words` are the addresses and full names that are looked for in every text, `posts` the positions."""

    account: User | None
    addresses: frozenset[str]
    signatures: tuple[int, ...]
    mandates: tuple[int, ...]
    words: re.Pattern[str]
    posts: re.Pattern[str]

    def at(self, field: str = "email") -> Q:
        """Rows with one of the addresses in this column."""
        return _any_of(field, self.addresses)

    def without(self, value: Any) -> Any:
        """The text or JSON without address and name, and where one of them stood without the position, too."""
        cleaned = _replace(self.words, value)
        return cleaned if cleaned == value else _replace(self.posts, cleaned)


def _any_of(field: str, values: Iterable[str]) -> Q:
    """Rows with one of these in the column, in whichever case; none where there is nothing to look for."""
    return reduce(or_, (Q(**{f"{field}__iexact": value}) for value in sorted(values)), Q(pk__in=[]))


def _pattern(parts: Iterable[str]) -> re.Pattern[str]:
    """Any of the parts, the longest first; without any it finds nothing."""
    return re.compile("|".join(sorted(parts, key=len, reverse=True)) or "(?!)", re.IGNORECASE)


def _word(text: str) -> str:
    return rf"(?<!\w){re.escape(text)}(?!\w)"


def _address(email: str) -> str:
    return rf"(?<![\w.+-]){re.escape(email)}(?![\w-]|\.\w)"


def _full_name(name: str) -> Iterator[str]:
    """The name in each order in which it is written, with whatever suffix; one word alone is everybody's."""
    words = name.split()
    if len(words) > 1:
        for order in (words, [*words[1:], words[0]], [words[-1], *words[:-1]]):
            yield r"(?<!\w)" + r"\s+".join(map(re.escape, order))


def _replace(pattern: re.Pattern[str], value: Any) -> Any:
    if isinstance(value, str):
        return pattern.sub(ERASED, value)
    if isinstance(value, list):
        return [_replace(pattern, one) for one in value]
    if isinstance(value, dict):
        return {key: _replace(pattern, one) for key, one in value.items()}
    return value


@transaction.atomic
def erase_person(email: str, *, at: datetime, only_look: bool = False) -> list[Line]:
    """Erase everything that is known of the person with this address, table by table.

    The account stays as an empty row where others refer to it; mandates and given signatures stay without name, position and address.

    :param only_look: say what would become of it, and change nothing.
    :raises ErasureRefused: nothing is known, the person still acts here, or others would be left without a coordinator.
    """
    one_at_a_time("erase a person")
    traces = _find(email.strip().lower())
    _check_nothing_rests_on(traces)
    lines = [line for line in _erase(traces, at) if line.rows]
    if all(line.stays for line in lines):
        stays = "".join(f"\n{line.table}: {line.rows}, {line.fate}" for line in lines)
        raise ErasureRefused(
            "Nothing is kept here that could be erased for this address, and nothing was changed. "
            f"It was erased before, was never here, or is written in another way: compare it letter by letter.{stays}"
        )
    rows: Counter[str] = Counter()
    for line in lines:
        rows[line.table] += 0 if line.stays else line.rows
    journal.write("person.erased", traces.account or User(), by=None, at=at, rows=dict(+rows))
    freshness.raise_version()
    transaction.set_rollback(only_look)
    return lines


def _find(email: str) -> Traces:
    """The person's rows as they are now, the signatures held with all around them until the end of the transaction."""
    account = User.objects.filter(email__iexact=email).first()
    if account is None:
        shown = EmailAddress.objects.filter(email__iexact=email, verified=True).select_related("user").first()
        account = None if shown is None else shown.user
    addresses = {email}
    if account is not None:
        own = EmailAddress.objects.filter(user=account, verified=True)
        addresses |= {account.email.lower(), *(one.lower() for one in own.values_list("email", flat=True))}
    mine = _any_of("email", addresses)
    stated = Mandate.objects.none()
    if account is not None:
        mine |= Q(person=account) | Q(mandate__representative__user=account)
        stated = Mandate.objects.filter(representative__user=account)
    keys = set(Signature.objects.filter(mine).values_list("pk", flat=True))
    _hold_around(keys, addresses)
    held = list(Signature.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk"))
    given = [one for one in held if one.state != SignatureState.STARTED]
    names = {one.person_name for one in given} | set(stated.values_list("name", flat=True))
    positions = {one.position for one in given} | set(stated.values_list("position", flat=True))
    signatures = {*(one.pk for one in held), *_on_paper(account, names)}
    mandates = {
        *stated.values_list("pk", flat=True),
        *Mandate.objects.filter(signatures__in=signatures).values_list("pk", flat=True),
    }
    others = set(map(_folded, Mandate.objects.exclude(pk__in=mandates).values_list("name", flat=True)))
    searched = [name for name in names if _folded(name) not in others]
    words = _pattern([*map(_address, addresses), *(form for name in searched for form in _full_name(name))])
    return Traces(
        account,
        frozenset(addresses),
        tuple(sorted(signatures)),
        tuple(sorted(mandates)),
        words,
        _pattern(map(_word, filter(None, positions))),
    )


def _hold_around(signatures: Iterable[int], addresses: Iterable[str]) -> None:
    """Hold the letters and organizations of these signatures, and the organizations with such a contact, in the order of locks."""
    around = Signature.objects.filter(pk__in=signatures)
    for letter in sorted(set(around.values_list("revision__letter", flat=True))):
        hold(Letter, letter, only=("slug",))
    organizations = Organization.objects.filter(
        Q(pk__in=around.values("organization")) | _any_of("contact_email", addresses)
    )
    list(organizations.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))


def _on_paper(account: User | None, names: Iterable[str]) -> list[int]:
    """What a person of this name signed on paper for an organization for which the account acted."""
    if account is None:
        return []
    represented = Representative.objects.filter(user=account).values("organization")
    paper = Signature.objects.exclude(source=SignatureSource.ONLINE).filter(organization__in=represented)
    own = set(map(_folded, filter(None, names)))
    return [pk for pk, name in paper.values_list("pk", "person_name") if _folded(name) in own]


def _folded(name: str) -> str:
    """The name as it is compared: SQLite knows the two cases of Latin letters alone."""
    return " ".join(name.casefold().split())


def _check_nothing_rests_on(traces: Traces) -> None:
    """Refuse what would leave others with an act that nobody answers for.

    :raises ErasureRefused: with what is to be done first.
    """
    reasons = []
    if traces.account is not None:
        acting = Representative.objects.active().filter(user=traces.account).select_related("organization")
        if slugs := ", ".join(sorted(one.organization.slug for one in acting)):
            reasons.append(
                f"The person still acts for: {slugs}. End that first: the person leaves at “My organizations”, an owner removes "
                "the person there, or a reviewer revokes the mandate at the desk."
            )
        issuers = Issuer.objects.filter(coordinators__user=traces.account)
        others = Coordinator.objects.exclude(user=traces.account).filter(user__is_active=True)
        if keys := ", ".join(sorted(issuers.exclude(coordinators__in=others).values_list("key", flat=True))):
            reasons.append(
                f"Nobody else coordinates the letters of: {keys}. Make somebody else a coordinator first: "
                "manage.py create_coordinator ADDRESS --issuer KEY"
            )
    waiting = Signature.objects.filter(pk__in=traces.signatures, state__in=WAITING)
    if letters := ", ".join(sorted(set(waiting.values_list("revision__letter__slug", flat=True)))):
        reasons.append(
            f"Signatures of the person still wait for somebody’s decision, under: {letters}. Have each admitted, refused or "
            "withdrawn first; nobody could judge them afterwards."
        )
    disputes = Dispute.objects.filter(traces.at(), resolved_at=None).select_related("signature__revision__letter")
    if letters := ", ".join(sorted({one.signature.revision.letter.slug for one in disputes})):
        reasons.append(
            f"A dispute that the person raised still waits for a decision, under: {letters}. Decide it first."
        )
    if reasons:
        raise ErasureRefused("Nothing was erased.\n" + "\n".join(reasons))


def _erase(traces: Traces, at: datetime) -> Iterator[Line]:
    yield from _erase_signatures(traces)
    yield from _erase_evidence(traces)
    yield from _erase_correspondence(traces, at)
    if traces.account is not None:
        yield from _erase_account(traces.account)
    yield from _gone(EmailAddress.objects.filter(traces.at()))
    yield from _gone(_sessions(traces))
    yield from _sweep(traces)
    yield Line("captured mail", captured_mail.count_of(traces.words), "deleted")
    transaction.on_commit(partial(captured_mail.forget, traces.words))


def _gone(rows: QuerySet[Any]) -> Iterator[Line]:
    for table, count in rows.delete()[1].items():
        yield Line(table, count, "deleted")


def _emptied(rows: QuerySet[Any], fate: str, **columns: Any) -> Line:
    return Line(rows.model._meta.label, rows.update(**columns), fate)


def _erase_signatures(traces: Traces) -> Iterator[Line]:
    mine = Signature.objects.filter(pk__in=traces.signatures)
    begun = mine.filter(state=SignatureState.STARTED)
    organizations = list(begun.values_list("organization_id", flat=True))
    _drop_documents(mine, "scan")
    yield from _gone(begun)
    forget_unclaimed(organizations)
    yield _emptied(
        mine,
        "stay the organization’s, without name, position, address and basis of the person",
        email="",
        person_name="",
        position="",
        basis_note="",
        scan="",
    )
    mandates = Mandate.objects.filter(pk__in=traces.mandates)
    _drop_documents(mandates, "document")
    fate = "stay without name, position, details and document"
    yield _emptied(mandates, fate, name="", position="", basis_note="", document="")


def _drop_documents(rows: QuerySet[Any], field: str) -> None:
    for row in rows.exclude(**{field: ""}):
        drop_document(getattr(row, field))


def _erase_evidence(traces: Traces) -> Iterator[Line]:
    """What was seen of the person goes; that it was seen, when and by whom stays, because the organization's level rests on it."""
    mine = Evidence.objects.filter(mandate__in=traces.mandates)
    _drop_documents(mine, "document")
    mine.update(document="")
    of_the_person = mine.filter(kind__in=policy.PERSONAL_KINDS).exclude(kind=EvidenceKind.EDS)
    yield _emptied(of_the_person, "stay with kind and day, without what was noted and seen", detail=ERASED)
    for one in mine.exclude(pk__in=of_the_person):
        Evidence.objects.filter(pk=one.pk).update(detail=_replace(traces.posts, one.detail))
    signed = EdsSignature.objects.filter(signature__in=traces.signatures)
    yield from _gone(Check.objects.filter(eds__in=signed).exclude(state=JobState.DONE))
    for eds in signed:
        facts = {name: eds.facts[name] for name in EDS_FACTS if name in eds.facts}
        EdsSignature.objects.filter(pk=eds.pk).update(manifest=b"", cms=b"", facts=facts)
    yield Line(EdsSignature._meta.label, len(signed), "stay with what was found, without certificate and signature")


def _erase_correspondence(traces: Traces, at: datetime) -> Iterator[Line]:
    yield from _gone(MailedCode.objects.filter(traces.at()))
    yield from _gone(FirstReader.objects.filter(traces.at()))
    yield from _gone(ColleagueInvitation.objects.filter(traces.at()))
    yield from _gone(Mail.objects.filter(traces.at("to")))
    yield _emptied(Dispute.objects.filter(traces.at()), "stay without address and words", email="", statement="")
    contact = Organization.objects.filter(traces.at("contact_email"))
    yield _emptied(contact, "stay without contact address: the organization needs another one", contact_email="")
    yield _emptied(RegisterWitness.objects.filter(traces.at()), "stay without address", email="")
    yield from _gone(Invitation.objects.filter(traces.at(), state=InvitationState.PREPARED))
    invited = Invitation.objects.filter(traces.at())
    yield from _gone(InvitationNote.objects.filter(invitation__in=invited))
    for one in list(invited):
        nobody = {"email": _nobody(), "contact_name": "", "note": "", "reason": ""}
        Invitation.objects.filter(pk=one.pk).update(**nobody, next_reminder_at=None, stopped_at=one.stopped_at or at)
        yield Line(Invitation._meta.label, 1, "stay the organization’s, without address, contact, notes and reminders")


def _nobody() -> str:
    """An address that is nobody's and never will be (RFC 2606)."""
    return f"erased-{secrets.token_hex(8)}@erased.invalid"


def _erase_account(account: User) -> Iterator[Line]:
    for model in (EmailAddress, Authenticator, UserSession, Coordinator):
        yield from _gone(model._default_manager.filter(user=account))
    for model in (UnsavedDraft, Notice):
        yield from _gone(model._default_manager.filter(person=account))
    yield from _gone(TakeOut.objects.filter(asked_by=account, decided_at=None))
    yield from _gone(ProfileChange.objects.filter(proposed_by=account, decided_at=None))
    yield _emptied(Invitation.objects.filter(owner=account), "stay, and nobody talks to them", owner=None)
    account.groups.clear()
    account.user_permissions.clear()
    account.set_unusable_password()
    yield _emptied(
        User.objects.filter(pk=account.pk),
        "stays as an empty row, because what others did refers to it; nobody can sign in with it",
        email=_nobody(),
        password=account.password,
        language="kk",
        last_login=None,
        is_active=False,
        is_staff=False,
        is_superuser=False,
        is_reviewer=False,
    )


def _sessions(traces: Traces) -> QuerySet[Session]:
    """Sessions in which the person is signed in, or in which somebody asked for a code to one of the addresses."""
    own = None if traces.account is None else str(traces.account.pk)

    def is_of_person(session: Session) -> bool:
        known = session.get_decoded()
        return (own is not None and known.get("_auth_user_id") == own) or bool(traces.words.search(json.dumps(known)))

    return Session.objects.filter(pk__in=[one.pk for one in Session.objects.iterator() if is_of_person(one)])


def _sweep(traces: Traces) -> Iterator[Line]:
    """Look through every text of every table; what a later table keeps is looked through as well, unless `KEPT` says why not."""
    for model in apps.get_models():
        label = model._meta.label
        if label in ("sessions.Session", "auth.Permission", "contenttypes.ContentType"):
            continue
        texts = {field.attname: field for field in model._meta.concrete_fields if _is_text(field)}
        changes: dict[Any, dict[str, Any]] = {}
        left: Counter[str] = Counter()
        for pk, *values in model._base_manager.values_list("pk", *texts).iterator(chunk_size=1000):
            for name, value in zip(texts, values, strict=True):
                cleaned = traces.without(value)
                if cleaned == value:
                    continue
                if why := KEPT.get(label) or KEPT.get(f"{label}.{name}"):
                    left[why] += 1
                else:
                    longest = texts[name].max_length if isinstance(cleaned, str) else None
                    changes.setdefault(pk, {})[name] = cleaned[:longest] if longest else cleaned
        for pk, columns in changes.items():
            model._base_manager.filter(pk=pk).update(**columns)
        yield Line(label, len(changes), f"stay with “{ERASED}” instead of address, name and position")
        for why, rows in left.items():
            yield Line(label, rows, why, stays=True)


def _is_text(field: Any) -> bool:
    is_text = isinstance(field, models.CharField | models.TextField | models.JSONField)
    return is_text and not field.choices and not field.primary_key

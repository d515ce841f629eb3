"""Everything that a reviewer looks at before deciding about one signature."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from campaign.base.languages import LANGUAGE_NAMES, LANGUAGES
from campaign.base.models import User
from letters.models import Letter
from letters.states import RegistrationScheme
from signatories import policy
from signatories.checks.register_lookup import register_of_settings
from signatories.countries import country_name
from signatories.desk_selectors import SignatureLine, signature_line
from signatories.domains import Forms, ascii_domain, both_forms, lookalikes, mail_domain, mixes_scripts
from signatories.eds.states import Revocation
from signatories.eds.states import Role as EdsRole
from signatories.errors.signature import OwnSignature
from signatories.forms.fields import readable_host
from signatories.models import Check as MachineCheck
from signatories.models import Decision, Evidence, Organization, Signature
from signatories.models.organization import OrganizationQuerySet
from signatories.numbers import has_check_digits, is_of_branch, number_is_valid
from signatories.search import branches_among
from signatories.selectors import FoundOrganization, found_organizations
from signatories.services import decision as decisions
from signatories.services import evidence as evidences
from signatories.services import signature as signatures
from signatories.states import (
    ACTIVE_STATES,
    NOT_GIVEN,
    Level,
    OrganizationKind,
    Question,
    SignatureState,
)


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """One fact as this person claimed it and as it stands on record."""

    name: str
    language: str
    claimed: str
    on_record: str
    differs: bool


@dataclass(frozen=True, slots=True)
class Check:
    """What was compared, in words; `verdict` is "yes", "no" or, where nothing follows, empty."""

    verdict: str
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One of the three questions, and whether evidence answers it."""

    question: str
    answered: bool


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """One piece of evidence with the questions that it answers; `by` is empty for a machine. `holds`: passed and still valid."""

    kind_name: str
    detail: str
    answers: list[str]
    checked_at: datetime
    by: str
    result: str
    result_name: str
    valid_until: datetime | None
    holds: bool
    document_url: str
    document_sha256: str


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """What one reviewer decided."""

    by: str
    level_name: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class EdsLine:
    """One electronic signature that was verified. A good one names person, organization and role as the certificate does; a refused
    one says why.
    """

    at: datetime
    result: str
    subject: str
    role: str
    revocation: str
    said: str


@dataclass(frozen=True, slots=True)
class Review:
    """Everything that a coordinator or a reviewer looks at before deciding."""

    signature: Signature
    letter: Letter
    title: str
    organization: str
    was_chosen: bool
    is_verified: bool
    claim: list[ClaimLine]
    checks: list[Check]
    alike: list[FoundOrganization]
    rivals: list[SignatureLine]
    evidence: list[EvidenceLine]
    electronic: list[EdsLine]
    answers: list[Answer]
    can_decide: bool
    can_admit: bool
    falls_short: bool
    level_name: str
    missing: list[str]
    next_kind: str
    two_decide: bool
    counts: bool
    has_decided: bool
    decisions: list[DecisionLine]
    can_look_up: bool


def review_of(signature: Signature, language: str, *, by: User, at: datetime) -> Review:
    """The page of one signature: claim against record, machine checks, twins, rivals, evidence and open questions."""
    organization, letter = signature.organization, signature.revision.letter
    columns = signature.claim or organization.columns()
    evidence = evidences.evidence_for(signature)
    open_questions = policy.unanswered(policy.valid_kinds(evidence, at))
    can_decide = signature.state == SignatureState.CONFIRMED
    others = decisions.organizations_seen_by(by, at).exclude(pk=organization.pk)
    level, reviewers = policy.level_of(evidence, at), decisions.independent_reviewers(organization, letter)
    wanted = signatures.least_level(letter)
    falls_short = level == Level.VOUCHED and max(level, decisions.borne_level(organization, at=at)) < wanted
    decided = list(signature.decisions.select_related("reviewer").order_by("decided_at", "pk"))
    has_decided = any(one.reviewer_id == by.pk for one in decided)
    return Review(
        signature=signature,
        letter=letter,
        title=letter.text("title", language),
        organization=organization.name_in(language),
        was_chosen=not signature.claim,
        is_verified=organization.verified_at is not None,
        claim=list(claim_lines(columns, organization.columns(), language)),
        checks=[
            *_checks(signature, columns, by),
            *_lookalike_checks(columns["domain"], others),
            *_branch_checks(columns, branches_among(others.exclude(merged_into=organization), columns), language),
        ],
        alike=found_organizations(
            decisions.twins_of(organization, columns, by=by, at=at),
            language,
            lambda one: reverse("desk-merge", args=[organization.pk, one.pk]),
        ),
        rivals=_rivals(signature, language),
        evidence=[evidence_line(one, at) for one in evidence],
        electronic=_electronic(signature, language),
        answers=[Answer(str(one.label), one not in open_questions) for one in Question],
        can_decide=can_decide,
        can_admit=can_decide and bool(level) and not falls_short and not has_decided,
        falls_short=falls_short,
        level_name=str(level.label),
        missing=policy.missing_for(wanted, evidence, at) if falls_short or not level else [],
        next_kind=policy.next_kind(evidence, at) or "",
        two_decide=organization.level < wanted
        and decisions.asks_for_two(
            organization, level or Level.VOUCHED, reviewers=reviewers, situation=policy.situation_of(evidence, at)
        ),
        counts=by.pk in reviewers,
        has_decided=has_decided,
        decisions=decision_lines(decided) if has_decided or not can_decide else [],
        can_look_up=can_decide and organization.has_bin() and register_of_settings().is_asked,
    )


def claim_lines(claimed: dict[str, Any], record: dict[str, Any], language: str) -> Iterator[ClaimLine]:
    """Each fact that either side has, claimed beside recorded; both as columns of an organization."""
    for field, label in (("name", _("Name")), ("abbreviation", _("Abbreviation")), ("note", _("Location note"))):
        for code in LANGUAGES:
            name = _("%(field)s (%(language)s)") % {"field": label, "language": LANGUAGE_NAMES[code]}
            yield from _claim_line(name, code, claimed[f"{field}_{code}"], record[f"{field}_{code}"])
    for name, value in _plain_facts(language).items():
        yield from _claim_line(name, "", value(claimed), value(record))


def _claim_line(name: str, language: str, claimed: str, on_record: str) -> Iterator[ClaimLine]:
    if claimed or on_record:
        yield ClaimLine(name, language, claimed, on_record, claimed != on_record)


def _plain_facts(language: str) -> dict[str, Any]:
    """Facts that are the same in every language, as words; each is read from the columns of an organization."""
    kinds, registers = dict(OrganizationKind.choices), dict(RegistrationScheme.choices)
    return {
        _("Language of the original name"): lambda columns: LANGUAGE_NAMES.get(columns["original_language"], ""),
        _("Kind"): lambda columns: str(kinds.get(columns["kind"], "")),
        _("Country"): lambda columns: country_name(columns["country"], language),
        _("Website"): lambda columns: columns["website"],
        _("Register"): lambda columns: str(registers.get(columns["number_scheme"], "")),
        _("Registration number"): lambda columns: columns["number"],
    }


def _checks(signature: Signature, columns: dict[str, Any], by: User) -> Iterator[Check]:
    yield _mail_check(signature.email, columns["domain"])
    hosts = (signature.email.rpartition("@")[2], urlsplit(columns["website"]).hostname or "")
    for host in dict.fromkeys(hosts):
        yield from _spelling_checks(host)
    yield from _name_checks(columns)
    yield _number_check(columns["number_scheme"], columns["number"])
    if evidences.speaks_for(signature.organization_id, by):
        yield Check("no", str(OwnSignature()))


def _mail_check(email: str, site: str) -> Check:
    domain = mail_domain(email)
    facts = {"domain": domain, "site": site}
    if not domain:
        return Check("no", _("The e-mail address is at a free or shared provider: it shows nothing. Call back."))
    if not site:
        return Check("", _("The e-mail’s domain is %(domain)s; no website of its own was named to compare.") % facts)
    if domain == site:
        return Check("yes", _("The e-mail address is at the website’s own domain %(domain)s.") % facts)
    return Check("no", _("The e-mail’s domain %(domain)s is not the website’s domain %(site)s.") % facts)


def _spelling_checks(host: str) -> Iterator[Check]:
    """Look-alike letters hide in domains that are not written in ASCII; machines see through them."""
    spelled, readable = ascii_domain(host), readable_host(host)
    facts = {"readable": readable, "spelled": spelled}
    if mixes_scripts(readable):
        yield Check("no", _("The domain %(readable)s mixes Latin and Cyrillic letters (%(spelled)s).") % facts)
    elif spelled and "xn--" in spelled:
        yield Check(
            "",
            _(
                "Warning: the domain %(readable)s is really %(spelled)s. Letters of another alphabet may only look alike."
            )
            % facts,
        )


def _lookalike_checks(domain: str, others: OrganizationQuerySet) -> Iterator[Check]:
    """The domain beside those of other organizations that it can be taken for, each as people read it and as the DNS knows it."""
    known: Any = others.exclude(domain="").order_by("domain").values_list("domain", flat=True)
    for one in lookalikes(domain, known) if domain else []:
        facts = {"domain": _in_both_forms(both_forms(domain)), "known": _in_both_forms(one.forms)}
        yield Check(
            "no",
            _(
                "Warning: the domain %(domain)s is easily taken for %(known)s, which belongs to another organization. Compare them letter by letter."
            )
            % facts,
        )


def _branch_checks(columns: dict[str, Any], kin: list[Organization], language: str) -> Iterator[Check]:
    """A branch and its head office are one legal entity, which counts once."""
    if is_of_branch(columns["number_scheme"], columns["number"]):
        yield Check(
            "no",
            _(
                "Warning: the number is that of a branch or a representative office, a part of another organization. Look whether "
                "the head office signs, too: both together count once."
            ),
        )
    for one in kin:
        yield Check(
            "no",
            _(
                "Warning: this organization and %(organization)s can be a branch and its head office. Look whether both sign: both "
                "together count once."
            )
            % {"organization": one.name_in(language)},
        )


def _in_both_forms(forms: Forms) -> str:
    return f"{forms.unicode} ({forms.ascii})" if forms.differ else forms.ascii


def _name_checks(columns: dict[str, Any]) -> Iterator[Check]:
    for language in LANGUAGES:
        for word in columns[f"name_{language}"].split():
            if mixes_scripts(word):
                yield Check("no", _("The word “%(word)s” mixes Latin and Cyrillic letters.") % {"word": word})


def _number_check(scheme: str, number: str) -> Check:
    if not number:
        return Check("", _("No registration number was named."))
    if not has_check_digits(scheme):
        return Check("", _("The number’s rule is not known here. Look it up in the register."))
    if number_is_valid(scheme, number):
        return Check("yes", _("The number’s check digit is right. That catches slips; it identifies nobody."))
    return Check("no", _("The number’s check digit is wrong."))


def _electronic(signature: Signature, language: str) -> list[EdsLine]:
    """What came of the electronic signatures of this claim: for who compares the names, and for nobody else."""
    made = MachineCheck.objects.filter(eds__signature=signature, checked_at__isnull=False).select_related("eds")
    return [_eds_line(one, one.eds.facts, language) for one in made.order_by("checked_at", "pk") if one.eds is not None]


def _eds_line(check: MachineCheck, facts: dict[str, Any], language: str) -> EdsLine:
    assert check.checked_at is not None
    known = "subject" in facts
    return EdsLine(
        at=check.checked_at,
        result=check.outcome,
        subject=facts.get("subject", ""),
        role=str(EdsRole(facts["role"]).label) if known else "",
        revocation=str(Revocation(facts["revocation"]).label) if known else "",
        said=facts.get("said", {}).get(language, ""),
    )


def _rivals(signature: Signature, language: str) -> list[SignatureLine]:
    rivals = Signature.objects.filter(
        revision__letter=signature.revision.letter_id, organization=signature.organization, state__in=ACTIVE_STATES
    ).exclude(Q(pk=signature.pk) | Q(state__in=NOT_GIVEN))
    return [
        signature_line(one, language, Counter())
        for one in rivals.select_related("organization").order_by("confirmed_at", "pk")
    ]


def decision_lines(decided: Iterable[Decision]) -> list[DecisionLine]:
    """Decisions with who and when, in their order."""
    return [DecisionLine(one.reviewer.email, one.get_level_display(), one.reason, one.decided_at) for one in decided]


def evidence_line(evidence: Evidence, at: datetime) -> EvidenceLine:
    """One piece of evidence as the desk shows it."""
    answers = [str(question.label) for question in Question if question in evidence.answers]
    by = "" if evidence.checked_by is None else evidence.checked_by.email
    return EvidenceLine(
        kind_name=evidence.get_kind_display(),
        detail=evidence.detail,
        answers=answers,
        checked_at=evidence.checked_at,
        by=by,
        result=evidence.result,
        result_name=evidence.get_result_display(),
        valid_until=evidence.valid_until,
        holds=evidence.holds(at),
        document_url=reverse("desk-document", args=[evidence.pk]) if evidence.document else "",
        document_sha256=evidence.document_sha256,
    )

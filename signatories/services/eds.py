"""Electronic signatures (EDS): taken from representatives, verified by a worker, kept as evidence."""

import base64
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils.translation import override

from campaign.base import journal
from campaign.base.errors import NotAllowed, Refusal
from campaign.base.jobs import JobState, finish, give_back
from campaign.base.languages import LANGUAGES
from campaign.base.locks import hold
from campaign.base.models import User
from signatories import policy
from signatories.checks import fetch
from signatories.checks.addresses import Address, is_public
from signatories.checks.network import Network, network_of_settings
from signatories.checks.outcome import Reason
from signatories.eds import manifest as manifests
from signatories.eds.errors import EdsRefused
from signatories.eds.trust import installed
from signatories.eds.verify import Verdict, ask_revocation, verify
from signatories.errors.check import AuthoritySilent, CheckWaits, EdsNotPossible, EdsRoleUnbinding, TooManyChecks
from signatories.models import Check, EdsSignature, Evidence, Organization, Signature
from signatories.states import ACTIVE_STATES, CheckKind, EvidenceKind, Outcome

MOST_A_DAY = 5
MOST_OF_AN_ANSWER = 64 * 1024
OK = 200
UNDER_WAY = (JobState.WAITING, JobState.IN_FLIGHT)


def manifest_of(signature: Signature) -> bytes:
    """What is to be signed electronically; the same bytes whenever it is asked for.

    :raises EdsNotPossible: the organization has no BIN in the list, or this claim gives it another one, or the signature is none
        any more.
    """
    organization, revision = signature.organization, signature.revision
    if not organization.has_bin() or signature.state not in ACTIVE_STATES:
        raise EdsNotPossible
    if organization.verified_at is None and signature.claim and _claims_another_number(signature):
        raise EdsNotPossible
    return manifests.manifest(
        letter=revision.letter.uid,
        fingerprint=revision.fingerprint,
        languages=revision.language_fingerprints,
        organization=organization.uid,
        number=organization.number,
        statement=signature.consent_text,
        at=signature.consented_at,
    )


def _claims_another_number(signature: Signature) -> bool:
    """Whether the organization would get another number than it has now if this claim were the first to be admitted."""
    organization, claim = signature.organization, signature.claim
    return (claim["number_scheme"], claim["number"]) != (organization.number_scheme, organization.number)


@transaction.atomic
def receive(signature: Signature, cms: bytes, *, by: User, at: datetime) -> Check:
    """Keep an electronic signature as it came, and ask the worker to verify it.

    :raises Refusal: NotAllowed (only who gave the signature signs it electronically), EdsNotPossible, CheckWaits, TooManyChecks.
    """
    if signature.person_id != by.pk:
        raise NotAllowed
    organization = hold(Organization, signature.organization_id, to_change=True)
    content = manifest_of(signature)
    checks = Check.objects.filter(kind=CheckKind.EDS, eds__signature=signature)
    if checks.filter(state__in=UNDER_WAY).exists():
        raise CheckWaits
    if checks.filter(created_at__date=at.date()).count() >= MOST_A_DAY:
        raise TooManyChecks
    eds = EdsSignature.objects.create(
        signature=signature, person=by, manifest=content, cms=cms, asked_at=at, received_at=at
    )
    check = Check.objects.create(
        kind=CheckKind.EDS,
        organization=organization,
        mandate=signature.mandate,
        eds=eds,
        requested_by=by,
        created_at=at,
    )
    journal.write("eds.received", signature, by=by, at=at, scope=signature.revision.letter.slug)
    return check


def verify_waiting(check: Check, *, at: datetime) -> None:
    """Verify what a claimed check was asked for, and write what it came to. An authority that does not answer is asked again later;
    after the last attempt the person is asked to send the signature again.
    """
    eds = check.eds
    if eds is None:
        raise ValueError(check.kind)
    try:
        _verify(check, eds, at)
    except EdsRefused as refusal:
        _record(check, eds, Outcome.FAILED, facts=_said(refusal), code=type(refusal).__name__, at=at)
    except fetch.NotFetched as silence:
        if check.attempts < check.most_attempts:
            give_back(check, reason=silence.reason)
        else:
            _record(check, eds, Outcome.UNKNOWN, facts=_said(AuthoritySilent()), code=silence.reason, at=at)


def _verify(check: Check, eds: EdsSignature, at: datetime) -> None:
    """Verify, ask the authority where the operator has set an address, and write the verdict.

    :raises EdsRefused: why it is not accepted.
    :raises NotFetched: the authority did not answer.
    """
    cms, content, trust = bytes(eds.cms), bytes(eds.manifest), installed()
    received_at, url = eds.received_at or eds.asked_at, settings.EDS_OCSP_URL
    answer = ask_revocation(cms, content, trust=trust, at=received_at, url=url, fetch=_fetch) if url else b""
    number = check.organization.number
    verdict = verify(cms, content, trust=trust, at=received_at, number=number, ocsp_answer=answer)
    facts = _facts_of(verdict) | {"ocsp_answer": base64.b64encode(answer).decode()}
    if verdict.role.may_bind:
        _record(check, eds, Outcome.PASSED, facts=facts, code="good", at=at)
        return
    unbinding = EdsRoleUnbinding(role=verdict.role.label)
    _record(check, eds, Outcome.UNKNOWN, facts=facts | _said(unbinding), code=type(unbinding).__name__, at=at)


def _fetch(url: str, body: bytes) -> bytes:
    """The authority's answer, within the limits of every other check.

    :raises NotFetched: none came.
    """
    page = fetch.post(url, body, content_type="application/ocsp-request", network=_network(url))
    if page.status != OK:
        raise fetch.NotFetched(Reason.SERVER_TROUBLE)
    if not page.whole:
        raise fetch.NotFetched(Reason.TOO_LARGE)
    return page.body


def _network(url: str) -> Network:
    """A name leads to public addresses alone. Only a number that the operator has written may be one of the own network."""
    written = urlsplit(url).hostname

    def reaches(address: Address) -> bool:
        return is_public(address) or str(address) == written

    return replace(network_of_settings(), reaches=reaches, largest_body=MOST_OF_AN_ANSWER)


def _said(refusal: Refusal) -> dict[str, Any]:
    return {"said": in_three_languages(refusal)}


def in_three_languages(refusal: Refusal) -> dict[str, str]:
    """The sentence as each reader gets it later."""
    said = {}
    for language in LANGUAGES:
        with override(language):
            said[language] = str(refusal)
    return said


def _facts_of(verdict: Verdict) -> dict[str, Any]:
    return {
        "algorithm": verdict.algorithm.value,
        "role": verdict.role.value,
        "number": verdict.number,
        "signed_at": verdict.signed_at.isoformat(),
        "time_source": verdict.time_source.value,
        "revocation": verdict.revocation.value,
        "certificate_sha256": verdict.certificate_sha256,
        "subject": verdict.subject,
    }


@transaction.atomic
def _record(
    check: Check, eds: EdsSignature, outcome: Outcome, *, facts: dict[str, Any], code: str, at: datetime
) -> None:
    """Write what the check came to; nothing, when another process has taken it over. A good signature becomes evidence."""
    hold(Organization, check.organization_id, to_change=True)
    if not finish(check, outcome=outcome, outcome_code=code, checked_at=at):
        return
    EdsSignature.objects.filter(pk=eds.pk).update(facts=facts)
    if outcome == Outcome.PASSED:
        Evidence.objects.create(
            organization_id=check.organization_id,
            mandate_id=check.mandate_id,
            kind=EvidenceKind.EDS,
            detail=f"BIN {facts['number']}, {facts['role']}, {facts['algorithm']}, {facts['revocation']}",
            checked_at=at,
            valid_until=policy.valid_until(EvidenceKind.EDS, at),
        )
    journal.write("eds.verified", check, by=None, at=at, outcome=outcome)

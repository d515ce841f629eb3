"""The two proofs that somebody controls a domain: a record in its DNS, a file on its website."""

import secrets

from signatories.checks import dns, fetch
from signatories.checks.network import Deadline, Network
from signatories.checks.outcome import Finding, Reason
from signatories.domains import (
    FREE_MAIL,
    ascii_domain,
    is_disposable,
    is_shared_host,
    mixes_scripts,
    public_suffix,
    registrable_domain,
    unicode_domain,
)
from signatories.states import Outcome

FOLDER = "/.well-known"
FILE = f"{FOLDER}/qoltanba.txt"
OK, NOT_FOUND, TOO_MANY_REQUESTS = 200, 404, 429


def record_name(domain: str) -> str:
    """Where the TXT record is to be written."""
    return f"{dns.LABEL}.{domain}"


def file_url(domain: str) -> str:
    """Where the file is to be put; `www.` before the domain will do as well."""
    return f"https://{domain}{FILE}"


def proof_text(token: str) -> str:
    """The text that record and file are to hold, alone and whole."""
    return f"qoltanba={token}"


def check_dns(domain: str, token: str, *, network: Network) -> Finding:
    """Look for the record; never raises for what the world does.

    :param domain: in A-labels, as the proof was made out.
    """
    if unfit := why_unfit(domain):
        return Finding(unfit)
    try:
        return dns.check_record(domain, proof_text(token), network=network, deadline=Deadline(network.total_seconds))
    except TimeoutError:
        return Finding(Reason.DNS_SILENT)


def check_file(domain: str, token: str, *, network: Network) -> Finding:
    """Look for the file at the domain, then at its `www.`; never raises for what the world does.

    What is found at either counts. Otherwise what could not be found out is said before what is wrong.

    :param domain: in A-labels, as the proof was made out.
    """
    if unfit := why_unfit(domain):
        return Finding(unfit)
    deadline = Deadline(network.total_seconds)
    said: list[Reason] = []
    for host in (domain, f"www.{domain}"):
        reason, canonical = _file_at(host, proof_text(token).encode(), network, deadline)
        said.append(reason)
        if reason.outcome == Outcome.PASSED:
            return Finding(reason, facts={"host": host, **({"canonical": canonical} if canonical != host else {})})
    return Finding(next((reason for reason in said if reason.outcome == Outcome.UNKNOWN), said[0]))


def why_unfit(domain: str) -> Reason | None:
    """Why control of such a domain would prove nothing, whoever has it; None for one that an organization registered."""
    if not ascii_domain(domain) or ascii_domain(domain) != domain:
        return Reason.NOT_A_DOMAIN
    if mixes_scripts(unicode_domain(domain)):
        return Reason.MIXED_SCRIPTS
    if domain in FREE_MAIL:
        return Reason.FREE_MAIL
    if is_disposable(domain):
        return Reason.DISPOSABLE
    if is_shared_host(domain):
        return Reason.SHARED_HOST
    if public_suffix(domain) == domain:
        return Reason.PUBLIC_SUFFIX
    return None if registrable_domain(domain) == domain else Reason.NOT_REGISTRABLE


def _file_at(host: str, wanted: bytes, network: Network, deadline: Deadline) -> tuple[Reason, str]:
    """What the file at this host means, and the name at the end of the host's aliases."""
    try:
        page = _get(host, FILE, network, deadline)
        reason = _of_file(page, wanted)
        if reason.outcome == Outcome.PASSED:
            nowhere = _get(host, f"{FOLDER}/{secrets.token_hex(10)}.txt", network, deadline, page.host)
            reason = _of_control(nowhere, wanted) or reason
    except fetch.NotFetched as trouble:
        return trouble.reason, host
    canonical = page.host.canonical
    if reason.outcome == Outcome.PASSED and registrable_domain(canonical) != registrable_domain(host):
        reason = Reason.FILE_FOUND_ELSEWHERE
    return reason, canonical


def _get(host: str, path: str, network: Network, deadline: Deadline, led: dns.Host | None = None) -> fetch.Page:
    return fetch.get(f"https://{host}:{network.https_port}{path}", network=network, deadline=deadline, host=led)


def _of_file(page: fetch.Page, wanted: bytes) -> Reason:
    """What the answer for the file means. One line end after the text is what editors write."""
    if page.status != OK:
        return _of_status(page.status)
    if not page.whole:
        return Reason.TOO_LARGE
    return Reason.FILE_FOUND if page.body in (wanted, wanted + b"\n", wanted + b"\r\n") else Reason.FILE_OTHER


def _of_control(page: fetch.Page, wanted: bytes) -> Reason | None:
    """What the answer for a file that nobody made means; None when it is as it should be."""
    if page.status == NOT_FOUND:
        return Reason.EVERY_PATH if wanted in page.body else None
    reason = _of_status(page.status)
    return reason if reason.outcome == Outcome.UNKNOWN else Reason.EVERY_PATH


def _of_status(status: int) -> Reason:
    if status >= 500 or status == TOO_MANY_REQUESTS:
        return Reason.SERVER_TROUBLE
    if status >= 400:
        return Reason.FILE_MISSING
    return Reason.REDIRECT if status >= 300 else Reason.FILE_OTHER

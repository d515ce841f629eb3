"""What a check found: passed, failed or unknown, each with its reason in words for the reviewer and for the applicant."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from signatories.states import Outcome


class Reason(StrEnum):
    """Why; kept in tables, so values stay."""

    # the domain itself
    NOT_A_DOMAIN = "not_a_domain"
    MIXED_SCRIPTS = "mixed_scripts"
    PUBLIC_SUFFIX = "public_suffix"
    SHARED_HOST = "shared_host"
    FREE_MAIL = "free_mail"
    DISPOSABLE = "disposable"
    NOT_REGISTRABLE = "not_registrable"
    # DNS
    RECORD_FOUND = "record_found"
    RECORD_MISSING = "record_missing"
    RECORD_OTHER = "record_other"
    RECORD_TOO_LARGE = "record_too_large"
    WILDCARD = "wildcard"
    ALIAS_LOOP = "alias_loop"
    DNS_SILENT = "dns_silent"
    RESOLVERS_DISAGREE = "resolvers_disagree"
    # the web
    FILE_FOUND = "file_found"
    FILE_FOUND_ELSEWHERE = "file_found_elsewhere"
    FILE_MISSING = "file_missing"
    FILE_OTHER = "file_other"
    EVERY_PATH = "every_path"
    NO_ADDRESS = "no_address"
    NOT_PUBLIC = "not_public"
    ADDRESS_REFUSED = "address_refused"
    NOT_REACHED = "not_reached"
    TOO_SLOW = "too_slow"
    TOO_LARGE = "too_large"
    REDIRECT = "redirect"
    ENCODED = "encoded"
    SERVER_TROUBLE = "server_trouble"
    NOT_HTTP = "not_http"
    CERTIFICATE_EXPIRED = "certificate_expired"
    CERTIFICATE_OTHER_NAME = "certificate_other_name"
    CERTIFICATE_UNTRUSTED = "certificate_untrusted"
    TLS_BROKEN = "tls_broken"
    # the proof and the register
    PROOF_EXPIRED = "proof_expired"
    NUMBER_FOUND = "number_found"
    NUMBER_OTHER_NAME = "number_other_name"
    NUMBER_NOT_FOUND = "number_not_found"
    REGISTER_SILENT = "register_silent"

    @property
    def outcome(self) -> Outcome:
        """Passed, failed or unknown."""
        return MEANINGS[self].outcome


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a reason means: for the books, for the reviewer, for the applicant."""

    outcome: Outcome
    for_reviewer: str | Promise
    for_applicant: str | Promise


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer of one check. `facts` are plain values; whoever shows a sentence may show them beside it.

    :param agreed: how many resolvers said the same; 0 where none was asked.
    """

    reason: Reason
    agreed: int = 0
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def outcome(self) -> Outcome:
        """Passed, failed or unknown."""
        return self.reason.outcome

    @property
    def for_reviewer(self) -> str:
        """The reason as a sentence for who decides."""
        return str(MEANINGS[self.reason].for_reviewer)

    @property
    def for_applicant(self) -> str:
        """What the applicant is told; it gives no hint to somebody who tries what will pass."""
        return str(MEANINGS[self.reason].for_applicant)


_PROVED = _("This is confirmed.")
_NOT_SEEN = _("The confirmation was not found at the domain. Compare it with the instructions and ask again.")
_NOT_USABLE = _("The answer of the domain could not be used. Compare it with the instructions and ask again.")
_LATER = _("This could not be checked at this time. Ask again later.")
_OTHER_WAY = _(
    "This domain cannot be confirmed in this way. The coordinators will check the organization in another way."
)


def _passed(for_reviewer: str | Promise) -> Meaning:
    return Meaning(Outcome.PASSED, for_reviewer, _PROVED)


def _failed(for_reviewer: str | Promise, for_applicant: str | Promise) -> Meaning:
    return Meaning(Outcome.FAILED, for_reviewer, for_applicant)


def _unknown(for_reviewer: str | Promise) -> Meaning:
    return Meaning(Outcome.UNKNOWN, for_reviewer, _LATER)


MEANINGS: dict[Reason, Meaning] = {
    Reason.NOT_A_DOMAIN: _failed(_("What was given is not the name of a domain."), _OTHER_WAY),
    Reason.MIXED_SCRIPTS: _failed(
        _("The domain mixes letters of different scripts in one word, as look-alikes of other domains do."), _OTHER_WAY
    ),
    Reason.PUBLIC_SUFFIX: _failed(
        _("Anybody can register names below this domain, so it belongs to no single organization."), _OTHER_WAY
    ),
    Reason.SHARED_HOST: _failed(
        _("The domain belongs to a service on which anybody can have a page, not to the organization."), _OTHER_WAY
    ),
    Reason.FREE_MAIL: _failed(_("The domain belongs to a mail service where anybody can have a mailbox."), _OTHER_WAY),
    Reason.DISPOSABLE: _failed(_("The domain belongs to a service for throw-away mailboxes."), _OTHER_WAY),
    Reason.NOT_REGISTRABLE: _failed(
        _("Only the domain that the organization registered can be confirmed, not a name below it."), _OTHER_WAY
    ),
    Reason.RECORD_FOUND: _passed(_("The DNS of the domain holds the record that only this organization was given.")),
    Reason.RECORD_MISSING: _failed(_("The DNS of the domain holds no record for the confirmation."), _NOT_SEEN),
    Reason.RECORD_OTHER: _failed(
        _("The DNS of the domain holds a record for a confirmation, but not the one that this organization was given."),
        _NOT_SEEN,
    ),
    Reason.RECORD_TOO_LARGE: _failed(
        _("The DNS of the domain answers with more records, or longer ones, than a confirmation needs."), _NOT_USABLE
    ),
    Reason.WILDCARD: _failed(
        _("The DNS of the domain gives the same answer for names that nobody chose, so it proves nothing."), _NOT_USABLE
    ),
    Reason.ALIAS_LOOP: _failed(
        _("The aliases in the DNS of the domain go in a circle, or there are too many of them."), _NOT_USABLE
    ),
    Reason.DNS_SILENT: _unknown(_("Too few DNS resolvers gave an answer about the domain.")),
    Reason.RESOLVERS_DISAGREE: _unknown(
        _(
            "DNS resolvers give different answers about the domain: a change is still spreading, or one of them does not tell the truth."
        )
    ),
    Reason.FILE_FOUND: _passed(_("The website of the domain holds the file that only this organization was given.")),
    Reason.FILE_FOUND_ELSEWHERE: _passed(
        _(
            "The website holds the file that only this organization was given, but its name points to a server of another domain. "
            "Take it as weak evidence."
        )
    ),
    Reason.FILE_MISSING: _failed(_("The website of the domain holds no file for the confirmation."), _NOT_SEEN),
    Reason.FILE_OTHER: _failed(
        _("The file on the website is not exactly the one that this organization was given."), _NOT_SEEN
    ),
    Reason.EVERY_PATH: _failed(
        _("The website also answers for pages that do not exist, so the file on it proves nothing."), _NOT_USABLE
    ),
    Reason.NO_ADDRESS: _failed(_("The DNS of the domain names no web server."), _NOT_SEEN),
    Reason.NOT_PUBLIC: _failed(
        _("The domain points to an address that is not public. Nothing was requested from it."), _NOT_USABLE
    ),
    Reason.ADDRESS_REFUSED: _failed(_("The address of the page is not one that may be requested."), _OTHER_WAY),
    Reason.NOT_REACHED: _unknown(_("The web server of the domain could not be reached.")),
    Reason.TOO_SLOW: _unknown(_("The web server of the domain did not answer in time.")),
    Reason.TOO_LARGE: _failed(_("The web server sent more than a confirmation needs."), _NOT_USABLE),
    Reason.REDIRECT: _failed(
        _("The web server sends visitors of the file elsewhere. Such redirects are not followed."), _NOT_USABLE
    ),
    Reason.ENCODED: _failed(_("The web server sent the file compressed, although it was asked not to."), _NOT_USABLE),
    Reason.SERVER_TROUBLE: _unknown(_("The web server of the domain reports trouble of its own.")),
    Reason.NOT_HTTP: _unknown(_("The web server of the domain does not answer as a web server should.")),
    Reason.CERTIFICATE_EXPIRED: _failed(_("The certificate of the website has expired."), _NOT_USABLE),
    Reason.CERTIFICATE_OTHER_NAME: _failed(
        _("The certificate of the website was issued for another name."), _NOT_USABLE
    ),
    Reason.CERTIFICATE_UNTRUSTED: _failed(
        _("The certificate of the website was not issued by an authority that is trusted."), _NOT_USABLE
    ),
    Reason.TLS_BROKEN: _unknown(_("No secure connection to the website came about.")),
    Reason.PROOF_EXPIRED: _failed(
        _("The confirmation was asked for too late: what the organization was given had expired."),
        _("What you were given to publish has expired. Ask for a new one."),
    ),
    Reason.NUMBER_FOUND: _passed(_("The open data of the register knows this number under a like name.")),
    Reason.NUMBER_OTHER_NAME: Meaning(
        Outcome.UNKNOWN,
        _("The open data of the register knows this number, but under a name that looks different. Compare the names."),
        _OTHER_WAY,
    ),
    Reason.NUMBER_NOT_FOUND: _failed(_("The open data of the register does not know this number."), _OTHER_WAY),
    Reason.REGISTER_SILENT: _unknown(_("The open data of the register gave no answer.")),
}

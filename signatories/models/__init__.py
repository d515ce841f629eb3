"""The second floor's tables. Every private address lives here."""

from signatories.models.alias import OrganizationAlias
from signatories.models.bulk import BulkItem, BulkRun
from signatories.models.check import Check, DomainProof, EdsSignature
from signatories.models.code import MailedCode
from signatories.models.colleague import ColleagueInvitation
from signatories.models.decision import Decision, VerificationEntry
from signatories.models.dispute import Dispute
from signatories.models.erratum import ErratumAnswer
from signatories.models.evidence import Evidence
from signatories.models.invitation import Invitation, InvitationNote, InvitationPlan
from signatories.models.notice import Notice
from signatories.models.organization import Organization
from signatories.models.profile_change import ProfileChange
from signatories.models.representative import Mandate, Representative
from signatories.models.search_form import SearchForm
from signatories.models.signature import Signature
from signatories.models.take_out import TakeOut
from signatories.models.vouch import Vouch

__all__ = [
    "BulkItem",
    "BulkRun",
    "Check",
    "ColleagueInvitation",
    "Decision",
    "Dispute",
    "DomainProof",
    "EdsSignature",
    "ErratumAnswer",
    "Evidence",
    "Invitation",
    "InvitationNote",
    "InvitationPlan",
    "MailedCode",
    "Mandate",
    "Notice",
    "Organization",
    "OrganizationAlias",
    "ProfileChange",
    "Representative",
    "SearchForm",
    "Signature",
    "TakeOut",
    "VerificationEntry",
    "Vouch",
]

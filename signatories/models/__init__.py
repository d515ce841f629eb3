"""The second floor's tables. Every private address lives here."""

from signatories.models.evidence import Evidence
from signatories.models.notice import Notice
from signatories.models.organization import Organization
from signatories.models.representative import Mandate, Representative
from signatories.models.signature import Signature

__all__ = ["Evidence", "Mandate", "Notice", "Organization", "Representative", "Signature"]

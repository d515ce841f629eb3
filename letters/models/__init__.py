"""The first floor's tables."""

from letters.models.campaign import Campaign
from letters.models.confirmed_block import ConfirmedBlock
from letters.models.coordinator import Coordinator
from letters.models.edition import ArchiveCopy, Edition, SignatoryList
from letters.models.first_reader import Comment, FirstReader
from letters.models.issuer import Issuer
from letters.models.letter import Demand, Letter
from letters.models.office import Office, Official
from letters.models.recipient import Recipient
from letters.models.revision import Revision
from letters.models.unsaved import UnsavedDraft

__all__ = [
    "ArchiveCopy",
    "Campaign",
    "Comment",
    "ConfirmedBlock",
    "Coordinator",
    "Demand",
    "Edition",
    "FirstReader",
    "Issuer",
    "Letter",
    "Office",
    "Official",
    "Recipient",
    "Revision",
    "SignatoryList",
    "UnsavedDraft",
]

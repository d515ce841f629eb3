"""The foundation's tables."""

from campaign.base.models.journal import JournalEntry
from campaign.base.models.mail import Mail
from campaign.base.models.public_state import PublicState
from campaign.base.models.register import (
    RegisterCheckpoint,
    RegisterCosignature,
    RegisterEntry,
    RegisterHead,
    RegisterNode,
    RegisterWitness,
)
from campaign.base.models.user import User

__all__ = [
    "JournalEntry",
    "Mail",
    "PublicState",
    "RegisterCheckpoint",
    "RegisterCosignature",
    "RegisterEntry",
    "RegisterHead",
    "RegisterNode",
    "RegisterWitness",
    "User",
]

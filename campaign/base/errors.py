"""How the product says no to a person."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Refusal(Exception):
    """Something was not done, for a reason that the person can understand and mend.

    Shown to the reader and never logged. A subclass states its sentence in `reason`, with named placeholders; the facts
    for them are given to the constructor. `str(refusal)` is the sentence in the language active at that moment.
    """

    reason: str | Promise = _("This was not done.")

    def __init__(self, **facts: object) -> None:
        super().__init__()
        self.facts = facts

    def __str__(self) -> str:
        return str(self.reason) % self.facts if self.facts else str(self.reason)


class MoveRefused(Refusal):
    """A row was to change its state, but is by now somewhere else."""

    reason = _(
        "Nothing was changed, because somebody else was faster: the state is now “%(now)s”. Look again and decide."
    )


class NotAllowed(Refusal):
    """A person asked for what only others may do."""

    reason = _("You may not do this. Ask a coordinator of the letter.")

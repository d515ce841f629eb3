"""What can be done to the blocks of a draft: somebody confirms that they say the same in all languages."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, count

from django.db import transaction
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from campaign.base import journal
from campaign.base.languages import LANGUAGES
from campaign.base.models import User
from letters.blocks import Block, blocks_of, judged
from letters.markdown.parity import Lost, lost
from letters.models import ConfirmedBlock, Letter
from letters.services.letter import hint, losses
from letters.services.recipient import hold_draft


@dataclass(frozen=True, slots=True)
class BlockRow:
    """A block as a person sees it: the field in which it stands, what its texts may have lost, and whether these words are saved."""

    block: Block
    field: str
    place: str
    is_saved: bool
    hints: list[str]

    def asks(self) -> bool:
        """Whether somebody should look at it first: it lost something, or changed since it was confirmed, in one language only."""
        return bool(self.hints or self.block.changed)


def block_rows(letter: Letter, *, saved: Collection[str] | None = None) -> tuple[list[BlockRow], list[str]]:
    """The blocks of a letter with what they may have lost, and what the letter lost in no one block.

    :param saved: keys of the blocks that are saved; None when the letter holds no other words.
    """
    lines = [("title", capfirst(_("title"))), ("summary", capfirst(_("summary")))]
    places = chain(lines, (("body", _("Block %(number)d") % {"number": number}) for number in count(1)))
    rows = [
        BlockRow(block, name, place, is_saved=saved is None or block.key in saved, hints=[])
        for block, (name, place) in zip(compared_blocks(letter), places, strict=False)
    ]
    elsewhere = []
    for name, found in losses(letter).items():
        for one in found:
            concerned = [row for row in rows if row.field == name and _stands_in(one, row.block)]
            for row in concerned:
                row.hints.append(hint(one))
            if not concerned:
                elsewhere.append(hint(one))
    return rows, elsewhere


def _stands_in(one: Lost, block: Block) -> bool:
    """Whether the block lost it, too, in one of the same languages."""
    return any(
        (other.matter, other.text) == (one.matter, one.text) and set(other.missing) & set(one.missing)
        for other in lost(block.texts)
    )


def compared_blocks(letter: Letter) -> list[Block]:
    """Title, summary and every block of the text, with what was confirmed of them."""
    rows = [{language: letter.text(field, language) for language in LANGUAGES} for field in ("title", "summary")]
    rows += blocks_of({language: letter.text("body", language) for language in LANGUAGES})
    confirmed = letter.confirmed_blocks.order_by("-at", "-pk").values_list("texts", flat=True)
    return judged(rows, confirmed)


@transaction.atomic
def confirm_blocks(letter: Letter, keys: Collection[str], *, by: User, at: datetime) -> int:
    """Confirm those of these blocks that still stand in the draft in exactly these words; how many that are.

    :raises TextIsFixed: the letter is no longer a draft.
    """
    hold_draft(letter)
    letter.refresh_from_db()
    chosen = {block.key: block for block in compared_blocks(letter) if block.key in keys and not block.agrees}
    ConfirmedBlock.objects.bulk_create(
        ConfirmedBlock(letter=letter, key=key, texts=dict(block.texts), by=by, at=at) for key, block in chosen.items()
    )
    if chosen:
        journal.write("letter.blocks_confirmed", letter, by=by, at=at, scope=letter.slug, count=len(chosen))
    return len(chosen)

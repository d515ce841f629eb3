"""What can be done to the blocks of a draft: somebody confirms that they say the same in all languages."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from campaign.base import journal
from campaign.base.languages import LANGUAGES
from campaign.base.models import User
from letters.blocks import Block, blocks_of, judged
from letters.models import ConfirmedBlock, Letter
from letters.services.recipient import hold_draft


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

"""What can be done with people who read a draft first: they are asked, they comment, and at the opening all of that is forgotten."""

from datetime import datetime, timedelta

from django.db import transaction

from campaign.base import journal, post
from campaign.base.models import User
from letters.blocks import Block
from letters.errors import CommentsOver, ReaderKnown, TooManyComments
from letters.models import Comment, FirstReader, Letter
from letters.services.block import compared_blocks
from letters.services.recipient import hold_draft
from letters.states import LetterState

LIFE = timedelta(days=14)
MOST_READERS = 50
MOST_COMMENTS = 200


@transaction.atomic
def ask_reader(letter: Letter, email: str, language: str, *, by: User, at: datetime) -> FirstReader:
    """Mail somebody a personal address at which the draft can be read and commented for two weeks.

    :raises TextIsFixed: the letter is no longer a draft.
    :raises ReaderKnown: this address was asked already, or fifty were.
    """
    hold_draft(letter)
    email = email.strip().lower()
    if letter.first_readers.filter(email=email).exists() or letter.first_readers.count() >= MOST_READERS:
        raise ReaderKnown
    reader = FirstReader.objects.create(
        letter=letter, email=email, language=language, invited_by=by, expires_at=at + LIFE
    )
    journal.write("letter.reader_asked", letter, by=by, at=at, scope=letter.slug)
    title = letter.text("title", language) or letter.slug
    post.send("reader_asked", to=email, language=language, letter=title, token=reader.token, person=by.email)
    return reader


@transaction.atomic
def dismiss_reader(reader: FirstReader, *, by: User, at: datetime) -> None:
    """Take the address back; what was said with it goes, too.

    :raises TextIsFixed: the letter is no longer a draft.
    """
    hold_draft(reader.letter)
    journal.write("letter.reader_dismissed", reader.letter, by=by, at=at, scope=reader.letter.slug)
    reader.delete()


def reads_still(reader: FirstReader, *, at: datetime) -> bool:
    """Whether the draft can still be read and commented at this address."""
    return reader.letter.state == LetterState.DRAFT and at < reader.expires_at


@transaction.atomic
def comment(reader: FirstReader, key: str, words: str, *, at: datetime) -> Comment:
    """Say something about a block, as it stands now.

    :param key: of the block (`letters.blocks`), as the reader saw it.
    :raises CommentsOver: the letter was opened, the time is over, or the block was changed meanwhile.
    :raises TooManyComments: two hundred were written.
    """
    block: Block | None = next((one for one in compared_blocks(reader.letter) if one.key == key), None)
    if block is None or not reads_still(reader, at=at):
        raise CommentsOver
    if reader.comments.count() >= MOST_COMMENTS:
        raise TooManyComments
    return Comment.objects.create(reader=reader, texts=dict(block.texts), words=words, written_at=at)


def settle(said: Comment, *, at: datetime) -> None:
    """Mark a comment as settled; settling it twice changes nothing."""
    Comment.objects.filter(pk=said.pk, settled_at=None).update(settled_at=at)

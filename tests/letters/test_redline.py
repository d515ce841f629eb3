"""A redline loses no word of either text."""

from hypothesis import given
from hypothesis import strategies as st

from letters.redline import Change, Piece, abridged, redline

TEXTS = st.text(alphabet="аб \n.", max_size=60)


@given(TEXTS, TEXTS)
def test_what_was_kept_and_taken_out_is_the_first_text_and_what_was_kept_and_put_in_the_second(
    before: str, after: str
) -> None:
    pieces = redline(before, after)

    assert "".join(piece.text for piece in pieces if piece.change != Change.IN) == before
    assert "".join(piece.text for piece in pieces if piece.change != Change.OUT) == after


def test_words_are_compared_whole() -> None:
    assert redline("біз таза ауаны сұраймыз", "біз таза суды сұраймыз") == [
        Piece(Change.SAME, "біз таза "),
        Piece(Change.OUT, "ауаны"),
        Piece(Change.IN, "суды"),
        Piece(Change.SAME, " сұраймыз"),
    ]


def test_a_very_long_text_is_shown_as_exchanged() -> None:
    assert redline("a " * 20_000, "b") == [Piece(Change.OUT, "a " * 20_000), Piece(Change.IN, "b")]


def test_paragraphs_far_from_a_change_are_left_out() -> None:
    before = "\n\n".join(["one", "two", "three", "four", "five old", "six", "seven", "eight"])
    after = before.replace("old", "new")

    short = abridged(redline(before, after))

    assert "".join(piece.text for piece in short if piece.change != Change.OUT) == "[…]\n\nfive new\n\n[…]"
    assert abridged(redline("a", "b")) == redline("a", "b")
    assert "six" in "".join(piece.text for piece in abridged(redline(before, after.replace("six", "6"))))

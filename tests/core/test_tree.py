"""Where the log's blank leaves lie tells nothing of what lies between them."""

from app.core.tree import scattered

EVENTS = [(1, "a"), (2, "b")]
DRAWN = 300


def test_blank_leaves_lie_anywhere_among_the_events_which_keep_their_order() -> None:
    drawn = [scattered(list(EVENTS), 2) for _ in range(DRAWN)]
    assert [[leaf for leaf in leaves if leaf[0]] for leaves in drawn] == [EVENTS] * DRAWN
    patterns = {"".join("e" if event else "-" for event, _commitment in leaves) for leaves in drawn}
    assert patterns == {"ee--", "e-e-", "e--e", "-ee-", "-e-e", "--ee"}


def test_no_two_blank_leaves_are_alike() -> None:
    blanks = [commitment for _event, commitment in scattered([], DRAWN)]
    assert (len(set(blanks)), {len(one) for one in blanks}) == (DRAWN, {64})

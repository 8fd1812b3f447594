"""The tree over the audit log: hashes as RFC 6962 defines them, proofs that hold and that nothing else passes."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from app.core.merkle import EMPTY, consistency, extends, includes, inclusion, leaf_hash, node_hash, root, tree_of

SIZES = st.integers(1, 70)


def mth(leaves: list[bytes]) -> bytes:
    """Hash leaves as the definition in section 2.1 reads."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\0" + leaves[0]).digest()
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return hashlib.sha256(b"\1" + mth(leaves[:half]) + mth(leaves[half:])).digest()


def data(size: int) -> list[bytes]:
    """Make some leaves."""
    return [str(number).encode() for number in range(size)]


def hashes(size: int) -> list[bytes]:
    """Hash them."""
    return [leaf_hash(one) for one in data(size)]


def test_every_root_is_that_of_the_definition() -> None:
    nodes = tree_of(hashes(70))
    assert [root(nodes, size) for size in range(71)] == [mth(data(size)) for size in range(71)]
    assert root(nodes, 0) == EMPTY


@given(SIZES, st.data())
def test_a_leaf_is_proved_where_it_is_and_nowhere_else(size: int, drawn: st.DataObject) -> None:
    nodes, index = tree_of(hashes(size)), drawn.draw(st.integers(0, size - 1))
    proof, top, leaf = inclusion(nodes, index, size), root(nodes, size), hashes(size)[index]
    assert includes(top, size, index, leaf, proof)
    assert not includes(top, size, index, leaf_hash(b"another"), proof)
    assert not any(includes(top, size, other, leaf, proof) for other in range(-1, size + 2) if other != index)
    assert not includes(top, size, index, leaf, [*proof, leaf])
    assert not proof or not includes(top, size, index, leaf, proof[:-1])


@given(SIZES, st.data())
def test_a_longer_tree_is_proved_to_begin_with_a_shorter_one(second: int, drawn: st.DataObject) -> None:
    nodes, first = tree_of(hashes(second)), drawn.draw(st.integers(1, second))
    old, new, proof = root(nodes, first), root(nodes, second), consistency(nodes, first, second)
    assert extends(first, old, second, new, proof)
    assert not extends(first, node_hash(old, old), second, new, proof)
    assert not extends(first, old, second, node_hash(new, new), proof)
    assert not proof or not extends(first, old, second, new, proof[1:])
    assert extends(0, EMPTY, second, new, [])


@given(SIZES, st.integers(0, 69))
def test_a_changed_leaf_breaks_the_consistency_with_every_head_that_held_it(size: int, changed: int) -> None:
    leaves = hashes(size)
    old = root(tree_of(leaves), size)
    leaves[changed % size] = leaf_hash(b"rewritten")
    forged = tree_of([*leaves, leaf_hash(b"more")])
    assert not extends(size, old, size + 1, root(forged, size + 1), consistency(forged, size, size + 1))

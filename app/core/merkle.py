"""The tree over the audit log (RFC 6962, section 2.1): its root, and proofs that need neither the log nor trust.

The tree is kept as the hashes of its perfect subtrees: `nodes(level, index)` gives the one over the 2^level leaves
that begin at index · 2^level.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence

Nodes = Callable[[int, int], bytes]
EMPTY = hashlib.sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """Hash one leaf."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash what joins two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def added(nodes: Nodes, index: int, leaf: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Give the perfect subtrees that the leaf with this index and hash completes, as (level, index, hash)."""
    level = 0
    yield level, index, leaf
    while index % 2:
        leaf = node_hash(nodes(level, index - 1), leaf)
        level, index = level + 1, index // 2
        yield level, index, leaf


def root(nodes: Nodes, size: int) -> bytes:
    """Hash the first `size` leaves."""
    return _over(nodes, 0, size) if size else EMPTY


def inclusion(nodes: Nodes, index: int, size: int) -> list[bytes]:
    """Prove that the leaf `index` is in the tree of the first `size` leaves (2.1.1)."""
    low, high, path = 0, size, list[bytes]()
    while high - low > 1:
        middle = low + _half(high - low)
        if index < middle:
            path.append(_over(nodes, middle, high))
            high = middle
        else:
            path.append(_over(nodes, low, middle))
            low = middle
    return path[::-1]


def consistency(nodes: Nodes, first: int, second: int) -> list[bytes]:
    """Prove that the tree of `first` leaves (at least one) begins the tree of `second` (2.1.2)."""
    low, high, whole, path = 0, second, True, list[bytes]()
    while high != first:
        middle = low + _half(high - low)
        if first <= middle:
            path.append(_over(nodes, middle, high))
            high = middle
        else:
            path.append(_over(nodes, low, middle))
            low, whole = middle, False
    return ([] if whole else [_over(nodes, low, high)]) + path[::-1]


def includes(root: bytes, size: int, index: int, leaf: bytes, proof: Sequence[bytes]) -> bool:
    """Say whether a proof leads from a leaf's hash to the root of a tree (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if place % 2 or place == last:
            found = node_hash(step, found)
            while not place % 2 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, step)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def extends(first: int, old: bytes, second: int, new: bytes, proof: Sequence[bytes]) -> bool:
    """Say whether a proof shows that the tree `new` of `second` leaves begins with `old` (RFC 9162, 2.1.4.2)."""
    if first == second:
        return old == new and not proof
    if not 0 < first < second:
        return first == 0
    steps = [old, *proof] if first & (first - 1) == 0 else list(proof)
    if not steps:
        return False
    place, last = first - 1, second - 1
    while place % 2:
        place, last = place >> 1, last >> 1
    of_old = of_new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if place % 2 or place == last:
            of_old, of_new = node_hash(step, of_old), node_hash(step, of_new)
            while not place % 2 and place:
                place, last = place >> 1, last >> 1
        else:
            of_new = node_hash(of_new, step)
        place, last = place >> 1, last >> 1
    return last == 0 and of_old == old and of_new == new


def tree_of(leaves: Sequence[bytes]) -> Nodes:
    """Build a tree in memory from the hashes of its leaves."""
    known: dict[tuple[int, int], bytes] = {}

    def nodes(level: int, index: int) -> bytes:
        return known[level, index]

    for index, leaf in enumerate(leaves):
        known.update({(level, place): found for level, place, found in added(nodes, index, leaf)})
    return nodes


def _half(size: int) -> int:
    """Give the largest power of two below a size of at least two."""
    return 1 << (size - 1).bit_length() - 1


def _over(nodes: Nodes, low: int, high: int) -> bytes:
    size = high - low
    if size & (size - 1) == 0:
        return nodes(size.bit_length() - 1, low // size)
    middle = low + _half(size)
    return node_hash(_over(nodes, low, middle), _over(nodes, middle, high))

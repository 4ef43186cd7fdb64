"""A hash tree over a day's entries, as RFC 6962 §2.1 builds it: anybody can check with a few hashes that one is in it.

Pure. The first leaf is the day's line (`head_line`), which names the root of the day before; then come the hashes of
the entries, in the order of their numbers. A leaf and a knot begin with different bytes, so that none passes for the
other.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence

Step = tuple[str, str]
"""On which side the other hash stands (`left`, `right`), and that hash."""


def head_line(day: dt.date, entries: int, last_id: int, previous_root: str) -> str:
    """The first leaf, as the public list prints it: `2026-11-26 1284 90311 5be1…`; `-` where nothing came before."""
    return f"{day:%Y-%m-%d} {entries} {last_id} {previous_root or '-'}"


def leaf(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def knot(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def leaves(head: str, hashes: Iterable[str]) -> Iterable[bytes]:
    """The leaves of a day: its line as UTF-8 text, then each entry's hash as its 32 bytes."""
    yield leaf(head.encode())
    for one in hashes:
        yield leaf(bytes.fromhex(one))


def root(all_leaves: Iterable[bytes]) -> str:
    """The hash over all leaves; as many knots are kept as the number of leaves has binary digits."""
    stack: list[tuple[int, bytes]] = []
    for one in all_leaves:
        size, top = 1, one
        while stack and stack[-1][0] == size:
            size, top = size * 2, knot(stack.pop()[1], top)
        stack.append((size, top))
    if not stack:
        raise ValueError("a tree has a leaf")
    _size, top = stack.pop()
    while stack:
        top = knot(stack.pop()[1], top)
    return top.hex()


def path(all_leaves: Sequence[bytes], index: int) -> list[Step]:
    """The hashes that lead from a leaf to the root, the nearest first."""
    if not 0 <= index < len(all_leaves):
        raise IndexError(index)
    steps: list[Step] = []
    row, at = list(all_leaves), index
    while len(row) > 1:
        if at % 2:
            steps.append(("left", row[at - 1].hex()))
        elif at + 1 < len(row):
            steps.append(("right", row[at + 1].hex()))
        # Whoever has no neighbour goes up as it is: the same tree as splitting at powers of two.
        row = [knot(*row[n : n + 2]) if n + 1 < len(row) else row[n] for n in range(0, len(row), 2)]
        at //= 2
    return steps


def climbed(one: bytes, steps: Iterable[Step]) -> str:
    """The root to which these steps lead from the leaf."""
    for side, other in steps:
        one = knot(bytes.fromhex(other), one) if side == "left" else knot(one, bytes.fromhex(other))
    return one.hex()


__all__ = ["Step", "climbed", "head_line", "knot", "leaf", "leaves", "path", "root"]

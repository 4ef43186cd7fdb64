"""How findings become one: members vote, more than half decides (our own rule; see docs/session.md).

Where three findings stand and none has more than half, a vote for more counts for less: who finds the claim justified
finds it justified in part as well. An odd panel always has its middle vote, so there is always a majority.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hearings.lifecycle import FINDINGS
from hearings.models import DeliberationNote, Hearing, PanelSeat
from hearings.queries.session import account_of

ORDER = tuple(FINDINGS)
"""From what gives the petitioner most to what gives least."""


@dataclass(frozen=True, slots=True)
class Majority:
    finding: str
    votes: int
    total: int

    @property
    def dissents(self) -> int:
        return self.total - self.votes


def majority(findings: Sequence[str]) -> Majority | None:
    """None for no votes and for an even number of them, of which two halves could face each other."""
    total = len(findings)
    if total % 2 == 0:
        return None
    middle = sorted(findings, key=ORDER.index)[total // 2]
    alone = findings.count(middle)
    if alone * 2 > total:
        return Majority(middle, alone, total)
    as_good = sum(1 for one in findings if ORDER.index(one) <= ORDER.index(middle))
    return Majority(middle, as_good, total)


def notes_of(hearing: Hearing) -> dict[int, DeliberationNote]:
    """What was found, by seat. For rules and for who sits; a page goes through `visible_to`."""
    return {one.seat_id: one for one in hearing.deliberation.select_related("seat")}


def voters(seats: Iterable[PanelSeat]) -> list[PanelSeat]:
    """The members who were there. The presider leads, the recorder writes: neither votes."""
    return [seat for seat in seats if seat.role == "member" and seat.present]


def owed(seats: Iterable[PanelSeat], notes: dict[int, DeliberationNote]) -> list[PanelSeat]:
    """Who has not given a finding yet."""
    return [seat for seat in voters(seats) if seat.pk not in notes]


def written_by(seat: PanelSeat, seats: Iterable[PanelSeat], user_id: int | None) -> bool:
    """A member writes alone for an own seat; the recorder for one who has no account."""
    own = account_of(seat)
    if own is not None:
        return own == user_id
    return any(one.role == "recorder" and one.user_id == user_id for one in seats)

"""Whether the panel of a hearing is whole, and whether those who sit on it are there. Read once, then pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hearings.models import Hearing, PanelSeat


@dataclass(frozen=True, slots=True)
class PanelState:
    """`size` was drawn, `members` sit. `pending`: requests for recusal that wait for their decision."""

    size: int
    least: int
    members: int
    has_presider: bool
    has_recorder: bool
    pending: int = 0
    absent: tuple[str, ...] = ()

    @property
    def is_drawn(self) -> bool:
        return self.size > 0

    @property
    def is_odd(self) -> bool:
        return self.members % 2 == 1

    @property
    def vacancies(self) -> int:
        return max(self.size - self.members, 0)

    @property
    def is_complete(self) -> bool:
        """As it was drawn: a date can be set, and the hearing can begin once everybody is there."""
        return (
            self.is_drawn and not self.vacancies and self.is_odd and self.members >= self.least
            and self.has_presider and self.has_recorder
        )  # fmt: skip

    @property
    def is_quorate(self) -> bool:
        """Complete, nothing undecided, and all of them present."""
        return self.is_complete and not self.pending and not self.absent

    @property
    def missing(self) -> list[str]:
        """What stands in the way, in words; empty when it is complete and nothing is undecided."""
        if not self.is_drawn:
            return [_("还没有抽取听证员。")]
        said = []
        if self.vacancies:
            said.append(
                ngettext("缺%(n)s名听证员，请更换补足。", "缺%(n)s名听证员，请更换补足。", self.vacancies)
                % {"n": self.vacancies}
            )
        elif not self.is_odd or self.members < self.least:
            said.append(_("听证员须为单数，且不少于%(least)s人。") % {"least": self.least})
        if not self.has_presider:
            said.append(_("没有主持人。"))
        if not self.has_recorder:
            said.append(_("没有记录员。"))
        if self.pending:
            said.append(_("有回避申请还没有决定。"))
        return said

    @property
    def why_not_quorate(self) -> list[str]:
        """The same, and who is not there."""
        if not self.absent:
            return self.missing
        return [*self.missing, _("没有到场：%(names)s。") % {"names": _("、").join(self.absent)}]


def state_of(size: int, least: int, seats: Iterable[PanelSeat], pending: int = 0) -> PanelState:
    """Of seats that were read already."""
    sitting = [seat for seat in seats if seat.status == "seated"]
    roles = {seat.role for seat in sitting}
    return PanelState(
        size=size,
        least=least,
        members=sum(seat.role == "member" for seat in sitting),
        has_presider="presider" in roles,
        has_recorder="recorder" in roles,
        pending=pending,
        absent=tuple(seat.name for seat in sitting if not seat.present),
    )


def panel_state(hearing: Hearing) -> PanelState:
    """Complete, odd, enough, with a presider; and who is absent (`PanelSeat.present`). Two statements."""
    seats = list(PanelSeat.objects.filter(hearing=hearing).prefetch_related("recusals"))
    pending = sum(
        1
        for seat in seats
        if seat.status == "seated"
        for asked in seat.recusals.all()
        if asked.granted is None
    )
    return state_of(hearing.panel_size, hearing.rules.panel_least, seats, pending)

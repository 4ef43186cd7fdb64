"""Who is in the room, what stands on the running sheet, and which pages are signed by whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from cases.lifecycle.video import VIDEO_SEAT
from hall.access import Actor
from hearings.lifecycle import NOTICE_TO, PANEL_ROLES
from hearings.models import (
    Hearing,
    HearingParty,
    PageSignature,
    PanelSeat,
    RunningStep,
    TranscriptPage,
)

OF_PETITIONER = ("petitioner", "agent")
IN_SESSION = (
    "rules", "petitioner", "unit", "questions", "evidence", "debate", "last_petitioner", "last_unit",
)  # fmt: skip
"""The items that are gone through before the transcript is signed; recess and result follow by themselves."""
ALWAYS_OPTIONAL = ("evidence", "debate")
OF_UNIT = ("unit", "last_unit")
_ORDER = (
    "petitioner", "agent", "unit", "third_party", "witness", "presider", "member", "recorder",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Attendant:
    """One who takes part: a party or a seat. `key` is "party:4" or "seat:7"; `role` a code of NOTICE_TO."""

    key: str
    role: str
    name: str
    is_seat: bool
    pk: int
    present: bool | None
    user_id: int | None
    unit: str = ""
    by_video: str = ""
    """How their seat in the hearing's video room stands, in the reader's language."""

    @property
    def role_words(self) -> str:
        return _(PANEL_ROLES[self.role] if self.is_seat else NOTICE_TO[self.role])

    @property
    def signs(self) -> bool:
        """Everybody but the recorder, who wrote the pages."""
        return self.role != "recorder"


def seats_of(hearing: Hearing) -> list[PanelSeat]:
    """The panel as it sits now."""
    rows = hearing.seats.filter(status="seated").select_related("member__participant", "user")
    return sorted(rows, key=lambda seat: (_ORDER.index(seat.role), seat.pk))


def parties_of(hearing: Hearing) -> list[HearingParty]:
    rows = hearing.parties.filter(removed_at=None).select_related("department", "video_seat")
    return sorted(rows, key=lambda party: (_ORDER.index(party.kind), party.pk))


def account_of(seat: PanelSeat) -> int | None:
    """Who writes for this seat under an own name; a member from outside may have no account."""
    return seat.member.participant.user_id if seat.member else seat.user_id


def attendants(hearing: Hearing) -> list[Attendant]:
    """Everybody who is to be there: the parties, then the panel."""
    return [
        *(
            Attendant(
                f"party:{one.pk}", one.kind, one.name, False, one.pk, one.present, one.user_id,
                one.department.label if one.department else "", _by_video(hearing, one),
            )
            for one in parties_of(hearing)
        ),
        *(
            Attendant(f"seat:{one.pk}", one.role, one.name, True, one.pk, one.present, account_of(one))
            for one in seats_of(hearing)
        ),
    ]  # fmt: skip


def _by_video(hearing: Hearing, party: HearingParty) -> str:
    seat = party.video_seat
    if seat is None or seat.room_id != hearing.video_room_id or seat.status == "refused":
        return ""
    return _(VIDEO_SEAT.state(seat.status).label)


def own_seat(actor: Actor, seats: Iterable[PanelSeat]) -> PanelSeat | None:
    """The seat of this person on that panel."""
    if actor.user_id is None:
        return None
    return next((seat for seat in seats if account_of(seat) == actor.user_id), None)


def newest_pages(hearing: Hearing) -> list[TranscriptPage]:
    """Every page in the version that counts."""
    rows = hearing.pages.select_related("written_by").order_by("number", "-version")
    return list(rows.distinct("number"))


def steps_of(hearing: Hearing) -> list[RunningStep]:
    """The running sheet of the date that counts now."""
    return list(hearing.steps.filter(round=hearing.round).order_by("number"))


@dataclass(frozen=True, slots=True)
class Cell:
    """One page × one person: what stands under the version that counts."""

    page: TranscriptPage
    signature: PageSignature | None


@dataclass(frozen=True, slots=True)
class Matrix:
    """Pages × people. Only who was there signs."""

    pages: list[TranscriptPage]
    people: list[Attendant]
    rows: list[tuple[Attendant, list[Cell]]]
    round: int = 0
    voided: dict[int, int] = field(default_factory=dict)
    """How many signatures stand under older versions of a page, by its number."""
    others: list[tuple[str, PageSignature]] = field(default_factory=list)

    @property
    def missing(self) -> list[tuple[Attendant, TranscriptPage]]:
        """Pages of an earlier date bear the names of those who were there then; nobody else signs them."""
        return [
            (who, cell.page)
            for who, cells in self.rows
            for cell in cells
            if cell.signature is None and cell.page.round >= self.round
        ]

    @property
    def is_whole(self) -> bool:
        return bool(self.pages) and not self.missing


def key_of(signature: PageSignature) -> str:
    return f"party:{signature.party_id}" if signature.party_id else f"seat:{signature.seat_id}"


def matrix_of(hearing: Hearing, people: list[Attendant] | None = None) -> Matrix:
    """Four bounded statements, however many pages."""
    pages = newest_pages(hearing)
    known = attendants(hearing) if people is None else people
    there = [one for one in known if one.present and one.signs]
    newest = {page.pk for page in pages}
    found: dict[tuple[int, str], PageSignature] = {}
    voided: dict[int, int] = {}
    rows = PageSignature.objects.filter(page__hearing=hearing).select_related(
        "page", "recorded_by", "seat", "party"
    )
    for one in rows.order_by("id"):
        if one.page_id in newest:
            found[one.page_id, key_of(one)] = one
        else:
            voided[one.page.number] = voided.get(one.page.number, 0) + 1
    cells = [(who, [Cell(page, found.get((page.pk, who.key))) for page in pages]) for who in there]
    return Matrix(pages, there, cells, hearing.round, voided, _of_earlier_dates(found.values(), there))


def _of_earlier_dates(
    signatures: Iterable[PageSignature], there: list[Attendant]
) -> list[tuple[str, PageSignature]]:
    """Who signed on an earlier date and is not here now: the record keeps their names."""
    here = {one.key for one in there}
    return [
        ((one.seat or one.party).name, one)  # type: ignore[union-attr]  # one of both
        for one in signatures
        if key_of(one) not in here
    ]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The order of proceedings as it stands: what runs, what comes next, how long it has taken."""

    steps: list[RunningStep]
    current: RunningStep | None
    following: RunningStep | None
    can_skip: bool
    all_done: bool


def sheet_of(steps: list[RunningStep], *, unit_came: bool) -> Sheet:
    current = next((one for one in steps if one.began_at and not one.ended_at), None)
    ahead = [one for one in steps if one.ended_at is None and one is not current and one.kind in IN_SESSION]
    following = ahead[0] if ahead else None
    return Sheet(
        steps,
        current,
        following,
        following is not None and may_skip(following.kind, unit_came=unit_came),
        bool(steps) and not ahead and (current is None or current.kind not in IN_SESSION),
    )


def may_skip(kind: str, *, unit_came: bool) -> bool:
    """Evidence and debate always; what the unit says only where the unit has not come. Nobody's last word."""
    return kind in ALWAYS_OPTIONAL or (kind in OF_UNIT and not unit_came)


def unit_came(people: Iterable[Attendant]) -> bool:
    return any(one.role == "unit" and one.present for one in people)


def elapsed(step: RunningStep, now: dt.datetime) -> dt.timedelta | None:
    if step.began_at is None:
        return None
    return (step.ended_at or now) - step.began_at

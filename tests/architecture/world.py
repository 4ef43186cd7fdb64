"""A hall in the middle of its day, for walking through every door: one of each thing, in each state a door asks for.

Built at the time it is asked for, because the doors take the time from the wall.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from cases.actions import (
    CategoryRow,
    NewRespondent,
    RouteRow,
    StoredFile,
    add_material,
    compute_figures,
    give_instruction,
    load_categories,
    load_routes,
    open_ratings,
    place_on_docket,
    publish_figures,
    record_reception,
)
from cases.models import (
    Case,
    ContentCategory,
    DocketItem,
    Instruction,
    Material,
    Petitioner,
    PublicFigure,
    Recusal,
    Respondent,
)
from hall import outbox
from hall.access import PUBLIC, SYSTEM
from hall.models import IssuedDocument, Message, User, statutory_calendar
from hearings.models import Hearing
from intake import actions
from intake.models import Booking, Queue, Ticket
from staffing import actions as rota
from staffing.actions import (
    answer_proposal,
    disable_user,
    file_complaint,
    post_person,
    propose_month,
    register_user,
    report_absence,
    save_rhythm_rule,
)
from staffing.lifecycle import CLERK, LIAISON
from staffing.models import (
    CallIn,
    Complaint,
    Duty,
    DutySwap,
    Hall,
    Jurisdiction,
    LeaderReception,
    Leave,
    Posting,
    Window,
)
from staffing.queries import half_of
from staffing.queries.rhythm import Gap, Plan, Slot, Why
from staffing.rules import Rhythm, Said
from tests.architecture.asking_doors import hearing_rows
from tests.architecture.assess_doors import assess_rows
from tests.architecture.confer_doors import confer_rows
from tests.architecture.field_doors import field_rows
from tests.architecture.finding_doors import finding_rows
from tests.architecture.minutes_doors import minutes_rows
from tests.architecture.notice_doors import notice_rows
from tests.architecture.panel_doors import panel_rows
from tests.architecture.permissions_hooks import hook_rows
from tests.architecture.sanction_doors import sanction_rows
from tests.architecture.session_doors import session_rows
from tests.architecture.supervise_doors import supervise_rows
from tests.architecture.world_of_checks import checks
from tests.architecture.world_of_posts import posts
from tests.architecture.world_of_reports import ready_report
from tests.architecture.world_of_station import stationing
from tests.cast import Cast, queues, reception, save, take, yunxi
from tests.intake.booking import asked, by_clerk
from tests.life_docket import HEARD, TEXT
from tests.life_ratings import rated
from tests.matters import accepted, forwarded, ladder, registered
from tests.rota import put
from tests.social import Social, helped

FREE = 4
"""Index of the window at which nobody is."""


@dataclass
class World:
    """The house, and one of everything that an address can name."""

    cast: Cast
    now: dt.datetime
    queues: dict[str, Queue] = field(default_factory=dict)
    tickets: dict[str, Ticket] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    receptions: dict[str, LeaderReception] = field(default_factory=dict)
    messages: dict[str, Message] = field(default_factory=dict)
    docket: dict[str, DocketItem] = field(default_factory=dict)
    bookings: dict[str, Booking] = field(default_factory=dict)
    planning: dict[str, int] = field(default_factory=dict)
    """Ids of a rule of rhythm, an answered proposal, and an absence of the leader."""
    leading: dict[str, Any] = field(default_factory=dict)
    panel: dict[str, int] = field(default_factory=dict)
    """What addresses of field visits, charges and notices name."""
    hearing: dict[str, Any] = field(default_factory=dict)
    minutes: dict[str, int] = field(default_factory=dict)
    """Ids of consultations and commitments, by what stands of them in `minutes_doors`."""
    sessions: dict[str, Hearing] = field(default_factory=dict)
    """Hearings by where they stand."""
    posts: dict[str, Any] = field(default_factory=dict)
    duties: dict[str, Duty] = field(default_factory=dict)
    leaves: dict[str, Leave] = field(default_factory=dict)
    swaps: dict[str, DutySwap] = field(default_factory=dict)
    call_in: CallIn = field(init=False)
    social: Social = field(init=False)
    report_id: int = 0
    stationing: int = 0  # id of an advice that was worked out
    asked: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What each door is asked with, once it was read."""
    built_by: str = ""  # the role of PostgreSQL that did all this

    @property
    def hall(self) -> Hall:
        return self.cast.hall

    @property
    def petitioner(self) -> Petitioner:
        return Petitioner.objects.get(parties__case=self.cases["accepted"])

    @property
    def category(self) -> ContentCategory:
        return ContentCategory.objects.get(level=3)

    @property
    def paper(self) -> IssuedDocument:
        """The notice that the petitioner got when the case was accepted."""
        found = IssuedDocument.objects.filter(stream=f"case:{self.cases['accepted'].pk}").first()
        assert found is not None
        return found

    @property
    def material(self) -> Material:
        return Material.objects.get(case=self.cases["accepted"])

    @property
    def instruction(self) -> Instruction:
        """What the leader wants of the unit that handles the accepted case."""
        return Instruction.objects.get(case=self.cases["accepted"])

    @property
    def complaint(self) -> Complaint:
        return Complaint.objects.earliest("pk")

    @property
    def figure(self) -> PublicFigure:
        """Of a quarter that is not public yet; one before it is."""
        return PublicFigure.objects.filter(hall=self.hall, published_at=None).earliest("-quarter")

    def posting(self, name: str) -> Posting:
        return Posting.objects.get(user=self.cast.people[name])


def world(now: dt.datetime) -> World:
    cast = yunxi()
    here = World(cast=cast, now=now)
    _strangers(here)
    _line(here)
    _receptions(here)
    _bookings(here)
    _planning(here)
    here.stationing = stationing(cast, now)
    _rota(here)
    _reference(here)
    _cases(here)
    _docket(here)
    here.hearing = notice_rows(here.cast, here.now)
    here.minutes = minutes_rows(cast, now)
    here.leading = field_rows(here.cast, here.now) | hearing_rows(here.cast, here.now)
    here.leading |= confer_rows(here.cast, here.now)
    here.sessions = session_rows(here.cast, here.now)
    here.leading |= finding_rows(cast, now) | sanction_rows(cast, now) | supervise_rows(cast, now)
    here.leading |= assess_rows(cast, now) | hook_rows(cast, now)
    here.posts = posts(cast, now)
    here.social = helped(cast, here.cases["accepted"].pk, now)
    here.panel = panel_rows(cast, now)
    _public(here)
    here.report_id = ready_report(cast, now)
    checks(cast, here.bookings["booked"], now)
    return here


COMPLAINT = "取号以后等了一个多小时，没有人说明原因。"


def _public(here: World) -> None:
    """A complaint that waits for its answer, a quarter that is public, and others that are not."""
    said = Said(
        token=uuid.uuid4(), drawn_at=here.now - dt.timedelta(minutes=2), about="waiting", text=COMPLAINT, name="曹某",
        phone="13900139001",
    )  # fmt: skip
    file_complaint(actor=PUBLIC, hall_id=here.hall.pk, said=said, address="192.0.2.1", now=here.now)
    compute_figures(now=here.now)
    oldest = PublicFigure.objects.filter(hall=here.hall).earliest("quarter")
    publish_figures(
        actor=here.cast.act(here.cast.manager, here.now),
        figure_id=oldest.pk,
        seen=oldest.computed_at,
        now=here.now,
    )


def _strangers(here: World) -> None:
    """A clerk and a unit of another county, an account without a post, and one that is closed."""
    cast, now = here.cast, cast_day(here.now)
    county = save(
        Jurisdiction(
            code="530998", level="county", name="石桥县", name_en="Shiqiao County", parent=cast.city
        ),
        now,
    )
    hall = save(
        Hall(
            code="shiqiao", jurisdiction=county, organ="石信", name="石桥县联合接访大厅", organ_name="石桥县信访局",
            name_en="Shiqiao County Joint Reception Hall", organ_name_en="Shiqiao County Petition Office",
        ),
        now,
    )  # fmt: skip
    save(Window(hall=hall, number=1, name="1号窗口", name_en="Window 1"), now)
    for key, name, name_en in (
        ("stranger", "冯石桥", "Feng Shiqiao"),
        ("idle", "蒋无岗", "Jiang Wugang"),
        ("closed", "沈停用", "Shen Tingyong"),
    ):
        cast.people[key] = register_user(actor=SYSTEM, username=key, name=name, name_en=name_en, now=now)
    post_person(
        actor=SYSTEM, user_id=cast.stranger.pk, role=CLERK, title="登记员", title_en="Reception clerk",
        hall_id=hall.pk, from_on=now.date(), now=now,
    )  # fmt: skip
    disable_user(
        actor=cast.act(cast.administrator, now), user_id=cast.closed.pk, reason="已调离本县", now=now
    )
    cast.people["accused"] = _liaison(here, "accused", "housing", "许被诉", "Xu Beisu")


def cast_day(now: dt.datetime) -> dt.datetime:
    """A morning of last week: before everything that happens today."""
    return now - dt.timedelta(days=7)


def _liaison(here: World, key: str, unit: str, name: str, name_en: str) -> User:
    cast, now = here.cast, cast_day(here.now)
    user = register_user(actor=SYSTEM, username=key, name=name, name_en=name_en, now=now)
    post_person(
        actor=SYSTEM, user_id=user.pk, role=LIAISON, title="部门联络员", title_en="Department liaison",
        hall_id=cast.hall.pk, department_id=cast.units[unit].pk, from_on=now.date(), now=now,
    )  # fmt: skip
    return user


def _line(here: World) -> None:
    """Somebody waiting, called, in service, missed and parked; each at a window of their own."""
    cast, now = here.cast, here.now
    here.queues = queues(cast)
    here.queues["A"].windows.add(cast.windows[FREE])
    actor = cast.act(cast.clerk, now)
    states = {
        "missed": (actions.miss_ticket,),
        "parked": (actions.serve_ticket, actions.park_ticket),
        "serving": (actions.serve_ticket,),
        "called": (),
    }
    windows = {"missed": 1, "parked": 1, "serving": 2, "called": 1}
    for state, verbs in states.items():
        ticket = take(cast, here.queues["A"], now)
        window = cast.windows[windows[state] - 1]
        actions.call_next(actor=actor, window_id=window.pk, now=now)
        for verb in verbs:
            verb(actor=actor, ticket_id=ticket.pk, now=now)
        here.tickets[state] = Ticket.objects.get(pk=ticket.pk)
    here.tickets["waiting"] = take(cast, here.queues["A"], now, priority_reason="elderly")


def _receptions(here: World) -> None:
    """One planned, one published, one that has begun."""
    cast, now = here.cast, here.now
    ten = timezone.localtime(now).replace(hour=10, minute=0)
    here.receptions = {
        "begun": reception(cast, ten - dt.timedelta(days=1), now=now - dt.timedelta(days=3)),
        "published": reception(cast, ten + dt.timedelta(days=3), now=now),
        "planned": reception(cast, ten + dt.timedelta(days=4), leader=cast.leader2, published=False, now=now),
    }


def _bookings(here: World) -> None:
    """One asked for, one with a place, one in line and one with a place held; one whose reception is today."""
    cast, now = here.cast, here.now
    midnight = timezone.localtime(now).replace(hour=23, minute=59, second=59)
    today = reception(
        cast,
        now + dt.timedelta(seconds=1),
        hours=min((midnight - now) / dt.timedelta(hours=1), 3) - 0.001,
        leader=cast.leader2,
        room_id=cast.room.pk,
        now=now - dt.timedelta(days=3),
    )
    soon = reception(
        cast, now + dt.timedelta(hours=20), hours=0.01, leader=cast.leader2, room_id=None, place="白塔镇政府",
        place_en="Baita Town Hall", capacity=1, now=now - dt.timedelta(days=3),
    )  # fmt: skip
    before = now - dt.timedelta(days=2)
    gone = by_clerk(cast, soon, 4, before)
    here.bookings = {
        "asked": asked(here.receptions["published"], 1, now),
        "booked": by_clerk(cast, here.receptions["published"], 2, now),
        "today": by_clerk(cast, today, 3, before),
        "held": by_clerk(cast, soon, 5, before),
        "waiting": by_clerk(cast, soon, 6, before),
    }
    actions.cancel_booking(
        actor=cast.act(cast.clerk, now), booking_id=gone.pk, reason="本人来电取消", now=now
    )


def _planning(here: World) -> None:
    cast, now = here.cast, here.now
    manager, today = cast.act(cast.manager, now), timezone.localdate(now)
    daily = Rhythm(name="每个工作日", name_en="Each working day", rhythm="daily", from_on=today)
    rule = save_rhythm_rule(actor=manager, hall_id=cast.hall.pk, rule=daily, now=now)
    absence = report_absence(
        actor=manager, person_id=cast.leader.pk, from_on=today + dt.timedelta(days=30),
        until_on=today + dt.timedelta(days=31), kind="leave", now=now,
    )  # fmt: skip
    asked = propose_month(actor=manager, hall_id=cast.hall.pk, month=today, now=now)
    day = today + dt.timedelta(days=12)
    whys = (Why(cast.leader.pk, (("absent", (day,)),)), Why(cast.leader2.pk, (("room", (day,)),)))
    found = Plan(
        (Slot(cast.leader2.pk, cast.leader_room.pk, day, dt.time(9), dt.time(11, 30), (rule.pk,)),),
        (Gap(rule.pk, day, day, 1, "", whys), Gap(rule.pk, day, today + dt.timedelta(days=14), 1, "nobody")),
    )
    proposal = answer_proposal(actor=SYSTEM, proposal_id=asked.pk, plan=found, now=now)
    here.planning = {"rule": rule.pk, "absence": absence.pk, "proposal": proposal.pk}


def _rota(here: World) -> None:
    """Duties two weeks ahead, so that today's windows call as they do without a rota; a leave, a swap, a call-in.

    Whoever is on call is so today, in the half-day of this moment: the row is written as it stands, whatever the hour.
    """
    cast, now, units = here.cast, here.now, here.cast.units
    day = workday_after(now, 10)
    here.duties = {
        "window": put(cast, cast.clerk, 1, day=day, substitute_id=cast.clerk2.pk, now=now),
        "free": put(cast, cast.clerk, 1, day=day, half="pm", now=now),
        "other": put(cast, cast.clerk, 1, day=workday_after(now, 17), now=now),
        "desk": put(cast, cast.guide, day=day, now=now),
    }
    here.duties["on_call"] = Duty.objects.create(
        hall=cast.hall, day=timezone.localdate(now), half=half_of(now), kind="on_call", unit=units["housing"],
        person=cast.liaison2, sitter=cast.liaison2, starts_at=now - dt.timedelta(minutes=1),
        ends_at=now + dt.timedelta(hours=2), phone="0999-8800001",
    )  # fmt: skip
    earlier = Duty.objects.create(
        hall=cast.hall, day=timezone.localdate(now), half=half_of(now), kind="on_call", unit=units["labour"],
        person=cast.liaison, sitter=cast.liaison, starts_at=now - dt.timedelta(minutes=1),
        ends_at=now + dt.timedelta(hours=2), phone="0999-8800002",
    )  # fmt: skip
    here.call_in = rota.call_in(actor=cast.act(cast.clerk, now), duty_id=earlier.pk, now=now)
    check = cast.act(cast.clerk, now)
    rota.check_in(actor=check, hall_id=cast.hall.pk, user_id=cast.clerk.pk, now=now)
    for key, weeks in (("asked", 4), ("agreed", 5)):
        on = timezone.localdate(now) + dt.timedelta(weeks=weeks)
        here.leaves[key] = rota.request_leave(
            actor=cast.act(cast.liaison, now),
            hall_id=cast.hall.pk,
            kind="annual",
            from_on=on,
            until_on=on,
            now=now,
        )
    rota.agree_leave(actor=cast.act(cast.head, now), leave_id=here.leaves["agreed"].pk, now=now)
    for key, duty in (("asked", "window"), ("agreed", "other")):
        here.swaps[key] = rota.request_swap(
            actor=cast.act(cast.clerk, now), duty_id=here.duties[duty].pk, other_id=cast.clerk2.pk, now=now
        )
    rota.agree_swap(actor=cast.act(cast.clerk2, now), swap_id=here.swaps["agreed"].pk, now=now)


def workday_after(now: dt.datetime, days: int) -> dt.date:
    """The first working day from so many days on."""
    return statutory_calendar().next_workday(timezone.localdate(now) + dt.timedelta(days=days))


def _reference(here: World) -> None:
    """One branch of the tree of categories, and one statutory route."""
    tree = (
        ("060000", "公共事业", "Public utilities"),
        ("060100", "市政设施", "Municipal works"),
        ("060101", "道路照明", "Street lighting"),
    )
    load_categories(actor=SYSTEM, rows=[CategoryRow(*names) for names in tree], now=here.now)
    route = RouteRow(
        code="labour-arbitration", clause=2, name="劳动争议仲裁", name_en="Labour arbitration",
        organ="劳动人事争议仲裁委员会", organ_en="Labour arbitration commission",
        basis="《劳动争议调解仲裁法》第五条", basis_en="Law on Mediation and Arbitration of Labour Disputes, Art. 5",
        guidance="带身份证和劳动合同，到仲裁委员会申请。", guidance_en="Apply in person with ID and contract.",
        keywords="老板不给工钱 拖欠工资",
    )  # fmt: skip
    load_routes(actor=SYSTEM, rows=[route], now=here.now)


def _cases(here: World) -> None:
    """At the gate, in hand, forwarded; and one that four kinds of people must not see though they hold posts for it."""
    cast, now = here.cast, here.now
    ladder()
    here.cases = {
        "registered": registered(cast, now),
        "accepted": accepted(cast, now),
        "forwarded": forwarded(cast, now),
    }
    low = here.cases["low"] = accepted(cast, now, title="等了很久的事")
    open_ratings(low, "hall", "unit", now=now)
    rated(low, now=now, unit=3)
    case = here.cases["accepted"]
    add_material(
        actor=cast.act(cast.clerk, now), case_id=case.pk, file=stored("欠条.png", PIXEL, "image/png"), now=now
    )
    secret = accepted(
        cast,
        now,
        title="反映工程款被截留",
        respondents=(NewRespondent(name="县住建局", department_id=cast.units["housing"].pk),),
    )
    # The law keeps these out whatever rights they were given before (第二十八条、第三十条).
    Respondent.objects.create(case=secret, name=cast.head.name, user=cast.head)
    for key in ("clerk2", "leader2"):
        Recusal.objects.create(case=secret, user=cast.people[key], reason="与信访人有亲属关系", at=now)
    add_material(
        actor=SYSTEM, case_id=secret.pk, file=stored("账页.png", PIXEL + b"\0", "image/png"), now=now
    )
    here.cases["secret"] = secret
    outbox.post(
        "due_soon", to=cast.liaison, context={}, once=f"world-{case.pk}", url=f"/cases/{case.pk}/", now=now
    )
    here.messages["liaison"] = Message.objects.filter(user=cast.liaison).latest("pk")


def _docket(here: World) -> None:
    """Received yesterday: a case and its instruction, one that is not registered yet, one that some must not see."""
    now, begun = here.now, here.receptions["begun"].pk
    for name in ("accepted", "low", "secret"):
        here.docket[name] = place_on_docket(
            actor=SYSTEM, reception_id=begun, case_id=here.cases[name].pk, now=now
        )
    here.docket["loose"] = place_on_docket(
        actor=SYSTEM, reception_id=begun, headline="村口路灯不亮", who="褚**", now=now
    )
    for name in ("accepted", "secret"):
        record_reception(actor=SYSTEM, item_id=here.docket[name].pk, heard=HEARD, now=now)
        give_instruction(
            actor=SYSTEM, case_id=here.cases[name].pk, text=TEXT, department_id=here.cast.units["labour"].pk,
            due_on=timezone.localdate(now) + dt.timedelta(days=9), now=now,
        )  # fmt: skip


PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d4944415478da63fcffff3f030005fe02fea7d0f1c30000000049454e44ae426082"
)
"""The smallest picture there is."""


def stored(name: str, content: bytes, media_type: str) -> StoredFile:
    """A file as the registration page stores it: under its hash in the private root."""
    digest = hashlib.sha256(content).hexdigest()
    place = Path("materials") / digest[:2] / digest
    target = Path(settings.HALL_PRIVATE_ROOT) / place
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    return StoredFile(name=name, media_type=media_type, size=len(content), sha256=digest, file=str(place))

"""Who tells whom of the date, what a proof of it needs, what the public may be told (国信发〔2015〕12号（七）)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from cases.lifecycle import SERVICE_METHODS
from cases.queries.masking import ADDRESS, Known, findings
from cases.queries.publication import known_of
from cases.queries.standing import standing
from cases.rules import check_said
from cases.rules.common import check_interest, who_may
from cases.rules.results import FOUND
from cases.rules.service import NOTICE_DAYS
from hall.access import Actor, Refused
from hearings.lifecycle import HEARING, ORGANISER_ROLES
from hearings.models import Hearing, HearingParty, Notice
from hearings.queries.notices import WITH_LEAD_TIME, NoticesState
from staffing.lifecycle import DEPARTMENT_ROLES

TITLE_MOST, ATTEND_LEAST = 120, 10
MOST_SEATS = 500


def check_organises(actor: Actor, hearing: Hearing, roles: tuple[str, ...] = ORGANISER_ROLES) -> None:
    """The unit that holds it, or the manager of its hall; nobody whom the case complains of. Raises Refused (unseen,
    role).
    """
    if actor.kind == "system":
        return
    check_interest(actor, standing(hearing.case))
    if not Hearing.objects.visible_to(actor).filter(pk=hearing.pk).exists():
        raise Refused(_("没有找到，或者您无权查看。"), "unseen")
    in_unit = [role for role in roles if role in DEPARTMENT_ROLES]
    in_hall = [role for role in roles if role not in DEPARTMENT_ROLES]
    if not (
        actor.has(*in_unit, department_id=hearing.organiser_id)
        or actor.has(*in_hall, hall_id=hearing.hall_id)
    ):
        raise Refused(who_may(in_hall, in_unit), "role")


def _check_move(hearing: Hearing, verb: str) -> None:
    if HEARING.move(verb, hearing.status) is None:
        state = _(HEARING.state(hearing.status).label)
        raise Refused(_("这次听证当前为“%(state)s”，不能再办理这一步。") % {"state": state}, "state")


def check_can_notify_parties(actor: Actor, hearing: Hearing, *, now: dt.datetime) -> None:
    """A date is set, the petitioner and the unit take part, somebody presides."""
    check_organises(actor, hearing)
    _check_move(hearing, "notify_parties")
    if hearing.starts_at is not None and hearing.starts_at <= now:
        raise Refused(_("听证时间已到，不再发通知。"), "state")
    kinds = set(HearingParty.objects.filter(hearing=hearing, removed_at=None).values_list("kind", flat=True))
    if "petitioner" not in kinds:
        raise Refused(_("还没有登记参加听证的信访人，请先登记参加人。"), "state")
    if "unit" not in kinds:
        raise Refused(_("还没有登记参加听证的承办单位，请先登记参加人。"), "state")
    if not hearing.seats.filter(status="seated", role="presider").exists():
        raise Refused(_("还没有确定主持人，请先组成听证组。"), "state")


def check_late_is_known(state: NoticesState, late_ok: bool, *, today: dt.date) -> None:
    """The last day has passed: who presses it knows that the hearing starts only with waivers in writing."""
    timed = [row for row in state.missing if row.kind in WITH_LEAD_TIME]
    if timed and state.last_day is not None and today > state.last_day and not late_ok:
        raise Refused(
            _(
                "最迟送达日（%(day)s）已过。仍要通知的，请确认：当事人没有书面放弃提前通知的，听证不能开始，应当延期。"
            )
            % {"day": state.last_in_words()},
            "input",
            field="late_ok",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """How a notice reached its addressee. `served_on` is the day of receipt, for a public notice of its posting."""

    method: str
    served_on: dt.date
    proof: str


def _check_notice(actor: Actor, notice: Notice) -> None:
    check_organises(actor, notice.hearing)
    hearing = notice.hearing
    if hearing.status != "scheduled":
        _check_move(hearing, "notify_parties")
    if notice.round != hearing.round:
        raise Refused(_("这是原定日期的通知，听证已经改期。"), "state")
    one = notice.party
    if (one is not None and one.removed_at is not None) or (
        notice.seat is not None and notice.seat.status != "seated"
    ):
        raise Refused(_("此人不再参加这次听证。"), "state")


def check_can_record_notice_service(actor: Actor, notice: Notice, *, now: dt.datetime) -> None:
    """Until the hearing begins; a wrong record is recorded again, the journal keeps both."""
    _check_notice(actor, notice)


def check_proof(notice: Notice, said: Proof, *, now: dt.datetime) -> None:
    """Raises Refused(input) at the first field that is wrong."""
    if said.method not in SERVICE_METHODS:
        raise Refused(_("请选择送达方式。"), "input", field="method")
    issued_on, today = timezone.localdate(notice.sent_at), timezone.localdate(now)
    if said.served_on > today:
        raise Refused(_("日期不能晚于今天。"), "input", field="served_on")
    if said.served_on < issued_on:
        raise Refused(
            _("日期不能早于通知书作出之日（%(day)s）。") % {"day": issued_on.isoformat()},
            "input",
            field="served_on",
        )
    party = notice.party
    is_petitioner = party is not None and party.kind == "petitioner"
    if said.method == "electronic" and is_petitioner and not notice.hearing.case.electronic_consent:
        raise Refused(_("信访人没有同意电子送达，请用别的方式。"), "input", field="method")
    check_said(said.proof, "proof", _("请写明送达证明，至少%(n)s个字，例如签收人、邮件编号、见证人。"))


def counts_from(said: Proof) -> dt.date:
    """The day that counts: a public notice is served when its period has passed."""
    return said.served_on + dt.timedelta(days=NOTICE_DAYS) if said.method == "notice" else said.served_on


def check_can_waive_notice_period(actor: Actor, notice: Notice, *, now: dt.datetime) -> None:
    """A party's own right: it is given up by the party in writing, and once."""
    _check_notice(actor, notice)
    if notice.party is None or notice.party.kind not in WITH_LEAD_TIME:
        raise Refused(_("对此人没有提前通知的期限，不需要放弃。"), "state")
    if notice.waived:
        raise Refused(_("已经记录书面放弃。"), "state")


def check_waiver(notice: Notice, on: dt.date, words: str, *, now: dt.datetime) -> None:
    if on > timezone.localdate(now):
        raise Refused(_("日期不能晚于今天。"), "input", field="waived_on")
    if on < timezone.localdate(notice.sent_at):
        raise Refused(
            _("要先知道这次的时间，才能放弃：日期不能早于通知书作出之日。"), "input", field="waived_on"
        )
    check_said(words, "waiver", _("请写明书面放弃的内容和由谁签名，至少%(n)s个字。"))


# -- the public ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicWords:
    """What is announced beside time and place."""

    title: str
    attend: str
    contact: str
    seats: int


def check_can_announce_hearing(actor: Actor, hearing: Hearing, *, now: dt.datetime) -> None:
    """Only a public hearing, once its date is set; the words may be mended until it begins."""
    check_organises(actor, hearing)
    _check_move(hearing, "announce_hearing")
    if not hearing.is_public:
        raise Refused(_("这次听证不公开举行，不发公告。"), "state")
    if hearing.case.is_confidential:
        words = _("本事项已列为保密，不能公告；请先改为不公开听证，写明理由。")
        raise Refused(words, "state")
    if hearing.starts_at is not None and hearing.starts_at <= now:
        raise Refused(_("听证时间已到，不再发公告。"), "state")


def people_of(hearing: Hearing) -> Known:
    """Everybody of the case and of the hearing, but for the panel: never to be named."""
    others = HearingParty.objects.filter(hearing=hearing).exclude(kind="unit").values_list("name", flat=True)
    return known_of([hearing.case_id]) | Known(persons=tuple(others))


def personal_in(text: str, hearing: Hearing, *, but: Collection[str] = ()) -> list[str]:
    """What looks like personal data, in words, each once. The organ's own numbers and address may stand there: they
    are on every page of the hall. `but`: kinds that may be there, as an address in a place.
    """
    hall = hearing.hall
    for known in (hall.phone, hall.complaint_phone, hearing.organiser.phone, hall.address):
        text = text.replace(known, "□") if known else text
    found = findings(text, people_of(hearing))
    lines = [
        _("%(what)s：“%(it)s”") % {"what": FOUND[one.kind], "it": one.excerpt(text).strip()}
        for one in found
        if one.kind not in but
    ]
    return list(dict.fromkeys(lines))


def check_public_words(hearing: Hearing, said: PublicWords, *, taken: int) -> PublicWords:
    """Nothing in it names or finds one of the case's people; and the room holds the seats. Raises Refused(input)."""
    words = PublicWords(
        title=check_said(said.title, "title", _("请写听证事项，至少%(n)s个字。")),
        attend=check_said(said.attend, "attend", _("请写怎样旁听，至少%(n)s个字。"), least=ATTEND_LEAST),
        contact=check_said(said.contact, "contact", _("请写咨询的部门或者电话，至少%(n)s个字。")),
        seats=said.seats,
    )
    if len(words.title) > TITLE_MOST:
        raise Refused(_("标题最长%(n)s个字。") % {"n": TITLE_MOST}, "input", field="title")
    for field, text in (("title", words.title), ("attend", words.attend), ("contact", words.contact)):
        if lines := personal_in(text, hearing):
            said_so = _("还有像个人信息的内容，请改写：%(list)s")
            raise Refused(said_so % {"list": _("；").join(lines)}, "input", field=field)
    if personal_in(hearing.place, hearing, but=(ADDRESS,)):
        raise Refused(_("听证地点里有像个人信息的内容，不能公告；请先改期，另写地点。"), "state")
    if not 0 <= words.seats <= MOST_SEATS:
        raise Refused(_("旁听席位为0到%(n)s个。") % {"n": MOST_SEATS}, "input", field="seats")
    room = hearing.room
    if room is not None and room.capacity and words.seats > room.capacity:
        raise Refused(_("这个房间只有%(n)s个座位。") % {"n": room.capacity}, "input", field="seats")
    if words.seats < taken:
        raise Refused(_("已有%(n)s人登记旁听，席位不能更少。") % {"n": taken}, "input", field="seats")
    return words

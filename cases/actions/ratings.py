"""Ratings by the petitioner, and what follows a low one.

A rating is opened by the act that gives the petitioner something to rate, said by the petitioner alone, and ends
by itself. The one-time code goes to the petitioner's telephone and is kept nowhere: its keyed hash finds the rating,
and the message holds it under the key of personal data. A pass stands for a proof that was given a moment ago (the
code, or the progress query), so that no act can be asked for without one.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.core import signing
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import rules
from cases.actions.deadlines import meet_deadline, start_deadline
from cases.actions.parts import office_people, tell
from cases.actions.query_progress import begin_try, end_try, plain
from cases.actions.register import CODE_ALPHABET
from cases.lifecycle import GRADES, LOW
from cases.models import Case, Deadline, FollowUp, Rating
from cases.queries.ratings import code_index, may_be_rated, rating_rule_asked
from hall import clock, journal, outbox
from hall.access import SYSTEM, Actor, Refused
from hall.batch import Ask, insert, together
from hall.fields import decrypt, sealed
from hall.models import calendar_asked
from hall.outbox import address_of
from staffing.queries import hours_asked

CODE_LENGTH = 10
REMINDED_AT = dt.time(9)
FROM_LETTER, ON_PAGE = dt.timedelta(minutes=15), dt.timedelta(minutes=60)
"""How long a pass is good for: from the progress letter to the page, and on the page, where people write."""
_SALT = "cases.rating-pass"


@dataclass(frozen=True, slots=True)
class Said:
    """What the petitioner says of one target."""

    grade: int | None
    reason: str = ""
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Pass:
    """Who comes to rate: by which proof (`code` or `progress`), for which ratings."""

    case_id: int
    door: str
    rating_ids: tuple[int, ...]


# -- it is opened ------------------------------------------------------------------------------------------------


def open_ratings(case: Case, *targets: str, now: dt.datetime, actor: Actor = SYSTEM) -> None:
    """The petitioner may rate `hall`, `unit` or both from now on; once a target. A part of an action.

    Nothing happens where the matter is none that is rated, or was opened before. Call it before the act's own
    journal entry, with its actor, so that the invitation stands under the act.
    """
    if not may_be_rated(case):
        return
    known, phone, rule, calendar, hours = together(
        Ask(
            "SELECT target FROM cases_rating WHERE case_id = %s",
            [case.pk],
            lambda rows: {row[0] for row in rows},
        ),
        _phone_asked(case),
        rating_rule_asked(case.hall_id),
        calendar_asked(),
        hours_asked(case.hall_id),
    )
    wanted = [name for name in dict.fromkeys(targets) if name not in known]
    if case.first_handler_id is None:
        wanted = [name for name in wanted if name != "unit"]
    if not wanted:
        return
    last_day = timezone.localdate(now) + dt.timedelta(days=rule.days)
    closes_at = clock.ends_at(last_day, tz=hours.tz)
    moments = {
        clock.moment(last_day, -days, unit=clock.Unit.NATURAL, hours=hours, calendar=calendar, at=REMINDED_AT)
        for days in rule.reminders
    }
    reminders = sorted(at for at in moments if now < at < closes_at) if phone else []
    code = "".join(secrets.choice(CODE_ALPHABET) for _n in range(CODE_LENGTH)) if phone else ""
    after = {"targets": wanted, "until": last_day, "by_code": bool(code)}
    insert(
        *(
            Rating(
                case=case,
                target=name,
                department_id=case.first_handler_id if name == "unit" else None,
                code_index=code_index(code) if code else None,
                opened_at=now,
                closes_at=closes_at,
                reminders=reminders,
                next_step_at=next(iter(reminders), closes_at),
            )
            for name in wanted
        ),
        journal.entry(actor, "open_ratings", case, after=after, now=now),
    )
    if code:
        _invite(case, phone, code, wanted, last_day, now)


def _phone_of(case: Case) -> str:
    """The principal's telephone today."""
    return _phone_asked(case).answer()


def _phone_asked(case: Case) -> Ask[str]:
    return Ask(
        "SELECT p.phone FROM cases_caseparty x JOIN cases_petitioner p ON p.id = x.petitioner_id"
        " WHERE x.case_id = %s AND x.role = 'principal'",
        [case.pk],
        lambda rows: decrypt(bytes(rows[0][0])) if rows and rows[0][0] else "",
    )


def _invite(
    case: Case, phone: str, code: str, targets: Sequence[str], last_day: dt.date, now: dt.datetime
) -> None:
    facts = {
        "hall": case.hall.name,
        "number": case.number,
        "sealed": sealed(code),
        "page": address_of("cases:rate"),
        "until": last_day.isoformat(),
    }
    once = f"rating_invited/{case.pk}/{'+'.join(targets)}"
    outbox.post("rating_invited", to=outbox.Phone(phone), context=facts, once=once, now=now)


# -- it is said --------------------------------------------------------------------------------------------------


def pass_for(
    case_id: int, door: str, rating_ids: Sequence[int], *, now: dt.datetime, good: dt.timedelta
) -> str:
    """A signed pass for who has just proved to be the petitioner."""
    facts = {"case": case_id, "door": door, "ratings": list(rating_ids), "until": (now + good).timestamp()}
    return signing.dumps(facts, salt=_SALT)


def pass_from(text: str, *, now: dt.datetime) -> Pass:
    """Raises Refused(state) when it is not one of ours or its time is over."""
    try:
        facts = signing.loads(text, salt=_SALT)
    except signing.BadSignature:
        facts = None
    if facts is None or now.timestamp() >= facts["until"]:
        raise Refused(_("页面停留的时间过长，为了安全请重新输入评价码，或者重新查询进度。"), "state")
    return Pass(facts["case"], facts["door"], tuple(facts["ratings"]))


def query_rating(*, actor: Actor, code: str, address: str, now: dt.datetime) -> list[Rating] | None:
    """The ratings that a code opens, or None: a code that was never given and a wrong one get the same answer.

    Limited like the progress query, and in one count with it. Raises Refused (role for staff, busy).
    """
    rules.check_rater(actor)
    code = plain(code)
    tried = begin_try("rating", code, address, now=now)
    found = list(
        Rating.objects.filter(code_index=code_index(code))
        .select_related("case__hall", "department")
        .order_by("target")
    )
    if not code or not found:
        return None
    end_try(tried)
    return found


@transaction.atomic
def rate_service(*, actor: Actor, pass_text: str, said: Mapping[str, Said], now: dt.datetime) -> list[Rating]:
    """The petitioner grades the hall, the unit, or both; each once, for good. Returns what was said.

    `said` by target; what is not in it stays open. A low grade needs its reason and opens a follow-up for the
    supervisor. Grades go into the journal, what was written does not.
    """
    rules.check_rater(actor)
    given = pass_from(pass_text, now=now)
    case = Case.objects.locked(given.case_id)
    rows = {
        one.target: one
        for one in Rating.objects.select_for_update(of=("self",))
        .filter(case=case, pk__in=given.rating_ids)
        .select_related("department")
    }
    answered = [rows[target] for target in said if target in rows]
    if not answered:
        raise Refused(_("请至少对一项作出评价；没有评价的，以后还可以再来。"), "input")
    for one in answered:
        rules.check_can_rate_service(actor, one, now=now)
        rules.check_grade(said[one.target].grade, said[one.target].reason, field=one.target)
    for one in answered:
        words = said[one.target]
        one.status, one.rated_at, one.next_step_at, one.door = "rated", now, None, given.door
        one.grade, one.reason, one.comment = words.grade, words.reason.strip(), words.comment.strip()
        one.save(update_fields=["status", "rated_at", "next_step_at", "door", "grade", "reason", "comment"])
    low = [one for one in answered if one.grade == LOW]
    _open_follow_ups(case, low, actor=actor, now=now)
    grades = {one.target: one.grade for one in answered}
    note = "\n".join(f"{_about(case, one)}：{GRADES[one.grade or 0]}" for one in answered)
    after = {"grades": grades, "door": given.door, "note": note}
    journal.record(actor, "rate_service", case, after=after, now=now)
    if given.door == "progress":
        _confirm(case, answered, now)
    return answered


def _about(case: Case, one: Rating) -> str:
    return one.department.name if one.department else case.hall.organ_name or case.hall.name


def _open_follow_ups(case: Case, low: Sequence[Rating], *, actor: Actor, now: dt.datetime) -> None:
    """One row a low rating; the supervisor's clock runs once for a case, and the first one is not begun anew."""
    if not low:
        return
    FollowUp.objects.bulk_create(FollowUp(rating=one, case=case, opened_at=now) for one in low)
    if not Deadline.objects.filter(case=case, kind="follow_up").open().exists():
        today = timezone.localdate(now)
        start_deadline(case, "follow_up", department_id=None, started_on=today, now=now, actor=actor)
    people = office_people(case, "supervisor", now=now) or office_people(case, now=now)
    about = _("、").join(_about(case, one) for one in low)
    once = "+".join(str(one.pk) for one in low)
    tell(case, people, "rating_low", once=once, now=now, about=about)


def _confirm(case: Case, answered: Sequence[Rating], now: dt.datetime) -> None:
    """Who rated by the progress query did not show the telephone: it is told, so that nobody speaks for another."""
    if phone := _phone_of(case):
        facts = {
            "hall": case.hall.name,
            "number": case.number,
            "complaint": case.hall.complaint_phone or case.hall.phone,
        }
        once = f"rating_received/{case.pk}/{'+'.join(str(one.pk) for one in answered)}"
        outbox.post("rating_received", to=outbox.Phone(phone), context=facts, once=once, now=now)


# -- a low one is looked into ------------------------------------------------------------------------------------


@transaction.atomic
def close_follow_up(*, actor: Actor, case_id: int, finding: str, measure: str, now: dt.datetime) -> FollowUp:
    """The supervisor has gone back to the petitioner: what was found, and what is done about it.

    Every low rating of the case that is open is closed by it, and the clock is met. What was found stays in the
    follow-up; the journal only says that it was.
    """
    case = Case.objects.locked(case_id)
    rules.check_can_close_follow_up(actor, case, now=now)
    finding = rules.check_said(finding, "finding", _("请写明回访情况。"))
    measure = rules.check_said(measure, "measure", _("请写明怎么处理；不需要处理的，写明理由。"))
    rows = list(FollowUp.objects.select_for_update().filter(case=case, status="open").order_by("pk"))
    for one in rows:
        one.status, one.finding, one.measure = "closed", finding, measure
        one.closed_at, one.closed_by_id = now, actor.user_id
        one.save(update_fields=["status", "finding", "measure", "closed_at", "closed_by"])
    meet_deadline(case, "follow_up", actor=actor, now=now)
    after = {"follow_ups": [one.pk for one in rows]}
    journal.record(actor, "close_follow_up", case, after=after, now=now)
    return rows[0]

"""What each door is asked with: the things that addresses name, and for a form the facts that a careful person sends.

A form is filled in rightly, so that a refusal can only be about the person or the state.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from django.core import signing
from django.utils import timezone

from cases.actions import pass_for
from intake.forms.booking import Riddle
from staffing.actions import code_of, seal
from tests.architecture.asking_doors import HEARING_FORMS
from tests.architecture.assess_doors import ASSESS_FORMS
from tests.architecture.case_doors import TYPED
from tests.architecture.confer_doors import CONFER_FORMS
from tests.architecture.device_doors import DEVICE_FORMS
from tests.architecture.field_doors import FIELD_FORMS
from tests.architecture.finding_doors import FINDING_FORMS
from tests.architecture.minutes_doors import MINUTES_FORMS, MINUTES_TABLE
from tests.architecture.notice_doors import NOTICE_FORMS
from tests.architecture.notice_doors import TABLE as OF_NOTICES
from tests.architecture.panel_doors import PANEL_FORMS
from tests.architecture.permissions import EVERYBODY, PEOPLE, TABLE
from tests.architecture.permissions_guidance import GUIDANCE_FORMS
from tests.architecture.permissions_hooks import HOOK_FORMS
from tests.architecture.sanction_doors import SANCTION_FORMS
from tests.architecture.session_doors import SESSION_FORMS
from tests.architecture.signin_doors import SIGNIN_FORMS
from tests.architecture.supervise_doors import SUPERVISE_FORMS
from tests.architecture.verify_doors import VERIFY_FORMS
from tests.architecture.world import COMPLAINT, FREE, PIXEL, World
from tests.architecture.world_of_posts import ROSTER
from tests.intake.booking import code_of as code_sent
from tests.matters import REASON

Asked = dict[str, Any]
Row = tuple[str, str]
"""Address and method."""


def ARGUMENTS(here: World) -> Asked:  # noqa: N802 - a table, like the ones below
    """What stands in an address unless its own entry below says otherwise."""
    return {
        "code": here.hall.code,
        "hall": here.hall.code,
        "window": here.cast.windows[0].pk,
        "ticket": here.tickets["called"].pk,
        "token": here.tickets["waiting"].token,
        "user_id": here.cast.guide.pk,
        "posting_id": here.posting("guide").pk,
        "reception_id": here.receptions["published"].pk,
        "pk": here.cases["accepted"].pk,
        "proposal_id": here.planning["proposal"],
        "stationing_id": here.stationing,
        "rule_id": here.planning["rule"],
        "absence_id": here.planning["absence"],
        "document_id": here.paper.pk,
        "material_id": here.material.pk,
        "petitioner_id": here.petitioner.pk,
        "duty_id": here.duties["window"].pk,
        "window_id": here.cast.windows[FREE].pk,
        "leave_id": here.leaves["asked"].pk,
        "swap_id": here.swaps["asked"].pk,
        "call_id": here.call_in.pk,
        "case": here.cases["accepted"].pk,
        "booking_id": here.bookings["booked"].pk,
        **here.leading,
        **here.hearing,
        "end_id": here.posts["end"].pk,
        "note_id": here.posts["note"].pk,
        "commitment_id": here.posts["commitment"].pk,
        "participant_id": here.social.participant.pk,
        "course_id": here.social.course.pk,
        "leaflet_id": here.social.leaflet.pk,
        "slug": here.social.leaflet.slug,
        "complaint_id": here.complaint.pk,
        "figure": here.figure.pk,
        "hearing_id": here.sessions["open"].pk,
        "page_id": here.sessions["open"].pages.earliest("number").pk,
        "report_id": here.report_id,
    }


class Picture:
    """A file to hand in, as often as one likes."""

    name, content_type = "照片.png", "image/png"

    def read(self) -> bytes:
        return PIXEL


class PersonnelList(Picture):
    """A list with one line, to hand in as often as one likes."""

    name, content_type = "list.xlsx", "application/octet-stream"

    def read(self) -> bytes:
        return ROSTER


def _next_day(here: World, days: int) -> str:
    return (timezone.localdate(here.now) + dt.timedelta(days=days)).isoformat()


def _slot(here: World) -> Asked:
    return {
        "leader": here.cast.leader.pk, "day": _next_day(here, 9), "starts": "09:00", "ends": "11:00", "form": "fixed",
        "room": here.cast.leader_room.pk, "reason": "县长出差",
    }  # fmt: skip


def _plan_forms() -> dict[str, Callable[[World], dict[str, Asked]]]:
    """Rules, proposals, absences, substitutes and approval."""
    rule = {
        "name": "每月一次", "rhythm": "monthly", "who": "one", "rank": "", "starts": "09:00", "ends": "11:30",
        "room_kind": "leader", "from_on": "2026-01-01", "is_active": "on",
    }  # fmt: skip
    return {
        "/reception-plan/propose/": lambda here: {"query": {"hall": here.hall.code}},
        "/stationing/request/": lambda here: {
            "data": {"weeks": "8", "target_minutes": "10", "ninety_minutes": "30"}
        },
        "/reception-plan/proposals/<proposal_id>/adopt/": lambda here: {"data": {"slots": ["0"]}},
        "/reception-plan/<reception_id>/substitute/": lambda here: {
            "data": {"leader": here.cast.leader2.pk, "reason": "县长出差"}
        },
        "/reception-plan/<reception_id>/postpone/": lambda here: {
            "data": {"day": _next_day(here, 9), "starts": "09:00", "ends": "11:00", "reason": "县长出差"}
        },
        "/reception-plan/<reception_id>/approve/": lambda here: {
            "args": {"reception_id": here.receptions["planned"].pk}, "data": {"revision": "0"}
        },
        "/reception-approvals/approve/": lambda here: {
            "data": {"seen": [f"{here.receptions['planned'].pk}:0"]}, "query": {"hall": here.hall.code}
        },
        "/reception-rules/new/": lambda here: {"data": rule, "query": {"hall": here.hall.code}},
        "/reception-rules/<rule_id>/": lambda here: {"data": rule},
        "/reception-rules/leaders/<posting_id>/rank/": lambda here: {
            "args": {"posting_id": here.posting("leader").pk}, "data": {"rank": "principal"}
        },
        "/absences/report/": lambda here: {
            "data": {
                "person": here.cast.leader.pk, "from_on": _next_day(here, 40), "until_on": _next_day(here, 41),
                "kind": "leave",
            }
        },
    }  # fmt: skip


def _number(here: World) -> Asked:
    return {"queue": here.queues["A"].pk, "form_token": uuid.uuid4(), "head_count": 1, "priority": ""}


def _wish(here: World) -> Asked:
    """The public's form as a careful person sends it, half a minute after it was opened."""
    riddle = Riddle.new(now=timezone.now() - dt.timedelta(seconds=30))
    return {
        "name": "褚约访", "phone": "13900139077", "subject": "补偿款没有到账", "head_count": 1, "website": "",
        "stamp": riddle.signed(), "answer": str(riddle.answer),
    }  # fmt: skip


def _matter(here: World) -> Asked:
    """The registration page as a clerk sends it, for somebody who never came before."""
    return {
        "hall": here.cast.hall.code, "form_token": uuid.uuid4(), "draft_revision": 0, "shown": "",
        "who-id_kind": "none", "who-name": "褚新访", "who-phone": "13900139000",
        "with-TOTAL_FORMS": 0, "with-INITIAL_FORMS": 0, "claim-TOTAL_FORMS": 1, "claim-INITIAL_FORMS": 0,
        "claim-0-text": "修好路灯", "against-TOTAL_FORMS": 0, "against-INITIAL_FORMS": 0,
        "purpose": "request", "title": "村口路灯不亮", "content": "村口三盏路灯已经一个月不亮。", "channel": "visit",
        "category": here.category.pk, "place": "云溪县白塔镇",
    }  # fmt: skip


def _helper(name: str) -> Asked:
    return {"kind": "lawyer", "name": name, "licence": "A-2", "promised_on": "2026-01-05", "is_active": "on"}


def _month(here: World) -> Asked:
    return {
        "participant": here.social.participant.pk, "from_on": _next_day(here, 1), "until_on": _next_day(here, 14),
        "weekdays": ["0", "1", "2", "3", "4"], "halves": ["pm"],
    }  # fmt: skip


def _course(here: World) -> Asked:
    start = timezone.localtime(here.social.course.starts_at)
    return {
        "title": "条例逐条讲", "title_en": "Article by article", "kind": "law", "day": start.date(),
        "starts": f"{start:%H:%M:%S}", "hours": "2",
    }  # fmt: skip


def _leaflet(slug: str) -> Asked:
    return {"slug": slug, "topic": "怎样信访", "order": 3, "title": "带什么来", "body": "带身份证件和材料。"}


def _service(here: World) -> Asked:
    earlier = timezone.localtime(here.now - dt.timedelta(minutes=5))
    return {
        "day": earlier.date(), "starts": f"{earlier:%H:%M}", "minutes": 20, "question": "该走什么途径",
        "opinion": "说明了途径", "no_conflict": "on",
    }  # fmt: skip


def rating_pass(here: World) -> str:
    """What the petitioner of a matter holds for an hour after the code was given."""
    ids = list(here.cases["low"].ratings.values_list("pk", flat=True))
    return pass_for(here.cases["low"].pk, "code", ids, now=timezone.now(), good=dt.timedelta(hours=1))


FORMS: Mapping[str, Callable[[World], dict[str, Asked]]] = {
    "/i18n/setlang/": lambda here: {"data": {"language": "en"}},
    **VERIFY_FORMS,
    # -- people and places
    **SIGNIN_FORMS,
    "/people/register/": lambda here: {"data": {"name": "卫新来", "username": "newcomer", "language": "zh-hans"}},
    "/people/<user_id>/post/": lambda here: {
        "args": {"user_id": here.cast.idle.pk},
        "data": {"role": "clerk", "hall": here.hall.pk, "title": "登记员", "from_on": _next_day(here, 0)},
    },
    "/people/<user_id>/password/": lambda here: {"data": {"confirmed": "1"}},
    "/people/<user_id>/disable/": lambda here: {"data": {"reason": "已调离大厅"}},
    "/people/<user_id>/enable/": lambda here: {"args": {"user_id": here.cast.closed.pk}},
    "/postings/<posting_id>/end/": lambda here: {"data": {"on": _next_day(here, 0), "reason": "原单位召回"}},
    "/reception-plan/new/": lambda here: {"data": _slot(here), "query": {"hall": here.hall.code}},
    "/reception-plan/<reception_id>/publish/": lambda here: {"args": {"reception_id": here.receptions["planned"].pk}},
    "/reception-plan/<reception_id>/change/": lambda here: {"data": _slot(here)},
    "/reception-plan/<reception_id>/cancel/": lambda here: {"data": {"reason": "防汛会议"}},
    "/reception-plan/<reception_id>/hold/": lambda here: {"args": {"reception_id": here.receptions["begun"].pk}},
    # -- the leader's docket
    "/docket/items/<pk>/": lambda here: {"args": {"pk": here.docket["accepted"].pk}},
    "/docket/items/<pk>/link-case/": lambda here: {
        "args": {"pk": here.docket["loose"].pk}, "data": {"number": here.cases["registered"].number}
    },
    "/docket/items/<pk>/record/": lambda here: {
        "args": {"pk": here.docket["low"].pk},
        "data": {"version": 1, "problem": "等了很久没有结果。", "opinion": "请尽快答复。"},
    },
    "/docket/items/<pk>/remove/": lambda here: {
        "args": {"pk": here.docket["low"].pk}, "data": {"reason": "改期"}
    },
    "/docket/receptions/<reception_id>/briefs/": lambda here: {"args": {"reception_id": here.receptions["begun"].pk}},
    "/docket/receptions/<reception_id>/place/": lambda here: {"data": {"headline": "村口路灯不亮", "head_count": 1}},
    # -- plan
    **_plan_forms(),
    # -- postings and personnel
    "/badges/<token>/": lambda here: {"args": {"token": here.posts["badge"].token}},
    "/badges/<token>/photo/": lambda here: {"args": {"token": here.posts["badge"].token}},
    "/posting-ends/<end_id>/agree/": lambda here: {"data": {"confirmed": "1"}},
    "/posting-ends/<end_id>/refuse/": lambda here: {"data": {"note": "暂无人可派"}},
    "/postings/<posting_id>/ask-end/": lambda here: {
        "args": {"posting_id": here.posting("liaison2").pk}, "data": {"on": _next_day(here, 1), "reason": "单位调整"},
    },
    "/postings/<posting_id>/handover/": lambda here: {
        "data": {"to": here.cast.clerk.pk, "papers": "无", "keys": "无", "accounts": "无", "matters": "无"}
    },
    "/people/<user_id>/file/": lambda here: {"data": {"qualifications": "会手语"}},
    "/people/import/": lambda here: {"data": {"file": PersonnelList()}},
    "/people/import/<token>/": lambda here: {"args": {"token": here.posts["list"].token}},
    "/people/import/<token>/confirm/": lambda here: {"args": {"token": here.posts["list"].token}},
    "/people/import/<token>/rejected.xlsx": lambda here: {"args": {"token": here.posts["list"].token}},
    "/duties/write/": lambda here: {"data": {"role": "guide", "from_on": _next_day(here, 0), "text": "引导来访人"}},
    "/commitment-plan/new/": lambda here: {"data": {"text": "当场登记", "order": 10}},
    "/commitment-plan/<commitment_id>/withdraw/": lambda here: {"data": {"reason": "另作承诺"}},
    "/commitment-plan/<commitment_id>/change/": lambda here: {"data": {"text": "当场登记", "order": 10}},
    # -- rota and attendance
    "/rota/duty/": lambda here: {
        "data": {"person": here.cast.clerk2.pk, "substitute": ""},
        "query": {"hall": here.hall.code, "day": here.duties["window"].day.isoformat(), "half": "pm",
                  "window": str(here.cast.windows[1].pk)},
    },
    "/rota/duties/<duty_id>/call-in/": lambda here: {"args": {"duty_id": here.duties["on_call"].pk}},
    "/rota/duties/<duty_id>/swap/": lambda here: {
        "args": {"duty_id": here.duties["free"].pk}, "data": {"other": here.cast.clerk2.pk, "other_duty": ""}
    },
    "/rota/fill/": lambda here: {"query": {"hall": here.hall.code}},
    "/rota/pattern/": lambda here: {
        "query": {"hall": here.hall.code, "week": here.duties["window"].day.isoformat()}
    },
    "/my-duty/leave/": lambda here: {
        "data": {"kind": "annual", "from_on": _next_day(here, 60), "from_half": "am", "until_on": _next_day(here, 60),
                 "until_half": "pm"}
    },
    "/leaves/<leave_id>/approve/": lambda here: {"args": {"leave_id": here.leaves["agreed"].pk}},
    "/leaves/<leave_id>/refuse/": lambda here: {"data": {"reason": "当天窗口无人可替"}},
    "/swaps/<swap_id>/approve/": lambda here: {"args": {"swap_id": here.swaps["agreed"].pk}},
    "/swaps/<swap_id>/refuse/": lambda here: {"data": {"reason": "当天另有安排"}},
    "/attendance/check-in/": lambda here: {"data": {"hall": here.hall.code}},
    "/attendance/check-out/": lambda here: {"data": {"hall": here.hall.code}},
    "/attendance/leave-post/": lambda here: {"data": {"hall": here.hall.code}},
    "/attendance/return-to-post/": lambda here: {"data": {"hall": here.hall.code}},
    # -- help from outside, training, leaflets
    "/participants/new/": lambda here: {"data": _helper("韩明"), "query": {"hall": here.hall.code}},
    "/participants/<participant_id>/": lambda here: {"data": _helper("沈慧明")},
    "/participant-rota/new/": lambda here: {"data": _month(here), "query": {"hall": here.hall.code}},
    "/participant-rota/<duty_id>/change/": lambda here: {
        "args": {"duty_id": here.social.duty.pk},
        "data": {"participant": here.social.participant.pk, "day": here.social.duty.day.isoformat(), "half": "am",
                 "starts": "09:30", "ends": "11:30", "reason": "上午开庭，晚到半小时"}
    },
    "/participant-rota/<duty_id>/cancel/": lambda here: {
        "args": {"duty_id": here.social.duty.pk}, "data": {"reason": "临时出庭"}
    },
    "/courses/new/": lambda here: {"data": _course(here), "query": {"hall": here.hall.code}},
    "/courses/<course_id>/change/": lambda here: {"data": _course(here)},
    "/courses/<course_id>/enrol/": lambda here: {"data": {"people": [here.cast.guide.pk]}},
    "/courses/<course_id>/record/": lambda here: {
        "data": {f"p{here.cast.clerk.pk}": "present", f"r{here.cast.clerk.pk}": "passed"}
    },
    "/leaflets/new/": lambda here: {"data": {**_leaflet("new-one"), "hall": here.hall.pk}},
    "/leaflets/<leaflet_id>/change/": lambda here: {"data": _leaflet(here.social.leaflet.slug)},
    "/leaflets/<leaflet_id>/publish/": lambda here: {"args": {"leaflet_id": here.social.draft.pk}},
    "/services/new/": lambda here: {
        "data": _service(here)
        | {"participant": here.social.participant.pk, "case_number": here.cases["accepted"].number}
    },
    "/services/<pk>/": lambda here: {"args": {"pk": here.social.note.pk}},
    "/services/<pk>/correct/": lambda here: {
        "args": {"pk": here.social.note.pk}, "data": _service(here) | {"correction": "补充说明情况"}
    },
    "/services/<pk>/take-over/": lambda here: {
        "args": {"pk": here.social.sealed.pk}, "data": {"reason": "秦悦休假两周"}
    },
    # -- public
    "/halls/<code>/complaint/": lambda here: {
        "data": {"mark": seal(timezone.now() - dt.timedelta(minutes=1)), "about": "waiting", "text": COMPLAINT}
    },
    "/complaint-answer/": lambda here: {"data": {"code": code_of(here.complaint.form_token)}},
    "/complaints/<complaint_id>/answer/": lambda here: {"data": {"answer": "已经核实并改进，向您道歉。"}},
    "/complaints/<complaint_id>/forward/": lambda here: {
        "data": {"forwarded_to": "县纪委监委", "answer": "您反映的情况已转交核查。"}
    },
    "/figures/<figure>/publish/": lambda here: {"data": {"seen": here.figure.computed_at.isoformat()}},
    # -- the line
    "/kiosk/<hall>/": lambda here: {"data": _number(here)},
    "/guide/<hall>/take-number/": lambda here: {"data": _number(here)},
    "/console/<window>/call-next/": lambda here: {"args": {"window": here.cast.windows[FREE].pk}},
    "/console/<window>/call-ticket/<ticket>/": lambda here: {
        "args": {"window": here.cast.windows[FREE].pk, "ticket": here.tickets["parked"].pk}, "data": {"confirmed": "1"}
    },
    "/tickets/<ticket>/finish/": lambda here: {"args": {"ticket": here.tickets["serving"].pk}},
    "/tickets/<ticket>/transfer/": lambda here: {"data": {"target": f"queue:{here.queues['C'].pk}"}},
    "/tickets/<ticket>/reinstate/": lambda here: {"args": {"ticket": here.tickets["missed"].pk}},
    "/tickets/<ticket>/leave/": lambda here: {
        "args": {"ticket": here.tickets["waiting"].pk}, "data": {"confirmed": "1"}
    },
    # -- booking a place with a leader
    "/halls/<code>/receptions/<reception_id>/book/": lambda here: {"data": _wish(here)},
    "/bookings/<token>/": lambda here: {"args": {"token": here.bookings["booked"].token}},
    "/bookings/<token>/booking.ics": lambda here: {"args": {"token": here.bookings["booked"].token}},
    "/bookings/<token>/confirm/": lambda here: {
        "args": {"token": here.bookings["asked"].token}, "data": {"code": code_sent(here.bookings["asked"])}
    },
    "/bookings/<token>/accept/": lambda here: {"args": {"token": here.bookings["held"].token}},
    "/bookings/<token>/cancel/": lambda here: {
        "args": {"token": here.bookings["booked"].token}, "data": {"confirmed": "1"}
    },
    "/receptions/<reception_id>/bookings/new/": lambda here: {
        "data": {
            "form_token": uuid.uuid4(), "name": "褚代约", "phone": "", "subject": "补偿款没有到账", "head_count": 1,
            "consent": "1",
        }
    },
    "/bookings/<booking_id>/accept/": lambda here: {"args": {"booking_id": here.bookings["held"].pk}},
    "/bookings/<booking_id>/advance/": lambda here: {
        "args": {"booking_id": here.bookings["waiting"].pk}, "data": {"reason": "病重，不宜再等"}
    },
    "/bookings/<booking_id>/cancel/": lambda here: {"data": {"reason": "本人来电取消"}},
    "/bookings/<booking_id>/check-in/": lambda here: {
        "args": {"booking_id": here.bookings["today"].pk},
        "data": {"form_token": uuid.uuid4(), "queue": here.queues["A"].pk, "head_count": 1},
    },
    "/bookings/<booking_id>/miss/": lambda here: {"args": {"booking_id": here.bookings["today"].pk}},
    "/bookings/<booking_id>/reveal/": lambda here: {"data": {"reason": "通知改期"}},
    # -- registration
    "/register/": lambda here: {"data": _matter(here)},
    "/register/contact/": lambda here: {
        "data": {"contact_case": here.cases["accepted"].pk, "contact_person": here.petitioner.pk}
    },
    "/register/draft/": lambda here: {"data": _matter(here)},
    "/register/draft/<token>/discard/": lambda here: {"data": {"confirmed": "1"}},
    "/register/history/": lambda here: {"data": _matter(here)},
    # -- the case file
    "/progress/": lambda here: {"data": {"code": here.cases["accepted"].query_code, "digits": "0001"}},
    "/progress/documents/<token>/": lambda here: {
        "args": {"token": signing.dumps(here.paper.pk, salt="cases.progress-document")}
    },
    "/rate/": lambda here: {"data": {"pass": rating_pass(here)}},
    "/cases/<pk>/close-follow-up/": lambda here: {
        "args": {"pk": here.cases["low"].pk}, "data": {"finding": "已经电话回访本人", "measure": "已经向本人说明"},
    },
    "/messages/read/": lambda here: {"data": {"newest": here.messages["liaison"].pk}},
    "/messages/<pk>/open/": lambda here: {"args": {"pk": here.messages["liaison"].pk}},
    "/cases/<pk>/triage/": lambda here: {
        "args": {"pk": here.cases["registered"].pk},
        "data": {
            "outcome": "accept_case", "ground": "own_remit", "department": here.cast.units["labour"].pk,
            "reason": REASON,
        },
    },
    "/cases/<case>/materials/add/": lambda here: {
        "data": {"materials": Picture()}
    },
    "/cases/<case>/visits/add/": lambda here: {"data": {"ticket_number": "", "head_count": "1"}},
    "/cases/<pk>/receive/": lambda here: {"args": {"pk": here.cases["forwarded"].pk}},
    "/cases/<pk>/withdraw/": lambda here: {"data": {"reason": "问题已经解决，本人自愿撤回。"}},
    "/cases/<pk>/people/<petitioner_id>/reveal/": lambda here: {"data": {"reason": "核对联系电话"}},
    # -- the verbs of a case that is in hand (case_doors.py); in any other state they are refused
    **{
        f"/cases/<pk>/{verb.replace('_', '-')}/": (lambda here, said=said: {"data": said(here)})
        for verb, said in TYPED.items()
    },
    "/petitioners/<pk>/": lambda here: {"args": {"pk": here.petitioner.pk}},
    **SESSION_FORMS,
    # -- leaders' visits, taking charge, results
    **FIELD_FORMS,
    # -- confer
    **CONFER_FORMS,
    # -- hearings: everybody is told of the date
    **NOTICE_FORMS,
    **MINUTES_FORMS,
    **HEARING_FORMS,
    **PANEL_FORMS,
    "/reports/ask/": lambda here: {"data": {
        "hall": here.hall.pk, "month": timezone.localdate(here.now).replace(day=1).isoformat(),
        "unit": here.cast.units["labour"].pk,
    }},
    "/analysis/topic/": lambda here: {
        "page": {"region": here.cast.county.pk, "category": here.category.code[:4]}
    },
    # Of a period without any: a small group is not listed for who may not see it (test_analysis).
    "/analysis/repeated/": lambda here: {"page": {"period": "2020-01"}},
    "/board/list/": lambda here: {"page": {"of": "waiting"}},
    "/analysis/traced/": lambda here: {"page": {"part": "repeat", "period": "2020-01"}},
    "/analysis/topic.xlsx": lambda here: {
        "page": {"region": here.cast.county.pk, "category": here.category.code[:4]}
    },
    **SUPERVISE_FORMS,
    **FINDING_FORMS,
    **SANCTION_FORMS,
    **ASSESS_FORMS,
    **DEVICE_FORMS,
    **ASSESS_FORMS, **HOOK_FORMS, **GUIDANCE_FORMS,
}  # fmt: skip
"""Address → `args` for the address, `data` for the form, `query` for what follows the question mark."""

PAGES: Mapping[str, Mapping[str, str]] = {
    "/search/": {"q": "工资"},
    "/routes/": {"q": "老板不给工钱"},
    "/register/categories/": {"q": "dlzm"},
}
"""Address → the query that makes its page show something."""

FRAGMENTS = ("/live/", "/board/", "/paper/", "/categories/", "/register/contact/", "/register/history/")
"""Endings of addresses that answer with a part of a page."""


def _rows() -> dict[Row, dict[str, str]]:
    rows = {}
    for line in (TABLE + OF_NOTICES + MINUTES_TABLE).strip().splitlines():
        if line.strip() and not line.startswith("#"):
            route, method, *answers = line.split()
            assert (route, method) not in rows, f"twice in the table: {line}"
            if len(answers) == 1:
                rows[route, method] = dict.fromkeys(EVERYBODY, answers[0])
            else:
                rows[route, method] = dict(zip(PEOPLE, answers, strict=True))
    return rows


ROWS = _rows()


def asked_with(here: World, route: str) -> dict[str, Any]:
    """What the door of this address is asked with: read once for all who ask."""
    if (known := here.asked.get(route)) is not None:
        return known
    own = FORMS[route](here) if route in FORMS else {}
    if "" not in here.asked:
        here.asked[""] = ARGUMENTS(here)
    values = {**here.asked[""], **own.get("args", {})}
    here.asked[route] = asked = {
        "address": re.sub(r"<(\w+)>", lambda match: str(values[match[1]]), route),
        "data": own.get("data", {}),
        "query": own.get("query", {}),
        "page": own.get("page", {}),
    }
    return asked

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
from staffing.actions import code_of, seal
from tests.architecture.case_doors import TYPED
from tests.architecture.permissions import EVERYBODY, PEOPLE, TABLE
from tests.architecture.world import COMPLAINT, FREE, PIXEL, World
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
        "document_id": here.paper.pk,
        "material_id": here.material.pk,
        "petitioner_id": here.petitioner.pk,
        "case": here.cases["accepted"].pk,
        "complaint_id": here.complaint.pk,
        "figure": here.figure.pk,
    }


class Picture:
    """A file to hand in, as often as one likes."""

    name, content_type = "照片.png", "image/png"

    def read(self) -> bytes:
        return PIXEL


def _next_day(here: World, days: int) -> str:
    return (timezone.localdate(here.now) + dt.timedelta(days=days)).isoformat()


def _slot(here: World) -> Asked:
    return {
        "leader": here.cast.leader.pk, "day": _next_day(here, 9), "starts": "09:00", "ends": "11:00", "form": "fixed",
        "room": here.cast.leader_room.pk, "reason": "县长出差",
    }  # fmt: skip


def _number(here: World) -> Asked:
    return {"queue": here.queues["A"].pk, "form_token": uuid.uuid4(), "head_count": 1, "priority": ""}


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


def rating_pass(here: World) -> str:
    """What the petitioner of a matter holds for an hour after the code was given."""
    ids = list(here.cases["low"].ratings.values_list("pk", flat=True))
    return pass_for(here.cases["low"].pk, "code", ids, now=timezone.now(), good=dt.timedelta(hours=1))


FORMS: Mapping[str, Callable[[World], dict[str, Asked]]] = {
    "/i18n/setlang/": lambda here: {"data": {"language": "en"}},
    # -- people and places
    "/sign-in/": lambda here: {"data": {"username": "clerk", "password": "not-the-password"}},
    "/password/": lambda here: {
        "data": {"old_password": "-", "new_password": "Yunxi-2026-open", "again": "Yunxi-2026-open"}
    },
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
    "/cases/<pk>/receive/": lambda here: {"args": {"pk": here.cases["forwarded"].pk}},
    "/cases/<pk>/withdraw/": lambda here: {"data": {"reason": "问题已经解决，本人自愿撤回。"}},
    "/cases/<pk>/people/<petitioner_id>/reveal/": lambda here: {"data": {"reason": "核对联系电话"}},
    # -- the verbs of a case that is in hand (case_doors.py); in any other state they are refused
    **{
        f"/cases/<pk>/{verb.replace('_', '-')}/": (lambda here, said=said: {"data": said(here)})
        for verb, said in TYPED.items()
    },
    "/petitioners/<pk>/": lambda here: {"args": {"pk": here.petitioner.pk}},
}  # fmt: skip
"""Address → `args` for the address, `data` for the form, `query` for what follows the question mark."""

PAGES: Mapping[str, Mapping[str, str]] = {
    "/search/": {"q": "工资"},
    "/routes/": {"q": "老板不给工钱"},
    "/register/categories/": {"q": "dlzm"},
}
"""Address → the query that makes its page show something."""

FRAGMENTS = ("/live/", "/board/", "/register/categories/", "/register/contact/", "/register/history/")
"""Endings of addresses that answer with a part of a page."""


def _rows() -> dict[Row, dict[str, str]]:
    rows = {}
    for line in TABLE.strip().splitlines():
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
    values = {**here.asked.setdefault("", ARGUMENTS(here)), **own.get("args", {})}
    here.asked[route] = asked = {
        "address": re.sub(r"<(\w+)>", lambda match: str(values[match[1]]), route),
        "data": own.get("data", {}),
        "query": own.get("query", {}),
    }
    return asked

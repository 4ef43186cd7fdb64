"""A case before each verb, and one in each state: for looking at every page of the life of a case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from cases import actions
from cases.models import Case
from tests.cast import Cast
from tests.life_docket import given, on_docket, reported
from tests.life_handling import asked_for_more, asked_to_bring, simple, urgent
from tests.life_opinions import answered, countersigned, drafted, served, submitted
from tests.life_ratings import rated
from tests.life_referrals import assigned, objected
from tests.life_reviews import asked, asked_again, reviewed
from tests.matters import accepted, forwarded, registered

SETTLED = {
    "kind": "mediation",
    "parties": "甲方：张秀英；乙方：云溪县某建筑有限公司。",
    "facts": "乙方欠付甲方三个月工资，双方对金额没有争议。",
    "terms": "乙方分两次付清，甲方不再就此提出其他请求。",
    "performance": "本月底前付一半，下月底前付清。",
    "mediator": "陈志远",
}


def in_every_state(cast: Cast, now: dt.datetime) -> dict[str, Case]:
    """Under the name of its state or of what it waits for; needs `upper_units`."""
    today = now.date()
    made: dict[str, Callable[[], Case]] = {
        "registered": lambda: registered(cast, now),
        "forwarded": lambda: forwarded(cast, now),
        "objected": lambda: objected(cast, now),
        "accepted": lambda: accepted(cast, now),
        "assigned": lambda: _taken(cast, assigned(cast, now, report_in=20), now),
        "urgent": lambda: urgent(cast, now=now),
        "simple": lambda: simple(cast, now=now),
        "extension": lambda: asked_for_more(cast, now=now)[0],
        "supplement": lambda: asked_to_bring(cast, now=now)[0],
        "drafted": lambda: drafted(cast, now),
        "submitted": lambda: submitted(cast, now),
        "countersigned": lambda: countersigned(cast, now),
        "answered": lambda: answered(cast, now),
        "served": lambda: served(cast, now),
        "in_review": lambda: _asked(cast, served(cast, now), now),
        "reviewed": lambda: reviewed(cast, now, case=_asked(cast, served(cast, now), now)),
        "in_reexamination": lambda: _asked_again(cast, now),
        "finally_closed": lambda: _finally_closed(cast, now),
        "closed": lambda: _closed(cast, now),
        "settled": lambda: _settled(cast, now, today),
        "suggestion": lambda: accepted(cast, now, purpose="suggestion"),
        "accusation": lambda: registered(cast, now, purpose="accusation"),
        "unhappy": lambda: _unhappy(cast, now),
        "received": lambda: _received(cast, now, 10),
        "instructed": lambda: given(cast, _received(cast, now, 11), now).case,
        "instruction_reported": lambda: _answered_to_leader(cast, now),
    }
    return {name: Case.objects.get(pk=make().pk) for name, make in made.items()}


BEFORE = {
    # verb: case, who may
    "object_to_referral": ("forwarded", "liaison"),
    "dispute_case": ("accepted", "liaison"),
    "uphold_referral": ("objected", "manager"),
    "reroute_case": ("objected", "manager"),
    "involve_unit": ("accepted", "liaison"),
    "report_back": ("assigned", "liaison"),
    "give_instruction": ("received", "leader"),
    "report_instruction": ("instructed", "liaison"),
    "return_instruction": ("instruction_reported", "leader"),
    "close_instruction": ("instruction_reported", "leader"),
    "withdraw_instruction": ("instructed", "leader"),
    "record_work": ("accepted", "liaison"),
    "note_national_number": ("accepted", "clerk"),
    "request_supplement": ("accepted", "liaison"),
    "receive_supplement": ("supplement", "liaison"),
    "simplify_case": ("accepted", "liaison"),
    "end_simple_procedure": ("simple", "liaison"),
    "request_extension": ("accepted", "liaison"),
    "approve_extension": ("extension", "head"),
    "refuse_extension": ("extension", "head"),
    "raise_urgent": ("accepted", "liaison"),
    "report_urgent": ("urgent", "liaison"),
    "transfer_claims": ("accepted", "liaison"),
    "divert_case": ("accepted", "liaison"),
    "split_case": ("accepted", "liaison"),
    "merge_case": ("accepted", "clerk"),
    "record_consent": ("accepted", "clerk"),
    "link_cases": ("accepted", "liaison"),
    "draft_opinion": ("drafted", "liaison"),
    "submit_opinion": ("drafted", "liaison"),
    "return_opinion": ("submitted", "head"),
    "countersign_opinion": ("submitted", "head"),
    "issue_opinion": ("countersigned", "liaison"),
    "serve_opinion": ("answered", "liaison"),
    "serve_document": ("accepted", "liaison"),
    "request_review": ("served", "clerk"),
    "issue_review": ("in_review", "petition"),
    "request_reexamination": ("reviewed", "clerk"),
    "issue_reexamination": ("in_reexamination", "city_petition"),
    "order_redo": ("in_review", "petition"),
    "settle_case": ("accepted", "liaison"),
    "answer_suggestion": ("suggestion", "liaison"),
    "hand_over_accusation": ("accusation", "clerk"),
    "close_case": ("served", "manager"),
    "recuse_from_case": ("accepted", "liaison"),
    "close_follow_up": ("unhappy", "supervisor"),
}
"""Where each verb can be done, and by whom."""


def _taken(cast: Cast, case: Case, now: dt.datetime) -> Case:
    return actions.receive_case(actor=cast.act(cast.liaison, now), case_id=case.pk, now=now)


def _received(cast: Cast, now: dt.datetime, days_ago: int) -> Case:
    """Came before the leader that many days ago."""
    item = on_docket(cast, now=now, days_ago=days_ago)
    return Case.objects.get(pk=item.case_id)


def _answered_to_leader(cast: Cast, now: dt.datetime) -> Case:
    one = given(cast, _received(cast, now, 12), now)
    reported(cast, one, now)
    return one.case


def _asked(cast: Cast, case: Case, now: dt.datetime) -> Case:
    asked(cast, case, now=now)
    return Case.objects.get(pk=case.pk)


def _asked_again(cast: Cast, now: dt.datetime) -> Case:
    case = reviewed(cast, now, case=_asked(cast, served(cast, now), now))
    asked_again(cast, case, now=now)
    return case


def _finally_closed(cast: Cast, now: dt.datetime) -> Case:
    case = _asked_again(cast, now)
    actions.issue_reexamination(
        actor=cast.act(cast.city_petition, now), case_id=case.pk, outcome="uphold", findings="经查属实。",
        basis="《保障农民工工资支付条例》第三条。", conclusion="维持复查意见。", now=now,
    )  # fmt: skip
    return case


def _closed(cast: Cast, now: dt.datetime) -> Case:
    case = served(cast, now)
    return actions.close_case(
        actor=cast.act(cast.manager, now),
        case_id=case.pk,
        reason="信访人书面表示接受，不再申请复查。",
        now=now,
    )


def _settled(cast: Cast, now: dt.datetime, today: dt.date) -> Case:
    case = accepted(cast, now)
    actions.settle_case(
        actor=cast.act(cast.liaison, now), case_id=case.pk, agreed_on=case.received_on, now=now, **SETTLED
    )
    return case


def _unhappy(cast: Cast, now: dt.datetime) -> Case:
    case = served(cast, now)
    rated(case, now=now, hall=1, unit=3)
    return case

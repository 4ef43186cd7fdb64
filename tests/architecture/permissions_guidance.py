"""The guide desk and order in the hall, in the house that is walked through: rows, things, what is typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from intake.actions import accept_service_referral, hand_over_incident
from tests.guidance import happened, referred, talked

if TYPE_CHECKING:
    from tests.architecture.world import World

GUIDANCE = """
# guidance
/guidance/                                 GET   in   302  302  403  403  403  403  302  302  403  302  403
/guidance/<hall>/                          GET   in   200  200  403  403  403  403  200  200  403  404  403
/guidance-talks/                           GET   in   200  200  403  403  403  403  200  200  403  200  403
/guidance-talks/new/                       GET   in   200  200  403  403  403  403  200  403  403  200  403
/guidance-talks/new/                       POST  in   302  302  403  403  403  403  302  403  403  422  403
/guidance-talks/<pk>/                      GET   in   200  200  404  404  404  404  200  200  404  404  404
/guidance-talks/<pk>/correct/              GET   in   403  200  404  404  404  404  200  403  404  404  404
/guidance-talks/<pk>/correct/              POST  in   403  302  404  404  404  404  302  403  404  404  404
/service-referrals/                        GET   in   200  200  403  403  403  403  200  200  403  200  403
/service-referrals/new/                    GET   in   200  200  403  403  403  403  200  403  403  200  403
/service-referrals/new/                    POST  in   302  302  403  403  403  403  302  403  403  422  403
/service-referrals/<pk>/                   GET   in   200  200  404  404  404  404  200  200  404  404  404
/service-referrals/<pk>/accept/            POST  in   302  302  404  404  404  404  302  403  404  404  404
/service-referrals/<pk>/decline/           POST  in   302  302  404  404  404  404  302  403  404  404  404
/service-referrals/<pk>/report/            POST  in   302  302  404  404  404  404  302  403  404  404  404
/service-referrals/<pk>/withdraw/          POST  in   302  302  404  404  404  404  302  403  404  404  404

# order in the hall: who wrote it, the manager, the supervisor
/incidents/                                GET   in   200  200  200  403  200  403  200  200  403  200  403
/incidents/new/                            GET   in   200  200  200  403  200  403  200  403  403  200  403
/incidents/new/                            POST  in   302  302  302  403  302  403  302  403  403  422  403
/incidents/figures/                        GET   in   403  403  403  403  403  200  200  200  403  403  403
/incidents/<pk>/                           GET   in   404  200  404  404  404  404  200  200  404  404  404
/incidents/<pk>/read/                      POST  in   404  200  404  404  404  404  200  200  404  404  404
/incidents/<pk>/hand-over/                 GET   in   404  200  404  404  404  404  200  403  404  404  404
/incidents/<pk>/hand-over/                 POST  in   404  302  404  404  404  404  302  403  404  404  404
/incidents/<pk>/slip/                      GET   in   404  200  404  404  404  404  200  200  404  404  404
/incidents/<pk>/receive/                   GET   in   404  200  404  404  404  404  200  403  404  404  404
/incidents/<pk>/receive/                   POST  in   404  302  404  404  404  404  302  403  404  404  404
/incidents/<pk>/account/                   GET   in   404  200  404  404  404  404  200  403  404  404  404
/incidents/<pk>/account/                   POST  in   404  302  404  404  404  404  302  403  404  404  404
/incidents/<pk>/erase/                     GET   in   404  403  404  404  404  404  200  403  404  404  404
/incidents/<pk>/erase/                     POST  in   404  403  404  404  404  404  302  403  404  404  404
/incident-receipts/<token>/                GET   200
/incident-receipts/<token>/                POST  302
"""


def guided(here: World) -> World:
    """Adds to the world: a talk, a referral that waits and one that was accepted, an incident and one handed over."""
    cast, now = here.cast, here.now
    visit = here.tickets["waiting"].visit_id
    waiting, accepted = (referred(cast, visit, now=now, organisation="Legal aid centre") for _n in range(2))
    accept_service_referral(
        actor=cast.act(cast.guide, now), referral_id=accepted.pk, answer="Friday", now=now
    )
    handed = happened(cast, visit, now)
    hand_over_incident(actor=cast.act(cast.guide, now), incident_id=handed.pk, now=now)
    here.leading |= {
        "talk": talked(cast, visit, now).pk, "waiting": waiting.pk, "accepted": accepted.pk,
        "incident": happened(cast, visit, now).pk, "handed": handed.pk, "receipt": handed.receipt_token,
    }  # fmt: skip
    return here


def _at(name: str, **data: Any) -> Callable[[World], dict[str, Any]]:
    return lambda here: {"args": {"pk": here.leading[name]}, "data": data}


def _typed(here: World, **data: Any) -> dict[str, Any]:
    local = timezone.localtime(here.now)
    return {"day": local.date().isoformat(), "starts": f"{local:%H:%M}", **data}


GUIDANCE_FORMS: Mapping[str, Callable[[World], dict[str, Any]]] = {
    "/guidance-talks/new/": lambda here: {"data": _typed(
        here, ticket_number=here.tickets["waiting"].number, topic="law", explained="Arbitration comes first",
        outcome="understood",
    )},
    "/guidance-talks/<pk>/": _at("talk"),
    "/guidance-talks/<pk>/correct/": lambda here: {"args": {"pk": here.leading["talk"]}, "data": _typed(
        here, topic="law", explained="Arbitration comes first, within a year", outcome="understood",
        why="The period was missing",
    )},
    "/service-referrals/new/": lambda here: {"data": {
        "ticket_number": here.tickets["waiting"].number, "kind": "relief", "organisation": "县救助管理站",
        "need": "临时住处", "consent": "spoken", "consented": "on",
    }},
    "/service-referrals/<pk>/": _at("accepted"),
    "/service-referrals/<pk>/accept/": _at("waiting", answer="周五上午"),
    "/service-referrals/<pk>/decline/": _at("waiting", answer="不属于法律援助范围"),
    "/service-referrals/<pk>/report/": _at("accepted", outcome="helped"),
    "/service-referrals/<pk>/withdraw/": _at("accepted", confirmed="1"),
    "/incidents/new/": lambda here: {"data": _typed(
        here, kind="noise", room=here.cast.room.pk, what_happened="大声争吵", staff_did="上前劝说",
        measures=["persuade"],
    )},
    "/incidents/<pk>/": _at("handed"),
    "/incidents/<pk>/read/": _at("incident", reason="核查处置情况"),
    "/incidents/<pk>/hand-over/": _at("incident"),
    "/incidents/<pk>/slip/": _at("handed"),
    "/incidents/<pk>/receive/": lambda here: {
        "args": {"pk": here.leading["handed"]}, "data": _typed(here, taken_by="民警甲", receipt_number="接1号"),
    },
    "/incidents/<pk>/account/": _at("incident", way="told", words="我是急了。"),
    "/incidents/<pk>/erase/": _at("incident", reason="挂错了号码"),
    "/incident-receipts/<token>/": lambda here: {
        "args": {"token": here.leading["receipt"]}, "data": _typed(here, taken_by="民警甲", receipt_number="接1号"),
    },
}  # fmt: skip

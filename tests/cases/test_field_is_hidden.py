"""Whom a matter complains of, and who is recused, finds no visit, no charge and no notice of it, by no door."""

from __future__ import annotations

import datetime as dt
import io

import openpyxl
import pytest
from django.test import Client
from django.utils import timezone

from cases import actions
from cases.actions import NewRespondent
from cases.models import Case, FieldVisit, Recusal, ResultNotice, Sponsorship
from cases.rules import TaskLine
from hall.models import Message
from tests.cast import Cast
from tests.life_field import TITLE, charge, drafted, made, plan, taken
from tests.matters import accepted

pytestmark = pytest.mark.django_db
PLACE, NAME = "只有在场的人知道的地方", "只有办的人知道的名称"


@pytest.fixture
def hidden(cast: Cast) -> dict[str, str]:
    """A case of the labour bureau that complains of the housing bureau; taken along with one that the housing bureau
    handles itself. A clerk and a leader are recused.
    """
    now = timezone.now()
    named = (NewRespondent(name="县住建局", department_id=cast.units["housing"].pk),)
    secret = accepted(cast, now, title="反映住建局不作为", respondents=named)
    own = accepted(cast, now, unit="housing", title="住建局自己办的事")
    for who in (cast.clerk2, cast.leader2):
        Recusal.objects.create(case=secret, user=who, reason="亲属", at=now)
    labour = (cast.units["labour"].pk,)
    line = TaskLine(
        department_id=labour[0], text="核对清单", due_on=timezone.localdate(now) + dt.timedelta(days=5)
    )
    visit = actions.plan_field_visit(
        actor=cast.act(cast.manager, now), hall_id=cast.hall.pk, case_ids=[secret.pk, own.pk],
        plan=plan(cast, now + dt.timedelta(days=3), place=PLACE), now=now,
    )  # fmt: skip
    recorded = made(cast, [secret, own], now=now - dt.timedelta(days=1), tasks=[line])
    one = taken(cast, [secret, own], now=now, name=NAME, unit_ids=labour)
    notice = drafted(cast, [secret], now=now)
    return {
        "visit": f"/field-visits/{visit.pk}/",
        "recorded": f"/field-visits/{recorded.pk}/",
        "task": f"/visit-tasks/{recorded.tasks.get().pk}/finish-visit-task/",
        "charge": f"/sponsorships/{one.pk}/",
        "notice": f"/result-notices/{notice.pk}/",
        "draft": f"/result-notices/new/?visit={recorded.pk}",
    }


VERBS = {
    "visit": ("change/", "cancel-field-visit/", "record-field-visit/", "conclude-field-visit/"),
    "charge": ("record-progress/", "extend-sponsorship/", "end-sponsorship/"),
    "notice": ("edit-result/", "return-result/", "approve-result/", "drop-result/", "withdraw-result/"),
}


@pytest.mark.parametrize("who", ["liaison2", "head2", "clerk2", "leader2"])
def test_every_door_finds_nothing(cast: Cast, client: Client, hidden: dict[str, str], who: str) -> None:
    client.force_login(cast.people[who])
    doors = [*hidden.values(), *(hidden[name] + verb for name, verbs in VERBS.items() for verb in verbs)]
    assert {door: client.get(door).status_code for door in doors} == dict.fromkeys(doors, 404)
    assert {door: client.post(door).status_code for door in doors if door not in (
        hidden["visit"], hidden["recorded"], hidden["charge"], hidden["notice"],
    )} == {door: 404 for door in doors if door not in (
        hidden["visit"], hidden["recorded"], hidden["charge"], hidden["notice"],
    )}  # fmt: skip
    told = []
    for address in (
        "/field-visits/", "/sponsorships/", "/result-notices/", "/messages/", "/work/", "/desk/",
        f"/cases/{Case.objects.get(title='住建局自己办的事').pk}/",
    ):  # fmt: skip
        answer = client.get(address, follow=True).content.decode()
        told += [(address, word) for word in (PLACE, NAME, TITLE, "反映住建局不作为") if word in answer]
        told += [(address, link) for link in hidden.values() if f'href="{link}"' in answer]
    assert told == []
    for address in ("/field-visits/export.xlsx", "/sponsorships/export.xlsx"):
        rows = list(openpyxl.load_workbook(io.BytesIO(client.get(address).content)).active.iter_rows())
        assert len(rows) == 1
    assert not Message.objects.filter(user=cast.people[who], url__in=hidden.values()).exists()


def test_who_handles_one_of_several_reads_of_that_one(cast: Cast, client: Client) -> None:
    """Nobody is accused here; the words that tell of other units' matters stay with who sees them all."""
    now = timezone.now()
    mine, other = (
        accepted(cast, now, unit="housing", title="住建局的事"),
        accepted(cast, now, title="人社局的事"),
    )
    later = timezone.localdate(now) + dt.timedelta(days=5)
    lines = [
        TaskLine(department_id=cast.units[unit].pk, text=text, due_on=later, case_id=case.pk)
        for unit, text, case in (("housing", "督促总包", mine), ("labour", "核对清单", other))
    ]
    visit = made(cast, [other, mine], now=now, tasks=lines)
    one = actions.take_charge(
        actor=cast.act(cast.manager, now), hall_id=cast.hall.pk, case_ids=[other.pk, mine.pk],
        charge=charge(cast, now=now, name=NAME), now=now,
    )  # fmt: skip
    client.force_login(cast.liaison2)
    page = client.get(f"/field-visits/{visit.pk}/").content.decode()
    assert "住建局的事" in page and "督促总包" in page
    assert not any(word in page for word in ("人社局的事", "核对清单", visit.coordination, visit.visited))
    page = client.get(f"/sponsorships/{one.pk}/").content.decode()
    assert "住建局的事" in page and not any(
        word in page for word in (NAME, one.plan, one.problem, "人社局的事")
    )
    rows = list(
        openpyxl.load_workbook(io.BytesIO(client.get("/field-visits/export.xlsx").content)).active.values
    )
    assert visit.opinion not in rows[1]
    assert client.get(f"/result-notices/new/?visit={visit.pk}").status_code == 404
    assert FieldVisit.objects.visible_to(cast.act(cast.guide)).count() == 0
    assert Sponsorship.objects.visible_to(cast.act(cast.supervisor)).count() == 1
    assert ResultNotice.objects.visible_to(cast.act(cast.supervisor)).count() == 0

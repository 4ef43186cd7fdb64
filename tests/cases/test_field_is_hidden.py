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
from hall.models import JournalEntry, Message
from tests.cast import Cast
from tests.life_field import TEXT, TITLE, charge, drafted, made, plan, planned, taken
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


@pytest.fixture
def mixed(cast: Cast) -> list[Case]:
    """One case of the housing bureau between two of the labour bureau; nobody is accused."""
    now = timezone.now()
    return [
        accepted(cast, now, title="人社局的事"),
        accepted(cast, now, unit="housing", title="住建局的事"),
        accepted(cast, now, unit="housing", title="住建局的另一件"),
    ]


def test_no_list_and_no_form_has_words_of_the_others(cast: Cast, client: Client, mixed: list[Case]) -> None:
    now = timezone.now()
    said = {"place": PLACE, "visited": "只有在场的人", "reason": "只有在场的人知道的案由"}
    whole = planned(cast, mixed[1:2], now=now, start=now + dt.timedelta(days=2), place="住建局的地方")
    visit = planned(cast, mixed, now=now, **said)
    taken(cast, mixed, now=now, name=NAME)
    client.force_login(cast.liaison2)
    form = client.get(f"/field-visits/{visit.pk}/change/")
    assert form.status_code == 403
    assert client.get(f"/field-visits/{whole.pk}/change/").status_code == 403
    pages = [
        form, *map(client.get, (
            "/field-visits/", f"/field-visits/{visit.pk}/", f"/field-visits/{visit.pk}/record-field-visit/",
            "/sponsorships/",
        )),
    ]  # fmt: skip
    words = (*said.values(), NAME, "人社局的事")
    assert [word for page in pages for word in words if word in page.content.decode()] == []
    assert "住建局的地方" in pages[1].content.decode()
    rows = openpyxl.load_workbook(io.BytesIO(client.get("/field-visits/export.xlsx").content)).active.values
    told = [cell for row in rows for cell in row]
    assert "住建局的地方" in told and PLACE not in told
    client.force_login(cast.manager)
    assert PLACE in client.get(f"/field-visits/{visit.pk}/change/").content.decode()
    assert PLACE in client.get("/field-visits/").content.decode()
    assert NAME in client.get("/sponsorships/").content.decode()


def test_a_notice_that_is_not_public_has_no_words_for_who_sees_one_case(
    cast: Cast, client: Client, mixed: list[Case]
) -> None:
    now, note = timezone.now(), "人社局的说法还不准确"
    notice = drafted(cast, mixed[:2], now=now)
    address = f"/result-notices/{notice.pk}/"
    manager = cast.act(cast.manager, now)
    actions.return_result(actor=manager, notice_id=notice.pk, reason=note, revision=notice.revision, now=now)

    def told(who: str) -> list[str]:
        client.force_login(cast.people[who])
        pages = [client.get(one) for one in ("/result-notices/", address)]
        assert [page.status_code for page in pages] == [200, 200]
        return [word for word in (TITLE, TEXT, note) if any(word in page.content.decode() for page in pages)]

    assert told("clerk") == [TITLE, TEXT, note]
    assert told("liaison2") == []
    for verb in VERBS["notice"]:
        assert client.get(address + verb).status_code == 404
    notice.refresh_from_db()
    actions.approve_result(actor=manager, notice_id=notice.pk, revision=notice.revision, now=now)
    assert told("liaison2") == [TITLE, TEXT], "as the public reads it"
    actions.withdraw_result(actor=manager, notice_id=notice.pk, reason="内容需要重新核对。", now=now)
    assert told("liaison2") == []


def test_the_files_of_several_cases_do_not_say_why(cast: Cast, mixed: list[Case]) -> None:
    now, why = timezone.now(), "人社局那一件已经另行解决。"
    manager = cast.act(cast.manager, now)
    for cases in (mixed, mixed[1:2]):
        visit = planned(cast, cases, now=now)
        actions.cancel_field_visit(actor=manager, visit_id=visit.pk, reason=why, now=now)
        visit.refresh_from_db()
        assert visit.cancel_reason == why
    for cases in (mixed[:2], mixed[2:]):
        one = taken(cast, cases, now=now, unit_ids=(cases[0].first_handler_id,))
        later = one.planned_on + dt.timedelta(days=10)
        actions.extend_sponsorship(
            actor=manager, sponsorship_id=one.pk, planned_on=later, reason=why, now=now
        )
        assert one.extensions.get().reason == why
    reasons = {
        case.title: sorted(
            JournalEntry.objects.filter(
                stream=f"case:{case.pk}", verb__in=("cancel_field_visit", "extend_sponsorship")
            ).values_list("reason", flat=True)
        )
        for case in mixed
    }
    assert reasons == {
        "人社局的事": ["", ""], "住建局的事": ["", "", why], "住建局的另一件": ["", why],
    }  # fmt: skip

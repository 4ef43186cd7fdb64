"""`add_to_pool`, `change_pool_member`, `retire_pool_member`, `restore_pool_member`, `export_pool`: who may be drawn."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client

from hall.access import Refused
from hall.models import JournalEntry
from hearings import actions
from hearings.actions import PoolFacts
from hearings.models import PoolMember
from hearings.queries.pool import PoolFilter, pool_members
from staffing.lifecycle import PARTICIPANT_KINDS
from tests.cast import NOW, Cast
from tests.hearings.panel_steps import drawn, member, pool, preparing
from tests.matters import accepted
from tests.social import participant

pytestmark = pytest.mark.django_db
PHONE = "139-0000-1234"


def add(cast: Cast, participant_id: int, who: str = "manager", **facts: Any) -> PoolMember:
    return actions.add_to_pool(
        actor=cast.act(cast.people[who]), hall_id=cast.hall.pk, participant_id=participant_id,
        facts=PoolFacts(**{"category": "citizen", **facts}), now=NOW,
    )  # fmt: skip


def test_somebody_of_the_list_is_added_once_and_the_telephone_is_encrypted(cast: Cast) -> None:
    one = participant(cast, "citizen", name="田民声", organisation="")
    added = add(cast, one.pk, phone=PHONE)
    assert (added.label, added.phone_masked) == ("田民声", "139********")
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM hearings_poolmember")
        assert PHONE.encode() not in bytes(cursor.fetchone()[0])
    entry = JournalEntry.objects.get(verb="add_to_pool")
    assert "1234" not in f"{entry.after}" and "田民声" not in f"{entry.after}"
    with pytest.raises(Refused, match="已在名册中"):
        add(cast, one.pk)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"category": "none"}, "category"),
        ({"employer_id": 999_999}, "employer"),
        ({"phone": "写错了"}, "phone"),
    ],
)
def test_wrong_facts_are_refused_at_their_field(cast: Cast, facts: Any, field: str) -> None:
    one = participant(cast, "citizen", name="田民声")
    with pytest.raises(Refused) as caught:
        add(cast, one.pk, **facts)
    assert caught.value.field == field


def test_an_organisation_one_who_left_and_one_of_nowhere_are_no_members(cast: Cast) -> None:
    firm = participant(cast, "organisation", name="公益社", organisation="")
    gone = participant(cast, "citizen", name="离开的", is_active=False)
    for pk in (firm.pk, gone.pk, 999_999):
        with pytest.raises(Refused) as caught:
            add(cast, pk)
        assert caught.value.field == "participant"
    one = participant(cast, "expert", name="专家")
    for who in ("clerk", "liaison", "leader", "supervisor"):
        with pytest.raises(Refused) as caught:
            add(cast, one.pk, who)
        assert caught.value.kind == "role"


def test_the_new_kinds_of_participants_have_words_and_a_page(cast: Cast, client: Client) -> None:
    assert {"expert", "citizen"} <= set(PARTICIPANT_KINDS)
    participant(cast, "expert", name="施研之")
    participant(cast, "citizen", name="田民声")
    client.force_login(cast.manager)
    html = client.get("/participants/?kind=expert").content.decode()
    assert "施研之" in html and "田民声" not in html
    assert "群众代表" in client.get("/participants/new/").content.decode()


def test_change_retire_and_restore(cast: Cast) -> None:
    one, manager = member(cast, "田民声", "citizen", phone=PHONE), cast.act(cast.manager)
    housing = cast.units["housing"].pk
    facts = PoolFacts(category="other", employer_id=housing, phone="139-0000-9999")
    actions.change_pool_member(actor=manager, member_id=one.pk, facts=facts, now=NOW)
    entry = JournalEntry.objects.get(verb="change_pool_member")
    assert entry.before == {"category": "citizen", "employer_id": None}
    assert entry.after == {"category": "other", "employer_id": housing, "phone_changed": True}
    actions.change_pool_member(actor=manager, member_id=one.pk, facts=facts, now=NOW)
    assert JournalEntry.objects.filter(verb="change_pool_member").count() == 1
    with pytest.raises(Refused) as caught:
        actions.retire_pool_member(actor=manager, member_id=one.pk, reason=" ", now=NOW)
    assert caught.value.field == "reason"
    one = actions.retire_pool_member(actor=manager, member_id=one.pk, reason="本人要求", now=NOW)
    assert not one.is_active
    with pytest.raises(Refused) as caught:
        actions.retire_pool_member(actor=manager, member_id=one.pk, reason="再次", now=NOW)
    assert caught.value.kind == "state"
    assert actions.restore_pool_member(actor=manager, member_id=one.pk, now=NOW).is_active
    with pytest.raises(Refused):
        actions.restore_pool_member(actor=manager, member_id=one.pk, now=NOW)
    for act in ("retire_pool_member", "restore_pool_member"):
        with pytest.raises(Refused) as caught:
            more = {"reason": "理由"} if act.startswith("retire") else {}
            getattr(actions, act)(actor=cast.act(cast.clerk), member_id=one.pk, now=NOW, **more)
        assert caught.value.kind == "role"


def test_the_list_counts_sittings_in_a_constant_number_of_queries(
    cast: Cast, client: Client, django_assert_max_num_queries: Any
) -> None:
    drawn(cast)
    drawn(cast, preparing(cast, accepted(cast, title="另一件")), seed="b", size=7)
    rows = pool_members(cast.act(cast.manager), PoolFilter(hall_id=cast.hall.pk))
    assert sum(one.sittings for one in rows) == 10
    client.force_login(cast.manager)
    with django_assert_max_num_queries(9):
        client.get("/hearing-pool/")
    for n in range(45):
        member(cast, f"民声{n:02}", "citizen", phone="13900000000")
    with django_assert_max_num_queries(9):
        html = client.get("/hearing-pool/").content.decode()
    assert "民声44" in html and "民声04" not in html and "更多" in html
    last = pool_members(cast.act(cast.manager), PoolFilter(hall_id=cast.hall.pk))[39].pk
    html = client.get(f"/hearing-pool/?after={last}").content.decode()
    assert "民声04" in html and "民声44" not in html
    assert "罗听安" in client.get("/hearing-pool/?category=deputy").content.decode()
    assert "民声" not in client.get("/hearing-pool/?category=deputy").content.decode()
    assert "13900000000" not in html


def test_the_pages_of_the_pool(cast: Cast, client: Client) -> None:
    one = participant(cast, "deputy", name="罗听安")
    client.force_login(cast.manager)
    typed = {"participant": one.pk, "category": "", "employer": "", "phone": "abc"}
    answer = client.post("/hearing-pool/new/", typed)
    assert answer.status_code == 422 and 'value="abc"' in answer.content.decode()
    assert client.post("/hearing-pool/new/", {**typed, "phone": PHONE}).status_code == 302
    added = PoolMember.objects.get()
    assert added.category == "deputy"  # as the list of participants says
    url = f"/hearing-pool/{added.pk}/"
    assert client.get(url).status_code == 200
    assert client.post(url, {"category": "other", "employer": "", "phone": PHONE}).status_code == 302
    assert client.post(f"{url}retire/", {"reason": ""}).status_code == 422
    assert client.post(f"{url}retire/", {"reason": "本人要求"}).status_code == 302
    assert "罗听安" not in client.get("/hearing-pool/").content.decode()
    assert "罗听安" in client.get("/hearing-pool/?state=past").content.decode()
    assert client.post(f"{url}restore/").status_code == 302
    client.force_login(cast.liaison)
    assert client.get("/hearing-pool/").status_code == 200
    assert client.get(url).status_code == client.get("/hearing-pool/new/").status_code == 403
    client.force_login(cast.guide)
    assert client.get("/hearing-pool/").status_code == 403
    assert client.get(url).status_code == 404


def test_the_file_has_no_telephone_and_is_on_record(cast: Cast, client: Client) -> None:
    pool(cast, 3)
    member(cast, "田民声", "citizen", employer="housing", phone=PHONE)
    client.force_login(cast.supervisor)
    answer = client.get("/hearing-pool/export.xlsx?category=citizen")
    page = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert page is not None
    rows = [[cell.value for cell in row] for row in page.iter_rows()]
    assert rows[1][:5] == ["田民声", "群众代表", "云溪县住房和城乡建设局", 0, "可以抽取"]
    assert not any("1234" in str(cell) for row in rows for cell in row)
    entry = JournalEntry.objects.get(verb="export_pool")
    assert entry.after == {"hall_id": cast.hall.pk, "category": "citizen", "state": "active"}
    with pytest.raises(Refused):
        actions.export_pool(actor=cast.act(cast.guide), asked=PoolFilter(hall_id=cast.hall.pk), now=NOW)

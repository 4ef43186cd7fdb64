"""The pages of minutes and commitments: doors, errors that lose nothing, who sees what, constant statements."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cases.models import Respondent
from consultations.models import Commitment, Consultation, Countersignature
from consultations.queries.minutes_panel import minutes_of
from tests.cast import Cast
from tests.consultations.minutes_steps import (
    DISSENT,
    FACTS,
    RESOLUTION,
    called,
    circulating,
    day,
    drafted,
    issued,
    line,
    owed,
    referred,
    reported,
    signed,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> dt.datetime:
    """The doors take the time from the wall."""
    return timezone.now()


def walk(cast: Cast, client: Client, who: str) -> Client:
    client.force_login(cast.people[who])
    return client


def at(one: Consultation, verb: str = "minutes") -> str:
    return f"/consultations/{one.pk}/{verb}/"


def typed(cast: Cast, now: dt.datetime, version: int = 0, **facts: Any) -> dict[str, Any]:
    said = {
        "version": version, "rows": 3, "facts_text": FACTS, "resolution": RESOLUTION, "plan": "",
        "unit0": cast.units["housing"].pk, "person0": "杨柳", "text0": "督促垫付工资", "due0": day(now, 20).isoformat(),
    }  # fmt: skip
    return {**said, **facts}


def test_the_form_of_the_draft(cast: Cast, client: Client, now: dt.datetime) -> None:
    one = called(cast, now)
    walk(cast, client, "liaison")
    page = client.get(at(one, "draft-minutes")).content.decode()
    assert 'name="unit2"' in page and 'name="unit3"' not in page
    answer = client.post(at(one, "draft-minutes"), typed(cast, now))
    assert answer.status_code == 302 and answer["Location"] == at(one)
    page = client.get(at(one)).content.decode()
    assert FACTS in page and "督促垫付工资" in page and "第1版" in page
    again = client.get(at(one, "draft-minutes")).content.decode()
    assert FACTS in again and f'value="{day(now, 20).isoformat()}"' in again


def test_further_rows_lose_nothing_and_judge_nothing(cast: Cast, client: Client, now: dt.datetime) -> None:
    one = called(cast, now)
    walk(cast, client, "liaison")
    answer = client.post(at(one, "draft-minutes"), typed(cast, now, resolution="", due0="", more="1"))
    page = answer.content.decode()
    assert answer.status_code == 200 and 'name="unit5"' in page and "has-error" not in page
    assert FACTS in page and "督促垫付工资" in page and re.search(r'name="rows" value="6"', page)
    one.refresh_from_db()
    assert one.version == 0


@pytest.mark.parametrize(
    ("facts", "field"),
    [({"due0": ""}, "due0"), ({"text0": "办"}, "text0"), ({"unit0": "", "text0": "没有单位的"}, "unit0"),
     ({"due0": "2020-01-01"}, "due0"), ({"facts_text": "短"}, "facts_text")],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_field(
    cast: Cast, client: Client, now: dt.datetime, facts: dict[str, str], field: str
) -> None:
    one = called(cast, now)
    answer = walk(cast, client, "liaison").post(at(one, "draft-minutes"), typed(cast, now, **facts))
    page = answer.content.decode()
    assert answer.status_code == 422 and RESOLUTION in page
    assert f'id="id_{field}_error"' in page


def test_a_draft_that_somebody_else_changed_is_409_and_keeps_the_words(
    cast: Cast, client: Client, now: dt.datetime
) -> None:
    one = drafted(cast, now=now).consultation
    answer = walk(cast, client, "head").post(
        at(one, "draft-minutes"), typed(cast, now, facts_text=FACTS + "我写的。")
    )
    page = answer.content.decode()
    assert answer.status_code == 409 and "我写的。" in page and "现行的第1版" in page
    assert re.search(r'name="version" value="1"', page)
    said = typed(cast, now, version=1, facts_text=FACTS + "我写的。")
    assert client.post(at(one, "draft-minutes"), said).status_code == 302


def test_signing_on_the_page(cast: Cast, client: Client, now: dt.datetime) -> None:
    one = circulating(cast, now=now)
    walk(cast, client, "head2")
    page = client.get(at(one, "countersign-minutes")).content.decode()
    assert FACTS in page and re.search(r'name="version" value="1"', page)
    wrong = client.post(at(one, "countersign-minutes"), {"version": 1, "how": "dissent", "dissent": ""})
    assert wrong.status_code == 422
    wrong = client.post(at(one, "countersign-minutes"), {"version": 1, "how": "signed", "dissent": DISSENT})
    assert wrong.status_code == 422 and DISSENT in wrong.content.decode()
    drafted(cast, one, now, facts=FACTS + "改。")
    stale = client.post(at(one, "countersign-minutes"), {"version": 1, "how": "dissent", "dissent": DISSENT})
    assert stale.status_code == 409 and DISSENT in stale.content.decode()
    assert not Countersignature.objects.exists()


def test_the_text_changed_meanwhile_is_409_with_the_way_out(
    cast: Cast, client: Client, now: dt.datetime
) -> None:
    one = circulating(cast, circulating(cast, now=now), now, facts=FACTS + "改。")
    answer = walk(cast, client, "head2").post(at(one, "countersign-minutes"), {"version": 1, "how": "signed"})
    page = answer.content.decode()
    assert answer.status_code == 409 and "第2版" in page and "读过新版" in page and FACTS + "改。" in page


def test_the_page_shows_rounds_versions_and_what_differs(
    cast: Cast, client: Client, now: dt.datetime
) -> None:
    one = circulating(cast, now=now)
    signed(cast, one, "housing", now, dissent=DISSENT)
    one = circulating(cast, one, now, facts=FACTS.replace("92", "95"))
    page = walk(cast, client, "liaison").get(at(one)).content.decode()
    assert "<del>" in page and "<ins>" in page and "［新增］" in page and "［删去］" in page
    assert "失效" in page and "郑国栋" in page and "请会签" in page
    assert client.get(at(one) + "?old=2&new=1").status_code == 200
    assert client.get(at(one) + "?old=x&new=99").status_code == 200
    panel = minutes_of(cast.act(cast.liaison, now), one, now=now)
    assert panel["text"].version == 2 and len(panel["seats"]) == 3


def test_who_sees_it(cast: Cast, client: Client, now: dt.datetime) -> None:
    """Not consulted: 404 where the case is not theirs, 403 where it is; accused: 404 everywhere."""
    one = circulating(cast, called(cast, now, units=("housing",)), now)
    for who, pages, acts in (
        ("liaison3", 404, 404), ("guide", 404, 404), ("supervisor", 200, 403), ("leader", 200, 403),
        ("liaison2", 200, 403), ("administrator", 404, 404),
    ):  # fmt: skip
        walk(cast, client, who)
        assert client.get(at(one)).status_code == pages, who
        assert client.get(at(one, "draft-minutes")).status_code == acts, who
        assert (
            client.post(at(one, "countersign-minutes"), {"version": 1, "how": "signed"}).status_code == acts
        )
    Respondent.objects.create(case=one.case, name="住建局", department=cast.units["housing"])
    walk(cast, client, "head2")
    for verb in ("minutes", "countersign-minutes", "return-minutes", "draft-minutes", "refer-to-conference"):
        assert client.get(at(one, verb)).status_code == 404


def test_the_whole_way_through_the_doors(cast: Cast, client: Client, now: dt.datetime) -> None:
    one = circulating(cast, called(cast, now, units=()), now, lines=[line(cast, "labour", now=now)])
    walk(cast, client, "head")
    assert client.post(at(one, "return-minutes"), {"version": 1, "reason": "请写明依据。"}).status_code == 302
    walk(cast, client, "liaison")
    assert "请写明依据。" in client.get(at(one)).content.decode()
    assert client.post(at(one, "circulate-minutes")).status_code == 302
    assert client.post(at(one, "pass-over-unit"), {"version": 1}).status_code == 409
    walk(cast, client, "head")
    assert client.post(at(one, "countersign-minutes"), {"version": 1, "how": "signed"}).status_code == 302
    assert client.post(at(one, "issue-minutes")).status_code == 302
    page = client.get(at(one)).content.decode()
    assert "云信会纪字" in page and "落实中" in page
    commitment = Commitment.objects.get()
    where = f"/consultations/commitments/{commitment.pk}/"
    assert client.post(where + "report-commitment/", {"text": "短"}).status_code == 422
    assert client.post(where + "report-commitment/", {"text": "工资已经全部发放到人。"}).status_code == 302
    assert client.post(where + "confirm-commitment/", {}).status_code == 403
    walk(cast, client, "manager")
    said = {"reason": "还有两人没有领到。", "due_on": day(now, 10).isoformat()}
    assert client.post(where + "return-commitment/", said).status_code == 302
    assert client.post(where + "extend-commitment/", {"days": 5, "reason": "两人在外地。"}).status_code == 302
    assert client.post(where + "drop-commitment/", {"reason": "两人放弃。"}).status_code == 302
    assert client.post(where + "drop-commitment/", {"reason": "两人放弃。"}).status_code == 409
    assert "不再需要" in client.get(where).content.decode()


def test_the_conference_through_its_doors(cast: Cast, client: Client, now: dt.datetime) -> None:
    one = called(cast, now)
    walk(cast, client, "liaison")
    said = {"ground": "conflict", "reason": "各单位的主张没有取得一致。"}
    assert client.post(at(one, "refer-to-conference"), said).status_code == 302
    assert client.get(at(one)).status_code == 200
    walk(cast, client, "leader")
    facts = {
        "rows": 3, "met_on": day(now).isoformat(), "chaired_by": "赵明德", "attended": "各单位负责人",
        "decision": "由总包单位先行垫付，住建局监督。", "unit1": cast.units["land"].pk, "text1": "核对用地手续",
        "due1": day(now, 9).isoformat(),
    }  # fmt: skip
    assert client.post(at(one, "decide-conference"), {**facts, "unit1": ""}).status_code == 422
    assert client.post(at(one, "decide-conference"), facts).status_code == 302
    page = client.get(at(one)).content.decode()
    assert "云信联纪字" in page and "核对用地手续" in page


# -- the list ------------------------------------------------------------------------------------------------------

LIST = "/consultations/commitments/"


def test_the_list_of_ones_unit_and_of_ones_hall(cast: Cast, client: Client, now: dt.datetime) -> None:
    one = owed(cast, now)
    other = one.consultation.commitments.get(number=2)
    page = walk(cast, client, "liaison2").get(LIST).content.decode()
    assert one.text in page and other.text not in page
    page = walk(cast, client, "manager").get(LIST).content.decode()
    assert one.text in page and other.text in page
    assert other.text not in client.get(LIST + f"?unit={cast.units['housing'].pk}").content.decode()
    reported(cast, one, now)
    assert one.text not in client.get(LIST + "?state=open").content.decode()
    assert one.text in client.get(LIST + "?state=reported").content.decode()
    assert "没有符合条件的任务" in client.get(LIST + "?late=on").content.decode()
    assert "没有未了结的任务" in walk(cast, client, "head3").get(LIST).content.decode()
    assert walk(cast, client, "guide").get(LIST).status_code == 403


def test_late_ones_alone(cast: Cast, client: Client, now: dt.datetime) -> None:
    one = owed(cast, now - dt.timedelta(days=60), lines=[line(cast, now=now - dt.timedelta(days=60))])
    page = walk(cast, client, "supervisor").get(LIST + "?late=on").content.decode()
    assert one.text in page and "is-late" in page


def test_the_list_goes_on_by_key_and_asks_the_same_however_long(
    cast: Cast, client: Client, now: dt.datetime
) -> None:
    one = owed(cast, now)
    walk(cast, client, "manager")
    client.get(LIST)

    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert client.get(LIST).status_code == 200
        return len(seen)

    few = asked()
    Commitment.objects.bulk_create(
        Commitment(
            consultation=one.consultation, hall=cast.hall, number=n, text=f"第{n}件商定的事", department=one.department,
            person_name="杨柳", due_on=day(now, 30 + n // 3), status="fulfilled", fulfilled_on=day(now),
        )
        for n in range(10, 70)
    )  # fmt: skip
    assert asked() == few
    found, where = [], LIST + "?state=fulfilled"
    for _page in range(3):
        page = client.get(where).content.decode()
        found += re.findall(r"第\d+件商定的事", page)
        more = re.search(r'class="button" href="([^"]*after=[^"]*)"', page)
        where = LIST + more[1].replace("&amp;", "&") if more else ""
    assert len(found) == len(set(found)) == 60 and where == ""
    assert client.get(LIST + "?after=nonsense&unit=x&state=y").status_code == 200


def test_the_page_of_minutes_asks_the_same_however_many_units(
    cast: Cast, client: Client, now: dt.datetime
) -> None:
    one = circulating(cast, called(cast, now, units=("housing",)), now)
    walk(cast, client, "liaison")
    client.get(at(one))
    with CaptureQueriesContext(connection) as few:
        client.get(at(one))
    two = issued(cast, called(cast, now), now).consultation
    client.get(at(two))
    with CaptureQueriesContext(connection) as more:
        client.get(at(two))
    assert len(more) <= len(few)
    assert referred(cast, called(cast, now), now).status == "conference"

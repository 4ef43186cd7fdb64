"""split_case: chosen claims become a case of their own, of the same people under the same law."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from cases import actions
from cases.actions import NewRespondent, Person
from cases.models import Case, CaseLink, CaseParty, Material, Petitioner, Recusal
from cases.queries.search import search_query
from hall import documents, journal
from hall.access import Refused
from hall.models import IssuedDocument, JournalEntry, Message
from tests.cast import NOW, Cast, yunxi
from tests.life_referrals import clocks, days, refused
from tests.matters import ZHANG, accepted, forwarded, registered
from tests.petitioner import letter

pytestmark = pytest.mark.django_db
WHY = "社会保险由税务部门征收，需要另行确定单位。"
LI = Person(role="companion", name="李大山", phone="13800010002")


def split(
    cast: Cast, case: Case, numbers: tuple[int, ...] = (2,), now: dt.datetime = NOW, **facts: Any
) -> Case:
    who = facts.pop("who", "clerk")
    said = {"title": "请求补缴社会保险", "reason": WHY, **facts}
    claims = list(case.claims.filter(number__in=numbers).values_list("pk", flat=True))
    return actions.split_case(
        actor=cast.act(getattr(cast, who)), case_id=case.pk, claim_ids=claims, now=now, **said
    )


def test_a_part_of_what_is_closed_for_good_stays_so(cast: Cast) -> None:
    """Or the final closure would be got round by splitting the repeat of it (第三十六条第三款)."""
    ended, case = registered(cast, title="终结的"), registered(cast, claims=("支付工资", "补缴社会保险"))
    Case.objects.filter(pk=case.pk).update(repeat_of=ended)
    assert split(cast, case).repeat_of_id == ended.pk


def test_split_case_makes_a_case_of_its_own(cast: Cast) -> None:
    land = cast.units["land"]
    case = accepted(
        cast, claims=("支付工资", "补缴社会保险", "赔礼道歉", "补缴公积金"), people=(ZHANG, LI),
        electronic_consent=True,
        respondents=(NewRespondent(name=land.name, department_id=land.pk),), place_region_id=cast.county.pk,
    )  # fmt: skip
    Recusal.objects.create(case=case, user=cast.clerk2, reason="近亲属", at=NOW)
    Material.objects.create(
        case=case,
        name="合同.pdf",
        media_type="application/pdf",
        size=3,
        sha256="0" * 64,
        file="ab/cd",
        added_at=NOW,
    )
    new = split(cast, case, (2, 4), NOW + days(7))
    new.refresh_from_db()
    assert (new.number, new.status, new.title) == ("YUNXIXF2026110002LF", "registered", "请求补缴社会保险")
    assert (new.received_on, new.law, new.registered_by) == (NOW.date(), "r22", cast.clerk)
    assert (new.electronic_consent, new.place_region, new.first_handler) == (True, cast.county, None)
    assert new.query_code != case.query_code
    assert list(new.claims.values_list("number", "text")) == [(1, "补缴社会保险"), (2, "补缴公积金")]
    assert list(new.parties.values_list("petitioner__name", "role")) == [
        ("张秀英", "principal"),
        ("李大山", "companion"),
    ]
    assert [one.department for one in new.respondents.all()] == [land]
    assert [one.user for one in new.recusals.all()] == [cast.clerk2]
    assert [one.file for one in new.materials.all()] == ["ab/cd"]
    # Fifteen days from the splitting: only now is there this to sort.
    assert clocks(new) == {"sort": dt.date(2026, 12, 10)}
    assert clocks(case) == {"handle": dt.date(2027, 1, 18)}
    assert list(case.claims.filter(split_to=new).values_list("number", flat=True)) == [2, 4]
    link = CaseLink.objects.get()
    assert (link.case, link.other, link.kind) == (case, new, "split")
    assert not Case.objects.visible_to(cast.act(cast.clerk2)).filter(pk=new.pk).exists()
    assert not Case.objects.visible_to(cast.act(cast.liaison)).filter(pk=new.pk).exists()
    assert Message.objects.get(kind="case_split").user == cast.liaison
    assert journal.verify() == []


def test_the_petitioner_is_told_the_new_number_and_nobody_else_the_code(cast: Cast, client: Client) -> None:
    case = accepted(cast)
    new = split(cast, case)
    paper = IssuedDocument.objects.get(kind="notice_split")
    assert (paper.stream, paper.number) == (f"case:{case.pk}", "云信分告字〔2026〕1号")
    facts = documents.facts(paper)
    assert facts["other_number"] == new.number
    assert new.query_code not in str(documents.page(paper)) + str(facts), (
        "every unit that reads the case reads it"
    )
    assert "大厅窗口领取" in str(documents.page(paper))
    code = f"{new.query_code[:5]}-{new.query_code[5:]}"
    assert code in letter(client, case)
    assert f"{case.query_code[:5]}-{case.query_code[5:]}" not in letter(client, new)
    client.force_login(cast.clerk)
    assert code in client.get(f"/receipts/{new.pk}/").content.decode(), "the window prints it"
    assert (facts["claims"], facts["remaining"]) == (["补缴社会保险"], ["支付三个月工资"])
    for entry in JournalEntry.objects.all():
        assert new.query_code not in str(entry.after)
    assert JournalEntry.objects.filter(stream=f"case:{case.pk}").latest("seq").after["other"] == new.number
    assert (
        JournalEntry.objects.get(stream=f"case:{new.pk}", verb="register_case").after["other"] == case.number
    )


def test_who_came_later_is_not_told_the_code_of_what_was_split_off(cast: Cast, client: Client) -> None:
    case = accepted(cast)
    new = split(cast, case)
    other = Petitioner.objects.create(name=LI.name, phone=LI.phone, created_at=NOW)
    CaseParty.objects.create(case=case, petitioner=other, role="companion")
    assert f"{new.query_code[:5]}-{new.query_code[5:]}" not in letter(client, case, LI.phone[-4:])


def test_the_law_stays_that_of_the_original_and_it_is_found(cast: Cast) -> None:
    old = registered(cast, received_on=dt.date(2022, 3, 1))
    new = split(cast, old)
    assert new.law == "r05"
    found = Case.objects.filter(search=search_query("补缴社会保险"))
    assert new in found


def test_a_group_keeps_its_representatives(cast: Cast) -> None:
    people = tuple(Person(role="representative", name=f"代表{n}") for n in "甲乙丙")
    new = split(cast, registered(cast, people=(ZHANG, *people), head_count=12))
    numbers = list(new.parties.exclude(representative_no=None).values_list("representative_no", flat=True))
    assert numbers == [1, 2, 3]
    assert (new.head_count, new.is_group) == (12, True)


def test_what_is_asked_must_be_whole(cast: Cast) -> None:
    case = accepted(cast)
    for facts, field in (
        ({"numbers": ()}, "claims"),
        ({"numbers": (1, 2)}, "claims"),
        ({"title": " "}, "title"),
        ({"title": "长" * 121}, "title"),
        ({"reason": "无"}, "reason"),
    ):
        refusal = refused(split, cast, case, **facts)
        assert (refusal.kind, refusal.field) == ("input", field), facts
    assert Case.objects.count() == 1


def test_what_is_split_off_an_urgent_matter_is_reported_up_too(cast: Cast) -> None:
    new = split(cast, accepted(cast, is_urgent=True))
    assert clocks(new)["report_urgent"] == dt.date(2026, 11, 19)
    assert new.deadlines.get(kind="report_urgent").department == cast.units["petition"]


def test_one_claim_is_not_split(cast: Cast) -> None:
    refusal = refused(split, cast, accepted(cast, claims=("一项",)), (1,))
    assert (refusal.kind, refusal.field) == ("state", "")


@pytest.mark.parametrize("who", ["liaison2", "leader", "supervisor", "guide"])
def test_not_everybody_s(cast: Cast, who: str) -> None:
    assert refused(split, cast, accepted(cast), who=who).kind == "role"


def test_not_while_it_is_on_its_way_to_a_unit(cast: Cast) -> None:
    assert refused(split, cast, forwarded(cast)).kind == "state"
    assert split(cast, accepted(cast, title="再一件"), who="liaison").status == "registered"


def test_the_door(cast: Cast, client: Client) -> None:
    case = registered(cast, timezone.now())
    url = f"/cases/{case.pk}/split-case/"
    client.force_login(cast.clerk)
    assert "2. 补缴社会保险" in client.get(url).content.decode()
    form = {"claims": [case.claims.get(number=2).pk], "title": "请求补缴社会保险", "reason": WHY}
    draft = client.post(url, {**form, "preview": "1"}).content.decode()
    assert "信访事项分案告知书" in draft
    assert Case.objects.count() == 1  # a draft leaves nothing behind
    assert client.post(url, {**form, "title": ""}).status_code == 422
    assert client.post(url, form).status_code == 302
    assert Case.objects.count() == 2
    client.force_login(cast.liaison2)
    assert client.get(url).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_two_clerks_split_at_once_and_the_numbers_have_no_gap(transactional_db: None) -> None:
    cast = yunxi()
    case, told, start = registered(cast), [], threading.Barrier(2)

    def run(who: str, number: int) -> None:
        try:
            start.wait(timeout=20)
            split(cast, case, (number,), who=who)
        except Refused as refusal:
            told.append(refusal.kind)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in (("clerk", 1), ("clerk2", 2))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert told == ["state"]
    assert sorted(Case.objects.values_list("number", flat=True)) == [
        "YUNXIXF2026110001LF",
        "YUNXIXF2026110002LF",
    ]

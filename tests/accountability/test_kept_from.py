"""What a case tells through other doors is kept from whom it complains of, and from units that it is not for."""

from __future__ import annotations

import html
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accountability.actions import propose_supervisions, trace_repeats
from accountability.models import CauseLink, Supervision
from cases.actions import DuplicateChoice, reveal_person
from cases.models import Case, CaseGroupPermission, Respondent
from hall.access import Refused
from hall.models import JournalEntry, User
from tests.accountability.inspect_steps import PUBLIC, RESULT, concluded, published
from tests.accountability.supervise_steps import MORE, answered, confirmed, days, opened, returned
from tests.cast import NOW, Cast
from tests.life import closed
from tests.life_referrals import involved
from tests.matters import accepted, registered

pytestmark = pytest.mark.django_db
NOTE = "问过本人，是为打电话约时间。"


def got(cast: Cast, who: str, url: str) -> tuple[int, str]:
    client = Client()
    client.force_login(getattr(cast, who))
    response = client.get(url)
    return response.status_code, html.unescape(response.content.decode(errors="replace"))


def comes_again(cast: Cast, case: Case, **accused: Any) -> Case:
    """The petitioner files the same matter again, and complains of somebody."""
    choice = DuplicateChoice(candidate_id=case.pk, score=95, reasons=("同一人",), decision="repeat")
    again = registered(cast, NOW + days(4), title="又来反映工资", duplicates=(choice,))
    if accused:
        Respondent.objects.create(case=again, name="被反映的", **accused)
    return again


# -- a later complaint ------------------------------------------------------------------------------------------------


def test_a_complaint_of_the_unit_proposes_nothing_against_it(cast: Cast) -> None:
    case = accepted(cast)
    comes_again(cast, case, department=cast.units["labour"])
    comes_again(cast, case, user=cast.liaison)
    assert propose_supervisions(now=NOW + days(4)) == 0
    other = comes_again(cast, case, department=cast.units["housing"])
    assert propose_supervisions(now=NOW + days(4)) == 1
    assert Supervision.objects.get().evidence["case"] == other.pk


def test_nor_is_it_put_before_the_unit_when_that_is_known_later(cast: Cast) -> None:
    case, then = accepted(cast), NOW + days(4)
    again = comes_again(cast, case)
    propose_supervisions(now=then)
    one = Supervision.objects.get()
    said = confirmed(cast, one, then, who=cast.manager)
    page = f"/supervisions/{said.pk}/"
    assert got(cast, "head", page)[0] == got(cast, "manager", page)[0] == 200
    Respondent.objects.create(case=again, name="主任", user=cast.manager)
    assert got(cast, "manager", page)[0] == 404  # it says on which day somebody came again
    second = comes_again(cast, case)
    propose_supervisions(now=then)
    waiting = Supervision.objects.get(occasion=f"case:{second.pk}")
    Respondent.objects.create(case=second, name="人社局", department=cast.units["labour"])
    with pytest.raises(Refused) as refused:
        confirmed(cast, waiting, then)
    assert refused.value.kind == "state"
    assert "再次信访" not in got(cast, "head", f"/cases/{case.pk}/")[1]


def test_the_account_of_the_earlier_matter_does_not_tell_of_it(cast: Cast) -> None:
    case = accepted(cast)
    again = comes_again(cast, case, user=cast.head)
    trace_repeats(now=NOW + days(5))
    assert CauseLink.objects.filter(case=again, earlier=case).exists()
    page = f"/cases/{case.pk}/account/"
    assert "后来的事项" in got(cast, "supervisor", page)[1]
    assert "后来的事项" in got(cast, "liaison", page)[1]  # may not see it, but nobody complains of him
    said = got(cast, "head", page)[1]
    assert "后来的事项" not in said and "这件事项没有重复信访" in said


# -- who looked into it -----------------------------------------------------------------------------------------------


def looked(cast: Cast, case: Case, who: User, reason: str, times: int = 1) -> None:
    petitioner = case.parties.get().petitioner_id
    for _n in range(times):
        reveal_person(actor=cast.act(who), petitioner_id=petitioner, case_id=case.pk, reason=reason, now=NOW)


def test_the_accused_head_does_not_learn_who_looked(cast: Cast) -> None:
    case, other = accepted(cast), accepted(cast)
    looked(cast, case, cast.liaison, "核对被反映人吴建平的情况", 12)
    looked(cast, other, cast.liaison, "约信访人面谈")
    Respondent.objects.create(case=case, name="副局长", user=cast.head)
    CaseGroupPermission.objects.filter(content_object=other).delete()
    day = timezone.localdate(NOW)
    period = f"?first={day}&last={day}"
    urls = ("/access-log/", "/access-log.csv", f"/access-log/unusual/{period}")
    for url in urls:
        status, said = got(cast, "head", url)
        assert status == 200, url
        assert "吴建平的情况" not in said and "约信访人面谈" not in said, url
    assert got(cast, "head", "/access-log/")[1].count("您无权查看的事项") == 1
    assert got(cast, "head", f"/access-log/unusual/{cast.liaison.pk}/{day}/many/")[0] == 404
    assert "核对被反映人吴建平的情况" in got(cast, "supervisor", "/access-log/")[1]
    assert got(cast, "supervisor", f"/access-log/unusual/{cast.liaison.pk}/{day}/many/")[0] == 200


def test_what_the_hall_noted_is_not_the_units_to_read(cast: Cast) -> None:
    case = accepted(cast)
    looked(cast, case, cast.liaison, "打电话约时间", 12)
    page = f"/access-log/unusual/{cast.liaison.pk}/{timezone.localdate(NOW)}/many/"
    client = Client()
    client.force_login(cast.manager)
    assert client.post(page, {"words": NOTE}).status_code == 302
    assert NOTE in got(cast, "manager", page)[1] and NOTE in got(cast, "supervisor", page)[1]
    assert NOTE not in got(cast, "head", page)[1]
    client.force_login(cast.head)
    assert client.post(page, {"words": "单位自己问过，工作需要。"}).status_code == 302
    assert "单位自己问过" in got(cast, "head", page)[1]
    assert "单位自己问过" not in got(cast, "supervisor", page)[1]


# -- the notice of a supervision ---------------------------------------------------------------------------------------


def test_the_notice_is_for_the_supervised_unit_alone(cast: Cast) -> None:
    case = accepted(cast)
    involved(cast, case)  # housing is on the case too
    one = opened(cast, case)
    answered(cast, one)
    returned(cast, one)
    by_case, own = f"/cases/{case.pk}/documents/{one.document_id}/", f"/supervisions/{one.pk}/document/"
    number = one.document.number if one.document else ""
    for who, door in (("head", 409), ("supervisor", 409), ("head2", 404), ("clerk", 404)):
        assert got(cast, who, by_case)[0] == got(cast, who, f"{by_case}file/")[0] == 404, who
        assert got(cast, who, own)[0] == door, who  # 409: its file is not made yet
        status, page = got(cast, who, f"/cases/{case.pk}/")
        assert status == 200 and MORE not in page and by_case not in page, who
    page = got(cast, "head", f"/supervisions/{one.pk}/")[1]
    assert number in page and "PDF正在生成" in page and own not in page
    assert JournalEntry.objects.get(verb="return_supervision").reason == ""
    assert MORE in got(cast, "head", f"/supervisions/{one.pk}/")[1]


# -- an inspection -----------------------------------------------------------------------------------------------------


def test_an_inspection_tells_its_results_to_nobody_whom_a_drawn_case_accuses(cast: Cast) -> None:
    for _n in range(3):
        case = closed(cast, NOW - days(1))
    one = concluded(cast)
    Respondent.objects.create(case=case, name="主任", user=cast.manager)
    page, text = f"/inspections/{one.pk}/", PUBLIC["public_text"]
    told = (RESULT, text, one.seed, one.frame_digest, "件中抽", "核查汇总", case.number)
    said = got(cast, "supervisor", page)[1]
    assert all(words in said for words in told[:-1])
    status, said = got(cast, "manager", page)
    assert status == 200 and not [words for words in told if words in said]
    for verb in ("conclude-inspection", "publish-inspection"):
        assert got(cast, "manager", f"{page}{verb}/")[0] == 404
    seen = 2 - one.checks.filter(case=case).count()
    assert f"{seen} / {seen}" in got(cast, "manager", "/inspections/")[1]
    published(cast, one=one, who=cast.leader)
    status, said = got(cast, "manager", page)
    assert text in said and RESULT not in said

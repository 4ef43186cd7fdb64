"""`record_consent`; `draft_result`, `edit_result`, `return_result`, `approve_result`, `drop_result`,
`withdraw_result`."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
from django.db import Error, connection, transaction
from django.test import Client
from django.utils import timezone

from cases import actions
from cases.actions import NewRespondent, Person
from cases.models import Case, NoticeCase, PublicationConsent, ResultNotice
from cases.queries.publication import known_of
from cases.queries.results import public_results
from cases.queries.timeline import timeline
from hall.access import Refused
from hall.models import JournalEntry, Message
from tests.cast import NOW, Cast
from tests.life_field import TEXT, TITLE, agreed, concluded, drafted, ended, made, published
from tests.matters import ZHANG, accepted

pytestmark = pytest.mark.django_db
CHILD = Person(
    name="张小宝", id_kind="resident", id_number="530999201505120043", birth_date=dt.date(2015, 5, 12)
)


def approve(cast: Cast, notice: ResultNotice, who: str = "manager", **facts: Any) -> ResultNotice:
    stated = {"revision": notice.revision, "now": NOW, **facts}
    return actions.approve_result(actor=cast.act(cast.people[who]), notice_id=notice.pk, **stated)


def why(caught: pytest.ExceptionInfo[Refused]) -> tuple[str, str]:
    return caught.value.kind, str(caught.value)


# -- consent -------------------------------------------------------------------------------------------------------


def test_consent_is_recorded_with_its_day_and_taken_back(cast: Cast) -> None:
    case = agreed(cast, accepted(cast))
    assert case.public_consent
    case = agreed(cast, case, is_given=False, now=NOW + dt.timedelta(hours=1))
    assert not case.public_consent
    assert list(PublicationConsent.objects.values_list("is_given", "said_on")) == [
        (True, NOW.date()), (False, NOW.date()),
    ]  # fmt: skip
    act = timeline(case).acts[0]
    assert act.is_open and "不同意公开" in act.text
    with pytest.raises(Error), transaction.atomic():
        PublicationConsent.objects.update(is_given=True)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"said_on": NOW.date() + dt.timedelta(days=1)}, "said_on"),
        ({"said_on": NOW.date() - dt.timedelta(days=1)}, "said_on"),
        ({"how": ""}, "how"),
    ],
)
def test_what_cannot_be_is_refused(cast: Cast, facts: dict[str, Any], field: str) -> None:
    case = accepted(cast)
    stated = {
        "is_given": True,
        "said_on": NOW.date(),
        "how": "电话确认",
        "now": NOW,
        "case_id": case.pk,
        **facts,
    }
    with pytest.raises(Refused) as caught:
        actions.record_consent(actor=cast.act(cast.clerk), **stated)
    assert caught.value.field == field


def test_taken_back_what_is_public_comes_down_at_once(cast: Cast, client: Client) -> None:
    case = accepted(cast)
    notice = published(cast, [case])
    # Not even past the actions: the flag cannot go while something stands on it.
    with pytest.raises(Error), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(public_consent=False)
    agreed(cast, case, is_given=False)
    notice.refresh_from_db()
    assert (notice.status, notice.withdrawn_reason) == ("withdrawn", "信访人不再同意公开。")
    page = client.get(f"/halls/yunxi/results/{notice.pk}/").content.decode()
    assert TITLE not in page and TEXT not in page and "已经撤回" in page


# -- drafted -------------------------------------------------------------------------------------------------------


def test_words_are_offered_masked_and_what_is_left_is_pointed_at(cast: Cast, client: Client) -> None:
    now = timezone.now()
    case = agreed(cast, accepted(cast, now, title="张秀英请求支付工资"), now=now)
    visit = made(cast, [case], now=now)
    actions.conclude_field_visit(
        actor=cast.act(cast.manager, now), visit_id=visit.pk, outcome="resolved", now=now,
        note="张秀英（电话１３８-０００１-０００１，住人民路1号）已领到工资。",
    )  # fmt: skip
    client.force_login(cast.liaison)
    address = f"/result-notices/new/?visit={visit.pk}"
    page = client.get(address).content.decode()
    assert "张某某（电话（号码略），住人民路某号）已领到工资。" in page
    typed = {
        "title": "张秀英工资的事",
        "text": "张 秀英 住人民路1号，电话138 0001 0001，已领到工资，表示满意。",
    }
    wrong = client.post(address, typed)
    html = wrong.content.decode()
    assert wrong.status_code == 422 and ResultNotice.objects.count() == 0
    assert all(
        word in html
        for word in ("姓名或者单位名称：“张 秀英”", "像电话、证件或者账号的数字", "门牌、楼栋或者住址")
    )
    assert "表示满意" in html
    again = client.post(address, {**typed, "mask": "1"}).content.decode()
    assert "张某某 住人民路某号，电话（号码略），已领到工资，表示满意。" in again
    done = client.post(address, {"title": TITLE, "text": TEXT})
    notice = ResultNotice.objects.get()
    assert done["Location"] == f"/result-notices/{notice.pk}/"
    assert notice.drafted_by == cast.liaison
    told = {message.user for message in Message.objects.filter(kind="result_drafted")}
    assert told == {cast.manager, cast.leader, cast.leader2}
    twice = client.post(address, {"title": TITLE, "text": TEXT})
    assert (twice.status_code, "已经起草" in twice.content.decode()) == (409, True)


def test_whom_it_must_not_name(cast: Cast) -> None:
    case = accepted(
        cast,
        people=(ZHANG, Person(name="李四海", phone="13700137000", role="companion")),
        respondents=(
            NewRespondent(name="王老板"),
            NewRespondent(name="云溪路桥公司"),
            NewRespondent(name="县住建局", department_id=cast.units["housing"].pk),
        ),
    )
    known = known_of([case.pk])
    assert set(known.persons) == {"张秀英", "李四海", "王老板"}
    assert {"云溪路桥公司", "县住建局", "云溪县住房和城乡建设局", "住房和城乡建设局"} == set(known.units)
    assert known.addresses == (ZHANG.address,)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"purpose": "accusation"}, "检举控告"),
        ({"is_confidential": True}, "保密"),
        ({"people": (CHILD,)}, "未成年人"),
        ({}, "没有同意公开"),
    ],
)
def test_some_matters_are_never_told(cast: Cast, facts: dict[str, Any], words: str) -> None:
    is_plain = not facts
    case = accepted(cast, **facts)
    if not is_plain:
        Case.objects.filter(pk=case.pk).update(public_consent=True)
    with pytest.raises(Refused) as caught:
        actions.draft_result(actor=cast.act(cast.clerk), case_id=case.pk, title=TITLE, text=TEXT, now=NOW)
    assert caught.value.kind == "state" and words in str(caught.value)


def test_there_must_be_a_result(cast: Cast) -> None:
    case = agreed(cast, accepted(cast))
    clerk, said = cast.act(cast.clerk), {"title": TITLE, "text": TEXT, "now": NOW}
    visit = made(cast, [case])
    for source in ({"case_id": case.pk}, {"visit_id": visit.pk}):
        with pytest.raises(Refused) as caught:
            actions.draft_result(actor=clerk, **source, **said)
        assert caught.value.kind == "state"
    with pytest.raises(Refused) as caught:
        actions.draft_result(actor=clerk, **said)
    assert why(caught)[0] == "input" and caught.value.field == "case_id"
    charge = ended(cast, [case])
    notice = actions.draft_result(actor=clerk, sponsorship_id=charge.pk, **said)
    assert (notice.kind, notice.sponsorship) == ("sponsorship", charge)
    other = concluded(cast, [agreed(cast, accepted(cast, title="别的事"))], now=NOW + dt.timedelta(days=2))
    for words in ({"title": "短"}, {"text": "太短了"}):
        with pytest.raises(Refused) as caught:
            actions.draft_result(actor=clerk, visit_id=other.pk, **{**said, **words})
        assert caught.value.field == next(iter(words))


def test_the_journal_keeps_no_words_of_it(cast: Cast) -> None:
    notice = published(cast, [accepted(cast)])
    entries = JournalEntry.objects.filter(object=f"cases.resultnotice:{notice.pk}")
    assert {entry.verb for entry in entries} == {"draft_result", "approve_result"}
    assert all(set(entry.after) == {"notice"} for entry in entries)


# -- approved ------------------------------------------------------------------------------------------------------


def test_another_hand_approves(cast: Cast) -> None:
    notice = drafted(cast, [accepted(cast)], by=cast.manager)
    with pytest.raises(Refused) as caught:
        approve(cast, notice, "manager")
    assert why(caught) == ("role", "不能审批自己起草的内容，请另一位负责人或者领导审批。")
    for who, kind in (("clerk", "role"), ("supervisor", "role"), ("liaison", "role"), ("liaison2", "unseen")):
        with pytest.raises(Refused) as caught:
            approve(cast, notice, who)
        assert caught.value.kind == kind
    done = approve(cast, notice, "leader2")
    assert (done.status, done.approved_by, done.consent_on) == ("published", cast.leader2, NOW.date())


def test_what_is_approved_is_what_was_read(cast: Cast) -> None:
    notice = drafted(cast, [accepted(cast)])
    edit = {"notice_id": notice.pk, "title": TITLE, "text": TEXT + "工人表示满意。", "now": NOW}
    for who in (cast.manager, cast.leader):
        with pytest.raises(Refused) as caught:
            actions.edit_result(actor=cast.act(who), revision=1, **edit)
        assert caught.value.kind == "role"
    actions.edit_result(actor=cast.act(cast.clerk), revision=1, **edit)
    with pytest.raises(Refused) as caught:
        approve(cast, notice, revision=1)
    assert why(caught) == ("state", "您打开以后，内容已经被修改。请重新打开，读过再办理。")
    assert approve(cast, notice, revision=2).status == "published"
    with pytest.raises(Refused) as caught:
        actions.edit_result(actor=cast.act(cast.clerk), revision=2, **edit)
    assert caught.value.kind == "state"


def test_it_is_looked_at_again_when_it_is_approved(cast: Cast) -> None:
    """A person who came to the case after the draft is not named, and a secret stays one."""
    case = accepted(cast)
    notice = drafted(cast, [case], text=f"{TEXT}李四海代表大家感谢。")
    case.respondents.create(name="李四海")
    with pytest.raises(Refused) as caught:
        approve(cast, notice)
    assert (caught.value.kind, "李四海" in str(caught.value)) == ("input", True)
    Case.objects.filter(pk=case.pk).update(is_confidential=True)
    with pytest.raises(Refused) as caught:
        approve(cast, notice)
    assert "保密" in str(caught.value)


@pytest.mark.django_db(transaction=True)
def test_approved_and_edited_at_the_same_moment(cast: Cast) -> None:
    """Whoever is first: words that nobody approved are never public."""
    notice, start, results = drafted(cast, [accepted(cast)]), threading.Barrier(2), dict[str, str]()
    other = TEXT + "又加了一句没有人看过的话。"

    def act(name: str) -> None:
        try:
            start.wait(timeout=20)
            if name == "approve":
                approve(cast, notice)
            else:
                actions.edit_result(
                    actor=cast.act(cast.clerk),
                    notice_id=notice.pk,
                    title=TITLE,
                    text=other,
                    revision=1,
                    now=NOW,
                )
            results[name] = "done"
        except Refused as refused:
            results[name] = refused.kind
        finally:
            connection.close()

    threads = [threading.Thread(target=act, args=(name,)) for name in ("approve", "edit")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(results.values()) == ["done", "state"]
    notice.refresh_from_db()
    assert (notice.status, notice.text) in {("published", TEXT), ("draft", other)}


def test_the_database_holds_it_too(cast: Cast) -> None:
    case = accepted(cast)
    notice = drafted(cast, [case])
    good = {"status": "published", "approved_by": cast.manager, "published_at": NOW, "consent_on": NOW.date()}

    def write(**change: Any) -> None:
        with transaction.atomic():
            ResultNotice.objects.filter(pk=notice.pk).update(**change)

    for wrong in (
        {**good, "approved_by": cast.clerk}, {**good, "approved_by": None}, {**good, "consent_on": None},
        {"status": "withdrawn", "withdrawn_at": NOW, "withdrawn_reason": "撤回"},
    ):  # fmt: skip
        with pytest.raises(Error):
            write(**wrong)
    Case.objects.filter(pk=case.pk).update(public_consent=False)
    with pytest.raises(Error):
        write(**good)
    Case.objects.filter(pk=case.pk).update(public_consent=True, is_confidential=True)
    with pytest.raises(Error):
        write(**good)
    Case.objects.filter(pk=case.pk).update(is_confidential=False)
    write(**good)
    for wrong in ({"text": "别的话"}, {"status": "draft"}, {"published_at": NOW + dt.timedelta(days=1)}):
        with pytest.raises(Error):
            write(**wrong)
    with pytest.raises(Error), transaction.atomic():
        NoticeCase.objects.filter(notice=notice).delete()


def test_returned_with_a_word_and_dropped(cast: Cast, client: Client) -> None:
    notice = drafted(cast, [accepted(cast)])
    client.force_login(cast.manager)
    root = f"/result-notices/{notice.pk}"
    assert TEXT in client.get(f"{root}/approve-result/").content.decode()
    back = client.post(f"{root}/return-result/", {"revision": 1, "reason": "请写明哪个月付清。"})
    assert back.status_code == 302
    notice.refresh_from_db()
    assert (notice.status, notice.returned_note) == ("draft", "请写明哪个月付清。")
    assert Message.objects.filter(kind="result_returned", user=cast.clerk).exists()
    client.force_login(cast.clerk)
    edited = client.post(
        f"{root}/edit-result/", {"revision": 1, "title": TITLE, "text": TEXT + "十一月付清。"}
    )
    assert edited.status_code == 302
    stale = client.post(
        f"{root}/edit-result/", {"revision": 1, "title": TITLE, "text": TEXT + "十二月付清。"}
    )
    assert (stale.status_code, "十二月付清" in stale.content.decode()) == (409, True)
    assert client.post(f"{root}/drop-result/", {"reason": "情况又有变化。"}).status_code == 302
    notice.refresh_from_db()
    assert notice.status == "dropped"
    assert client.post(f"{root}/drop-result/", {"reason": "情况又有变化。"}).status_code == 409


# -- what the public reads -----------------------------------------------------------------------------------------


def test_the_public_page_needs_no_cookie_and_is_kept_by_a_proxy(cast: Cast, client: Client) -> None:
    assert "还没有公开的结果" in client.get("/halls/yunxi/results/").content.decode()
    notice = published(cast, [accepted(cast)])
    answer = client.get("/halls/yunxi/results/")
    html = answer.content.decode()
    assert TITLE in html and "张秀英" not in html
    assert not answer.cookies and answer["Cache-Control"] == "max-age=60, public"
    again = client.get("/halls/yunxi/results/", headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304
    one = client.get(f"/halls/yunxi/results/{notice.pk}/")
    assert TEXT in one.content.decode() and one["ETag"] and not one.cookies
    assert client.get("/halls/elsewhere/results/").status_code == 404
    signed = Client()
    signed.force_login(cast.clerk)
    assert "private" in signed.get("/halls/yunxi/results/")["Cache-Control"]


def test_a_draft_is_no_page_and_what_was_withdrawn_is_a_note(cast: Cast, client: Client) -> None:
    notice = drafted(cast, [accepted(cast)])
    address = f"/halls/yunxi/results/{notice.pk}/"
    assert client.get(address).status_code == 404
    approve(cast, notice)
    withdraw = {"notice_id": notice.pk, "actor": cast.act(cast.leader), "now": NOW}
    with pytest.raises(Refused) as caught:
        actions.withdraw_result(reason="张秀英要求撤回。", **withdraw)
    assert caught.value.field == "reason"
    actions.withdraw_result(reason="情况又有变化，重新核实。", **withdraw)
    page = client.get(address).content.decode()
    assert TEXT not in page and TITLE not in page and "情况又有变化" in page
    listed = client.get("/halls/yunxi/results/").content.decode()
    assert TITLE not in listed and "一份已经撤回的结果" in listed


def test_the_public_list_is_paged_by_key(cast: Cast) -> None:
    for n in range(5):
        published(cast, [accepted(cast, title=f"第{n}件")], now=NOW + dt.timedelta(days=n))
    first = public_results(cast.hall, size=2)
    second = public_results(cast.hall, after=first.after, size=2)
    third = public_results(cast.hall, after=second.after, size=2)
    seen = [one.pk for page in (first, second, third) for one in page.rows]
    assert seen == sorted(seen, reverse=True) and len(set(seen)) == 5 and third.after is None

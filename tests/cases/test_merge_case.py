"""merge_case makes two open matters of one person one; link_cases only shows each where the other is."""

from __future__ import annotations

import threading

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from cases import actions
from cases.actions import NewRespondent, Person
from cases.models import Case, CaseLink, Material, Opinion, Recusal, Referral
from cases.queries.search import search_query
from hall import documents, journal
from hall.access import Refused
from hall.models import IssuedDocument, JournalEntry, Message
from tests.cast import NOW, Cast, yunxi
from tests.life_field import TEXT, published
from tests.life_referrals import clocks, days, disputed, forwarded, refused
from tests.matters import ZHANG, accepted, registered
from tests.petitioner import letter

pytestmark = pytest.mark.django_db
WHY = "同一信访人就同一工地先后提出。"
LI = Person(role="companion", name="李大山", phone="13800010002")
WANG = Person(name="王建军", id_kind="resident", id_number="530999197001010019")


def merge(cast: Cast, case: Case, into: Case | None, who: str = "clerk", reason: str = WHY) -> Case:
    return actions.merge_case(
        actor=cast.act(getattr(cast, who)),
        case_id=case.pk,
        into_id=into.pk if into else None,
        reason=reason,
        now=NOW,
    )


def link(cast: Cast, case: Case, other: Case | None, who: str = "clerk", kind: str = "related") -> CaseLink:
    return actions.link_cases(
        actor=cast.act(getattr(cast, who)), case_id=case.pk, other_id=other.pk if other else None, kind=kind,
        reason="同一工地", now=NOW,
    )  # fmt: skip


def newer(cast: Cast, **facts: object) -> Case:
    return registered(cast, NOW, title="后来的一件", claims=("退还押金",), **facts)


# -- two become one ------------------------------------------------------------------------------------------------


def test_merge_case_takes_claims_people_and_papers_along(cast: Cast) -> None:
    land = cast.units["land"]
    into = accepted(cast)
    opinion = Opinion.objects.create(
        case=into, department=cast.units["labour"], drafted_by=cast.liaison, drafted_at=NOW
    )
    Opinion.objects.filter(pk=opinion.pk).update(status="submitted", submitted_at=NOW)
    case = newer(
        cast, people=(ZHANG, LI), is_confidential=True,
        respondents=(NewRespondent(name=land.name, department_id=land.pk),),
    )  # fmt: skip
    Recusal.objects.create(case=case, user=cast.clerk2, reason="近亲属", at=NOW)
    Material.objects.create(
        case=case,
        name="收据.jpg",
        media_type="image/jpeg",
        size=3,
        sha256="1" * 64,
        file="ab/ef",
        added_at=NOW,
    )
    assert merge(cast, case, into) == into
    case.refresh_from_db()
    into.refresh_from_db()
    assert (case.status, into.status) == ("merged", "accepted")
    assert list(into.claims.values_list("number", "text")) == [
        (1, "支付三个月工资"), (2, "补缴社会保险"), (3, "退还押金")
    ]  # fmt: skip
    assert set(into.parties.values_list("petitioner__name", "role")) == {
        ("张秀英", "principal"),
        ("李大山", "companion"),
    }
    assert (into.head_count, into.is_confidential) == (2, True)
    assert [one.department for one in into.respondents.all()] == [land]
    assert [one.user for one in into.recusals.all()] == [cast.clerk2]
    assert not Case.objects.visible_to(cast.act(cast.clerk2)).filter(pk=into.pk).exists()
    assert [one.name for one in into.materials.all()] == ["收据.jpg"]
    assert into in Case.objects.filter(search=search_query("退还押金"))
    opinion.refresh_from_db()
    assert opinion.status == "draft"  # there is one claim more to answer
    assert clocks(case) == {}
    assert set(clocks(into)) == {"handle"}
    assert (CaseLink.objects.get().case, CaseLink.objects.get().kind) == (case, "merged")
    assert Message.objects.get(kind="claims_added").user == cast.liaison
    assert journal.verify() == []


def test_both_journals_and_the_petitioner_say_so(cast: Cast, client: Client) -> None:
    into, case = accepted(cast), newer(cast)
    merge(cast, case, into)
    here = JournalEntry.objects.filter(stream=f"case:{case.pk}").latest("seq")
    there = JournalEntry.objects.filter(stream=f"case:{into.pk}").latest("seq")
    assert (here.verb, here.after["other"], here.after["status"]) == ("merge_case", into.number, "merged")
    assert (there.verb, there.after["other"], there.after["claims"]) == ("merge_case", case.number, ["3"])
    paper = IssuedDocument.objects.get(kind="notice_merged")
    assert (paper.stream, paper.number) == (f"case:{case.pk}", "云信并告字〔2026〕1号")
    facts = documents.facts(paper)
    assert (facts["other_number"], facts["claims"]) == (into.number, ["退还押金"])
    assert into.query_code not in str(documents.page(paper)) + str(facts), (
        "every unit that reads the case reads it"
    )
    code = f"{into.query_code[:5]}-{into.query_code[5:]}"
    assert code in letter(client, case)
    assert f"{case.query_code[:5]}-{case.query_code[5:]}" not in letter(client, into)


def test_nobody_loses_a_day_by_it(cast: Cast) -> None:
    older, later = registered(cast), registered(cast, NOW + days(2), title="后来的")
    wrong = refused(merge, cast, older, later)
    assert (wrong.kind, wrong.field) == ("input", "into")
    assert "推迟" in str(wrong)
    assert merge(cast, later, older).pk == older.pk
    taken, unsorted = accepted(cast, title="已受理"), registered(cast, title="未甄别")
    assert "承办单位" in str(refused(merge, cast, taken, unsorted))


def test_a_matter_does_not_leave_its_first_handler_by_it(cast: Cast) -> None:
    ours, theirs = accepted(cast), accepted(cast, unit="housing", title="另一单位的")
    assert "承办单位不同" in str(refused(merge, cast, ours, theirs))
    mine = accepted(cast, title="同一单位的")
    assert merge(cast, mine, ours).pk == ours.pk
    assert Message.objects.get(kind="case_merged").user == cast.liaison


def test_what_is_said_of_a_unit_does_not_reach_it_through_the_other_case(cast: Cast) -> None:
    labour = cast.units["labour"]
    into = accepted(cast)
    case = newer(cast, respondents=(NewRespondent(name=labour.name, department_id=labour.pk),))
    refusal = refused(merge, cast, case, into)
    assert (refusal.kind, refusal.field) == ("input", "into")
    assert "第三十条" in refusal.article
    case.refresh_from_db()
    assert case.status == "registered"


def test_nor_through_the_one_that_is_merged(cast: Cast) -> None:
    """B is merged into A, which complains of a unit that takes part in B: its papers would tell that unit of A."""
    labour = cast.units["labour"]
    into = registered(
        cast, title="反映人社局的", respondents=(NewRespondent(name=labour.name, department_id=labour.pk),)
    )
    case = newer(cast)
    Referral.objects.create(case=case, kind="forward", part="copy", department=labour, sent_at=NOW)
    assert "对方事项的被反映单位" in str(refused(merge, cast, case, into))


def test_who_is_recused_from_the_one_that_goes_on_reads_nothing_of_it_here(cast: Cast) -> None:
    into, case = accepted(cast), newer(cast)
    Recusal.objects.create(case=into, user=cast.clerk2, reason="近亲属", at=NOW)
    merge(cast, case, into)
    assert not Case.objects.visible_to(cast.act(cast.clerk2)).filter(pk=case.pk).exists()


def test_neither_the_procedure_nor_the_final_closure_is_got_round(cast: Cast) -> None:
    suggestion = accepted(cast, purpose="suggestion", title="建议")
    assert "类别不同" in str(refused(merge, cast, newer(cast), suggestion))
    ended = registered(cast, title="终结的")
    Case.objects.filter(pk=ended.pk).update(repeat_of=None)
    actions.decline_closed_case(
        actor=cast.act(cast.clerk), case_id=ended.pk, related_case_id=accepted(cast).pk, reason=WHY, now=NOW
    )
    again = newer(cast)
    Case.objects.filter(pk=again.pk).update(repeat_of=ended)
    refusal = refused(merge, cast, Case.objects.get(pk=again.pk), accepted(cast))
    assert "已经终结" in str(refusal) and "第三十六条" in refusal.article


def test_where_a_case_does_not_go(cast: Cast) -> None:
    case = newer(cast)
    other = registered(cast, title="别人的", people=(WANG,))
    assert "没有共同的信访人" in str(refused(merge, cast, case, other))
    assert "没有共同的信访人" in str(refused(merge, cast, case, registered(cast, title="匿名的", people=())))
    assert "自身" in str(refused(merge, cast, case, case))
    assert refused(merge, cast, case, None).field == "into"
    ended = registered(cast, title="撤回的")
    actions.withdraw_case(actor=cast.act(cast.clerk), case_id=ended.pk, reason="本人书面撤回。", now=NOW)
    assert "不能再并入" in str(refused(merge, cast, case, ended))
    hidden = registered(
        cast, title="反映登记员的", respondents=(NewRespondent(name="林晓雯", user_id=cast.clerk.pk),)
    )
    assert "无权查看" in str(refused(merge, cast, case, hidden))
    old = registered(cast, title="旧的", received_on=NOW.date().replace(year=2022, month=3, day=1))
    assert "条例不同" in str(refused(merge, cast, case, old))
    urgent = registered(cast, title="紧急的", is_urgent=True)
    assert "重大紧急" in str(refused(merge, cast, urgent, registered(cast, title="不紧急的")))
    assert refused(merge, cast, case, accepted(cast), reason="无").field == "reason"


def test_merging_is_the_hall_s_and_has_its_states(cast: Cast) -> None:
    into, case = accepted(cast), newer(cast)
    for who in ("liaison", "leader", "supervisor", "guide"):
        assert refused(merge, cast, case, into, who).kind == "role"
    merge(cast, case, into, "manager")
    assert refused(merge, cast, case, into).kind == "state"


def test_what_was_open_between_units_ends_with_it(cast: Cast) -> None:
    into, case = accepted(cast), disputed(cast, title="争议中的")
    merge(cast, case, into)
    assert case.objections.get().status == "dismissed"
    assert clocks(case) == {}


def test_linked_ones_can_still_be_merged(cast: Cast) -> None:
    into, case = accepted(cast), newer(cast)
    link(cast, case, into)
    merge(cast, case, into)
    assert set(CaseLink.objects.values_list("kind", flat=True)) == {"related", "merged"}


def test_what_is_public_of_the_one_that_goes_on_comes_down(cast: Cast, client: Client) -> None:
    """Nobody asked who came along, and what is secret now is told no longer; the same people are asked already."""
    secret, more, against, plain = (accepted(cast, title=f"公开的{n}") for n in range(4))
    notices = {
        case.pk: published(cast, [case], now=NOW + days(n))
        for n, case in enumerate((secret, more, against, plain))
    }
    merge(cast, newer(cast, is_confidential=True), secret)
    merge(cast, newer(cast, people=(ZHANG, LI)), more)
    merge(cast, newer(cast, respondents=(NewRespondent(name="王老板"),)), against)
    merge(cast, newer(cast), plain)
    for notice in notices.values():
        notice.refresh_from_db()
    down = {pk: notice.status for pk, notice in notices.items()}
    assert down == {
        secret.pk: "withdrawn", more.pk: "withdrawn", against.pk: "withdrawn", plain.pk: "published",
    }  # fmt: skip
    notice = notices[secret.pk]
    assert notice.withdrawn_reason == "该事项已与另一件信访事项并案办理。"
    page = client.get(f"/halls/yunxi/results/{notice.pk}/").content.decode()
    assert TEXT not in page and "已经撤回" in page
    entry = JournalEntry.objects.get(stream=f"case:{secret.pk}", verb="withdraw_result")
    assert entry.reason == notice.withdrawn_reason
    assert journal.verify() == []


# -- only linked ---------------------------------------------------------------------------------------------------


def test_link_cases_is_written_once_and_read_from_both_sides(cast: Cast) -> None:
    case, other = accepted(cast), newer(cast, people=(WANG,))
    one = link(cast, case, other)
    assert (one.case, one.other, one.kind, one.by) == (case, other, "related", cast.clerk)
    for here, there in ((case, other), (other, case)):
        entry = JournalEntry.objects.filter(stream=f"case:{here.pk}").latest("seq")
        assert (entry.verb, entry.after, entry.reason) == ("link_cases", {"method": "related"}, "")
        again = refused(link, cast, here, there)
        assert (again.kind, again.field) == ("input", "other")
        assert "相关" in str(again)
    with pytest.raises(IntegrityError), transaction.atomic():
        CaseLink.objects.create(case=case, other=other, kind="earlier", at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        CaseLink.objects.create(case=case, other=case, kind="related", at=NOW)


def test_both_must_be_visible_and_the_kind_chosen(cast: Cast) -> None:
    ours, theirs = accepted(cast), accepted(cast, unit="housing", title="另一单位的")
    assert "无权查看" in str(refused(link, cast, ours, theirs, "liaison"))
    assert "自身" in str(refused(link, cast, ours, ours))
    assert refused(link, cast, ours, theirs, kind="merged").field == "kind"
    assert refused(link, cast, ours, theirs, "leader").kind == "role"
    both = forwarded(cast, title="也是本单位的")
    assert link(cast, ours, both, "liaison", "earlier").kind == "earlier"


# -- the doors, and two at once ------------------------------------------------------------------------------------


def test_the_door_of_merging_takes_a_number(cast: Cast, client: Client) -> None:
    now = timezone.now()
    into, case = accepted(cast, now), registered(cast, now, title="后来的一件")
    hidden = registered(cast, now, respondents=(NewRespondent(name="林晓雯", user_id=cast.clerk.pk),))
    url = f"/cases/{case.pk}/merge-case/"
    client.force_login(cast.clerk)
    assert "到此结束" in client.get(url).content.decode()
    for number in ("YUNXIXF2099010001LF", hidden.number):
        wrong = client.post(url, {"into": number, "reason": WHY})
        assert wrong.status_code == 422
        assert "没有找到这个编号" in wrong.content.decode()
    form = {"into": f" {into.number.lower()} ", "reason": WHY}
    assert "信访事项并案告知书" in client.post(url, {**form, "preview": "1"}).content.decode()
    assert client.post(url, form).status_code == 302
    case.refresh_from_db()
    assert case.status == "merged"
    assert client.post(url, form).status_code == 409


def test_the_door_of_linking(cast: Cast, client: Client) -> None:
    now = timezone.now()
    case, other = accepted(cast, now), accepted(cast, now, title="另一件")
    url = f"/cases/{case.pk}/link-cases/"
    client.force_login(cast.liaison)
    assert "互相显示" in client.get(url).content.decode()
    assert client.post(url, {"other": other.number, "kind": "split"}).status_code == 422
    assert client.post(url, {"other": other.number, "kind": "related"}).status_code == 302
    again = client.post(url, {"other": other.number, "kind": "related"})
    assert again.status_code == 422
    assert "已经关联" in again.content.decode()


def _at_once(cast: Cast, one: Case, two: Case, door: bool) -> list[str]:
    """Each into the other, by two clerks at the same moment; what each was told."""
    told, start = [], threading.Barrier(2)

    def run(who: str, case: Case, into: Case) -> None:
        try:
            client = Client()
            client.force_login(getattr(cast, who))
            start.wait(timeout=20)
            if door:
                url = f"/cases/{case.pk}/merge-case/"
                told.append(str(client.post(url, {"into": into.number, "reason": WHY}).status_code))
            else:
                merge(cast, case, into, who)
                told.append("merged")
        except Refused as refusal:
            told.append(refusal.kind)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=run, args=args) for args in (("clerk", one, two), ("clerk2", two, one))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return sorted(told)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("door", [False, True])
def test_each_into_the_other_at_once_and_nobody_waits_in_a_ring(transactional_db: None, door: bool) -> None:
    cast = yunxi()
    now = timezone.now() if door else NOW
    for n in range(3):
        one, two = registered(cast, now, title=f"甲{n}"), registered(cast, now, title=f"乙{n}")
        told = _at_once(cast, one, two, door)
        assert (
            told in (["302", "409"], ["302", "422"])
            if door
            else told in (["merged", "state"], ["input", "merged"])
        )
        statuses = sorted(Case.objects.filter(pk__in=[one.pk, two.pk]).values_list("status", flat=True))
        assert statuses == ["merged", "registered"]

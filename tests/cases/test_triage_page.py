"""The triage page: what it explains, what it fills in, the paper as a draft, and the decision itself."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from cases.actions import DuplicateChoice, NewRespondent
from cases.lifecycle import GROUNDS, OUTCOMES, grounds_for
from cases.models import Case, Deadline, StatutoryRoute, Triage
from cases.queries.case_file import case_file, related_cases
from cases.queries.triage import Finding, findings
from hall import journal
from hall.access import SYSTEM
from hall.models import Counter, IssuedDocument
from staffing.models import Jurisdiction
from tests.cast import NOW, Cast, save
from tests.matters import accepted, registered

pytestmark = pytest.mark.django_db


def weighed(cast: Cast, case: Case) -> dict[str, Finding]:
    actor = cast.act(cast.clerk)
    file = case_file(actor, case.pk, today=NOW.date())
    return {one.code: one for one in findings(file, related_cases(actor, file))}


@pytest.fixture
def clerk(cast: Cast, client: Client) -> Client:
    client.force_login(cast.clerk)
    return client


# -- what it explains ----------------------------------------------------------------------------------------------


def test_a_visit_at_the_own_level_is_by_level(cast: Cast) -> None:
    found = weighed(cast, registered(cast, place_region_id=cast.county.pk))["level"]
    assert found.tone == "good"
    assert "县级" in found.text


def test_a_visit_far_above_the_competent_level_is_explained_and_guided_never_refused(cast: Cast) -> None:
    town = save(Jurisdiction(code="530999101", level="township", name="城关镇", parent=cast.county), NOW)
    near = weighed(cast, registered(cast, place_region_id=town.pk))["level"]
    assert near.tone == "good"  # the county is the next higher level
    cast.hall.jurisdiction = cast.city
    save(cast.hall, NOW)
    far = weighed(cast, registered(cast, place_region_id=town.pk, title="第二件"))["level"]
    assert (far.tone, far.offers[0].outcome, far.offers[0].ground) == ("soon", "guide_case", "skip_level")
    assert "第二十条" in far.article
    assert "请照常登记" in far.text


def test_a_matter_of_another_place_names_who_is_competent(cast: Cast) -> None:
    other = save(Jurisdiction(code="530998", level="county", name="石桥县", parent=cast.city), NOW)
    found = weighed(cast, registered(cast, place_region_id=other.pk))["level"]
    assert found.offers[0].body == "石桥县"


def test_a_letter_may_go_to_any_level(cast: Cast) -> None:
    assert "level" not in weighed(cast, registered(cast, channel="letter"))


def test_routes_are_suggested_from_the_words_of_the_petitioner(cast: Cast) -> None:
    call_command("load_routes", verbosity=0)
    found = weighed(cast, registered(cast, content="包工头拖欠农民工工资，老板跑了，要讨薪"))["routes"]
    best, offer = found.routes[0]
    assert best.code == "wage_arrears"
    assert "农民工工资" in best.words
    assert offer.outcome == "guide_case"
    assert GROUNDS[offer.ground].clause == best.clause


def test_courts_are_told_from_the_text_or_the_mark(cast: Cast) -> None:
    assert "sue" not in weighed(cast, registered(cast))
    said = weighed(cast, registered(cast, title="a", content="法院判决生效一年没有执行"))["sue"]
    assert "判决" in said.text
    assert weighed(cast, registered(cast, title="b", is_law_related=True))["sue"].offers[0].ground == "sue"


def test_a_matter_under_way_is_named_with_who_handles_it(cast: Cast) -> None:
    earlier = accepted(cast)
    choice = DuplicateChoice(candidate_id=earlier.pk, score=95, reasons=("id_number",), decision="repeat")
    found = weighed(cast, registered(cast, title="又一次", duplicates=(choice,)))["handled"]
    assert earlier.number in found.text
    assert (found.offers[0].ground, found.offers[0].related) == ("handled", earlier.number)
    assert "第十九条" in found.article


def test_the_usual_handler_of_a_category_is_suggested_but_not_whom_it_complains_of(
    cast: Cast, categories: None
) -> None:
    from cases.models import ContentCategory

    category = ContentCategory.objects.filter(level=3).first()
    assert category is not None
    accepted(cast, category_id=category.pk)
    found = weighed(cast, registered(cast, title="同类", category_id=category.pk))["own"]
    assert cast.units["labour"].name in found.text
    about = NewRespondent(name="县人社局", department_id=cast.units["labour"].pk)
    assert "own" not in weighed(
        cast, registered(cast, title="反映", category_id=category.pk, respondents=(about,))
    )


# -- the form ------------------------------------------------------------------------------------------------------


def test_every_outcome_fills_its_words_in(cast: Cast, clerk: Client) -> None:
    case = registered(cast, timezone.now())
    for outcome in OUTCOMES:
        for ground in grounds_for(outcome):
            response = clerk.get(f"/cases/{case.pk}/triage/?outcome={outcome}&ground={ground.code}")
            assert response.status_code == 200, ground.code
            text = response.content.decode()
            assert ground.article_of("r22") in text
            assert case.title in text


def test_the_draft_is_the_paper_and_leaves_nothing_behind(cast: Cast, clerk: Client) -> None:
    case = registered(cast, timezone.now())
    before = journal.head(f"case:{case.pk}")
    form = {
        "outcome": "accept_case", "ground": "own_remit", "department": cast.units["labour"].pk,
        "reason": "属本县人社局职权", "preview": "1",
    }  # fmt: skip
    text = clerk.post(f"/cases/{case.pk}/triage/", form).content.decode()
    for words in ("将要出具的文书", "信访事项受理告知书", "予以受理", "张秀英：", "办理期限至"):
        assert words in text, words
    case.refresh_from_db()
    assert case.status == "registered"
    assert journal.head(f"case:{case.pk}") == before
    assert not IssuedDocument.objects.filter(stream=f"case:{case.pk}").exists()
    assert not Counter.objects.filter(key__contains="notice_accepted").exists()
    del form["preview"]
    clerk.post(f"/cases/{case.pk}/triage/", form)
    assert IssuedDocument.objects.get(stream=f"case:{case.pk}").number == "云信受告字〔2026〕1号".replace(
        "2026", str(timezone.localdate().year)
    )


def test_accept_case_through_the_page(cast: Cast, clerk: Client) -> None:
    case = registered(cast, timezone.now())
    response = clerk.post(
        f"/cases/{case.pk}/triage/",
        {"outcome": "accept_case", "ground": "own_duty", "department": cast.units["labour"].pk, "reason": ""},
        follow=True,
    )
    assert "已受理" in response.content.decode()
    triage = Triage.objects.get(case=case)
    assert triage.ground == "own_duty"
    assert cast.units["labour"].name in triage.reason  # left empty: worded from the ground
    assert Deadline.objects.filter(case=case, kind="handle").exists()


def test_assign_needs_its_demand_and_says_so_at_the_field(cast: Cast, clerk: Client) -> None:
    case = registered(cast, timezone.now())
    unit = cast.units["labour"].pk
    form = {"outcome": "forward_case", "ground": "important", "department": unit, "reason": "情况重要"}
    response = clerk.post(f"/cases/{case.pk}/triage/", form)
    assert response.status_code == 422
    assert "交办须写明办理要求" in response.content.decode()


def test_decline_guide_and_close_name_article_body_and_earlier_case(cast: Cast, clerk: Client) -> None:
    call_command("load_routes", verbosity=0)
    route = StatutoryRoute.objects.get(code="labour_arbitration")
    guided = registered(cast, timezone.now(), title="劳动争议")
    clerk.post(
        f"/cases/{guided.pk}/triage/",
        {"outcome": "guide_case", "ground": "route_2", "route": route.pk, "competent_body": "", "reason": ""},
    )
    triage = Triage.objects.select_related("document").get(case=guided)
    assert triage.competent_body == route.organ
    assert "第三十一条第（二）项" in triage.article
    assert triage.document is not None
    assert "引告字" in triage.document.number

    earlier, again = accepted(cast, timezone.now()), registered(cast, timezone.now(), title="又来一次")
    form = {
        "outcome": "decline_case", "ground": "handled", "competent_body": cast.units["labour"].name, "reason": "",
        "related_case": "没有这个编号",
    }  # fmt: skip
    wrong = clerk.post(f"/cases/{again.pk}/triage/", form)
    assert wrong.status_code == 422
    assert "没有找到这个编号" in wrong.content.decode()
    clerk.post(f"/cases/{again.pk}/triage/", form | {"related_case": earlier.number})
    again.refresh_from_db()
    assert again.status == "declined"
    assert earlier.number in Triage.objects.get(case=again).reason

    closed = registered(cast, timezone.now(), title="已经复核过")
    clerk.post(
        f"/cases/{closed.pk}/triage/",
        {
            "outcome": "decline_closed_case",
            "ground": "review_lapsed",
            "related_case": earlier.number,
            "reason": "",
        },
    )
    assert Triage.objects.get(case=closed).ground == "review_lapsed"


def test_a_ground_of_another_outcome_is_refused(cast: Cast, clerk: Client) -> None:
    case = registered(cast, timezone.now())
    form = {"outcome": "decline_case", "ground": "own_remit", "competent_body": "某局", "reason": "理由"}
    assert clerk.post(f"/cases/{case.pk}/triage/", form).status_code == 422


def test_the_unit_that_is_complained_of_cannot_be_chosen(cast: Cast, clerk: Client) -> None:
    about = NewRespondent(name="县人社局", department_id=cast.units["labour"].pk)
    case = registered(cast, timezone.now(), respondents=(about,))
    form = {
        "outcome": "accept_case",
        "ground": "own_remit",
        "department": cast.units["labour"].pk,
        "reason": "职权",
    }
    response = clerk.post(f"/cases/{case.pk}/triage/", form)
    assert response.status_code == 422
    assert "被反映单位" in response.content.decode()


def test_who_may_see_but_not_decide_reads_why(cast: Cast, client: Client) -> None:
    case = registered(cast, timezone.now())
    client.force_login(cast.supervisor)
    text = client.get(f"/cases/{case.pk}/triage/").content.decode()
    assert "这一步由登记大厅的登记员、大厅负责人办理。" in text
    form = {"outcome": "guide_case", "ground": "not_ours", "competent_body": "某局", "reason": "理由"}
    assert client.post(f"/cases/{case.pk}/triage/", form).status_code == 403


def test_grounds_stand_on_their_articles_in_both_laws() -> None:
    for ground in GROUNDS.values():
        assert "《信访工作条例》" in ground.article_of("r22"), ground.code
        assert "《信访条例》" in ground.article_of("r05"), ground.code
        ground.reason.format(law="", body="", organ="", matter="", earlier="")
    assert SYSTEM.kind == "system"

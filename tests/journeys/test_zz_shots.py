from __future__ import annotations
import os
import pytest
from django.utils import timezone
from tests.architecture.session_doors import session_rows
from tests.hearings.session_steps import key, signed, by
from hearings import actions
from hearings.queries.session import newest_pages
from tests.journeys.looking import faults_of

pytestmark = pytest.mark.django_db(transaction=True)
OUT = "/tmp/session_shots"

def test_shots(yunxi, door) -> None:
    os.makedirs(OUT, exist_ok=True)
    now = timezone.now()
    rows = session_rows(yunxi, now)
    o = rows["open"]
    signed(yunxi, o, "苏文清", now=now) if False else None
    clerk = yunxi.clerk
    actions.sign_page(actor=yunxi.act(clerk, now), hearing_id=o.pk, who=key(o, "张秀英"), outcome="refused", note="认为没有记全", witness="白雪梅", page_ids=[p.pk for p in newest_pages(o)], now=now)
    actions.sign_page(actor=yunxi.act(clerk, now), hearing_id=o.pk, who=key(o, "陈志远"), outcome="signed", page_ids=[p.pk for p in newest_pages(o)], now=now)
    actions.correct_page(actor=yunxi.act(clerk, now), hearing_id=o.pk, page_id=newest_pages(o)[0].pk, text="主持人：现在开会，核对身份。\n信访人张秀英：我是张秀英，本人到场。\n承办单位陈志远：陈志远，县人社局。\n主持人：是否申请回避？\n信访人张秀英：不申请。", correction="补写身份核对", asked_by="张秀英", now=now)
    who = key(o, "苏文清")
    cid = rows["concluded"].case_id
    pages = {
        "session": (f"/hearings/{o.pk}/session/", yunxi.leader),
        "scheduled": (f"/hearings/{rows['scheduled'].pk}/session/", yunxi.leader),
        "start": (f"/hearings/{rows['scheduled'].pk}/start-hearing/", yunxi.clerk),
        "transcript": (f"/hearings/{o.pk}/transcript/", yunxi.clerk),
        "correct": (f"/hearings/{o.pk}/pages/{newest_pages(o)[1].pk}/correct-page/", yunxi.clerk),
        "sign": (f"/hearings/{o.pk}/sign-page/?who={who}", yunxi.clerk),
        "ready": (f"/hearings/{rows['signed'].pk}/session/", yunxi.leader),
        "delib_open": (f"/hearings/{rows['closed'].pk}/deliberation/", yunxi.panelist),
        "delib_rec": (f"/hearings/{rows['closed'].pk}/deliberation/", yunxi.clerk),
        "delib_done": (f"/hearings/{rows['found'].pk}/deliberation/", yunxi.leader),
        "conclude": (f"/hearings/{rows['found'].pk}/conclude-hearing/", yunxi.leader),
        "conclusion": (f"/hearings/{rows['concluded'].pk}/conclusion/", yunxi.leader),
        "waiting": (f"/hearings/{rows['found'].pk}/conclusion/", yunxi.liaison),
        "draft": (f"/cases/{cid}/draft-opinion/", yunxi.liaison),
        "case": (f"/cases/{cid}/", yunxi.liaison),
    }
    want = os.environ.get("SHOTS", "").split(",") if os.environ.get("SHOTS") else list(pages)
    faults = {}
    for lang in os.environ.get("LANGS", "zh").split(","):
        for width in (1440, 390):
            for name in want:
                url, user = pages[name]
                page = door(user, viewport={"width": width, "height": 900}, locale="zh-CN" if lang == "zh" else "en-GB")
                page.goto("/i18n/setlang/") if False else None
                if lang == "en":
                    page.context.add_cookies([{"name": "django_language", "value": "en", "url": page.context.pages[0].url if False else os.environ.get("BASE", "") or page.evaluate("1") and ""}]) if False else None
                page.goto(url)
                if lang == "en":
                    page.evaluate("document.querySelector('form[action$=\"/i18n/setlang/\"] button[value=en], button[value=en]')?.click()")
                    page.wait_for_load_state()
                    page.goto(url)
                page.screenshot(path=f"{OUT}/{name}_{lang}_{width}.png", full_page=True)
                if width == 1440 and lang == "zh":
                    f = faults_of(page, url, chinese=True)
                    if f: faults[name] = f
                page.context.close()
    print(faults)
    assert faults == {}

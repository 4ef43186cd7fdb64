"""The look: dates and lights in both languages, components that explain themselves, tokens that rule alone."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django import forms
from django.conf import settings
from django.template import Context, Template, TemplateSyntaxError
from django.template.loader import get_template
from django.test import RequestFactory
from django.utils.translation import override

from hall.access import Verdict
from hall.templatetags import hall as tags

SATURDAY = date(2026, 11, 21)
STATIC = settings.BASE_DIR / "static"
TEMPLATES = settings.BASE_DIR / "templates"


def draw(source: str, **context: Any) -> str:
    return Template("{% load hall %}" + source).render(Context(context))


@pytest.fixture
def pages(settings: Any) -> None:
    """The shells reverse a few addresses; the gallery needs no more of the house than these."""
    settings.ROOT_URLCONF = "tests.hall.look_urls"


def gallery(page: str = "", query: str = "", cookies: dict[str, str] | None = None) -> str:
    request = RequestFactory().get("/_gallery/" + query)
    request.COOKIES.update(cookies or {})
    template = get_template(f"hall/gallery{page}.html").template  # type: ignore[attr-defined]
    return str(template.render(Context({"request": request, "csrf_token": "t" * 64})))


PAGES = ("", "_public", "_display", "_print")


# -- dates, times, amounts ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value", "chinese", "english"),
    [
        ("cn_date", SATURDAY, "2026年11月21日 周六", "Sat 21 Nov 2026"),
        ("cn_date", datetime(2026, 11, 21, 17, 30, tzinfo=UTC), "2026年11月22日 周日", "Sun 22 Nov 2026"),
        ("cn_day", SATURDAY, "11月21日 周六", "Sat 21 Nov"),
        ("cn_month", SATURDAY, "2026年11月", "November 2026"),
        (
            "cn_datetime",
            datetime(2026, 11, 21, 1, 5, tzinfo=UTC),
            "2026年11月21日 周六 09:05",
            "Sat 21 Nov 2026 09:05",
        ),
        ("duration", 45, "45秒", "45 s"),
        ("duration", 200, "3分20秒", "3 min 20 s"),
        ("duration", timedelta(hours=1, minutes=5), "1小时05分", "1 h 05 min"),
        ("duration", timedelta(days=2, hours=3), "2天3小时", "2 d 3 h"),
        ("clock", 200, "03:20", "03:20"),
        ("clock", 3900, "1:05:00", "1:05:00"),
    ],
)
def test_both_languages_have_their_spelling(name: str, value: Any, chinese: str, english: str) -> None:
    write = getattr(tags, name)
    with override("zh-hans"):
        assert write(value) == chinese
    with override("en"):
        assert write(value) == english


@pytest.mark.parametrize(("days", "words"), [(3, "还有3天"), (0, "今天到期"), (-2, "超期2天")])
def test_days_left(days: int, words: str) -> None:
    assert tags.days_left(SATURDAY + timedelta(days=days), SATURDAY) == words


def test_nothing_is_written_for_no_value() -> None:
    for write in (tags.cn_date, tags.cn_datetime, tags.cn_time, tags.cn_month, tags.duration, tags.clock):
        assert write(None) == ""


# -- signs -------------------------------------------------------------------------------------------------


def test_a_light_is_colour_shape_and_word() -> None:
    lights = [
        draw("{% light level %}", level=level)
        for level in ("green", "amber", "red", "paused", "done", "none")
    ]
    shapes = {re.search(r"<svg.*</svg>", one).group() for one in lights}  # type: ignore[union-attr]
    words = {re.sub(r"<[^>]+>", "", one) for one in lights}
    assert len(shapes) == len(words) == 6
    assert "" not in words
    assert 'class="light none"' in draw("{% light 'purple' %}")


def test_every_icon_that_a_page_asks_for_is_in_the_sprite() -> None:
    drawn = set(re.findall(r'symbol id="([^"]+)"', (STATIC / "img/icons.svg").read_text()))
    asked = {
        name
        for path in TEMPLATES.rglob("*.html")
        for name in re.findall(r"""(?:{% icon |icon[=:]|default:)["']([a-z-]+)["']""", path.read_text())
        if "{% icon" in path.read_text() or "icon=" in path.read_text()
    }
    assert asked - drawn - {"plain", "text", "next", "rows"} == set()


def test_the_query_keeps_its_filters_and_drops_the_cursor() -> None:
    request = RequestFactory().get("/cases/?light=red&q=墙&after=k9")
    with override("zh-hans"):
        assert draw('{% query_url light="amber" %}', request=request) == "?q=%E5%A2%99&amp;light=amber"
        assert draw('{% query_url q=None after="k10" %}', request=request) == "?light=red&amp;after=k10"


def test_personal_data_is_masked() -> None:
    assert draw('{{ v|mask:"id" }}', v="110101195403070011") == "110101************"
    assert draw('{{ v|mask:"phone" }}', v="13812345678") == "138********"


def test_a_qr_code_says_what_it_is_for() -> None:
    drawn = draw("{% qr 'https://example.gov.cn/p/7K2M' label='查询办理进度' %}")
    assert 'aria-label="查询办理进度"' in drawn
    assert "style=" not in drawn


# -- components --------------------------------------------------------------------------------------------


def test_a_refused_button_stays_and_says_why() -> None:
    verdict = Verdict(False, "原期限已经届满", "state", "第三十四条")
    drawn = draw("{% button '延长期限' href='/extend' verdict=verdict %}", verdict=verdict)
    why = re.search(r'aria-describedby="([^"]+)"', drawn)
    assert why is not None
    assert f'id="{why[1]}"' in drawn
    assert 'aria-disabled="true"' in drawn
    assert "/extend" not in drawn
    assert "原期限已经届满" in drawn
    assert "第三十四条" in drawn
    assert 'href="/extend"' in draw(
        "{% button '延长期限' href='/extend' verdict=verdict %}", verdict=Verdict(True)
    )


def test_a_misspelt_button_option_is_an_error() -> None:
    with pytest.raises(TemplateSyntaxError, match="shortkey"):
        draw("{% button '登记' shortkey='n' %}")


class Visitor(forms.Form):
    name = forms.CharField(label="姓名")
    purpose = forms.ChoiceField(label="目的", choices=[("1", "求决")], widget=forms.RadioSelect)


def test_the_error_summary_counts_and_leads_to_the_fields() -> None:
    form = Visitor({})
    drawn = draw("{% error_summary form %}", form=form)
    assert "有2处需要更正" in drawn
    assert 'href="#id_name"' in drawn
    assert 'href="#id_purpose_0"' in drawn
    fields = draw('{% include "components/field.html" with field=form.name %}', form=form)
    assert 'aria-describedby="id_name_error"' in fields
    assert 'id="id_name_error"' in fields
    assert 'aria-invalid="true"' in fields
    assert draw("{% error_summary form %}", form=Visitor()).strip() == ""


def ribbon(**facts: Any) -> dict[str, Any]:
    return tags.clock_ribbon(
        {"title": "办理期限", "start": date(2026, 10, 2), "today": date(2026, 10, 12)} | facts
    )


def test_the_ribbon_is_drawn_to_scale() -> None:
    drawn = ribbon(due=date(2026, 11, 1), pauses=[{"start": date(2026, 10, 5), "end": date(2026, 10, 8)}])
    assert (drawn["done_width"], drawn["due_at"], drawn["late_width"]) == ("33.33", "100", "")
    pause = next(part for part in drawn["parts"] if part["kind"] == "pause")
    assert (pause["at"], pause["width"]) == ("10", "10")
    assert [part["kind"] for part in drawn["parts"]] == ["start", "pause", "due"]


def test_an_overdue_ribbon_goes_beyond_its_end() -> None:
    drawn = ribbon(due=date(2026, 10, 10))
    assert (drawn["done_width"], drawn["late_width"]) == ("80", "20")


def test_a_ribbon_in_an_open_pause_has_no_end_yet() -> None:
    drawn = ribbon(
        due=None, light="paused", pauses=[{"start": date(2026, 10, 9), "end": None, "label": "听证"}]
    )
    assert [part["kind"] for part in drawn["parts"]] == ["start", "pause"]
    assert "重新推算" in draw(
        "{% clock_ribbon r %}", r={"title": "复核", "start": date(2026, 10, 2), "today": SATURDAY}
    )


def test_a_month_begins_on_monday_and_holds_its_entries() -> None:
    month = tags.month_calendar(SATURDAY.replace(day=1), [{"date": SATURDAY, "title": "孙伟"}], SATURDAY)
    days = [day for week in month["weeks"] for day in week]
    assert days[0]["date"].weekday() == 0
    assert [day["date"] for day in days if day["entries"]] == [SATURDAY]


# -- pages -------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("pages")
@pytest.mark.parametrize("page", PAGES)
def test_no_page_needs_inline_style_or_script(page: str) -> None:
    drawn = gallery(page)
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:", drawn)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", drawn))


@pytest.mark.usefixtures("pages")
@pytest.mark.parametrize("page", PAGES)
def test_no_id_stands_twice(page: str) -> None:
    ids = re.findall(r'\sid="([^"]+)"', gallery(page))
    assert sorted(ids) == sorted(set(ids))


@pytest.mark.usefixtures("pages")
def test_the_reader_s_look_comes_from_the_server() -> None:
    assert '<html lang="zh-hans" data-site="staff" data-size="large"' in gallery(cookies={"size": "large"})
    assert 'data-theme="dark" data-contrast="high"' in gallery(query="?theme=dark&contrast=high")
    assert "data-size" not in gallery(cookies={"size": '"><script>'}).split("<head>")[0]


@pytest.mark.usefixtures("pages")
@pytest.mark.parametrize("status", [400, 403, 404, 409, 413, 429])
def test_an_error_page_says_what_to_do(status: int) -> None:
    drawn = get_template(f"errors/{status}.html").template.render(Context({}))  # type: ignore[attr-defined]
    assert str(status) in drawn
    assert "回到首页" in drawn


def test_the_last_page_needs_nothing_of_the_house() -> None:
    """Django draws 500.html without a request: no processor, no database, no address."""
    assert "没有办成" in get_template("500.html").render()


# -- styles ------------------------------------------------------------------------------------------------

SIZE = re.compile(r"(?<![\w-])-?\d*\.?\d+(?:px|r?em|pt|mm|vh|vw|ch)\b")
COLOUR = re.compile(
    r"#[0-9a-f]{3,8}\b|\b(?:rgb|rgba|hsl|oklch)\(|:\s*(?:white|black|red|blue|grey|gray)\b", re.IGNORECASE
)


def test_only_the_tokens_name_a_colour_or_a_size() -> None:
    """Media conditions repeat a breakpoint, because variables do not work there; `@page` knows no variables either."""
    named = []
    for path in sorted((STATIC / "css").glob("*.css")):
        if path.name == "tokens.css":
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if not line.lstrip().startswith(("@media", "/*", "@page")):
                found = [*SIZE.findall(re.sub(r"/\*.*?\*/", "", line)), *COLOUR.findall(line)]
                named += [f"{path.name}:{number} {one}" for one in found]
    assert named == []


def test_every_token_that_is_used_is_there() -> None:
    known = set(re.findall(r"(--[\w-]+)\s*:", (STATIC / "css/tokens.css").read_text()))
    used = {
        name
        for path in (STATIC / "css").glob("*.css")
        for name in re.findall(r"var\((--[\w-]+)", path.read_text())
    }
    assert used - known == set()

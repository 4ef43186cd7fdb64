"""Sample content for the gallery of components (`/_gallery/`, DEBUG and tests): realistic, invented, fixed in time."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django import forms, template

from hall.access import Verdict

register = template.Library()

_ZONE = ZoneInfo("Asia/Shanghai")
_TODAY = date(2026, 11, 21)
_SPRITE = Path(__file__).parents[2] / "static/img/icons.svg"


def _at(day: int, hour: int, minute: int, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=_ZONE)


class _Register(forms.Form):
    id_number = forms.CharField(
        label="身份证号", help_text="读卡或手工输入；性别、出生日期和户籍地自动带出。"
    )
    name = forms.CharField(label="姓名")
    phone = forms.CharField(label="手机号码", required=False)
    born = forms.DateField(label="出生日期", widget=forms.DateInput(attrs={"type": "date"}), required=False)
    purpose = forms.ChoiceField(
        label="信访目的",
        choices=[("1", "申诉求决"), ("2", "建议意见"), ("3", "检举控告")],
        widget=forms.RadioSelect,
    )
    category = forms.ChoiceField(
        label="内容分类",
        choices=[("", "——"), ("010101", "劳动社保 · 劳动报酬"), ("020301", "城乡建设 · 房屋质量"),
                 ("030201", "农村农业 · 土地承包"), ("040101", "自然资源 · 征地补偿")],
        widget=forms.Select(attrs={"data-combobox": "", "data-placeholder": "输入拼音首字母或任意字"}),
    )  # fmt: skip
    people = forms.IntegerField(label="来访人数", min_value=1, initial=1)
    summary = forms.CharField(label="主要诉求和事实理由", widget=forms.Textarea(attrs={"rows": 4}))
    materials = forms.FileField(
        label="材料", required=False, help_text="每份不超过20 MB；支持图片、PDF 和 Word。"
    )
    consent = forms.BooleanField(label="信访人同意公开办理结果（隐去个人信息）", required=False)


class _Filter(forms.Form):
    q = forms.CharField(label="关键词", required=False)
    light = forms.ChoiceField(
        label="灯", choices=[("", "全部"), ("red", "超期"), ("amber", "临近")], required=False
    )
    since = forms.DateField(
        label="登记日期起", widget=forms.DateInput(attrs={"type": "date"}), required=False
    )


def _bound() -> _Register:
    form = _Register({"id_number": "110101199003070011", "name": "王秀兰", "purpose": "", "people": "0",
                      "summary": "", "born": "2027-03-01"}, auto_id="bad_%s")  # fmt: skip
    form.add_error("id_number", "身份证号最后一位校验不符，请核对。")
    form.add_error("born", "出生日期不能晚于今天。")
    return form


def _ribbons() -> dict[str, Any]:
    article = "《信访工作条例》第三十四条"
    why_start = ["2026年10月9日 周五，江北区住房和城乡建设局出具受理告知书，当日为受理之日。",
                 "受理之日不计入期限，10月10日为第1日。"]  # fmt: skip
    why_due = ["自受理之日起60日：第60日为2026年12月8日 周二。", "12月8日是工作日，不需顺延。"]
    plain = {
        "title": "办理期限", "article": article, "start": date(2026, 10, 9), "today": _TODAY, "due": date(2026, 12, 8),
        "light": "green",
        "points": [{"kind": "start", "date": date(2026, 10, 9), "label": "受理之日", "why": why_start},
                   {"kind": "due", "date": date(2026, 12, 8), "label": "应当办结", "why": why_due, "article": article}],
    }  # fmt: skip
    extended = {
        "title": "办理期限（已延期）", "article": article, "start": date(2026, 9, 14), "today": _TODAY,
        "due": date(2026, 12, 3), "base_due": date(2026, 11, 13), "light": "amber", "provisional": True,
        "pauses": [{"start": date(2026, 10, 12), "end": date(2026, 10, 26), "label": "听证，不计入期限",
                    "why": ["10月12日发出听证通知书，10月26日听证结束。", "其间14日不计入。"]}],
        "points": [{"kind": "start", "date": date(2026, 9, 14), "label": "受理之日", "why": why_start},
                   {"kind": "base_due", "date": date(2026, 11, 13), "label": "原到期之日", "why": why_due},
                   {"kind": "due", "date": date(2026, 12, 3), "label": "延期后到期", "provisional": True,
                    "article": article, "why": ["经本机关负责人批准延长20日，自原届满之日起接算。"]}],
    }  # fmt: skip
    late = plain | {"title": "告知期限", "start": date(2026, 11, 2), "due": date(2026, 11, 17), "light": "red",
                    "article": "《信访工作条例》第二十三条", "points": []}  # fmt: skip
    open_pause = plain | {"title": "复核期限（中止中）", "due": None, "light": "paused", "points": [],
                          "pauses": [{"start": date(2026, 11, 10), "end": None, "label": "听证尚未结束"}]}  # fmt: skip
    met = plain | {"title": "转送期限", "start": date(2026, 9, 21), "due": date(2026, 10, 6), "light": "done",
                   "met_on": date(2026, 9, 24), "points": []}  # fmt: skip
    return {"plain": plain, "extended": extended, "late": late, "open_pause": open_pause, "met": met}


def _cases() -> list[dict[str, Any]]:
    rows = [
        ("XF2026110231", "反映锦绣花园3号楼外墙渗水、物业推诿维修", "区住房和城乡建设局", "red", "告知", 17),
        ("XF2026110198", "请求支付城东快速路工程农民工工资", "区人力资源和社会保障局", "amber", "办理", 24),
        ("XF2026110155", "对江湾村土地征收补偿标准有异议", "区自然资源分局", "green", "办理", 30),
        ("XF2026110107", "建议延长312路公交末班车时间", "区交通运输局", "paused", "办理", 29),
        ("XF2026100988", "反映实验小学门口占道经营影响学生通行", "区城市管理局", "done", "办理", 12),
    ]
    return [
        {"number": number, "title": title, "unit": unit, "light": light, "term": term, "due": date(2026, 11, day),
         "row": {"red": "is-late", "amber": "is-soon"}.get(light, "")}
        for number, title, unit, light, term, day in rows
    ]  # fmt: skip


def _schedule() -> list[dict[str, Any]]:
    people = [
        (3, "李建国", "区委书记", "主持区委全面工作", ""), (5, "赵敏", "区委副书记、区长", "主持区政府全面工作", ""),
        (10, "周志强", "副区长", "住房城乡建设、城市管理", ""),
        (12, "陈立新", "区委常委、政法委书记", "政法、信访", "changed"),
        (17, "吴雅琴", "副区长", "教育、卫生健康", ""), (21, "孙伟", "副区长、公安分局局长", "公安、司法", ""),
        (24, "何晓东", "副区长", "农业农村、自然资源", "cancelled"), (26, "郑海燕", "副区长", "人社、民政", ""),
    ]  # fmt: skip
    notes = {"changed": "原定11月11日，改为12日", "cancelled": "因公外出，改由郑海燕副区长26日接访"}
    return [
        {"date": date(2026, 11, day), "title": name, "text": post, "portfolio": portfolio, "time": "09:00–11:30",
         "state": state, "note": notes.get(state, ""), "place": "区联合接访大厅 领导接访室"}
        for day, name, post, portfolio, state in people
    ]  # fmt: skip


@register.simple_tag
def gallery_sample() -> dict[str, Any]:
    """Everything the gallery shows."""
    return {
        "today": _TODAY,
        "now": _at(21, 9, 5),
        "called_at": _at(21, 9, 1) + timedelta(seconds=40),
        "first": _TODAY.replace(day=1),
        "form": _Register(auto_id="good_%s"),
        "bad": _bound(),
        "filter": _Filter(),
        "ribbons": _ribbons(),
        "cases": _cases(),
        "schedule": _schedule(),
        "refused": Verdict(False, "原期限已于11月17日届满，届满后不能再延期", "state", "第三十四条"),
        "refused_role": Verdict(False, "只有本单位负责人可以批准延期", "role"),
        "ok": Verdict(True),
        "rail": [
            {
                "title": "",
                "open": True,
                "places": [
                    {"url": "#", "label": "我的事项", "icon": "folder", "count": 18, "current": True},
                    {"url": "#", "label": "叫号台", "icon": "megaphone", "count": 6},
                    {"url": "#", "label": "来访登记", "icon": "edit"},
                    {"url": "#", "label": "超期督办", "icon": "warning", "count": 2, "late": True},
                    {"url": "#", "label": "消息", "icon": "bell", "count": 3},
                ],
            },
            {
                "title": "领导接访",
                "open": False,
                "places": [
                    {"url": "#", "label": "领导接访", "icon": "calendar"},
                    {"url": "#", "label": "统计", "icon": "chart"},
                ],
            },
        ],
        "moments": [
            {
                "at": _at(20, 15, 42),
                "who": "江北区住建局 · 房屋安全科 刘洋",
                "verb": "提出办理意见草稿",
                "icon": "edit",
                "text": "已赴现场勘查，渗水部位为东山墙变形缝；拟责成物业公司30日内维修。",
                "public": False,
                "tone": "",
            },
            {
                "at": _at(18, 0, 5),
                "who": "系统",
                "verb": "告知期限超期，已上报单位负责人",
                "icon": "warning",
                "tone": "late",
                "text": "",
                "public": False,
            },
            {
                "at": _at(3, 10, 18),
                "who": "区信访局 张晓梅",
                "verb": "转送责任单位",
                "icon": "send",
                "tone": "",
                "public": True,
                "text": "",
                "documents": [{"url": "#", "label": "转送函", "number": "江信转字〔2026〕231号"}],
            },
            {
                "at": _at(2, 9, 31),
                "who": "登记员 张晓梅",
                "verb": "登记来访，出具登记凭证",
                "icon": "check",
                "tone": "good",
                "public": True,
                "text": "来访2人，诉求2项。",
                "documents": [{"url": "#", "label": "登记凭证"}],
            },
        ],
        "waiting": [
            {"number": "A013", "business": "来访登记", "note": "优先 · 70岁以上", "wait": 840},
            {"number": "A014", "business": "来访登记", "note": "", "wait": 660},
            {"number": "B005", "business": "查询与补充材料", "note": "预约 09:15", "wait": 420},
            {"number": "A015", "business": "来访登记", "note": "集体访 · 5人", "wait": 300},
            {"number": "A016", "business": "来访登记", "note": "", "wait": 65},
        ],
        "calls": [("A012", 3), ("B004", 1), ("A011", 5), ("C002", 2)],
        "missed": ["A007", "A009", "B002"],
        "icons": [line.split('"')[1] for line in _SPRITE.read_text().splitlines() if "<symbol" in line],
    }

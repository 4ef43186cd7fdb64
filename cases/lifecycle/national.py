"""The fields of the national exchange that this house keeps, in the national order, and how their values are written.

One table for the file that goes out, the file that comes in, the panel that is copied from, and docs/exchange.md. The
codes are the pinyin names of the national exchange format; `x_` marks what only we have. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass

from cases.lifecycle.words import CHANNELS, ID_KINDS, PURPOSES


def _(text: str) -> str:
    """Marks a word for the English catalogue; pages translate it where they show it."""
    return text


@dataclass(frozen=True, slots=True)
class NationalField:
    """`kind`: text, number, day, moment, flag, or the code list. `is_personal`: masked for whom it is not opened.

    `is_read`: an imported file may state it; the others are ours alone to say. `most`: its longest text. `aliases`:
    other headings under which files bring it.
    """

    code: str
    heading: str
    kind: str = "text"
    most: int = 0
    is_personal: bool = False
    is_read: bool = True
    is_needed: bool = False
    aliases: tuple[str, ...] = ()


NATIONAL_FIELDS: tuple[NationalField, ...] = (
    NationalField(
        "xfjbh", _("信访件编号"), most=38, aliases=("国家系统编号", "国家信访信息系统编号", "编号")
    ),
    NationalField("xfrq", _("信访日期"), "day", is_needed=True, aliases=("收到日期", "来访日期", "日期")),
    NationalField("djsj", _("登记时间"), "moment", is_read=False),
    NationalField("xfxs", _("信访形式"), "channel", is_needed=True, aliases=("形式",)),
    NationalField("xfrs", _("信访人数"), "number", aliases=("人数", "来访人数")),
    NationalField("bt", _("标题"), most=120, is_needed=True, aliases=("信访标题", "主题")),
    NationalField("gkxx", _("概况信息"), most=1000, aliases=("概况", "摘要")),
    NationalField(
        "tsnr",
        _("投诉内容"),
        most=20_000,
        is_needed=True,
        aliases=("反映内容", "内容", "信访内容", "主要内容"),
    ),
    NationalField("xfmddm", _("信访目的"), "purpose", is_needed=True, aliases=("目的",)),
    NationalField("nrfldm", _("内容分类"), "category", aliases=("内容分类代码", "问题分类")),
    NationalField("wtsddm", _("问题属地"), "region", aliases=("问题属地代码", "属地")),
    NationalField("wtsddz", _("问题发生地"), most=200, aliases=("问题属地地址", "发生地")),
    NationalField("bfyrhdw", _("被反映人或单位"), most=120, aliases=("被反映人", "被反映单位")),
    NationalField("bfyrzw", _("被反映人职务"), most=80, aliases=("职务",)),
    NationalField("djjgmc", _("登记机构"), is_read=False),
    NationalField("djr", _("登记人"), is_read=False),
    NationalField("cfxfbz", _("重复信访"), "flag", is_read=False),
    NationalField("repeated_id", _("原件编号"), is_read=False),
    NationalField("sfyfzjzf", _("是否依法逐级走访"), "flag", aliases=("依法逐级",)),
    NationalField("jtfbz", _("集体访"), "flag", is_read=False),
    NationalField("nmbz", _("匿名"), "flag", is_read=False),
    NationalField("xfrtygk", _("信访人同意公开"), "flag", aliases=("同意公开",)),
    NationalField("isbm", _("保密"), "flag", aliases=("是否保密",)),
    NationalField("zdjjbz", _("重大紧急"), "flag", aliases=("是否重大紧急",)),
    NationalField("sfssbz", _("涉法涉诉"), "flag", aliases=("是否涉法涉诉",)),
    NationalField("blcx", _("办理程序"), is_read=False),
    NationalField("xfjzt", _("信访件状态"), is_read=False),
    NationalField("xm", _("姓名"), most=60, aliases=("信访人", "信访人姓名", "来访人", "来访人姓名")),
    NationalField("xb", _("性别"), "sex"),
    NationalField("zjlx", _("证件类型"), "id_kind"),
    NationalField(
        "zjhm", _("证件号码"), most=30, is_personal=True, aliases=("身份证号", "身份证号码", "证件号")
    ),
    NationalField("csrq", _("出生日期"), "day", is_personal=True),
    NationalField(
        "sjh",
        _("手机"),
        most=20,
        is_personal=True,
        aliases=("手机号", "手机号码", "电话", "联系电话", "联系方式"),
    ),
    NationalField("zz", _("住址"), most=120, is_personal=True, aliases=("地址", "家庭住址")),
    NationalField("zy", _("职业"), most=30),
    NationalField("x_db", _("其他代表"), "names", most=300),
    NationalField("x_sfr", _("随访人"), "names", most=2000),
    NationalField("x_sq", _("诉求"), "lines", most=5000, aliases=("具体诉求", "主要诉求")),
    NationalField("x_btbh", _("本厅编号"), is_read=False),
)
FIELD_BY_CODE = {one.code: one for one in NATIONAL_FIELDS}
READ_FIELDS = tuple(one for one in NATIONAL_FIELDS if one.is_read)
NEEDED_FIELDS = tuple(one for one in NATIONAL_FIELDS if one.is_needed)

NOT_KEPT: dict[str, str] = {
    "查询码": "cxm", "信访来源": "xflydm", "原件来源": "yjly", "实际来访人数": "sjlfrs", "涉及人数": "sjrs",
    "行业内容分类": "hynrfl", "信访原因": "xfyydm", "热点问题": "rdwt", "所属系统": "ssxt", "受信人": "sxr",
    "联名": "lmbz", "积案": "jabz", "民族": "mz", "政治面貌": "zzmm", "邮编": "yzbm", "工作单位": "gzdw",
    "固话": "gddh", "邮箱": "dzyj", "特殊人员": "tsry", "首次信访日期": "scxfrq", "首次信访机构": "scxfjg",
    "本机构初次": "bjgccbz", "全国初次": "qgccbz", "扬言": "yybz", "三跨三分离": "sksflbz",
}  # fmt: skip
"""National fields that the house has no place for: recognised, so that the page can say that they are left out."""

SEXES = {"male": "男", "female": "女"}
FLAG_WORDS = {True: "1", False: "0"}
"""1 公开 0 不公开, and so every mark."""
_ALSO: dict[str, dict[str, str]] = {
    "channel": {"走访": "visit", "信件": "letter", "网上": "online", "网上信访": "online", "电话": "phone",
                "传真": "other"},
    "purpose": {"99": "other", "求助": "request", "检举控告": "accusation", "建议": "suggestion", "意见": "suggestion"},
    "id_kind": {"111": "resident", "身份证": "resident", "无": "none", "港澳居民来往内地通行证": "hkmo"},
    "sex": {"1": "male", "2": "female"},
}  # fmt: skip
_LISTS: dict[str, dict[str, str]] = {
    "channel": CHANNELS, "purpose": PURPOSES, "id_kind": ID_KINDS, "sex": SEXES
}  # fmt: skip


def national_word(kind: str, value: str) -> str:
    """The national word for a code of ours."""
    return _LISTS[kind].get(value, "")


def readings(kind: str) -> dict[str, str]:
    """Every way in which a code list's value is written in a file, and our code for it."""
    return {word: code for code, word in _LISTS[kind].items()} | _ALSO[kind]


YES, NO = (
    frozenset({"1", "是", "y", "yes", "true", "√", "有"}),
    frozenset({"0", "否", "n", "no", "false", "×", "无"}),
)

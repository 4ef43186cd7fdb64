"""How long each kind of personal data is kept, under which article, and what then happens to it. Pure.

《个人信息保护法》第十九条: no longer than its purpose needs. A period may be changed by whoever keeps the house secure,
within the bounds here; where there is none it follows from something else, which `until` says. What is kept with the
file for good is in `KEPT`, with the reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


def _(text: str) -> str:
    """Marks a word for the English catalogue; pages translate it where they show it."""
    return text


DELETE, BLANK, EMPTY = "delete", "blank", "empty"
WHAT_HAPPENS = {DELETE: _("删除"), BLANK: _("抹去姓名、电话"), EMPTY: _("抹去内容，保留办理结果")}
SHORTEST = "《个人信息保护法》第十九条"
ERASURE = "《个人信息保护法》第四十七条第一款"


@dataclass(frozen=True, slots=True)
class Kind:
    """`days` is the house's own period, `least` and `most` its bounds; without them `until` says when it is over.

    `models` are the tables it is about.
    """

    code: str
    label: str
    article: str
    what: str
    models: tuple[str, ...]
    days: int | None = None
    least: int | None = None
    most: int | None = None
    until: str = ""

    @property
    def is_set(self) -> bool:
        return self.days is not None


KINDS: Mapping[str, Kind] = {
    one.code: one
    for one in (
        Kind("drafts", _("没有登记完的来访草稿"), SHORTEST, DELETE, ("intake.Draft",), 7, 1, 30),
        Kind("bookings", _("接访预约的姓名、电话"), ERASURE, BLANK, ("intake.Booking",), 90, 30, 365),
        Kind("sessions", _("已经结束的登录"), SHORTEST, DELETE, ("staffing.StaffSession",), 90, 30, 365),
        Kind("deliveries", _("推送给其他系统的事件"), SHORTEST, DELETE, ("staffing.Delivery",), 90, 7, 180),
        Kind("quarantine", _("隔离的带病毒文件"), SHORTEST, DELETE, ("cases.FileScan",), 30, 7, 90),
        Kind(
            "incidents", _("大厅秩序事件的记录和本人的说明"), SHORTEST, DELETE,
            ("intake.Incident", "intake.IncidentAccount"), 365, 30, 1095,
        ),
        Kind(
            "recordings", _("视频接访的录音录像"), ERASURE, DELETE, ("cases.Recording", "cases.RecordingPart"),
            until=_("征求同意时告知的天数已满，且事项已经办结"),
        ),
        Kind(
            "audience", _("旁听人员的姓名、电话，听证当事人的电话"), ERASURE, BLANK,
            ("hearings.PublicSeat", "hearings.HearingParty"), until=_("听证结束后，按各大厅听证规则里的天数"),
        ),
        Kind(
            "exchange", _("国家系统导入文件里的内容"), SHORTEST, EMPTY, ("cases.NationalImportRow",),
            until=_("上传后7天"),
        ),
        Kind(
            "exports", _("国家系统导出文件"), SHORTEST, DELETE, ("cases.NationalExport",), until=_("生成后1天"),
        ),
        Kind(
            "people_lists", _("上传的人员名单"), SHORTEST, DELETE,
            ("staffing.PeopleImport", "staffing.PeopleImportRow"), until=_("上传后1天"),
        ),
        Kind(
            "forms", _("重新登录期间保留的表单"), SHORTEST, DELETE, ("staffing.KeptForm",), until=_("保留后1小时"),
        ),
        Kind(
            "calls", _("给其他系统的应答"), SHORTEST, DELETE, ("hall.ApiCall",), until=_("应答后2天"),
        ),
        Kind(
            "attempts", _("公开查询的尝试次数"), SHORTEST, DELETE, ("cases.QueryAttempt",),
            until=_("不再计入次数限制时"),
        ),
        Kind(
            "tries", _("公开表单的尝试次数"), SHORTEST, DELETE, ("staffing.PublicTry",),
            until=_("不再计入次数限制时"),
        ),
        Kind(
            "sign_in_tries", _("登录失败的次数"), SHORTEST, DELETE, ("staffing.SignInTry",),
            until=_("不再计入次数限制时"),
        ),
    )
}  # fmt: skip

_FILE = _("信访事项的案卷，按档案的规定保存")
_STAFF = _("工作人员在岗期间联系工作所用")
_KEY = _("密钥，不是个人信息；停用时换掉")
ARCHIVES, CONTRACT = "《档案法》第十三条", "《个人信息保护法》第十三条第一款第（二）项"

KEPT: Mapping[str, tuple[str, str]] = {
    # Every table with an encrypted field that no kind erases: why it is kept, and under which article.
    "cases.Petitioner": (_FILE, ARCHIVES),
    "hall.Message": (_("通知、短信的发送凭据，属于案卷"), ARCHIVES),
    "intake.ServiceContent": (_("社会力量提供服务的记录，属于案卷，只有提供者本人可以打开"), ARCHIVES),
    "intake.GuidanceTalk": (_("引导台谈话和转介的记录，属于来访记录"), ARCHIVES),
    "intake.ServiceReferral": (_("引导台谈话和转介的记录，属于来访记录"), ARCHIVES),
    "cases.VideoSeat": (_("视频接访的参加人，属于案卷"), ARCHIVES),
    "cases.VideoNote": (_("视频接访的笔录和签名，属于案卷"), ARCHIVES),
    "cases.VideoNoteSignature": (_("视频接访的笔录和签名，属于案卷"), ARCHIVES),
    "hearings.DeliberationNote": (_("听证合议的记录，属于案卷"), ARCHIVES),
    "staffing.Complaint": (_("服务投诉及其答复，答复责任的凭据"), ARCHIVES),
    "hall.User": (_STAFF, CONTRACT),
    "staffing.Duty": (_STAFF, CONTRACT),
    "staffing.DutyTemplate": (_STAFF, CONTRACT),
    "hearings.PoolMember": (_("听证员在册期间联系听证所用"), CONTRACT),
    "staffing.Authenticator": (_KEY, CONTRACT),
    "staffing.Webhook": (_KEY, CONTRACT),
}

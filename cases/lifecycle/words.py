"""The code lists of a case in words. Pure."""

from __future__ import annotations


def _(text: str) -> str:
    """Marks a word for the English catalogue; pages translate it where they show it."""
    return text


CHANNELS = {
    "visit": _("来访"),
    "letter": _("来信"),
    "online": _("网信"),
    "phone": _("来电"),
    "other": _("其他"),
}
CHANNEL_CODES = {"visit": "LF", "letter": "LX", "online": "WX", "phone": "LD", "other": "QT"}
PURPOSES = {
    "suggestion": _("意见建议"),
    "appeal": _("申诉"),
    "request": _("求决"),
    "accusation": _("揭发控告"),
    "inquiry": _("咨询"),
    "other": _("其他"),
}
CLASSES = {"suggestion": _("建议意见"), "accusation": _("检举控告"), "claim": _("申诉求决")}
CLASS_OF_PURPOSE = {
    "suggestion": "suggestion",
    "accusation": "accusation",
    "appeal": "claim",
    "request": "claim",
    "inquiry": "suggestion",
    "other": "claim",
}
ID_KINDS = {
    "resident": _("居民身份证"),
    "hkmo": _("港澳居民来往内地通行证"),
    "taiwan": _("台湾居民来往大陆通行证"),
    "passport": _("护照"),
    "officer": _("军官证"),
    "household": _("户口簿"),
    "other": _("其他证件"),
    "none": _("未出示证件"),
}
OUTCOMES = {
    "accept_case": _("受理，确定首办单位"),
    "forward_case": _("转送有权处理的单位"),
    "decline_case": _("不予受理"),
    "decline_closed_case": _("不再受理"),
    "guide_case": _("引导至有权机关或法定途径"),
}
CONCLUSIONS = {"support": _("予以支持"), "explain": _("解释说明"), "not_support": _("不予支持")}
"""What an opinion says to one claim (《信访工作条例》第三十二条)."""
REVIEW_OUTCOMES = {"uphold": _("维持"), "change": _("变更"), "revoke": _("撤销"), "redo": _("责令重新办理")}
SERVICE_METHODS = {
    "direct": _("直接送达"),
    "post": _("邮寄送达"),
    "electronic": _("电子送达"),
    "leave": _("留置送达"),
    "notice": _("公告送达"),
}
SERVICE_OUTCOMES = {"served": _("已送达"), "refused": _("拒收"), "failed": _("未能送达")}
NOTE_KINDS = {
    "investigation": _("调查核实"),
    "talk": _("约谈、听取陈述"),
    "visit": _("上门走访"),
    "phone": _("电话沟通"),
    "meeting": _("会议研究"),
    "other": _("其他"),
}
PARTS = {"lead": _("主办"), "take_part": _("协办"), "copy": _("抄送")}
GRADES = {0: _("满意"), 1: _("基本满意"), 3: _("不满意")}
"""The national codes of a rating (国信发〔2014〕16号); 3 is low."""
LOW = 3
ADOPTIONS = {"adopted": _("采纳"), "partly": _("部分采纳"), "not_adopted": _("未采纳")}
LINKS = {
    "related": _("相关"),
    "split": _("分案"),
    "merged": _("并案"),
    "earlier": _("新事实、新理由另行提出"),
}

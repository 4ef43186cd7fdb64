"""What the presider says at each item: short standard wording of our own, for the page in large type."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

STEP_WORDS: Mapping[str, tuple[Promise, ...]] = {
    "rules": (
        _("现在开会。请大家把手机调到静音，发言先举手，不打断别人，未经同意不录音录像。"),
        _("现在核对到场人员的身份。请信访人一方、承办单位一方依次说明姓名、身份。"),
        _("信访人有权申请回避、委托代理人、提交证据、质证、作最后陈述，有权核对笔录。是否申请主持人、听证员、记录员回避？"),
    ),
    "petitioner": (
        _("请信访人陈述诉求、事实和理由。重点说三件事：希望解决什么，发生了什么，有什么证据。"),
    ),
    "unit": (
        _("请承办单位说明调查核实的情况、拟处理的意见和依据，并逐项回应信访人的诉求。"),
    ),
    "questions": (
        _("请听证员询问。请被问到的人直接回答，不清楚的可以说不清楚。"),
    ),
    "evidence": (
        _("请双方出示证据。对每一份证据，请对方说明是否认可；不认可的，说明理由。"),
    ),
    "debate": (
        _("请双方围绕有争议的问题发表意见，每次发言不超过三分钟，只谈事情，不作人身评价。"),
    ),
    "last_petitioner": (
        _("请信访人作最后陈述。已经说过的不必重复，还有什么要补充的？"),
    ),
    "last_unit": (
        _("请承办单位作最后陈述。"),
        _("请记录员逐页宣读笔录，请各位核对。有错漏的，可以当场要求更正；没有错漏的，请逐页签名。"),
    ),
    "recess": (
        _("现在休会，由听证员合议。合议不公开，请其他人员离场等候。"),
    ),
    "result": (
        _("现在宣布听证结论。书面的听证结论书将依照规定送达双方。听证会到此结束，谢谢各位。"),
    ),
}  # fmt: skip

"""Why an outcome of triage is lawful: its article under each law, and the words that a clerk starts from. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cases.lifecycle.words import OUTCOMES, _


@dataclass(frozen=True, slots=True)
class Ground:
    """Why an outcome is lawful: its article under each law, and the wording that a clerk starts from.

    `reason` may name {law}, {body} (the competent body), {organ} (who decides), {matter} and {earlier} (the other
    case). `clause` is the number in Art. 31 of the regulations for those that lead to another procedure, else 0.
    """

    code: str
    outcome: str
    label: str
    article: str
    article_r05: str
    reason: str
    clause: int = 0
    needs_body: bool = False
    needs_route: bool = False
    needs_earlier: bool = False

    def article_of(self, law: str) -> str:
        """The article under the law that the case falls under: `r22` or `r05`."""
        return self.article_r05 if law == "r05" else self.article


_R22, _R05 = "《信访工作条例》", "《信访条例》"
_REGISTERED = "您反映的“{matter}”，我单位已经登记。"

_GROUNDS = (
    Ground(
        "own_remit", "accept_case", _("属本级职权，按信访程序办理"),
        f"{_R22}第二十三条、第三十一条第（六）项", f"{_R05}第二十二条",
        _REGISTERED + "经甄别，该事项属于{body}职权范围，依法受理，由{body}作为首办单位办理。",
        clause=6,
    ),
    Ground(
        "own_duty", "accept_case", _("申请查处违法行为或者履行保护职责，依法履行或者答复"),
        f"{_R22}第二十三条、第三十一条第（五）项", f"{_R05}第二十二条",
        _REGISTERED + "经甄别，该事项属于申请{body}履行法定职责，由{body}依法履行或者答复。",
        clause=5,
    ),
    Ground(
        "same_level", "forward_case", _("属本级其他机关、单位职权"),
        f"{_R22}第二十二条第一款第（一）项", f"{_R05}第二十一条第一款第（二）项",
        _REGISTERED + "经甄别，该事项属于{body}职权范围，依法转送{body}处理，由其在十五日内书面告知您。",
        needs_body=True,
    ),
    Ground(
        "lower_level", "forward_case", _("属下级机关、单位职权"),
        f"{_R22}第二十二条第一款第（二）项", f"{_R05}第二十一条第一款第（三）项",
        _REGISTERED + "经甄别，该事项属于{body}职权范围，依法转送{body}处理，由其在十五日内书面告知您。",
        needs_body=True,
    ),
    Ground(
        "important", "forward_case", _("情况重要，交办并要求反馈结果"),
        f"{_R22}第二十二条第一款第（三）项", f"{_R05}第二十一条第一款第（四）项",
        _REGISTERED + "经甄别，该事项情况重要，依法交{body}办理，并要求其在规定期限内反馈办理结果。",
        needs_body=True,
    ),
    Ground(
        "handled", "decline_case", _("同一事项已经受理或者正在办理"),
        f"{_R22}第十九条第三款", f"{_R05}第十六条",
        "经查，同一事项（{earlier}）已经由{body}受理，正在规定期限内办理。依照{law}的规定，本次不予受理；"
        "办理情况请向{body}查询。",
        needs_body=True, needs_earlier=True,
    ),
    Ground(
        "litigation", "decline_case", _("已经、正在或者应当通过诉讼解决，尚未依法终结"),
        f"{_R22}第二十条第二款、第三十一条第（一）项", f"{_R05}第二十一条第一款第（一）项",
        "您反映的“{matter}”属于涉法涉诉事项，按照诉讼与信访分离的规定，应当向{body}提出，由其依照诉讼程序处理。"
        "我单位不予受理，已向您说明有关法律规定。",
        clause=1, needs_body=True, needs_route=True,
    ),
    Ground(
        "other_procedure", "decline_case", _("已经、正在或者应当通过仲裁、行政复议等法定途径解决"),
        f"{_R22}第三十一条第（一）项至第（四）项", f"{_R05}第二十一条第一款第（一）项",
        "您反映的“{matter}”应当通过法定途径解决，请向{body}提出。我单位不予受理。",
        clause=4, needs_body=True, needs_route=True,
    ),
    Ground(
        "not_competent", "decline_case", _("不属本机关、单位及其下级职权"),
        f"{_R22}第二十三条第二款", f"{_R05}第二十二条第一款",
        "您反映的“{matter}”不属于{organ}及下级机关、单位的职权范围，请向有权处理的{body}提出。我单位不予受理。",
        needs_body=True,
    ),
    Ground(
        "closed", "decline_closed_case", _("已经复核，仍以同一事实和理由提出"),
        f"{_R22}第三十六条第三款", f"{_R05}第三十五条第三款",
        "您反映的“{matter}”已经作出复核意见（{earlier}），本次提出的仍是同一事实和理由。依照{law}的规定，各级机关、单位"
        "不再受理。如有新的事实和理由，可以作为新的事项提出。",
        needs_earlier=True,
    ),
    Ground(
        "review_lapsed", "decline_closed_case", _("无正当理由超过期限未申请复查或者复核，仍以同一事实和理由提出"),
        f"{_R22}第三十五条、第三十六条", f"{_R05}第三十四条、第三十五条",
        "您反映的“{matter}”已经作出书面意见（{earlier}），您在收到之日起三十日内没有申请复查（复核），也未说明正当理由。"
        "本次提出的仍是同一事实和理由，不再受理。如有新的事实和理由，可以作为新的事项提出。",
        needs_earlier=True,
    ),
    Ground(
        "skip_level", "guide_case", _("越级走访，应当向本级或者上一级有权机关提出"),
        f"{_R22}第二十条第一款", f"{_R05}第十六条",
        _REGISTERED + "走访应当到有权处理的本级或者上一级机关、单位提出。有权处理该事项的是{body}，"
        "请您到{body}设立或者指定的接待场所提出；我单位已将有关情况向其通报。",
        needs_body=True,
    ),
    Ground(
        "sue", "guide_case", _("涉法涉诉，诉访分离，引导至政法机关"),
        f"{_R22}第二十条第二款、第二十八条第二款", f"{_R05}第二十一条第一款第（一）项",
        _REGISTERED + "该事项涉及诉讼权利救济，应当按照法律规定的程序向{body}提出。我单位已向您说明有关法律规定。",
        clause=1, needs_body=True, needs_route=True,
    ),
    Ground(
        "route_1", "guide_case", _("第三十一条（一）：诉讼、检察或者公安机关法律程序"),
        f"{_R22}第三十一条第（一）项", f"{_R05}第二十一条第一款第（一）项",
        _REGISTERED + "该事项应当适用有关法律规定的诉讼、检察或者公安机关处理程序，请向{body}提出。",
        clause=1, needs_body=True, needs_route=True,
    ),
    Ground(
        "route_2", "guide_case", _("第三十一条（二）：仲裁"),
        f"{_R22}第三十一条第（二）项", f"{_R05}第二十一条第一款第（一）项",
        _REGISTERED + "该事项应当通过仲裁解决，请向{body}申请仲裁。",
        clause=2, needs_body=True, needs_route=True,
    ),
    Ground(
        "route_3", "guide_case", _("第三十一条（三）：党员申诉、申请复审"),
        f"{_R22}第三十一条第（三）项", f"{_R05}第二十一条第一款第（一）项",
        _REGISTERED + "该事项属于党员申诉、申请复审事项，应当由有关党组织按照党内法规处理，请向{body}提出。",
        clause=3, needs_body=True, needs_route=True,
    ),
    Ground(
        "route_4", "guide_case", _("第三十一条（四）：行政复议、裁决、确认、许可、处罚等行政程序"),
        f"{_R22}第三十一条第（四）项", f"{_R05}第二十一条第一款第（一）项",
        _REGISTERED + "该事项应当通过行政程序解决，请向{body}提出申请。",
        clause=4, needs_body=True, needs_route=True,
    ),
    Ground(
        "route_5", "guide_case", _("第三十一条（五）：申请查处违法行为或者履行保护职责"),
        f"{_R22}第三十一条第（五）项", f"{_R05}第二十二条",
        _REGISTERED + "该事项属于申请{body}查处违法行为、履行保护人身权或者财产权等合法权益职责，请向{body}提出申请，"
        "由其依法履行或者答复。",
        clause=5, needs_body=True, needs_route=True,
    ),
    Ground(
        "not_ours", "guide_case", _("不属本级职权，告知有权机关"),
        f"{_R22}第二十三条第二款", f"{_R05}第二十二条第一款",
        _REGISTERED + "该事项不属于{organ}及下级机关、单位的职权范围，请向有权处理的{body}提出。",
        needs_body=True,
    ),
)  # fmt: skip
GROUNDS: Mapping[str, Ground] = {ground.code: ground for ground in _GROUNDS}
if len(GROUNDS) != len(_GROUNDS) or {ground.outcome for ground in _GROUNDS} != set(OUTCOMES):
    raise ValueError("cases.lifecycle: a ground is listed twice, or an outcome has none")


def grounds_for(outcome: str) -> tuple[Ground, ...]:
    """The grounds that an outcome may rest on, in the order in which they are offered."""
    return tuple(ground for ground in _GROUNDS if ground.outcome == outcome)

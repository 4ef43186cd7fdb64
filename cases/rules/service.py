"""What each way of handing over a paper needs to count (by analogy with the rules of civil procedure)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from cases.lifecycle import SERVICE_METHODS, SERVICE_OUTCOMES
from cases.rules.common import MIN_WORDS
from hall.access import Text

if TYPE_CHECKING:
    from cases.actions.serve import Service

NOTICE_DAYS = 30
NOTICE_ARTICLE = "《民事诉讼法》第九十五条"
"""A public notice counts as service when this many days have passed since it was posted."""
MIN_WITNESSES = 2
PROOFS = ("application/pdf", "image/jpeg", "image/png", "image/webp", "image/heic", "video/mp4")
_BETWEEN = re.compile(r"[\s、,，;；/]+")
Faults = dict[str, Text]


def known_on(method: str, served_on: dt.date) -> dt.date:
    """From which day the paper can be answered: a public notice is read from its posting on, and counts later."""
    return served_on - dt.timedelta(days=NOTICE_DAYS) if method == "notice" else served_on


def service_faults(
    service: Service,
    *,
    issued_on: dt.date,
    today: dt.date,
    petitioner: str,
    has_consent: bool,
    has_failed: bool,
) -> Faults:
    """Field → what is wrong there; empty when the attempt can be recorded.

    `issued_on` is the day of the paper; `has_consent`: to electronic service; `has_failed`: an earlier try did.
    """
    faults = _proof(service)
    if service.method not in SERVICE_METHODS:
        faults["method"] = _("请选择送达方式。")
    if service.outcome not in SERVICE_OUTCOMES:
        faults["outcome"] = _("请选择结果。")
    if service.served_on > today:
        faults["served_on"] = _("日期不能晚于今天。")
    elif service.served_on < issued_on:
        faults["served_on"] = _("日期不能早于文书作出之日（%(day)s）。") % {"day": issued_on.isoformat()}
    if "method" in faults or "outcome" in faults:
        return faults
    if service.outcome == "failed":
        return faults | _reason(service, _("请写明为什么没有送到，至少%(n)s个字。"))
    if (service.method == "leave") != (service.outcome == "refused"):
        faults["outcome"] = _("拒收而留下文书的，是“留置送达”，结果选“拒收”；没有留下的，结果选“未能送达”。")
        return faults
    if service.method == "electronic" and not has_consent:
        faults["method"] = _("信访人没有同意电子送达，请用别的方式。")
    if service.method == "notice" and not has_failed:
        faults["method"] = _("其他方式无法送达的，才可以公告；请先记录至少一次未能送达。")
    return faults | _NEEDS[service.method](service, petitioner)


def _proof(service: Service) -> Faults:
    if service.proof is None or service.proof.media_type in PROOFS:
        return {}
    return {"proof": _("证明材料请用图片、PDF或者录像。")}


def _reason(service: Service, words: str) -> Faults:
    return {"reason": words % {"n": MIN_WORDS}} if len(service.reason.strip()) < MIN_WORDS else {}


def _direct(service: Service, petitioner: str) -> Faults:
    """《民事诉讼法》第八十八条: to the person, or to a grown-up of the household."""
    receiver = service.receiver.strip()
    if not receiver:
        return {"receiver": _("请填写签收人。")}
    if receiver != petitioner and not service.relation.strip():
        return {"relation": _("不是本人签收的，请填写与信访人的关系。")}
    return {}


def _post(service: Service, petitioner: str) -> Faults:
    """第九十一条: the day on the return receipt is the day of service."""
    return {} if service.waybill.strip() else {"waybill": _("请填写邮件编号，以便查到签收。")}


def _electronic(service: Service, petitioner: str) -> Faults:
    """第九十条: with consent, to the address that was named."""
    return {} if service.address.strip() else {"address": _("请填写收到文书的手机号或者邮箱。")}


def _leave(service: Service, petitioner: str) -> Faults:
    """第八十九条: left at the dwelling, with witnesses who sign, or with pictures of how it was done."""
    faults = _reason(service, _("请写明拒收的事由，至少%(n)s个字。"))
    if not service.place.strip():
        faults["place"] = _("请填写留下文书的地点。")
    named = [name for name in _BETWEEN.split(service.witnesses.strip()) if name]
    if len(named) < MIN_WITNESSES and service.proof is None:
        faults["witnesses"] = _("请填写两名见证人，或者上传留置现场的照片。")
    return faults


def _notice(service: Service, petitioner: str) -> Faults:
    """第九十五条: only when nothing else reaches the person; where it was posted is on record."""
    return {} if service.place.strip() else {"place": _("请填写公告张贴、刊登的地方。")}


_NEEDS: Mapping[str, Callable[[Service, str], Faults]] = {
    "direct": _direct,
    "post": _post,
    "electronic": _electronic,
    "leave": _leave,
    "notice": _notice,
}

"""Errors as problem details (RFC 9457): the same reasons as on the pages, in the reader's language.

`type` is an address under `/api/v1/problems/` that explains the kind; beside the standard members stand `kind`, `field`
and `article` (where a rule of law refuses), and `errors`: what is wrong at which member of the body.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import set_rollback

from hall.access import Refused
from hall.machines.files import most_bytes

API = "/api/"
MEDIA_TYPE = "application/problem+json"
KINDS: Mapping[str, tuple[int, str | Promise, str | Promise]] = {
    "input": (422, lazy("内容有误"), lazy("改正 errors 所列各项后重新提交；没有保存任何内容。")),
    "malformed": (400, lazy("无法读取"), lazy("正文应当是 UTF-8 编码的 JSON 对象。")),
    "unauthenticated": (401, lazy("需要身份"), lazy("在 Authorization 头部给出有效的令牌，或者先登录。")),
    "plain": (403, lazy("须加密连接"), lazy("用 https 重新提交；令牌已经以明文传过的，请立即更换。")),
    "role": (403, lazy("无权办理"), lazy("由有权的岗位办理；令牌只能用于它的范围。")),
    "unseen": (404, lazy("没有找到"), lazy("不存在，或者您无权查看。")),
    "method": (405, lazy("不支持的方法"), lazy("看 Allow 头部。")),
    "unacceptable": (406, lazy("没有这种格式"), lazy("Accept 应当允许 application/json。")),
    "large": (413, lazy("内容过大"), lazy("分成几次提交；docs/api.md 写明上限。")),
    "media": (415, lazy("不支持的格式"), lazy("Content-Type 应当是 application/json。")),
    "state": (409, lazy("当前状态不能办理"), lazy("重新读取后再决定。")),
    "in-flight": (
        409,
        lazy("正在办理"),
        lazy("同一个幂等键的请求还没有办完；按 Retry-After 头部等待后重试。"),
    ),
    "stale": (412, lazy("已有变化"), lazy("If-Match 所说的版本已经不是最新；重新读取后再提交。")),
    "reused": (422, lazy("幂等键已用于别的请求"), lazy("每个新的请求用一个新的 Idempotency-Key。")),
    "no-key": (400, lazy("缺少幂等键"), lazy("POST 请求应当带 Idempotency-Key 头部，重试时用同一个。")),
    "busy": (429, lazy("请求过多"), lazy("按 Retry-After 头部等待后重试。")),
    "fault": (
        500,
        lazy("系统出错"),
        lazy("没有保存任何内容，可以用同一个幂等键重试；一直这样的，请联系管理员。"),
    ),
}
"""Kind → status, title, the way out."""
_OF_STATUS = {
    400: "malformed", 401: "unauthenticated", 403: "role", 404: "unseen", 405: "method", 406: "unacceptable",
    413: "large", 415: "media", 429: "busy",
}  # fmt: skip


def problem(kind: str, detail: str = "", *, instance: str = "", **more: Any) -> dict[str, Any]:
    """The members of one problem. An empty `detail` is the kind's own way out."""
    code, title, way = KINDS[kind]
    told = {
        "type": f"/api/v1/problems/{kind}/", "title": str(title), "status": code, "detail": detail or str(way),
        "instance": instance, "kind": kind,
    }  # fmt: skip
    return told | {key: value for key, value in more.items() if value}


def of_refusal(refused: Refused, instance: str = "") -> dict[str, Any]:
    """What a rule refuses; `reason` is `detail` under its older name."""
    said = str(refused)
    errors = [{"field": refused.field, "detail": said}] if refused.field else []
    return problem(
        refused.kind,
        said,
        instance=instance,
        field=refused.field,
        article=refused.article,
        reason=said,
        errors=errors,
    )


def answer(told: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> JsonResponse:
    return JsonResponse(
        dict(told), status=told["status"], content_type=MEDIA_TYPE, headers=dict(headers or {})
    )


class Failed(exceptions.APIException):
    """A problem of the door itself."""

    def __init__(self, kind: str, detail: str = "", *, wait: float = 0) -> None:
        self.kind, self.wait = kind, wait
        self.status_code = KINDS[kind][0]
        super().__init__(detail or str(KINDS[kind][2]))


def errors_of(detail: Any, at: str = "") -> Iterator[dict[str, str]]:
    """DRF's nested errors as a list; `at` is a path: `answers.3.text`."""
    if isinstance(detail, Mapping):
        for name, one in detail.items():
            here = at if name == "non_field_errors" else f"{at}.{name}".strip(".")
            yield from errors_of(one, here)
    elif isinstance(detail, list):
        for number, one in enumerate(detail):
            yield from errors_of(one, f"{at}.{number}".strip(".") if isinstance(one, Mapping | list) else at)
    else:
        yield {"field": at, "detail": str(detail)}


def handle(fault: Exception, context: Mapping[str, Any]) -> Response | None:
    """DRF's exception handler. None: not ours to say, a fault of the house."""
    request: Request = context["request"]
    where, headers = request.path, {}
    if isinstance(fault, Refused):
        told = of_refusal(fault, where)
    elif isinstance(fault, Failed):
        told = problem(fault.kind, str(fault.detail), instance=where)
        if fault.wait:
            headers["Retry-After"] = str(math.ceil(fault.wait))
    elif isinstance(fault, exceptions.ValidationError):
        errors = list(errors_of(fault.detail))
        told = problem("input", _("有%(n)s处需要改正。") % {"n": len(errors)}, instance=where, errors=errors)
    elif isinstance(fault, Http404):
        told = problem("unseen", instance=where)
    elif isinstance(fault, PermissionDenied):
        told = problem("role", instance=where)
    elif isinstance(fault, exceptions.APIException):
        code = fault.status_code
        told = problem(_OF_STATUS.get(code, "malformed"), str(fault.detail), instance=where)
        if wait := getattr(fault, "wait", None):
            headers["Retry-After"] = str(math.ceil(wait))
        if challenge := getattr(fault, "auth_header", None):
            headers["WWW-Authenticate"] = challenge
    else:
        return None
    set_rollback()
    return Response(told, status=told["status"], headers=headers, content_type=MEDIA_TYPE)


class TellMachines:
    """Middleware: whatever goes wrong below `/api/` is said as a problem, also where no view of ours was reached.

    A refusal from a plain view, an unknown address, a method or a body that Django turns away, and a fault of the
    house, of which nothing is told but that it is one.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(API):
            return self.get_response(request)
        if settings.SECURE_SSL_REDIRECT and not request.is_secure():  # sent on, it would never notice
            return answer(problem("plain", instance=request.path))
        size = request.META.get("CONTENT_LENGTH") or "0"
        if size.isdecimal() and int(size[:18]) > most_bytes(request.META.get("CONTENT_TYPE", "")):
            return answer(problem("large", instance=request.path))
        answered = self.get_response(request)
        if answered.status_code < 400 or is_told(answered):
            return answered
        kind = _OF_STATUS.get(answered.status_code, "malformed" if answered.status_code < 500 else "fault")
        kept = {name: answered[name] for name in ("Allow", "Retry-After") if answered.has_header(name)}
        return answer(problem(kind, instance=request.path), kept)

    def process_exception(self, request: HttpRequest, fault: Exception) -> HttpResponse | None:
        if isinstance(fault, Refused) and request.path.startswith(API):
            return answer(of_refusal(fault, request.path))
        return None


def is_told(answered: HttpResponse) -> bool:
    """Whether an answer is JSON already."""
    return "json" in answered.headers.get("Content-Type", "").partition(";")[0]


__all__ = [
    "KINDS",
    "MEDIA_TYPE",
    "Failed",
    "TellMachines",
    "answer",
    "errors_of",
    "handle",
    "is_told",
    "of_refusal",
    "problem",
]

"""Errors as problem details (RFC 9457): the same reasons as on the pages, in the reader's language.

`type` is an address under `/api/v1/problems/` that explains the kind; beside the standard members stand `kind`, `field`
and `article` (where a rule of law refuses), and `errors`: what is wrong at which member of the body.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import set_rollback

from hall.access import Refused

MEDIA_TYPE = "application/problem+json"
KINDS: Mapping[str, tuple[int, str | Promise, str | Promise]] = {
    "input": (422, lazy("内容有误"), lazy("改正 errors 所列各项后重新提交；没有保存任何内容。")),
    "malformed": (400, lazy("无法读取"), lazy("正文应当是 UTF-8 编码的 JSON 对象。")),
    "unauthenticated": (401, lazy("需要身份"), lazy("在 Authorization 头部给出有效的令牌，或者先登录。")),
    "role": (403, lazy("无权办理"), lazy("由有权的岗位办理；令牌只能用于它的范围。")),
    "unseen": (404, lazy("没有找到"), lazy("不存在，或者您无权查看。")),
    "method": (405, lazy("不支持的方法"), lazy("看 Allow 头部。")),
    "media": (415, lazy("不支持的格式"), lazy("Content-Type 应当是 application/json。")),
    "state": (409, lazy("当前状态不能办理"), lazy("重新读取后再决定。")),
    "stale": (412, lazy("已有变化"), lazy("If-Match 所说的版本已经不是最新；重新读取后再提交。")),
    "reused": (422, lazy("幂等键已用于别的请求"), lazy("每个新的请求用一个新的 Idempotency-Key。")),
    "no-key": (400, lazy("缺少幂等键"), lazy("POST 请求应当带 Idempotency-Key 头部，重试时用同一个。")),
    "busy": (429, lazy("请求过多"), lazy("按 Retry-After 头部等待后重试。")),
}
"""Kind → status, title, the way out."""
_OF_STATUS = {
    400: "malformed", 401: "unauthenticated", 403: "role", 404: "unseen", 405: "method", 406: "media", 415: "media",
    429: "busy",
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

    def __init__(self, kind: str, detail: str = "") -> None:
        self.kind = kind
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
            headers["Retry-After"] = str(int(wait) + 1)
        if challenge := getattr(fault, "auth_header", None):
            headers["WWW-Authenticate"] = challenge
    else:
        return None
    set_rollback()
    return Response(told, status=told["status"], headers=headers, content_type=MEDIA_TYPE)


def refused_answer(request: HttpRequest, refused: Refused) -> JsonResponse:
    """For a refusal that reached the middleware."""
    return answer(of_refusal(refused, request.path))


__all__ = [
    "KINDS",
    "MEDIA_TYPE",
    "Failed",
    "answer",
    "errors_of",
    "handle",
    "of_refusal",
    "problem",
    "refused_answer",
]

"""The doors for machines that watch: alive, ready; and the page of a fault, which tells the number of its lines."""

from __future__ import annotations

import errno
import sys
from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from hall.operations import health


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 as long as this process answers at all: nothing else is asked. A process that does not is started anew."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when people can be served, else 503 with the names of what fails.

    Redis away is `degraded`, not a failure: the hall goes on without it, and a balancer must not close it. `?all=1`
    makes it one.
    """
    failed, degraded = health.failing(health.NEEDED), health.failing(health.HELPFUL)
    if request.GET.get("all"):
        failed, degraded = failed + degraded, []
    told = {"ready": not failed, "failed": failed, "degraded": degraded}
    return JsonResponse(told, status=503 if failed else 200)


@dataclass(frozen=True, slots=True)
class _Fault:
    status: int
    kind: str
    title: str | Promise
    say: str | Promise


_UNKNOWN = _Fault(
    500, "fault", lazy("系统出了问题，这一步没有办成。"),
    lazy("故障已经记录。已提交成功的内容不会丢失；请稍后重试，急事请到引导台人工办理。"),
)  # fmt: skip
_AWAY = _Fault(
    503, "unavailable", lazy("数据库暂时连不上，这一步没有办成。"),
    lazy("通常几秒钟就恢复：请稍候再提交一次，同一张表不会办两次。急事请到引导台人工办理。"),
)  # fmt: skip
_FULL = _Fault(
    503, "full", lazy("磁盘已满，文件没有保存，这一步没有办成。"),
    lazy("已经保存的内容都在。请告诉系统管理员；没有文件的事项可以照常办理。"),
)  # fmt: skip
RETRY_SECONDS = 5
AWAY = ("08", "53", "57")
"""Classes of SQLSTATE: no connection, no room, shut down. What has none never reached the server."""


def _fault_of(error: BaseException | None) -> _Fault:
    if isinstance(error, OperationalError | InterfaceError):
        state = getattr(error.__cause__, "sqlstate", None)
        return _AWAY if state is None or state.startswith(AWAY) else _UNKNOWN
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return _FULL
    return _UNKNOWN


def server_error(request: HttpRequest) -> HttpResponse:
    """Why, where it is known, and the number of the lines in the log. Nothing is asked of the database: it may be what
    failed.
    """
    fault, number = _fault_of(sys.exc_info()[1]), getattr(request, "id", "")
    headers = {"Retry-After": str(RETRY_SECONDS)} if fault.status == 503 else {}
    if request.path.startswith("/api/"):
        told = {
            "type": "about:blank", "title": str(fault.title), "status": fault.status, "detail": str(fault.say),
            "instance": request.path, "kind": fault.kind, "request_id": number,
        }  # fmt: skip
        return JsonResponse(
            told, status=fault.status, headers=headers, content_type="application/problem+json"
        )
    page = render_to_string("500.html", {"request_id": number, "fault": fault})
    return HttpResponse(page, status=fault.status, headers=headers)

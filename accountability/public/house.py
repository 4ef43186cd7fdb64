"""The figures for Prometheus: for the networks and the token that the settings name, for nobody else."""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Iterator

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST
from prometheus_client.core import GaugeMetricFamily, Metric

from accountability.queries.house import facts
from hall.access import Refused
from hall.operations import beat, figures


def _is_monitor(request: HttpRequest) -> bool:
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    token = settings.HALL_METRICS_TOKEN
    if token and hmac.compare_digest(given.encode(), token.encode()):
        return True
    try:
        address = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    return any(address in network for network in settings.HALL_METRICS_NETWORKS)


def _metrics() -> Iterator[Metric]:
    now = timezone.now()
    for one in facts(now=now):
        if one.value is not None:
            yield GaugeMetricFamily(f"hall_{one.name}", one.name.replace("_", " "), value=one.value)
    try:
        yield GaugeMetricFamily("hall_queue_length", "Pieces of work in the broker", value=beat.queued())
    except (redis.RedisError, OSError):
        yield GaugeMetricFamily("hall_broker_up", "Whether the broker answers", value=0)
    else:
        yield GaugeMetricFamily("hall_broker_up", "Whether the broker answers", value=1)
    late = GaugeMetricFamily("hall_task_late", "1: the task's turn has passed", labels=["task"])
    ended = GaugeMetricFamily("hall_task_success_timestamp_seconds", "Last success", labels=["task"])
    failures = GaugeMetricFamily("hall_task_failures", "Failures since the beginning", labels=["task"])
    for turn in beat.turns(now=now):
        late.add_metric([turn.task], int(turn.is_late))
        if turn.run:
            failures.add_metric([turn.task], turn.run.failures)
            if turn.run.succeeded_at:
                ended.add_metric([turn.task], turn.run.succeeded_at.timestamp())
    yield from (late, ended, failures)


@login_not_required
@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """`/metrics`: 404 for everybody else, as if it were not there."""
    if not _is_monitor(request):
        raise Refused(_("没有找到，或者您无权查看。"), "unseen")
    return HttpResponse(figures.exposition(_metrics()), content_type=CONTENT_TYPE_LATEST)

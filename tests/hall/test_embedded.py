"""The embedded servers: shared, left tidy, and never at a loss after a kill -9."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from hall import embedded
from hall.embedded import Lease, Place, Unavailable
from hall.embedded.postgres import ROOT_HOMES
from hall.embedded.servers import command_of

BASE = embedded.BASE_DIR
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has its data elsewhere")

# Another process that takes a share, says so, and keeps it until its standard input is closed.
HOLDER = """
import sys
from pathlib import Path
from hall.embedded import Lease, Place
lease = Lease(Place(Path(sys.argv[1]), fast=True))
lease.refresh()
print("holding", flush=True)
sys.stdin.read()
lease.release()
"""


def forget(place: Place) -> None:
    """Remove what root keeps outside of the state directory."""
    home = ROOT_HOMES / place.key
    for path in (home, home.with_suffix(".previous")):
        shutil.rmtree(path, ignore_errors=True)
    home.with_suffix(".state").unlink(missing_ok=True)
    shutil.rmtree(place.sockets, ignore_errors=True)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A state directory with spaces in its name, below one that is closed to others."""
    place = Place(tmp_path_factory.mktemp("a hall") / "var dir", fast=True)
    yield place
    forget(place)


@pytest.fixture
def lease(place: Place) -> Iterator[Lease]:
    lease = Lease(place)
    lease.refresh()
    yield lease
    lease.release()


@contextmanager
def holder(place: Place) -> Iterator[subprocess.Popen[str]]:
    argv = [sys.executable, "-c", HOLDER, str(place.state)]
    with subprocess.Popen(
        argv, cwd=BASE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_until_holding(process: subprocess.Popen[str]) -> None:
    assert process.stdout
    assert process.stdout.readline() == "holding\n"


def pids(lease: Lease) -> list[int]:
    return [pid for server in lease.servers for pid in server.pids()]


def count_marks(place: Place, *, add: bool = False) -> int:
    with psycopg.connect(place.database_url()) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS mark (at timestamptz DEFAULT now())")
        if add:
            connection.execute("INSERT INTO mark DEFAULT VALUES")
        row = connection.execute("SELECT count(*) FROM mark").fetchone()
    assert row
    return int(row[0])


def test_an_address_is_computed_and_touches_nothing(tmp_path: Path) -> None:
    place = Place(tmp_path / ("long " * 30))
    assert " " not in f"{place.database_url()}{place.redis_url}"
    assert len(os.fsencode(place.postgres_socket / ".s.PGSQL.5432")) <= 107
    assert not place.state.exists()
    assert not place.sockets.exists()


def test_celery_spells_a_socket_in_its_own_way() -> None:
    assert embedded.broker_url("unix:///tmp/a.sock?db=2") == "redis+socket:///tmp/a.sock?virtual_host=2"
    assert embedded.broker_url("rediss://host:6380/1") == "rediss://host:6380/1"


def test_three_start_at_once_and_the_last_one_out_stops(place: Place) -> None:
    before = [path.stat().st_mode for path in place.state.parents]
    with holder(place) as first, holder(place) as second:
        lease = Lease(place)
        lease.refresh()
        wait_until_holding(first)
        wait_until_holding(second)
        assert len(pids(lease)) == 2
        assert [path.stat().st_mode for path in place.state.parents] == before
        count_marks(place, add=True)

        lease.release()
        first.communicate("")
        assert count_marks(place) == 1, "stopped under the feet of the one who is left"
        second.communicate("")
    assert pids(lease) == []
    assert not place.sockets.exists()

    lease.refresh()
    assert count_marks(place) == 1, "state did not survive the restart"
    lease.release()


def test_what_a_killed_holder_left_is_taken_over(place: Place) -> None:
    with holder(place) as killed:
        wait_until_holding(killed)
        killed.kill()
        killed.wait()
    lease = Lease(place)
    running = pids(lease)
    assert len(running) == 2
    assert lease.refresh() == []
    assert pids(lease) == running
    lease.release()
    assert [command_of(pid) for pid in running] == ["", ""]


def test_killed_servers_are_replaced(place: Place, lease: Lease) -> None:
    marks = count_marks(place, add=True)
    for pid in pids(lease):
        os.kill(pid, signal.SIGKILL)
    assert len(lease.refresh()) == 2
    assert count_marks(place) == marks, "a committed row was lost"


def test_a_pid_file_may_name_a_stranger(place: Place, lease: Lease) -> None:
    postgres = lease.servers[0]
    pid_file = postgres.pid_files()[0]
    old = pid_file.read_text()
    lease.release()
    owner = pid_file.parent.stat().st_uid
    with subprocess.Popen(["sleep", "60"], user=owner if os.geteuid() == 0 else None) as stranger:
        try:
            pid_file.write_text(f"{stranger.pid}\n" + old.partition("\n")[2])
            lease.refresh()
            assert stranger.poll() is None, "killed a stranger"
        finally:
            stranger.kill()
    assert count_marks(place) >= 0


def test_a_socket_directory_of_somebody_else_is_refused(tmp_path: Path) -> None:
    place = Place(tmp_path / "state", fast=True)
    (tmp_path / "trap").mkdir()
    place.sockets.symlink_to(tmp_path / "trap")
    try:
        with pytest.raises(Unavailable, match="put there by somebody else"):
            Lease(place).refresh()
        assert list((tmp_path / "trap").iterdir()) == []
    finally:
        place.sockets.unlink()


def test_starting_takes_turns(place: Place, lease: Lease) -> None:
    """Whoever waits for the lock waits; nobody starts a second PostgreSQL beside the first."""
    lease.release()
    with embedded.exclusive(place, "services"), holder(place) as waiting:
        time.sleep(0.5)
        assert waiting.poll() is None
        assert pids(lease) == []


def _in_a_fork_as(user: pwd.struct_passwd, work: Callable[[], None]) -> int:
    """Exit code of `work` done by that user. A fork, for this interpreter may lie where only root can start it."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            os.setgroups([])
            os.setgid(user.pw_gid)
            os.setuid(user.pw_uid)
            work()
            code = 0
        except BaseException:  # noqa: BLE001 - shown, and told by the exit code
            traceback.print_exc()
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


@as_root
def test_an_ordinary_user_keeps_everything_in_the_state_directory() -> None:
    user = pwd.getpwnam("nobody")
    readable = subprocess.run(
        ["test", "-r", embedded.__file__], user=user.pw_uid, extra_groups=[], check=False
    )
    if readable.returncode:
        pytest.skip("an ordinary user can't read this checkout")
    parent = Path(f"/tmp/hall ordinary {os.getpid()}")
    parent.mkdir(mode=0o700)
    os.chown(parent, user.pw_uid, user.pw_gid)

    def work() -> None:
        place = Place(parent / "state", fast=True)
        lease = Lease(place)
        assert len(lease.refresh()) == 2
        assert count_marks(place, add=True) == 1
        assert (place.state / "postgres" / "data" / "PG_VERSION").exists()
        lease.release()
        assert pids(lease) == []
        assert not place.sockets.exists()

    try:
        assert _in_a_fork_as(user, work) == 0
    finally:
        shutil.rmtree(parent)


@as_root
def test_a_state_directory_and_its_home_elsewhere_stay_together(
    place: Place, lease: Lease, tmp_path: Path
) -> None:
    """A copy is refused, a moved one keeps its data, one that was removed begins empty. Last: it moves `place`."""
    marks = count_marks(place, add=True)
    lease.release()
    copy, moved = Place(tmp_path / "copy", fast=True), Place(tmp_path / "moved", fast=True)
    shutil.copytree(place.state, copy.state)
    with pytest.raises(Unavailable, match="is a copy of"):
        Lease(copy).refresh()

    place.state.rename(moved.state)
    there = Lease(moved)
    there.refresh()
    assert count_marks(moved) == marks
    assert not (ROOT_HOMES / place.key).exists()

    shutil.rmtree(moved.state)  # with the servers running
    again = Lease(moved)
    again.refresh()
    assert count_marks(moved) == 0
    again.release()
    forget(moved)

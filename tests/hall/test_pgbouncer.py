"""Behind a real PgBouncer in transaction mode, with fewer connections than callers: every statement may meet another
session. Numbers are taken and called, matters registered and forwarded, the journal walked, sweeps run.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.utils import timezone

from benchmarks.disposable import House, standing
from benchmarks.soak import Caller, Tally, known
from hall.embedded.postgres import Postgres
from intake.models import Queue
from tests.cast import Cast, take
from tests.matters import accepted, ladder

POOLER = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(POOLER is None, reason="no pgbouncer here: apt install pgbouncer (.ci/run does)"),
]
SESSIONS = 2
"""Connections that the pooler has for everybody."""


@contextmanager
def pooled(house: House) -> Iterator[str]:
    """The address of the pooler before that cluster."""
    data = Postgres(house.place).data
    user = pwd.getpwuid(data.stat().st_uid if os.geteuid() == 0 else os.geteuid())
    with (data / "pg_ident.conf").open("a") as file:
        file.write(f'hall "{user.pw_name}" hall\n')
    house.asked("SELECT pg_reload_conf()")
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]
    home = Path(f"{house.place.sockets}/pooler")
    home.mkdir()
    (home / "users.txt").write_text('"hall" ""\n')
    (home / "pgbouncer.ini").write_text(
        f"""[databases]
hall = host={house.place.postgres_socket} port=5432 user=hall
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = trust
auth_file = {home}/users.txt
pool_mode = transaction
default_pool_size = {SESSIONS}
max_client_conn = 200
logfile = {home}/log
"""
    )
    for path in (home, *home.iterdir()):
        os.chown(path, user.pw_uid, user.pw_gid)
    more: dict[str, Any] = (
        {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
    )
    pooler = subprocess.Popen([str(POOLER), str(home / "pgbouncer.ini")], stderr=subprocess.DEVNULL, **more)
    url = f"postgres://hall@127.0.0.1:{port}/hall"
    try:
        end = time.monotonic() + 10
        while True:
            try:
                psycopg.connect(url, prepare_threshold=None).close()
                break
            except psycopg.OperationalError:
                assert time.monotonic() < end, (home / "log").read_text()
                time.sleep(0.1)
        yield url
    finally:
        pooler.terminate()
        pooler.wait(10)


CALLS = """
import sys, threading
import django
django.setup()
from django.core.management import call_command
from django.db import connections
from django.utils import timezone
from cases.actions import sweep_deadlines
from cases.models import Case
from hall import journal
from hall.models import User
from intake.actions import call_next, finish_ticket, serve_ticket
from staffing.queries import actor_of
windows, user = [int(one) for one in sys.argv[1].split(",")], User.objects.get(username=sys.argv[2])
called, faults = [], []

def window(pk):
    try:
        for _n in range(4):
            now = timezone.now()
            actor = actor_of(user, today=timezone.localdate(now))
            ticket = call_next(actor=actor, window_id=pk, now=now)
            called.append(ticket.pk)
            serve_ticket(actor=actor, ticket_id=ticket.pk, now=timezone.now())
            finish_ticket(actor=actor, ticket_id=ticket.pk, now=timezone.now())
    except Exception as error:
        faults.append(repr(error))
    finally:
        connections.close_all()

threads = [threading.Thread(target=window, args=[pk]) for pk in windows]
for one in threads:
    one.start()
for one in threads:
    one.join()
sweep_deadlines(now=timezone.now())
seen = sum(1 for case in Case.objects.iterator(chunk_size=2))
call_command("rotate_keys", verbosity=0, stdout=sys.stderr)
print(len(called), len(set(called)), seen == Case.objects.count(), journal.walk().is_whole, faults)
"""
"""Two windows at once, each on its own connection; then a sweep, rows read piece by piece, all keys, the journal."""


def run(house: House, *argv: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *argv],
        env=house.env,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_hall_works_behind_a_pooler(cast: Cast, tmp_path: Path) -> None:
    ladder()
    here = known(cast, timezone.now())
    queue = Queue.objects.get(pk=here.queue_id)
    now = timezone.now()
    for number in range(8):
        accepted(cast, now, title=f"第{number}件")
        take(cast, queue, now)
    with standing(tmp_path) as house, pooled(house) as url:
        house.env |= {"DATABASE_URL": url, "REDIS_URL": house.place.redis_url, "HALL_PGBOUNCER": "1", "HALL_TLS": "0",
                      "HALL_ALLOWED_HOSTS": "*"}  # fmt: skip
        ports = house.webs(0, 0)
        tally, stop = Tally(), threading.Event()
        crowd = [Caller(number, here, ports, tally, stop.is_set) for number in range(4)]
        for one in crowd:
            one.start()
        time.sleep(5)
        stop.set()
        for one in crowd:
            one.join(60)
        assert (tally.other, tally.wordless) == ([], 0)
        assert sum(tally.sent.values()) == len(tally.answered) > 10
        assert set(tally.statuses) <= {200, 302}
        assert house.asked("SELECT count(*), count(DISTINCT title) FROM cases_case WHERE title ^@ 'soak-'")[0] == (
            (made := sum(one["what"] == "register" for one in tally.answered.values())), made,
        )  # fmt: skip
        windows = ",".join(str(pk) for pk in queue.windows.values_list("pk", flat=True)[:2])
        done = run(house, "-c", CALLS, windows, cast.clerk.username)
        assert done.stdout.split() == ["8", "8", "True", "True", "[]"], done.stdout + done.stderr

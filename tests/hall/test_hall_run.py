"""`make run` as its user meets it: it opens, says where, is alone, and leaves nothing behind however it ends."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from hall.embedded import BASE_DIR
from hall.embedded.servers import command_of

pytestmark = pytest.mark.skipif(not Path("/proc/self").exists(), reason="reads processes from /proc")


def start(env: dict[str, str]) -> subprocess.Popen[str]:
    argv = [sys.executable, "manage.py", "hall_run"]
    output = subprocess.PIPE
    return subprocess.Popen(argv, cwd=BASE_DIR, env=env, stdout=output, stderr=subprocess.STDOUT, text=True)


def read_until_open(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    said = ""
    for line in process.stdout:
        said += line
        if found := re.search(r"open at (http://\S+)", line):
            return found[1]
    pytest.fail(f"it did not open:\n{said}")


def family(pid: int) -> set[int]:
    """Everybody who descends from that process and lives."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and command_of(int(entry.name)):
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {pid}


REFUSED = """
import io, os, sys
import manage
for port in ("http", "0"):
    os.environ["PORT"] = port
    sys.stdout = io.StringIO()
    try:
        code = manage.main(["manage.py", "hall_run"])
    except SystemExit as end:
        code = end.code
    print(code, sys.stdout.getvalue(), end="", file=sys.__stdout__)
"""
"""One process that tries twice: with a port that is none, and while another has the hall open."""


def test_it_opens_alone_and_closes_with_nobody_left(process_env: dict[str, str]) -> None:
    env = process_env | {"PORT": "0", "HALL_DEMO": "0", "HALL_WEB_WORKERS": "1", "HALL_WORKERS": "1"}
    hall = start(env)
    try:
        address = read_until_open(hall)
        with urllib.request.urlopen(f"{address}healthz", timeout=20) as answer:
            assert answer.status == 200

        done = subprocess.run(
            [sys.executable, "-c", REFUSED],
            cwd=BASE_DIR,
            env=env,
            stdout=subprocess.PIPE,
            text=True,
            timeout=60,
        )
        none, already, *more = done.stdout.splitlines()
        assert none == "1   hall | PORT is 'http'; give a number below 65536"
        assert f"already open (pid {hall.pid}, {address})" in already and already.startswith("1 ")
        assert more == []

        children = family(hall.pid)
        assert len(children) >= 4, "web and its own child, worker, beat"
        hall.send_signal(signal.SIGINT)
        said, _ = hall.communicate(timeout=60)
    finally:
        hall.kill()
    assert hall.returncode == 0, said
    assert said.endswith("closed\n")
    assert not {pid for pid in children if command_of(pid)}


LONELY = """
import sys, time
from pathlib import Path
from hall.management.commands.hall_run import Child
child = Child("web", ["http.server", "0"], Path(sys.argv[1]))
child.start()
print(child.process.pid, flush=True)
time.sleep(60)
"""


def test_no_child_outlives_a_killed_supervisor(tmp_path: Path) -> None:
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    argv = [sys.executable, "-c", LONELY, str(tmp_path / "child.log")]
    with subprocess.Popen(argv, cwd=BASE_DIR, env=env, stdout=subprocess.PIPE, text=True) as supervisor:
        assert supervisor.stdout
        child = int(supervisor.stdout.readline())
        assert "http.server" in command_of(child)
        supervisor.kill()
    end = time.monotonic() + 10
    while command_of(child):
        assert time.monotonic() < end
        time.sleep(0.02)

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

from hall.embedded import BASE_DIR, Lease
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


def wait_for_the_end_of(pids: set[int]) -> None:
    end = time.monotonic() + 20
    while left := {pid for pid in pids if command_of(pid)}:
        assert time.monotonic() < end, [command_of(pid) for pid in left]
        time.sleep(0.1)


def test_it_opens_alone_and_leaves_nobody_behind(process_env: dict[str, str]) -> None:
    env = process_env | {"PORT": "0", "HALL_WEB_WORKERS": "1", "HALL_WORKERS": "1"}
    first = start(env)
    try:
        address = read_until_open(first)
        with urllib.request.urlopen(f"{address}healthz", timeout=20) as answer:
            assert answer.status == 200
        second = start(env)
        said, _ = second.communicate(timeout=60)
        assert second.returncode == 1
        assert f"already open (pid {first.pid}, {address})" in said
        children = family(first.pid)
        assert len(children) >= 5, "web, worker, beat, and the children of the first two"
    finally:
        first.kill()
        first.wait()
    wait_for_the_end_of(children)

    third = start(env)
    try:
        read_until_open(third)
        children = family(third.pid)
        third.send_signal(signal.SIGINT)
        said, _ = third.communicate(timeout=60)
    finally:
        third.kill()
    assert third.returncode == 0, said
    assert said.rstrip().endswith("closed")
    assert not {pid for pid in children if command_of(pid)}


@pytest.mark.parametrize("port", ["http", "99999"])
def test_a_port_that_is_none_is_refused_in_one_line(services: Lease, port: str) -> None:
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings", "PORT": port}
    process = start(env)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert said == f"  hall | PORT is {port!r}; give a number below 65536\n"

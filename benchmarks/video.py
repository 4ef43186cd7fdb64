"""The video room between real browsers: how long until there is a picture, and until there is one again.

Headless Chromium with its fake camera and microphone, a context (a process, decoders and encoders) for each end, before
gunicorn as `make run` starts it, on one machine. Times are taken in the pages: from the press on a button until the
browser paints the first frame of another end. The floor is two connections in one page that hand each other their
signals without any house; its cameras run already, as those of the ends in the room do.
"""

from __future__ import annotations

import os
import shutil
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings
from django.db import connections
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from benchmarks.measure import Figure
from cases.rules.video import Guest
from hall.models import User
from tests.cast import Cast
from tests.journeys.lossy import lossy
from tests.life_video import invited, room_open

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream", "--disable-features=WebRtcHideLocalIpsWithMdns",
    "--allow-loopback-in-peer-connection", "--autoplay-policy=no-user-gesture-required",
)  # fmt: skip
RUNS, CUTS, BACK = 7, 3, 3
"""Of two ends; cuts; and so many of six leave and come back."""
CUT = 20.0
"""Seconds without a single packet: longer than the other end is taken for unsteady, shorter than for gone."""
PATIENCE = 120.0
WATCH = """
window.firstFrame = {};
window.gaps = [];
const now = () => performance.timeOrigin + performance.now();
const watched = new WeakSet();
new MutationObserver(() => {
  for (const video of document.querySelectorAll("figure:not([data-own]) video")) {
    if (watched.has(video)) continue;
    watched.add(video);
    const place = video.closest("figure").dataset.place;
    let last = 0;
    const frame = () => {
      if (!last) window.firstFrame[place] = now();
      else if (now() - last > 3000) window.gaps.push(now());
      last = now();
      video.requestVideoFrameCallback(frame);
    };
    video.requestVideoFrameCallback(frame);
  }
}).observe(document, { childList: true, subtree: true });
document.addEventListener("submit", () => sessionStorage.setItem("pressed", now()), true);
document.addEventListener("click", ({ target }) => {
  if (target.closest("button[data-admit]")) window.admitted = now();
}, true);
"""
FLOOR = """async () => {
  const ends = [new RTCPeerConnection(), new RTCPeerConnection()];
  const wanted = { audio: true, video: { width: { ideal: 640 }, height: { ideal: 360 }, frameRate: { max: 24 } } };
  const own = await navigator.mediaDevices.getUserMedia(wanted);
  const began = performance.now();
  const pictures = ends.map((end, n) => new Promise((resolve) => {
    end.onicecandidate = ({ candidate }) => candidate && ends[1 - n].addIceCandidate(candidate);
    end.ontrack = ({ track }) => {
      if (track.kind !== "video") return;
      const video = document.createElement("video");
      Object.assign(video, { muted: true, srcObject: new MediaStream([track]) });
      document.body.append(video);
      video.requestVideoFrameCallback(() => resolve(performance.now()));
      video.play();
    };
    for (const track of own.getTracks()) end.addTrack(track, own);
  }));
  await ends[0].setLocalDescription();
  await ends[1].setRemoteDescription(ends[0].localDescription);
  await ends[1].setLocalDescription();
  await ends[0].setRemoteDescription(ends[1].localDescription);
  const times = await Promise.all(pictures);
  for (const end of ends) end.close();
  for (const track of own.getTracks()) track.stop();
  return Math.min(...times) - began;
}"""


@dataclass
class End:
    """One browser with a seat: `where` its way in, `place` what the others know it by."""

    context: BrowserContext
    where: str
    place: int
    page: Page

    def come(self) -> None:
        """A fresh load of the page, and the press."""
        self.page.close()
        self.page = self.context.new_page()
        self.page.goto(self.where)
        self.page.get_by_role("button", name="进入视频接访室").click()

    def pressed(self) -> float:
        return float(self.page.evaluate("sessionStorage.getItem('pressed')"))

    def first(self, *places: int) -> list[float]:
        """When it painted the first frame of each of these ends."""
        _until(lambda: set(map(str, places)) <= set(self.page.evaluate("Object.keys(window.firstFrame)")))
        seen = self.page.evaluate("window.firstFrame")
        return [float(seen[str(place)]) for place in places]


def _until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        if time.monotonic() > end:
            raise TimeoutError("no picture within two minutes")
        time.sleep(0.05)


def video(cast: Cast) -> Iterator[Figure]:
    """Two ends, then six; the last line of each is what a person waits for who comes back."""
    now = timezone.now()
    room = room_open(cast, now)
    ways = [("", room.seats.get(user=cast.clerk).place_number)]
    for n in range(3):
        guest = Guest("other", name=f"第{n}方", phone=f"1380001000{n}")
        seat, secret = invited(cast, room, now, guest)
        ways.append((f"/video/link/{secret}/", seat.place_number))
    people = [cast.clerk, None, None, None, cast.leader, cast.head]
    room_path = f"/video/{room.token}/"
    ways += [(room_path, room.seats.get(user=cast.leader).place_number)]
    ways += [(room_path, room.seats.get(department=cast.units["labour"]).place_number)]
    ways[0] = (room_path, ways[0][1])
    connections.close_all()
    # Playwright keeps an event loop in this thread, and Django then takes every query for one inside of it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with _web() as url, _chromium() as browser:
        floor = _floor(browser, url)
        host, *others = (_end(browser, url, way, person) for way, person in zip(ways, people, strict=True))
        host.come()
        yield from _two(host, others[0], floor)
        yield from _six(host, others, floor)
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def _two(host: End, guest: End, floor: float) -> Iterator[Figure]:
    admitted = []
    for _n in range(RUNS):
        guest.come()
        clicked = _let_in(host)
        admitted.append(max(guest.first(host.place) + host.first(guest.place)) - clicked)
        guest.page.get_by_role("button", name="离开").click()
        guest.page.get_by_text("您已离开视频接访室").wait_for()
        _until(lambda: host.page.locator("figure:not([data-own])").count() == 0)
        host.page.evaluate("window.firstFrame = {}")
    yield _figure("video, 2 ends: let in until both see the other", admitted, floor, 20.0)
    guest.come()
    _let_in(host)
    guest.first(host.place)
    back = [_back(guest, host.place) for _n in range(RUNS)]
    yield _figure("video, 2 ends: own press until the first frame", back, floor, 25.0)
    mended = list(_cuts(host, guest))
    yield _figure(f"video, 2 ends: {CUT:.0f} s without packets, then", mended, floor, 60.0)


def _six(host: End, others: list[End], floor: float) -> Iterator[Figure]:
    """Thirty coders and thirty decoders on one machine: on few cores they, not the house, are what is waited for."""
    for end in others[1:]:
        end.come()
        _let_in(host)
        end.first(host.place)
    everybody = [host, *others]
    one, all_of_them = [], []
    for end in others[:BACK]:  # with a link: who has an account and the seat is in the room at once, without a press
        rest = [other.place for other in everybody if other is not end]
        end.come()
        frames = end.first(*rest)
        one.append(min(frames) - end.pressed())
        all_of_them.append(max(frames) - end.pressed())
    yield _figure("video, 6 ends: own press until the first frame", one, floor, 120.0)
    yield _figure("video, 6 ends: own press until five pictures", all_of_them, floor, 200.0)
    before = [_decoded(end) for end in everybody]
    time.sleep(6)
    after = [_decoded(end) for end in everybody]
    grown = [new - old for a, b in zip(before, after, strict=True) for old, new in zip(a, b, strict=True)]
    assert len(grown) == 30 and min(grown) > 0, grown


def _let_in(host: End) -> float:
    host.page.locator("button[data-admit]:visible").click()
    return float(host.page.evaluate("window.admitted"))


def _back(end: End, other: int) -> float:
    end.come()
    return end.first(other)[0] - end.pressed()


def _cuts(host: End, guest: End) -> Iterator[float]:
    """No packet of the guest's pictures and sounds comes or goes; its line to the house is whole."""
    for _n in range(CUTS):
        guest.page.close()
        guest.page = guest.context.new_page()
        cut = lossy(guest.page)
        guest.page.goto(guest.where)
        guest.page.get_by_role("button", name="进入视频接访室").click()
        guest.first(host.place)
        time.sleep(3)
        cut(100)
        time.sleep(CUT)
        whole = time.time() * 1000
        cut(0)
        _until(lambda: bool(guest.page.evaluate("window.gaps.length")))
        yield float(guest.page.evaluate("window.gaps[0]")) - whole


def _decoded(end: End) -> list[int]:
    tiles = end.page.locator("figure:not([data-own])")
    return [int(tiles.nth(n).get_attribute("data-frames") or 0) for n in range(tiles.count())]


def _floor(browser: Browser, url: str) -> float:
    context = browser.new_context()
    context.route(
        "**/nothing/", lambda route: route.fulfill(body="<!doctype html>", content_type="text/html")
    )
    page = context.new_page()
    page.goto(f"{url}/nothing/")
    times = [float(page.evaluate(FLOOR)) for _n in range(RUNS + 1)][1:]
    context.close()
    return statistics.median(times)


def _figure(name: str, times: list[float], floor: float, bound: float) -> Figure:
    ours = statistics.median(times)
    return Figure(name, ours, floor, ours / floor, bound)


def _end(browser: Browser, url: str, way: tuple[str, int], person: User | None) -> End:
    context = browser.new_context(base_url=url, locale="zh-CN", viewport={"width": 1366, "height": 900})
    context.set_default_timeout(PATIENCE * 1000)
    context.add_init_script(WATCH)
    if person is not None:
        client = Client()
        client.force_login(person)
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": url}])
    where, place = way
    return End(context, where, place, context.new_page())


@contextmanager
def _chromium() -> Iterator[Browser]:
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        raise RuntimeError(f"no Chromium here (looked for {', '.join(NAMES)})")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=[*FLAGS])
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def _web() -> Iterator[str]:
    """gunicorn as `make run` starts it: two processes, six streams each."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    argv = [
        "-m",
        "gunicorn",
        "hall.wsgi",
        "--config",
        "deploy/gunicorn.conf.py",
        "--bind",
        f"127.0.0.1:{port}",
    ]
    env = os.environ | {"HALL_PROCESS": "web"}
    web = subprocess.Popen([sys.executable, *argv, "--log-level", "error"], cwd=settings.BASE_DIR, env=env)
    try:
        for _n in range(600):
            try:
                with socket.create_connection(("127.0.0.1", port), timeout=1):
                    break
            except OSError:
                time.sleep(0.1)
        yield f"http://localhost:{port}"
    finally:
        web.terminate()
        web.wait(timeout=20)

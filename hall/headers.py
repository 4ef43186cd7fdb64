"""What a browser may do with an answer of this house, said in the answer's headers.

A page is built of our own files alone: no inline script or style, nothing from elsewhere, no frame around it; an answer
that is no page (data, a file, a picture) may load nothing at all. Camera, microphone and the like are closed. What does
not say that it may be kept is kept by nobody. A page that needs more asks with `opens`; a view that says less (a
sandbox around what people handed in) is left as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from http import HTTPStatus
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from csp.constants import HEADER, NONCE, NONE, SELF
from csp.middleware import CSPMiddleware
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

V = TypeVar("V", bound=Callable[..., HttpResponseBase])

PAGE: Mapping[str, list[object]] = {
    "default-src": [NONE],
    "script-src": [SELF, NONCE],
    "style-src": [SELF, NONCE],
    "img-src": [SELF, "data:"],
    "font-src": [SELF],
    "connect-src": [SELF],
    "media-src": [SELF, "blob:"],
    "manifest-src": [SELF],
    "worker-src": [SELF],
    "object-src": [NONE],
    "base-uri": [NONE],
    "form-action": [SELF],
    "frame-ancestors": [NONE],
}
"""Of a page of HTML. No page of ours needs the nonce; a page that comes to need it writes `{{ request.csp_nonce }}`."""
BARE = "; ".join(f"{one} {NONE}" for one in ("default-src", "base-uri", "form-action", "frame-ancestors"))
"""Of everything else."""
CLOSED = (
    "accelerometer", "bluetooth", "browsing-topics", "camera", "display-capture", "encrypted-media", "geolocation",
    "gyroscope", "hid", "idle-detection", "local-fonts", "magnetometer", "microphone", "midi", "payment",
    "picture-in-picture", "screen-wake-lock", "serial", "usb", "xr-spatial-tracking",
)  # fmt: skip
"""Features of the device that no page has without asking; a browser passes over those that it does not know."""
NOTHING_RUNS = "sandbox; default-src 'none'"
"""Of a file that somebody handed in and that is shown in the browser."""
UNKEPT = "private, no-store"
WEB_SOCKETS = {"http": "ws", "https": "wss"}


def origin_of(setting: str) -> str:
    """The origin of an address in the settings; "" where there is none."""
    parts = urlsplit(str(getattr(settings, setting, "") or ""))
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in WEB_SOCKETS and parts.hostname else ""


def permissions(opened: tuple[str, ...] = (), also: str = "") -> str:
    """The Permissions-Policy: everything closed but what is opened for the house, and for the origin it frames."""
    to = f'(self "{also}")' if also else "(self)"
    return ", ".join(f"{one}={to if one in opened else '()'}" for one in CLOSED)


ALL_CLOSED = permissions()


def of_handed_in(media_type: str) -> str:
    """The policy around a file from outside. The browsers' viewers of PDFs stay dark inside of a sandbox."""
    return BARE if media_type == "application/pdf" else NOTHING_RUNS


def opens(*features: str, connect: str = "", frame: str = "") -> Callable[[V], V]:
    """A view whose page needs features of the device, or another origin: `connect` and `frame` name the setting of it.

    The setting is read for each answer; while it is empty nothing is opened. `connect` reaches the origin (also by
    WebSocket), `frame` shows it inside of the page and shares the features with it.
    """
    if unknown := set(features) - set(CLOSED):
        raise ValueError(f"not a feature that is closed: {', '.join(sorted(unknown))}")

    def decorator(view: V) -> V:
        @wraps(view)
        def opened(*args: Any, **kwargs: Any) -> HttpResponseBase:
            response = view(*args, **kwargs)
            reached, framed = origin_of(connect), origin_of(frame)
            more: dict[str, list[str]] = {}
            if reached:
                scheme, _colon, rest = reached.partition(":")
                more["connect-src"] = [reached, f"{WEB_SOCKETS[scheme]}:{rest}"]
            if framed:
                more["frame-src"] = [framed]
            response._csp_update = more  # type: ignore[attr-defined]
            if features:
                response.headers["Permissions-Policy"] = permissions(features, framed)
            return response

        return cast("V", opened)

    return decorator


class Headers(CSPMiddleware):
    """The outermost middleware: no answer of the house goes out without them."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        headers = response.headers
        if response.status_code == HTTPStatus.NOT_MODIFIED:
            return response  # what the browser has keeps the headers that it came with (RFC 9111, 3.2)
        if not headers.get("Content-Type", "").startswith("text/html"):
            headers.setdefault(HEADER, BARE)
        headers.setdefault("Permissions-Policy", ALL_CLOSED)
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        headers.setdefault("Cache-Control", UNKEPT)
        return super().process_response(request, response)


__all__ = [
    "ALL_CLOSED",
    "BARE",
    "CLOSED",
    "NOTHING_RUNS",
    "PAGE",
    "UNKEPT",
    "Headers",
    "of_handed_in",
    "opens",
    "origin_of",
    "permissions",
]

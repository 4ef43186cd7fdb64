"""What a city says about its video rooms: ways through its network, a Jitsi Meet that it has, how many may listen."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ImproperlyConfigured

CREDENTIAL_SECONDS = 6 * 3600


@dataclass(frozen=True, slots=True)
class VideoSettings:
    stun: tuple[str, ...]
    turn: tuple[str, ...]
    turn_secret: str
    jitsi_url: str
    jitsi_app_id: str
    jitsi_secret: str
    streams: int

    def ice_servers(self, who: str, at: float) -> list[dict[str, Any]]:
        """What a browser is told. The relay's password holds some hours alone (coturn's use-auth-secret)."""
        found: list[dict[str, Any]] = [{"urls": list(self.stun)}] if self.stun else []
        if self.turn:
            name = f"{int(at) + CREDENTIAL_SECONDS}:{who}"
            mac = hmac.new(self.turn_secret.encode(), name.encode(), hashlib.sha1).digest()
            password = base64.b64encode(mac).decode()
            found.append({"urls": list(self.turn), "username": name, "credential": password})
        return found


def video_of(read: Callable[[str, str], str]) -> VideoSettings:
    """`read(name, default)` is the environment. A wrong value is said in a sentence."""

    def addresses(name: str, *schemes: str) -> tuple[str, ...]:
        found = tuple(one.strip() for one in read(name, "").split(",") if one.strip())
        for one in found:
            if not one.startswith(schemes):
                raise ImproperlyConfigured(
                    f"{name}: {one!r} begins with none of {', '.join(schemes)}; give e.g."
                    f" {schemes[0]}turn.example.org:3478, comma-separated, or leave it out."
                )
        return found

    streams = read("HALL_VIDEO_STREAMS", "6")
    if not (streams.isascii() and streams.isdigit()):
        raise ImproperlyConfigured(
            f"HALL_VIDEO_STREAMS is {streams!r}: give a whole number, or leave it out for 6."
        )
    found = VideoSettings(
        stun=addresses("HALL_STUN_URLS", "stun:", "stuns:"),
        turn=addresses("HALL_TURN_URLS", "turn:", "turns:"),
        turn_secret=read("HALL_TURN_SECRET", ""),
        jitsi_url=read("HALL_JITSI_URL", "").rstrip("/"),
        jitsi_app_id=read("HALL_JITSI_APP_ID", ""),
        jitsi_secret=read("HALL_JITSI_SECRET", ""),
        streams=int(streams),
    )
    if found.turn and not found.turn_secret:
        raise ImproperlyConfigured("HALL_TURN_URLS needs HALL_TURN_SECRET, the static-auth-secret of coturn.")
    if found.jitsi_url and not (
        found.jitsi_url.startswith("https://") and found.jitsi_app_id and found.jitsi_secret
    ):
        raise ImproperlyConfigured(
            "HALL_JITSI_URL begins with https:// and needs HALL_JITSI_APP_ID and HALL_JITSI_SECRET, as Jitsi's"
            " token authentication has them."
        )
    return found

"""A security key made of software: what a browser and the key in its port do, for tests (W3C WebAuthn Level 2, §6)."""

from __future__ import annotations

import hashlib
import json
import secrets
import struct
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

ORIGIN = "http://localhost:8000"
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class SoftKey:
    """One credential (P-256). `count` is the counter of the device; 0 for ever on those that have none."""

    private: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    count: int = 0
    counts: bool = True

    def create(self, options: dict[str, Any], **odd: Any) -> str:
        """The answer to `navigator.credentials.create`."""
        said = self._client("webauthn.create", options["challenge"], **odd)
        numbers = self.private.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        attested = bytes(16) + struct.pack(">H", len(self.id)) + self.id + cbor2.dumps(public)
        data = self._data(odd.get("site", options["rp"]["id"]), ATTESTED) + attested
        made = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer(said, attestationObject=bytes_to_base64url(made), transports=["usb"])

    def get(self, options: dict[str, Any], **odd: Any) -> str:
        """The answer to `navigator.credentials.get`."""
        if self.counts:
            self.count += 1
        said = self._client("webauthn.get", options["challenge"], **odd)
        data = self._data(odd.get("site", options["rpId"]), 0)
        signature = self.private.sign(data + hashlib.sha256(said).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            said, authenticatorData=bytes_to_base64url(data), signature=bytes_to_base64url(signature)
        )

    @staticmethod
    def _client(
        kind: str, challenge: str, *, origin: str = ORIGIN, asked: bytes | None = None, **_odd: Any
    ) -> bytes:
        wanted = challenge if asked is None else bytes_to_base64url(asked)
        return json.dumps(
            {"type": kind, "challenge": wanted, "origin": origin, "crossOrigin": False}
        ).encode()

    def _data(self, site: str, flags: int) -> bytes:
        name = hashlib.sha256(site.encode()).digest()
        return name + bytes([flags | PRESENT | VERIFIED]) + struct.pack(">I", self.count)

    def _answer(self, said: bytes, **response: Any) -> str:
        mine = bytes_to_base64url(self.id)
        response["clientDataJSON"] = bytes_to_base64url(said)
        return json.dumps({"id": mine, "rawId": mine, "type": "public-key", "response": response})


def challenge_in(options: dict[str, Any]) -> bytes:
    return base64url_to_bytes(options["challenge"])

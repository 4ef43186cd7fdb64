"""Personal data at rest: encrypted columns, a keyed index for exact look-up, and masks for showing.

ID numbers, telephone numbers and addresses are stored with AES-256-GCM (authenticated; a changed byte is an
error, never a wrong number). Equality search goes over a separate HMAC-SHA256 column made with another key,
so that the table alone gives away neither the number nor, without the key, a guess at it.

Keys come from ``HALL_FIELD_KEYS``: one or more base64 keys of 32 bytes. The first encrypts, all decrypt, so a
key is rotated by putting the new one in front and running ``manage.py reencrypt``.
Source: PIPL art. 51; GB/T 22239-2019 8.1.4 (confidentiality of stored personal data).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import os
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import models

if TYPE_CHECKING:
    _Binary = models.BinaryField[Any, Any]
else:
    _Binary = models.BinaryField

_VERSION = b"\x01"
_NONCE = 12
_KEY_ID = 4


class Undecryptable(ValueError):
    """The stored bytes fit none of the configured keys: a key is missing, or the row was tampered with."""


@lru_cache(maxsize=8)
def _ring(keys: tuple[str, ...]) -> tuple[tuple[bytes, AESGCM], ...]:
    ring = []
    for text in keys:
        key = base64.b64decode(text)
        ring.append((hashlib.sha256(b"key-id" + key).digest()[:_KEY_ID], AESGCM(key)))
    return tuple(ring)


def _keys() -> tuple[tuple[bytes, AESGCM], ...]:
    return _ring(tuple(settings.HALL_FIELD_KEYS))


def encrypt(text: str) -> bytes:
    """Text to version + key id + nonce + ciphertext. Two calls never give the same bytes."""
    key_id, cipher = _keys()[0]
    nonce = os.urandom(_NONCE)
    return _VERSION + key_id + nonce + cipher.encrypt(nonce, text.encode(), key_id)


def decrypt(blob: bytes) -> str:
    """The text again. Raises `Undecryptable` when no configured key fits."""
    key_id, nonce = blob[1 : 1 + _KEY_ID], blob[1 + _KEY_ID : 1 + _KEY_ID + _NONCE]
    for known_id, cipher in _keys():
        if known_id == key_id:
            try:
                return cipher.decrypt(nonce, blob[1 + _KEY_ID + _NONCE :], key_id).decode()
            except InvalidTag as error:
                raise Undecryptable("stored personal data was changed outside of the application") from error
    raise Undecryptable(
        "no key in HALL_FIELD_KEYS fits this value; put the former key back behind the new one"
    )


def is_current(blob: bytes) -> bool:
    """True when the first key of the list wrote it."""
    return blob[1 : 1 + _KEY_ID] == _keys()[0][0]


@lru_cache(maxsize=4)
def _index_key(secret: str) -> bytes:
    return hashlib.sha256(b"blind-index" + base64.b64decode(secret)).digest()


def blind_index(value: str) -> bytes | None:
    """The look-up key of a value: equal values give equal bytes; spaces, dashes and case do not count.

    16 bytes, or None for an empty value, so that "no number" never equals "no number".
    """
    plain = "".join(ch for ch in value if ch.isalnum()).upper()
    if not plain:
        return None
    return hmac.new(_index_key(settings.HALL_INDEX_KEY), plain.encode(), hashlib.sha256).digest()[:16]


def keyed(what: str, value: str) -> bytes:
    """The look-up key of a value that is itself kept nowhere: of a code that was given out, of an address."""
    return blind_index(f"{what}x{value.encode().hex()}") or b""


def origin_of(address: str) -> bytes:
    """Where a question comes from, for a limit on tries: an IPv4 address, or the /64 that an IPv6 one belongs to (one
    household has that many)."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return keyed("address", address)
    packed = known.packed if known.version == 4 else known.packed[:8]
    return keyed("address", packed.hex())


class EncryptedTextField(_Binary):
    """A text that is ciphertext in the database and plain text in Python. Not searchable; see `BlindIndexField`."""

    description = "encrypted text"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", "")
        kwargs["editable"] = kwargs.get("editable", True)
        super().__init__(*args, **kwargs)

    def _check_str_default_value(self) -> list[Any]:
        return []  # a BinaryField may not have a text as its default; in Python this is a text

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> str:
        return decrypt(bytes(value)) if value else ""

    def to_python(self, value: Any) -> str:
        return "" if value is None else str(value)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if isinstance(value, (bytes, memoryview)):
            return super().get_db_prep_value(value, connection, prepared)
        return super().get_db_prep_value(encrypt(value) if value else b"", connection, prepared)

    def value_to_string(self, obj: models.Model) -> str:
        return str(self.value_from_object(obj))

    def get_default(self) -> str:
        return ""


class BlindIndexField(_Binary):
    """The keyed look-up column of an encrypted field, kept equal to it on every save."""

    def __init__(self, source: str = "", **kwargs: Any) -> None:
        self.source = source
        kwargs.update(null=True, editable=False, max_length=16)
        super().__init__(**kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs["source"] = self.source
        return name, path, args, kwargs

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = blind_index(getattr(model_instance, self.source))
        setattr(model_instance, self.attname, value)
        return value


def mask_id_number(value: str) -> str:
    """`110101************`: the region stays. The last four go too: see `mask_phone`."""
    return value[:6] + "*" * (len(value) - 6) if len(value) > 10 else "*" * len(value)


def mask_phone(value: str) -> str:
    """`138********`: the last four are what the petitioner proves himself by at /progress/; no page gives them away."""
    return value[:3] + "********" if len(value) >= 8 else "*" * len(value)


def mask_address(value: str) -> str:
    """The first six characters (about the county) stay."""
    return value[:6] + "****" if len(value) > 6 else "****" if value else ""


def mask_name(value: str) -> str:
    """`王**`: for public pages only; staff see the name."""
    return value[:1] + "*" * max(len(value) - 1, 1) if value else ""

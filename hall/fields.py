"""Personal data at rest: encrypted columns, a keyed index for exact look-up, and masks for showing.

ID numbers, telephone numbers and addresses are stored authenticated (a changed byte is an error, never a wrong
number). The first byte of a value names its algorithm: AES-256-GCM, or SM4-GCM where ``HALL_FIELD_ALGORITHM`` says
so; the next four name its key. Values of both kinds and of all keys stay readable side by side. Equality search goes
over a separate HMAC column (SHA-256, or SM3 with SM4) made with another key, so that the table alone gives away
neither the number nor, without the key, a guess at it.

Keys come from ``HALL_FIELD_KEYS``: one or more base64 keys of 32 bytes. The first encrypts, all decrypt, so a
key is rotated by putting the new one last, then in front, and running ``manage.py rotate_keys``. See docs/keys.md.
Source: PIPL art. 51; GB/T 22239-2019 8.1.4 (confidentiality of stored personal data); GB/T 39786-2021.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import os
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives import hmac as mac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import models

if TYPE_CHECKING:
    _Binary = models.BinaryField[Any, Any]
else:
    _Binary = models.BinaryField

_NONCE, _TAG = 12, 16
_KEY_ID = 4
HEADER = 1 + _KEY_ID
"""So many bytes in front say with what a value was encrypted: the algorithm and the key."""


class Undecryptable(ValueError):
    """The stored bytes fit none of the configured keys: a key is missing, or the row was tampered with."""


class _Sealing(Protocol):
    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes: ...

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes: ...


class _SM4GCM:
    """SM4 in Galois/Counter mode (GB/T 32907, RFC 8998), with the interface of `AESGCM`. The key of 16 bytes is
    derived, so that one configured key never serves two algorithms."""

    def __init__(self, key: bytes) -> None:
        self._key = hmac.new(key, b"sm4-gcm", hashlib.sha256).digest()[:16]

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        sealing = Cipher(algorithms.SM4(self._key), modes.GCM(nonce)).encryptor()
        sealing.authenticate_additional_data(associated_data or b"")
        return sealing.update(data) + sealing.finalize() + sealing.tag

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        if len(data) < _TAG:
            raise InvalidTag
        opening = Cipher(algorithms.SM4(self._key), modes.GCM(nonce, data[-_TAG:])).decryptor()
        opening.authenticate_additional_data(associated_data or b"")
        return opening.update(data[:-_TAG]) + opening.finalize()


_ALGORITHMS: dict[str, bytes] = {"aes": b"\x01", "sm4": b"\x02"}
_MADE: dict[bytes, type[AESGCM] | type[_SM4GCM]] = {b"\x01": AESGCM, b"\x02": _SM4GCM}


@lru_cache(maxsize=8)
def _ring(keys: tuple[str, ...]) -> dict[bytes, dict[bytes, _Sealing]]:
    """Key id → algorithm → cipher, the first key first."""
    ring: dict[bytes, dict[bytes, _Sealing]] = {}
    for text in keys:
        key = base64.b64decode(text)
        ring[hashlib.sha256(b"key-id" + key).digest()[:_KEY_ID]] = {
            code: made(key) for code, made in _MADE.items()
        }
    return ring


def _keys() -> dict[bytes, dict[bytes, _Sealing]]:
    return _ring(tuple(settings.HALL_FIELD_KEYS))


def header() -> bytes:
    """The bytes with which a value begins that is encrypted now."""
    return _ALGORITHMS[settings.HALL_FIELD_ALGORITHM] + next(iter(_keys()))


def _said_with(head: bytes) -> bytes:
    # Values of the first algorithm were always made with the key's id alone, and stay readable.
    return head[1:] if head[:1] == b"\x01" else head


def encrypt(text: str) -> bytes:
    """Text to algorithm + key id + nonce + ciphertext. Two calls never give the same bytes."""
    head, nonce = header(), os.urandom(_NONCE)
    return head + nonce + _keys()[head[1:]][head[:1]].encrypt(nonce, text.encode(), _said_with(head))


def decrypt(blob: bytes) -> str:
    """The text again. Raises `Undecryptable` when no configured key fits."""
    head, nonce = blob[:HEADER], blob[HEADER : HEADER + _NONCE]
    ciphers = _keys().get(head[1:])
    if ciphers is None:
        raise Undecryptable(
            "no key in HALL_FIELD_KEYS fits this value; put the former key back behind the new one"
        )
    cipher = ciphers.get(head[:1])
    if cipher is None:
        raise Undecryptable(
            "this value was written by an algorithm that this version of the hall does not know"
        )
    try:
        return cipher.decrypt(nonce, blob[HEADER + _NONCE :], _said_with(head)).decode()
    except (InvalidTag, ValueError) as error:
        raise Undecryptable("stored personal data was changed outside of the application") from error


def is_current(blob: bytes) -> bool:
    """True when it was written with the first key of the list, by the algorithm of today."""
    return blob[:HEADER] == header()


def sealed(text: str) -> str:
    """Encrypted, as a JSON column keeps it under the name `sealed` (see `SealedJSONField`)."""
    return base64.b64encode(encrypt(text)).decode()


@lru_cache(maxsize=4)
def _index_key(secret: str) -> bytes:
    return hashlib.sha256(b"blind-index" + base64.b64decode(secret)).digest()


def _plain(value: str) -> bytes:
    return "".join(ch for ch in value if ch.isalnum()).upper().encode()


def blind_index(value: str) -> bytes | None:
    """The look-up key of a value: equal values give equal bytes; spaces, dashes and case do not count.

    16 bytes, or None for an empty value, so that "no number" never equals "no number".
    """
    plain = _plain(value)
    if not plain:
        return None
    key = _index_key(settings.HALL_INDEX_KEY)
    if settings.HALL_FIELD_ALGORITHM == "sm4":
        digest = mac.HMAC(key, hashes.SM3())
        digest.update(plain)
        return digest.finalize()[:16]
    return hmac.new(key, plain, hashlib.sha256).digest()[:16]


def keyed(what: str, value: str) -> bytes:
    """The look-up key of a value that is itself kept nowhere: of a code that was given out, of an address.

    It can never be made anew, so it has a key of its own, which stays when that of the columns is rotated.
    """
    plain = _plain(f"{what}x{value.encode().hex()}")
    return hmac.new(_index_key(settings.HALL_CODE_KEY), plain, hashlib.sha256).digest()[:16]


def origin_of(address: str) -> bytes:
    """Where a question comes from, for a limit on tries: an IPv4 address, or the /64 that an IPv6 one belongs to (one
    household has that many)."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return keyed("address", address)
    packed = known.packed if known.version == 4 else known.packed[:8]
    return keyed("address", packed.hex())


def seal(data: bytes, name: str) -> bytes:
    """Bytes of a file, bound to the name it lies under: laid under another name, it cannot be read."""
    head, nonce = header(), os.urandom(_NONCE)
    bound = head + name.encode()
    return head + nonce + _keys()[head[1:]][head[:1]].encrypt(nonce, data, bound)


def unseal(blob: bytes, name: str) -> bytes:
    """The bytes again. Raises `Undecryptable` when no configured key fits or they are of another name."""
    head = blob[:HEADER]
    cipher = _keys().get(head[1:], {}).get(head[:1])
    if cipher is None:
        raise Undecryptable(
            f"no key in HALL_FIELD_KEYS fits {name}; put the former key back behind the new one"
        )
    try:
        return cipher.decrypt(blob[HEADER : HEADER + _NONCE], blob[HEADER + _NONCE :], head + name.encode())
    except (InvalidTag, ValueError) as error:
        raise Undecryptable(f"{name} was changed outside of the application") from error


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


if TYPE_CHECKING:
    _Char = models.CharField[str, str]
else:
    _Char = models.CharField


class SealedFileField(_Char):
    """Where a file lies below the private root that was made with `seal` under this very name:
    `manage.py rotate_keys` finds it by this class."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 200)
        super().__init__(*args, **kwargs)


class SealedJSONField(models.JSONField):
    """Facts as JSON, of which a text under `sealed` is encrypted: `manage.py rotate_keys` finds it by this class."""

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.JSONField", args, kwargs


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

"""Personal data is ciphertext in the table, found by its keyed index, and shown masked."""

from __future__ import annotations

import base64
import os

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st
from pytest_django import Settings

from cases.models import Petitioner
from hall import fields


@limits(max_examples=40)
@given(st.text(max_size=200))
def test_what_goes_in_comes_out(text: str) -> None:
    blob = fields.encrypt(text)
    assert fields.decrypt(blob) == text
    assert blob != fields.encrypt(text)


def test_a_changed_byte_is_an_error() -> None:
    blob = bytearray(fields.encrypt("13800138000"))
    blob[-1] ^= 1
    with pytest.raises(fields.Undecryptable):
        fields.decrypt(bytes(blob))


def test_keys_rotate(settings: Settings) -> None:
    old = fields.encrypt("秘密")
    former = settings.HALL_FIELD_KEYS
    settings.HALL_FIELD_KEYS = [base64.b64encode(os.urandom(32)).decode(), *former]
    assert fields.decrypt(old) == "秘密"
    fresh = fields.encrypt("秘密")
    settings.HALL_FIELD_KEYS = former
    with pytest.raises(fields.Undecryptable, match="HALL_FIELD_KEYS"):
        fields.decrypt(fresh)


def test_the_index_ignores_spelling_and_never_matches_nothing() -> None:
    assert fields.blind_index("138 0013-8000") == fields.blind_index("13800138000")
    assert fields.blind_index("53099919900101123x") == fields.blind_index("53099919900101123X")
    assert fields.blind_index(" - ") is None
    assert fields.blind_index("1") != fields.blind_index("2")


@pytest.mark.django_db
def test_the_table_holds_no_plain_number() -> None:
    person = Petitioner.objects.create(name="张三", phone="13800138000", created_at=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM cases_petitioner WHERE id = %s", [person.pk])
        stored = bytes(cursor.fetchone()[0])
    assert b"13800138000" not in stored
    again = Petitioner.objects.get(phone_index=fields.blind_index("138-0013-8000"))
    assert again.phone == "13800138000"
    assert again.phone_masked == "138********"


@pytest.mark.parametrize(
    ("mask", "value", "shown"),
    [
        (fields.mask_id_number, "530999199001011234", "530999************"),
        (fields.mask_id_number, "123", "***"),
        (fields.mask_phone, "13800138000", "138********"),
        (fields.mask_address, "云溪县城关镇人民路1号", "云溪县城关镇****"),
        (fields.mask_name, "欧阳某某", "欧***"),
        (fields.mask_name, "", ""),
    ],
)
def test_masks(mask: object, value: str, shown: str) -> None:
    assert mask(value) == shown  # type: ignore[operator]


def test_both_algorithms_are_read_side_by_side(settings: Settings) -> None:
    first = fields.encrypt("秘密")
    settings.HALL_FIELD_ALGORITHM = "sm4"
    second = fields.encrypt("秘密")
    assert (first[:1], second[:1]) == (b"\x01", b"\x02")
    assert fields.decrypt(first) == fields.decrypt(second) == "秘密"
    assert (fields.is_current(first), fields.is_current(second)) == (False, True)
    assert fields.blind_index("13800138000") != fields.keyed("", "13800138000")


@pytest.mark.parametrize("algorithm", ["aes", "sm4"])
def test_any_changed_byte_is_an_error_whatever_the_algorithm(settings: Settings, algorithm: str) -> None:
    settings.HALL_FIELD_ALGORITHM = algorithm
    blob = fields.encrypt("13800138000")
    for place in range(len(blob)):
        changed = bytearray(blob)
        changed[place] ^= 3  # also turns one algorithm's byte into the other's
        with pytest.raises(fields.Undecryptable):
            fields.decrypt(bytes(changed))
    for end in range(len(blob)):
        with pytest.raises(fields.Undecryptable):
            fields.decrypt(blob[:end])


def test_sm4_is_the_published_one(settings: Settings) -> None:
    """RFC 8998, A.1: the key is given here as it is, not derived."""
    cipher = fields._SM4GCM(b"")
    cipher._key = bytes.fromhex("0123456789abcdeffedcba9876543210")
    said = cipher.encrypt(
        bytes.fromhex("00001234567800000000abcd"),
        bytes.fromhex("aa" * 8 + "bb" * 8 + "cc" * 8 + "dd" * 8 + "ee" * 8 + "ff" * 8 + "ee" * 8 + "aa" * 8),
        bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2"),
    )
    assert said[-16:].hex() == "83de3541e4c2b58177e065a9bf7b62ec"

"""Stub: a VerbForm for each verb of the topic."""

from __future__ import annotations

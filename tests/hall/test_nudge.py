"""A nudge is passed on by a thread: soon, seldom, and at nobody's cost."""

from __future__ import annotations

import time
from contextlib import closing

from hall.celery import app
from hall.tasks import GATHER, nudge


def test_nudges_of_a_moment_become_one() -> None:
    with app.connection_for_write() as broker, closing(broker.SimpleQueue("celery")) as line:
        line.clear()
        for _n in range(50):
            nudge("documents")
        message = line.get(timeout=10)
        message.ack()
        assert message.headers["task"] == "hall.render_documents"
        time.sleep(4 * GATHER)
        assert line.clear() <= 1

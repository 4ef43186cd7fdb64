"""A line a figure: `python -m benchmarks [NAME…]`, each name a measure of `benchmarks.cases.ALL`; none stands for all.

Exit 1 when one misses its bound. `python -m benchmarks soak [SECONDS]` breaks things under load and counts the losses.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from hall import embedded

os.environ["HALL_STATE_DIR"] = str(embedded.state_dir() / "bench")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hall.settings")
os.environ.setdefault("HALL_LOG_LEVEL", "ERROR")


def main(names: list[str]) -> int:
    lease = embedded.ensure()
    try:
        import django

        django.setup()
        from django.core.management import call_command
        from django.utils import timezone

        from benchmarks import cases
        from benchmarks.soak import known, soak

        call_command("migrate", verbosity=0)
        if names[:1] == ["soak"]:
            with tempfile.TemporaryDirectory() as folder:
                world = known(cases.World().cast, timezone.now())
                report = soak(Path(folder), world, seconds=float(names[1]) if names[1:] else 120.0)
            print(report, flush=True)
            return 0 if report.is_clean else 1
        missed = 0
        for name in names or list(cases.ALL):
            for figure in cases.ALL[name]():
                print(figure, flush=True)
                missed += figure.ratio > figure.bound
        return 1 if missed else 0
    finally:
        lease.release()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

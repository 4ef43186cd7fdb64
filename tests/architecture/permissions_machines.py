"""Machines and signing in: the lines of their topics for the table in `permissions.py`, which has no room left."""

from tests.architecture.permissions_devices import DEVICES
from tests.architecture.permissions_exchange import EXCHANGE
from tests.architecture.permissions_hooks import HOOKS
from tests.architecture.permissions_video import VIDEO
from tests.architecture.signin_doors import SIGNIN_TABLE

MACHINES = DEVICES + EXCHANGE + HOOKS + SIGNIN_TABLE + VIDEO

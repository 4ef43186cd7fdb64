"""Doors for machines: every verb and list of the house as JSON, through the same actions and rules as the pages.

A room lists what it opens in its `api.py`: an `Act` for each verb (an action, its address, the file that it changes)
and a `Rows` for each list. From the action's signature come the arguments, the OpenAPI document and the errors;
nothing is written twice. `problems` says errors (RFC 9457), `calls` keeps each call from being made twice.
"""

from hall.machines.acts import Act, Filled, Subject, acts
from hall.machines.files import Sent
from hall.machines.opening import SCOPES, opened
from hall.machines.rows import Fetched, Rows

__all__ = ["SCOPES", "Act", "Fetched", "Filled", "Rows", "Sent", "Subject", "acts", "opened"]

"""What every door for machines has in common."""

from __future__ import annotations

from rest_framework.views import APIView

from hall.machines.throttles import ByPrincipal


class MachineView(APIView):
    """JSON in and out, a bounded number of calls; errors are problem details (`problems.handle`)."""

    throttle_classes = (ByPrincipal,)

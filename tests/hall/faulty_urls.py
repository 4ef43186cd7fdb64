"""The addresses of the house, and one behind which something fails."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.urls import path

from hall.urls import handler500
from hall.urls import urlpatterns as of_the_house


@login_not_required
def fault(request: Any) -> Any:
    raise RuntimeError("meant")


urlpatterns = [path("fault/", fault), *of_the_house]
__all__ = ["handler500", "urlpatterns"]

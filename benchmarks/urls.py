"""The application's own addresses and, beside them, the floors."""

from django.urls import include, path

from benchmarks import floor

urlpatterns = [
    path("floor/list/<int:unit>/", floor.bare_list),
    path("floor/page/<int:case>/", floor.bare_page),
    path("floor/insert/", floor.bare_insert),
    path("floor/book/", floor.bare_book),
    path("floor/bytes/", floor.bare_bytes),
    path("", include("hall.urls")),
]

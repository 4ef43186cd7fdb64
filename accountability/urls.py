"""The addresses of accountability."""

app_name = "accountability"
urlpatterns: list[object] = []

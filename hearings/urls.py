"""The addresses of hearings."""

app_name = "hearings"
urlpatterns: list[object] = []

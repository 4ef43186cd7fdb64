"""The addresses of consultations."""

app_name = "consultations"
urlpatterns: list[object] = []

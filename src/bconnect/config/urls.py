"""Which address leads where. Robaws' own calls do not get here: `webhooks/door.py` answers them."""

from django.contrib import admin
from django.urls import path
from django.views.generic import RedirectView

from bconnect.operations.metrics_view import metrics
from bconnect.panel.health import healthz, readyz

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("healthz", healthz),
    path("readyz", readyz),
    path("metrics", metrics),
    path("admin/", admin.site.urls),
]

handler403 = "bconnect.panel.error_pages.forbidden"
handler404 = "bconnect.panel.error_pages.not_found"

"""The pages of this example."""

from django.urls import path

from content.views import fail, generate, health

urlpatterns = [
    path("generate/<slug:slug>", generate),
    path("fail/<slug:slug>", fail),
    path("healthz", health),
]

"""The address at which one sets up a second step. It stands before the admin's own, which take all."""

from django.contrib import admin
from django.urls import path

from gallery.login import second_step_page

urlpatterns = [
    path("admin/second-step/", admin.site.admin_view(second_step_page), name="second_step"),
]

"""The facilitator's address for hanging posters anew."""

from django.urls import path

from gallery import hanging_anew

urlpatterns = [path("host/<code:code>/hang-anew/", hanging_anew.hang_anew, name="hang_anew")]

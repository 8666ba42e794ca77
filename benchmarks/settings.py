"""The project's settings with one more address: the floor that the bars are measured against."""

from gallery.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.urls"

"""The WSGI entrance: granian serves this on threads, which is its fastest road for Django."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gallery.settings")
os.umask(0o077)  # nobody else on the machine reads what is kept

within = get_wsgi_application()

from gallery.bodies import Bodies  # noqa: E402 - reads the settings, which are set up only now

application = Bodies(within)

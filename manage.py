#!/usr/bin/env python
"""Run an administrative command: `python manage.py help` lists them."""

import os
import sys


def main() -> None:
    os.umask(0o077)  # nobody else on the machine reads what is kept
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gallery.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as problem:
        sys.exit(f"The settings are not right. {problem}")


if __name__ == "__main__":
    main()

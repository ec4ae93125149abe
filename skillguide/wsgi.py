"""The door for WSGI servers: `granian --interface wsgi skillguide.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "skillguide.settings")
application = get_wsgi_application()

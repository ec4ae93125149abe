"""`manage.py dbshell` with the `psql` that came with the embedded server."""

from collections.abc import Iterable

from django.conf import settings
from django.db.backends.postgresql import client

from skillguide import postgres


class DatabaseClient(client.DatabaseClient):
    def runshell(self, parameters: Iterable[str]) -> None:
        server = postgres.ensure_running(settings.DATA_DIR)
        self.executable_name = str(server.home.binaries / "psql")
        self.connection.settings_dict |= {"HOST": server.socket, "USER": postgres.ROLE}
        super().runshell(list(parameters))

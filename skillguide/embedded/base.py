"""Django's own backend, with the embedded server behind it."""

from typing import Any

import psycopg
from django.conf import settings
from django.db.backends.postgresql import base

from skillguide import postgres
from skillguide.embedded.client import DatabaseClient


class DatabaseWrapper(base.DatabaseWrapper):
    client_class = DatabaseClient

    def get_new_connection(self, conn_params: dict[str, Any]) -> "psycopg.Connection[Any]":
        server = postgres.ensure_running(settings.DATA_DIR)
        conn_params |= {"host": server.socket, "user": postgres.ROLE}
        connection: psycopg.Connection[Any] = super().get_new_connection(conn_params)
        return connection

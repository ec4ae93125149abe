"""`manage.py run`: the whole site, from the database to the watch over content/."""

import contextlib
import logging
import signal
import sys
import time
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection, connections

from skillguide import environment as env
from skillguide import postgres, preparing
from skillguide.learners.demo import ensure_demo_accounts
from skillguide.processes import Child, GivenUpError, Patience, Supervisor, end_strays
from skillguide.watching import Watch

logger = logging.getLogger(__name__)

STOPPERS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
STARTING = 60.0  # seconds until somebody should look why no page comes


class Command(BaseCommand):
    help = "Run the site: database, migrations, content, web server and mail. Ctrl-C stops it all."

    def handle(self, **_: Any) -> None:
        self.port = env.integer("PORT", default=8000, least=1, most=65535)
        self.database = Patience("database")
        record = settings.DATA_DIR / "run.json"
        _exit_on_signals()
        with contextlib.ExitStack() as last_in_first_out:
            lock = preparing.only_one_at_a_time(settings.DATA_DIR / "run.lock", self.port)
            last_in_first_out.enter_context(lock)
            end_strays(record)
            preparing.refuse_taken_port(self.port)
            preparing.refuse_unreadable(settings.CONTENT_DIR)
            last_in_first_out.callback(self._stop_database)
            self._start_database()
            self._prepare()
            self.supervisor = Supervisor(self._children(), record, self._say)
            last_in_first_out.callback(self._stop_children)
            try:
                self._serve()
            except GivenUpError as error:
                raise CommandError(str(error)) from None

    def _start_database(self) -> None:
        if not settings.EMBEDDED:
            connection.ensure_connection()
            where = connection.settings_dict
            self._say(
                f"Database: “{where['NAME']}” of DATABASE_URL. No demo accounts are made there."
            )
            return
        self._say("Starting the database …")
        self.server = postgres.ensure_running(settings.DATA_DIR, self._say)
        self._say(f"Database: PostgreSQL in {self.server.home.folder}")

    def _prepare(self) -> None:
        count = preparing.migrate()
        self._say(f"Migrations: {count} applied." if count else "Migrations: nothing to do.")
        call_command("tidy")
        self.watch = Watch(settings.CONTENT_DIR)
        self._publish()
        if preparing.collect_static_files():
            self._say("Static files: collected.")
        if settings.EMBEDDED:
            self.password = env.kept_secret(settings.DATA_DIR / "demo-password", size=9)
            self.accounts = ensure_demo_accounts(self.password)
        connections.close_all()

    def _serve(self) -> None:
        self._say("Starting the web server …")
        self.supervisor.start()
        end = time.monotonic() + STARTING
        while not preparing.answers(self.port):
            self.supervisor.tick()
            if time.monotonic() > end:
                raise CommandError("The web server does not answer. What it wrote above says why.")
            time.sleep(0.1)
        self._welcome()
        while True:
            self.supervisor.tick()
            if settings.EMBEDDED:
                self._look_after_database()
            if self.watch.changed():
                self._publish()
            time.sleep(0.5)

    def _children(self) -> list[Child]:
        python = sys.executable
        web = [python, "-m", "granian", "--interface", "wsgi", "--host", preparing.HOST]
        web += ["--port", str(self.port), "--workers", "2", "--blocking-threads", "4"]
        web += ["--respawn-failed-workers", "--respawn-interval", "0.5"]
        web += ["--workers-kill-timeout", "4", "--no-ws", "--log-level", "warning"]
        web += ["skillguide.wsgi:application"]
        mail = [python, "manage.py", "db_worker", "--verbosity", "0", "--no-reload"]
        clock = [python, "manage.py", "tend", "--every", "15"]
        folder = settings.BASE_DIR
        return [
            Child("web server", web, folder),
            Child("mail worker", mail, folder),
            Child("clock of the review desk", clock, folder),
        ]

    def _publish(self) -> None:
        """Publish the files. Whatever is wrong with them, the site goes on with what it has."""
        try:
            call_command("content", "publish", stdout=self.stdout, stderr=self.stderr)
        except (CommandError, OSError) as error:
            self._say(f"{error}\nThe site goes on with what was published before.")
        except OperationalError as error:
            reason = str(error).strip().partition("\n")[0]
            self._say(f"The content is published when the database takes it: {reason}")
            self.watch.forget()
            time.sleep(5)
        except Exception as error:
            logger.debug("Publishing failed", exc_info=True)
            kind = type(error).__name__
            self._say(f"Nothing was published, because of a fault in Skill Guide: {kind}: {error}")
        finally:
            self._say("")  # a blank line, and what the command wrote goes out before it
            connections.close_all()

    def _look_after_database(self) -> None:
        try:
            server = postgres.ensure_running(settings.DATA_DIR, self._say)
        except postgres.EmbeddedDatabaseError as error:
            self._say(str(error))
            time.sleep(self.database.seconds_after_death())
            return
        if server.pid != self.server.pid:
            self.server = server
            self._say("The database stopped unexpectedly; it runs again.")
            self.database.seconds_after_death()
        postgres.trim_log(server.home)

    def _welcome(self) -> None:
        self._say(f"\nSkill Guide is at http://{preparing.HOST}:{self.port}/\n\n")
        if settings.EMBEDDED:
            self._say(f"Sign in as one of these, with the password {self.password}")
            for account in self.accounts:
                self._say(f"  {account.email:24} {account.role}")
        self._say(
            "\nWhat you save in the content folder is published. Ctrl-C stops everything.\n\n"
        )

    def _stop_children(self) -> None:
        self._say("\nStopping …")
        self.supervisor.stop()

    def _stop_database(self) -> None:
        connections.close_all()
        postgres.release()
        self._say("Stopped.")

    def _say(self, sentence: str) -> None:
        with contextlib.suppress(OSError):  # a closed terminal must not keep us from cleaning up
            self.stdout.write(sentence)
            self.stdout.flush()


def _exit_on_signals() -> None:
    def leave(*_: object) -> None:
        for stopper in STOPPERS:
            signal.signal(stopper, signal.SIG_IGN)  # nothing interrupts the cleaning up
        sys.exit(0)

    for stopper in STOPPERS:
        # `nohup make run` asks to go on when the terminal closes.
        if stopper is not signal.SIGHUP or signal.getsignal(stopper) is not signal.SIG_IGN:
            signal.signal(stopper, leave)

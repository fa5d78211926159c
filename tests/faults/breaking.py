"""What breaks on a machine: processes that are killed, databases that crash, a queue that forgets."""

import os
import resource
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg

from infra.hub import postgres, redis, supervisor
from infra.hub.settings import Settings, from_environment
from tests.stack import PORT, Stack, wait_for


class Breaking:
    """Breaks parts of a running hub; its supervisor brings them back."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._settings = from_environment({"HANPYO_HOME": str(stack.home), "HANPYO_PORT": str(PORT)})

    @property
    def settings(self) -> Settings:
        return self._settings

    def kill_readers(self) -> None:
        """kill −9 of the workers that import and undo."""
        assert self._stack.kill("dramatiq", "shared.runtime.worker", "--queues ingest") > 0

    def kill_helpers(self) -> None:
        """kill −9 of the workers of bulk actions and of what may wait."""
        assert self._stack.kill("dramatiq", "shared.runtime.worker", "--queues default") > 0

    def kill_api(self) -> None:
        """kill −9 of the API, its master included."""
        assert self._stack.kill("gunicorn", "shared.runtime.wsgi") > 0

    def end_connections(self) -> None:
        """Every connection to the database is cut in the middle of what it does."""
        with self._stack.superuser() as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename LIKE 'hanpyo%'"
            )

    def crash_postgres(self) -> None:
        """An immediate stop, as `pg_ctl stop -m immediate`: nothing is written any more, commits not yet on
        the disk are lost. The supervisor starts it again and it recovers from its log.
        """
        victim = postgres.running(postgres.data_directory(self._settings))
        assert victim is not None
        os.kill(victim, signal.SIGQUIT)
        wait_for(lambda: not Path(f"/proc/{victim}").exists(), 20, 0.01)

    def hang_the_log_writer(self) -> None:
        """PostgreSQL's process that writes commits to the disk which do not wait for it does nothing more: as
        on a disk that hangs. It dies in the next crash.
        """
        with self._stack.superuser() as connection:
            found = connection.execute("SELECT pid FROM pg_stat_activity WHERE backend_type = 'walwriter'")
            os.kill(int(str(found.fetchall()[0][0])), signal.SIGSTOP)

    def lose_the_queue(self) -> None:
        """Redis is killed and comes back empty."""
        victim = redis.running(self._settings)
        assert victim is not None
        shutil.rmtree(redis.directory(self._settings) / "appendonlydir")
        os.kill(victim, signal.SIGKILL)
        wait_for(lambda: redis.running(self._settings) not in (None, victim), 20, 0.05)

    @contextmanager
    def without_storage(self) -> Iterator[None]:
        """The storage folder is not there, as when a disk is not mounted; also root cannot write it."""
        away = self._stack.home / "files.away"
        files = self._stack.home / "files"
        files.rename(away)
        files.write_text("the disk is not mounted")
        try:
            yield
        finally:
            files.unlink()
            away.rename(files)

    @contextmanager
    def without_postgres(self) -> Iterator[None]:
        """The database server is down and stays down."""
        supervisor.call(self._settings, "stopProcess", "postgres", True)
        try:
            yield
        finally:
            supervisor.call(self._settings, "startProcess", "postgres", True)

    @contextmanager
    def no_room(self, *words: str, most: int) -> Iterator[None]:
        """The stack's processes with these words in their command line can write no file beyond `most` bytes,
        as on a disk that fills up while they write.
        """
        victims = self._stack.processes(*words)
        assert victims
        for pid in victims:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))
        try:
            yield
        finally:
            for pid in victims:
                with suppress(ProcessLookupError):
                    resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)


def ask(stack: Stack, statement: str, *values: object) -> list[tuple[object, ...]]:
    """Rows of the stack's database, asked again while it is down."""
    return patiently(lambda: _ask(stack, statement, values))


def patiently(work: Callable[[], list[tuple[object, ...]]], seconds: float = 30) -> list[tuple[object, ...]]:
    deadline = time.monotonic() + seconds
    while True:
        try:
            return work()
        except psycopg.OperationalError:
            assert time.monotonic() < deadline, "the database did not come back"
            time.sleep(0.1)


def _ask(stack: Stack, statement: str, values: tuple[object, ...]) -> list[tuple[object, ...]]:
    with stack.superuser() as connection:
        return connection.execute(statement, values).fetchall()

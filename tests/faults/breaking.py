"""What breaks on a machine: processes that are killed, databases that crash, a queue that forgets."""

import os
import resource
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg

from infra.hub import postgres, procfile, redis, supervisor
from infra.hub.settings import Settings, from_environment
from tests.stack import PORT, Stack, wait_for


class Breaking:
    """Breaks parts of a running hub; its supervisor brings them back."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        places = {"HANPYO_HOME": str(stack.home), "HANPYO_PORT": str(PORT)}
        venv = {name: os.environ[name] for name in ("HANPYO_VENV",) if name in os.environ}
        self._settings = from_environment({**places, **venv})

    @property
    def settings(self) -> Settings:
        return self._settings

    def kill_readers(self) -> None:
        """kill −9 of the workers that import and undo."""
        assert self._stack.kill("dramatiq", "shared.runtime.worker", "--queues ingest") > 0

    def kill_helpers(self) -> None:
        """kill −9 of the workers of bulk actions and of what may wait."""
        workers = ("dramatiq", "shared.runtime.worker")
        assert self._stack.kill(*workers, "--queues default") > 0
        self._stack.kill(*workers, "--queues background")

    def kill_api(self) -> None:
        """kill −9 of the API, its master included."""
        assert self._stack.kill("gunicorn", "shared.runtime.wsgi") > 0

    def kinds(self) -> list[str]:
        """Every kind of process of the hub, by its name in the Procfile; the carrier is not ours."""
        return [one.name for one in procfile.wanted(self._settings) if one.name != "simulator"]

    def kill_process(self, name: str) -> bool:
        """kill −9 of a process of the Procfile with all its children; False when it is not up just now."""
        master = supervisor.call(self._settings, "getProcessInfo", name)["pid"]
        if not master:
            return False
        for pid in family(master):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return True

    @contextmanager
    def second_dispatcher(self) -> Iterator[None]:
        """Another process that admits due messages beside the scheduler, which holds no lock against it."""
        (first, *_) = self._stack.processes("python", "-m shared.runtime.scheduler")
        lines = Path(f"/proc/{first}/environ").read_text(encoding="utf-8").split("\0")
        log = self._settings.logs / "second-dispatcher.log"
        with log.open("wb") as output:
            second = subprocess.Popen(
                [str(self._settings.venv / "bin" / "python"), "-m", "tests.faults.second_dispatcher"],
                cwd=self._settings.root,
                env=dict(line.split("=", 1) for line in lines if "=" in line),
                stdout=output,
                stderr=output,
            )
        try:
            yield
            assert second.poll() is None, log.read_text(encoding="utf-8")
        finally:
            second.kill()
            second.wait()

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
        on a disk that hangs. It dies in the next crash. It is stopped while it waits for work: in the middle
        of a write it would keep a lock that every commit needs, and nothing at all would go on.
        """
        query = "SELECT pid, wait_event FROM pg_stat_activity WHERE backend_type = 'walwriter'"
        with self._stack.superuser() as connection:
            while True:
                pid = int(str(connection.execute(query).fetchall()[0][0]))
                os.kill(pid, signal.SIGSTOP)
                time.sleep(0.01)
                if connection.execute(query).fetchall()[0][1] == "WalWriterMain":
                    return
                os.kill(pid, signal.SIGCONT)
                time.sleep(0.01)

    @contextmanager
    def full_disk(self) -> Iterator[None]:
        """Nothing of the hub can write a file beyond its first 4 kB: PostgreSQL panics and cannot recover,
        Redis refuses what it cannot log, no log line is kept. Harsher than a full disk, which still takes
        what is written over. Raises AssertionError when PostgreSQL takes a table all the same.
        """
        self._limit_files(4096)
        try:
            self._assert_no_room()
            yield
        finally:
            for _ in range(2):  # the second time for processes that were born meanwhile
                self._limit_files(None)

    def _limit_files(self, most: int | None) -> None:
        """For every process of the hub, the supervisor and what it is about to start included."""
        carrier = supervisor.call(self._settings, "getProcessInfo", "simulator")["pid"]
        spared = set(family(carrier)) if carrier else set()
        master = supervisor.running(self._settings)
        assert master is not None
        for pid in family(master):
            if pid not in spared:
                _limit_file_size(pid, most)

    def _assert_no_room(self) -> None:
        try:
            with self._stack.superuser() as connection:
                connection.execute(
                    "CREATE TABLE no_room AS SELECT repeat('x', 1000) FROM generate_series(1, 99)"
                )
                connection.execute("DROP TABLE no_room")
        except psycopg.Error:
            return
        raise AssertionError("PostgreSQL still had room")

    def set_clock_ahead(self, seconds: float) -> None:
        """The wall clock of all processes of the hub jumps."""
        self._stack.set_clock_ahead(seconds)

    def restart_redis(self) -> None:
        """Redis is killed and reads its log again."""
        victim = redis.running(self._settings)
        assert victim is not None
        os.kill(victim, signal.SIGKILL)
        wait_for(lambda: redis.running(self._settings) not in (None, victim), 20, 0.05)

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


def family(pid: int) -> list[int]:
    """A process and all that come from it, the eldest first."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        return [pid]
    return [pid, *(one for child in children for one in family(int(child)))]


def _limit_file_size(pid: int, most: int | None) -> None:
    """As the user and group of the process: not even root may limit another's without a right of its own."""
    soft = "unlimited" if most is None else str(most)
    with suppress(OSError):  # it has ended meanwhile
        owner = Path(f"/proc/{pid}").stat()
        if owner.st_uid == os.getuid():
            _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
            resource.prlimit(
                pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY if most is None else most, hard)
            )
            return
        command = ["prlimit", f"--pid={pid}", f"--fsize={soft}:"]
        as_owner: dict[str, Any] = {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []}
        subprocess.run(command, check=False, stderr=subprocess.DEVNULL, **as_owner)


def ask(stack: Stack, statement: str, *values: object) -> list[tuple[object, ...]]:
    """Rows of the stack's database, asked again while it is down."""
    return patiently(lambda: _ask(stack, statement, values))


def patiently(work: Callable[[], list[tuple[object, ...]]], seconds: float = 90) -> list[tuple[object, ...]]:
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

"""`./hub rekey-master`: a new master key takes over from the old one while the hub runs.

Run again after a crash, it goes on where it was: a step done once is as good as done twice. At no moment is
the file of HANPYO_MASTER_KEY_FILE missing, and never is a key wrapped by a master key that lies in no file.
"""

import base64
import os
import sys
from pathlib import Path
from uuid import UUID

from shared.kernel.database import system_transaction, tenant_transaction
from shared.security import audit, key_store, store_keys
from shared.security.keys import (
    KEY_BYTES,
    KeyUnavailable,
    MasterKey,
    master_key_file,
    next_key_file,
    old_key_file,
    read_master_key,
)


def main() -> int:
    """Changes the master key; says what was done and what is left to do."""
    try:
        path = master_key_file()
        tenants = rekey(path)
    except KeyUnavailable as error:
        return _fail("마스터 키를 읽을 수 없습니다.", str(error))
    except OSError as error:
        return _fail(
            "키 파일을 쓸 수 없습니다. 새 키 파일을 직접 두었다면 두 파일의 이름을 바꾸어 주세요.",
            f"cannot write beside the master key file: {error.strerror}",
        )
    sys.stdout.write(
        f"한표: 마스터 키를 바꾸었습니다. 캠프 {tenants}곳의 키를 새로 감쌌습니다.\n"
        f"Hanpyo: the master key is changed; the keys of {tenants} camps are wrapped anew.\n"
        f"  → {path}: 지금 백업해 두세요 (back it up now)\n"
        f"  → {path.name}.old-*: 이전 백업을 되살릴 때만 필요합니다. 오프라인으로 옮기고 여기서는 지우세요\n"
        "    (needed to restore older backups only: move it off this machine)\n"
    )
    return 0


def rekey(path: Path) -> int:
    """Puts a new master key into a file and wraps everything with it; returns how many tenants.

    Raises KeyUnavailable, OSError. Running processes read the new file when they meet the first key it wraps.
    """
    with system_transaction() as connection:
        # From here on the index of login addresses does not hang on the master key.
        key_store.persist_installation_keys(connection)
    successor = _successor(path)
    with system_transaction() as connection:
        if key_store.master_in_charge(connection).id != successor.id:
            key_store.hand_over(connection, successor)
    done = _rewrap_all(successor)
    _take_over(path, successor)
    # Whoever registered meanwhile with the old key in memory.
    return done + _rewrap_all(successor)


def _successor(path: Path) -> MasterKey:
    """The key that takes over: from a run that was cut off, laid there by the operator, or made now."""
    new = next_key_file(path)
    if not new.exists():
        _write(new, base64.b64encode(os.urandom(KEY_BYTES)) + b"\n")
    return read_master_key(new)


def _rewrap_all(successor: MasterKey) -> int:
    done = 0
    while tenants := _waiting(successor):
        for tenant_id in tenants:
            with tenant_transaction(tenant_id) as connection:
                key_store.rewrap_tenant(connection, tenant_id)
                audit.record(connection, "master_key_changed", member_id=None)
        done += len(tenants)
    return done


def _waiting(successor: MasterKey) -> list[UUID]:
    with system_transaction() as connection:
        return store_keys.tenants_wrapped_otherwise(connection, successor.id)


def _take_over(path: Path, successor: MasterKey) -> None:
    """The new key becomes the file itself, in one step; the old one is kept beside it."""
    old = read_master_key(path)
    if old.id == successor.id:
        return
    kept = old_key_file(path, old)
    if not kept.exists():
        _write(kept, path.read_bytes())
    next_key_file(path).replace(path)
    _sync(path.parent)


def _write(path: Path, content: bytes) -> None:
    """A file that is there whole or not at all, readable by us alone, on the disk when this returns."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    _sync(path.parent)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _fail(ko: str, en: str) -> int:
    sys.stderr.write(f"한표: {ko}\nHanpyo: {en}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())

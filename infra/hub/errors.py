"""What the hub says when it cannot go on."""

import errno


class HubError(Exception):
    """One sentence in Korean, the same in English, and the commands that mend it.

    It is shown to the operator as it stands, without a traceback.
    """

    def __init__(self, korean: str, english: str, *mend: str) -> None:
        super().__init__(english)
        self.korean = korean
        self.english = english
        self.mend = mend

    def render(self) -> str:
        """The text for the terminal."""
        lines = [f"한표: {self.korean}", f"Hanpyo: {self.english}"]
        return "\n".join(lines + [f"  → {command}" for command in self.mend])


def from_os_error(error: OSError) -> HubError:
    """Translate what the operating system refused into a sentence with a remedy."""
    place = str(error.filename or "")
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return disk_full(place)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return HubError(
            f"{place} 에 쓸 권한이 없습니다.",
            f"no permission to write {place}.",
            f"sudo chown -R $USER {place}",
            "HANPYO_HOME=$HOME/hanpyo ./hub up",
        )
    reason = error.strerror or type(error).__name__
    return HubError(
        f"운영체제가 작업을 거부했습니다: {reason} {place}",
        f"the operating system refused: {reason} {place}",
    )


def disk_full(place: str) -> HubError:
    """The disk that holds `place` has no room left."""
    return HubError(
        f"디스크에 남은 공간이 부족합니다 ({place}). 1 GB 이상 비워 주세요.",
        f"the disk is full ({place}); free at least 1 GB.",
        "df -h && du -xsh .hub/*",
        "HANPYO_HOME=/다른/디스크/hanpyo ./hub up",
    )

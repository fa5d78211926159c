"""Whom the campaigns under fire go to, and what each of them is due: told by the last digits of the number.

The simulator's magic numbers (`infra/simulator/outcomes.py`) make a message fail, expire, go unconfirmed or
be reported thrice; whoever fails on one channel is due the next one.
"""

import csv
import io
from collections import Counter
from dataclasses import dataclass

TAG = "선거"  # whom the second campaign goes to
EVERY = 10  # one in so many has a magic number; another one in so many has the tag

# Ending → (kinds that are due in the campaign Alimtalk → SMS, how it ends).
NOTICE: dict[str, tuple[tuple[str, ...], str]] = {
    "9001": (("ATA", "SMS"), "failed"),
    "9002": (("ATA", "SMS"), "failed"),
    "9003": (("ATA", "SMS"), "failed"),
    "9005": (("ATA", "SMS"), "failed"),  # expires on both
    "9006": ((), "failed"),  # refuses messages: the carrier takes none, and nothing else is tried
    "9007": (("ATA", "SMS"), "delivered"),
    "9008": (("ATA", "SMS"), "delivered"),
    "9009": (("ATA",), "delivered"),
    "9010": (("ATA",), "delivered"),
    "9011": (("ATA",), "delivered"),
    "9012": (("ATA",), "delivered"),
}
# The same of the campaign LMS → LMS.
UNREACHABLE_BY_TEXT = frozenset({"9001", "9002", "9003", "9005", "9012"})
# And of SMS → LMS. Whom the carrier turns away is left out: some say only how many they are.
BY_TEXT: dict[str, tuple[tuple[str, ...], str]] = {
    ending: (("SMS", "LMS"), "failed") if ending in UNREACHABLE_BY_TEXT else (("SMS",), "delivered")
    for ending in NOTICE
    if ending != "9006"
}


@dataclass(frozen=True)
class Recipient:
    """One voter of the list."""

    number: str
    tagged: bool
    by_text: bool = False

    @property
    def notice(self) -> tuple[tuple[str, ...], str]:
        """(kinds due by the notice, its end)."""
        if self.by_text:
            return BY_TEXT.get(self.number[-4:], (("SMS",), "delivered"))
        return NOTICE.get(self.number[-4:], (("ATA",), "delivered"))

    @property
    def election(self) -> tuple[int, str]:
        """(texts due by the election campaign, its end); for the tagged only."""
        if self.number[-4:] in UNREACHABLE_BY_TEXT:
            return 2, "failed"
        return 1, "delivered"


def recipients(count: int, *, by_text: bool = False) -> list[Recipient]:
    """So many voters with numbers of their own; those who refuse messages are not tagged.

    `by_text`: their notice is an SMS, then an LMS.
    """
    endings = sorted(BY_TEXT if by_text else NOTICE)
    found = []
    for i in range(count):
        if i % EVERY == 0:
            turn, ending = divmod(i // EVERY, len(endings))
            number = f"010{2000 + i // EVERY:04d}{endings[ending]}"
            tagged = turn % 3 == 0 and endings[ending] != "9006"
        else:
            # Scattered and all different: the step has no factor in common with the room.
            spot = i * 30_011_231 % 72_000_000
            number = f"010{2000 + spot // 9000:04d}{spot % 9000:04d}"
            tagged = i % EVERY == 5
        found.append(Recipient(number, tagged, by_text))
    return found


def as_csv(voters: list[Recipient]) -> bytes:
    """The list as a camp would upload it."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(("성명", "휴대폰번호", "그룹"))
    for i, voter in enumerate(voters):
        writer.writerow(
            (f"김{'가나다라마바사'[i % 7]}{'하늘별솔'[i % 4]}", voter.number, TAG if voter.tagged else "일반")
        )
    return out.getvalue().encode("utf-8-sig")


def due(voters: list[Recipient]) -> Counter[tuple[str, str]]:
    """(number, kind) → how many messages the carrier has to have taken in both campaigns together."""
    wanted: Counter[tuple[str, str]] = Counter()
    for voter in voters:
        wanted.update((voter.number, kind) for kind in voter.notice[0])
        if voter.tagged:
            wanted[voter.number, "LMS"] += voter.election[0]
    return wanted

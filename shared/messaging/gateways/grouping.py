"""Splitting messages into groups that one request takes."""

from collections.abc import Callable, Hashable, Sequence

from shared.messaging.gateways.gateway import OutgoingMessage


def grouped(
    messages: Sequence[OutgoingMessage], key: Callable[[OutgoingMessage], Hashable], most: int
) -> list[list[OutgoingMessage]]:
    """Groups of at most `most` messages that have the same key, in the order of their first messages."""
    alike: dict[Hashable, list[OutgoingMessage]] = {}
    for message in messages:
        alike.setdefault(key(message), []).append(message)
    return [each[start : start + most] for each in alike.values() for start in range(0, len(each), most)]


def check_batch(messages: Sequence[OutgoingMessage], most: int) -> None:
    """Raises ValueError unless these are 1 to `most` messages with a reference of their own each."""
    references = {message.reference for message in messages}
    if not messages or len(messages) > most or len(references) != len(messages):
        raise ValueError(f"a batch is 1 to {most:,} messages with a reference of their own each")

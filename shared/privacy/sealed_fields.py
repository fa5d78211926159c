"""The names under which values are sealed, and the sealing of a value anew when only its column is known."""

from shared.security.cipher import TenantCipher, UnknownKey

# Every first argument of a `seal…` in this program; a test reads the source and misses none.
KNOWN = (
    "name", "phone", "email", "kakao_id", "address", "birth", "note", "custom",
    "import_columns", "import_options", "file_name", "reject", "repair", "event",
    "sender", "carrier_credentials", "carrier_call", "opt_out_masked", "idempotency",
    "import_mapping", "import_inspection", "custom_label", "view", "view_name", "view_query",
    "consent_text", "consent_evidence", "privacy_request", "inbox_peer", "inbox_text",
    "candidate", "law_facts", "meant",
)  # fmt: skip


class Unopenable(ValueError):
    """A stored value opens under no name we know. `place` is its table and column, never the value."""

    def __init__(self, place: str) -> None:
        super().__init__(place)
        self.place = place


class Resealer:
    """Seals values anew with the newest key.

    A column may hold values of several fields (a contact point's value is sealed under its kind). The name is
    found by trying: AES-GCM opens under the right one only. What fitted last in a column is tried first.
    """

    def __init__(self, cipher: TenantCipher) -> None:
        self._cipher = cipher
        self._fitted: dict[str, list[str]] = {}

    def reseal(self, place: str, sealed: bytes) -> bytes:
        """The value under the newest key. Raises Unopenable."""
        names = self._fitted.setdefault(place, _likeliest_first(place))
        for at, name in enumerate(names):
            plain = self._opened(name, sealed, place)
            if plain is not None:
                names.insert(0, names.pop(at))
                return self._cipher.seal_bytes(name, plain)
        raise Unopenable(place)

    def _opened(self, name: str, sealed: bytes, place: str) -> bytes | None:
        try:
            return self._cipher.try_open(name, sealed)
        except UnknownKey as error:
            raise Unopenable(place) from error


def _likeliest_first(place: str) -> list[str]:
    stem = place.rpartition(".")[2].removesuffix("_sealed")
    return list(dict.fromkeys([stem, *KNOWN]))

"""Who may know of sensitive fields (개인정보 보호법 제23조): the one rule that everything asks.

Custom fields that are marked sensitive, or sound so (지지성향, 당원 여부), are for Owners, Admins and members
who were given the right (`Identity.sees_sensitive`). The others neither see their values nor write, import,
filter or write texts by them: who finds people by a value knows it.
"""

from collections.abc import Callable
from functools import cached_property

from shared.contacts import store_mappings as store
from shared.contacts.headers import is_sensitive
from shared.contacts.search_terms import MAX_LABEL, field_term
from shared.kernel.database import Connection
from shared.security.cipher import TenantCipher

# Whether a field's label is one that somebody may not know of.
IsHidden = Callable[[str], bool]


class SensitiveLabels:
    """Whether a label is a sensitive field's, however it is written. Marks are read when first asked."""

    def __init__(self, connection: Connection, cipher: TenantCipher) -> None:
        self._c, self._cipher = connection, cipher

    def __call__(self, label: str) -> bool:
        # As the index over values folds labels: two that it cannot tell apart are one.
        term = field_term(label)
        cut = len(term) >= len(field_term("")) + MAX_LABEL
        return is_sensitive(label) or term in self._marked or (cut and term not in self._plain)

    def is_known_or_sounds_so(self, label: str) -> bool:
        """Whether a label is certainly a sensitive field's: what a list's column needs a consent for."""
        return is_sensitive(label) or field_term(label) in self._marked

    @cached_property
    def _terms(self) -> list[tuple[str, bool]]:
        rows = store.custom_fields(self._c, listed_only=False)
        labels = [(self._cipher.open("custom_label", row["label_sealed"]), row["sensitive"]) for row in rows]
        return [(field_term(label), sensitive or is_sensitive(label)) for label, sensitive in labels]

    @cached_property
    def _marked(self) -> set[str]:
        return {term for term, sensitive in self._terms if sensitive}

    @cached_property
    def _plain(self) -> set[str]:
        """Labels as long as the index keeps of one are known, or could be the beginning of any."""
        return {term for term, _ in self._terms} - self._marked


def hidden_from(connection: Connection, cipher: TenantCipher, *, sees_sensitive: bool) -> IsHidden:
    """Which labels a member may not know of."""
    return nothing_hidden if sees_sensitive else SensitiveLabels(connection, cipher)


def nothing_hidden(label: str) -> bool:
    """For work that shows nobody anything: freezing an audience that was allowed, for instance."""
    return False

"""What a candidate is on a day (공직선거법 제59조, 제60조의2): the law asks it on the day of sending."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from shared.compliance.election_dates import ElectionKind, KeyDates


class Organisation(StrEnum):
    """Whose hub this is."""

    CAMP = "camp"
    LAWMAKER_OFFICE = "lawmaker_office"
    PARTY = "party"


class Standing(StrEnum):
    """What somebody is in the eyes of the law."""

    UNKNOWN = "unknown"  # nothing was entered
    PARTY = "party"
    NOT_YET = "not_yet"  # before the registration as pre-candidate
    PRE_CANDIDATE = "pre_candidate"
    CANDIDATE = "candidate"
    EXPIRED = "expired"  # a pre-candidate who did not register as candidate in time
    OVER = "over"  # withdrawn, or after election day


# Where a party's candidate for president has died (제51조).
_LATE_REGISTRATION = timedelta(days=5)
MAY_CAMPAIGN = frozenset({Standing.PRE_CANDIDATE, Standing.CANDIDATE})


@dataclass(frozen=True)
class Candidacy:
    """The candidate and the words a text must carry. Numbers as they are to be shown.

    `withdrawn_on` is the first day without the status; `opponents` are names of other candidates.
    """

    organisation: Organisation = Organisation.CAMP
    name: str = ""
    phone: str = ""
    refusal_number: str = ""
    refusal_tested_on: date | None = None
    report_number: str = "118"
    pre_registered_on: date | None = None
    registered_on: date | None = None
    withdrawn_on: date | None = None
    term_from: date | None = None
    term_until: date | None = None
    opponents: tuple[str, ...] = ()
    insert_wording: bool = True

    def standing(self, day: date, dates: KeyDates | None) -> Standing:
        """What the candidate is on a day; without an election, nobody is a candidate.

        Days on which nobody can register are no registrations: they were entered wrong.
        """
        if self.organisation is Organisation.PARTY:
            return Standing.PARTY
        if dates is None:
            return Standing.UNKNOWN
        if day > dates.election_day or (self.withdrawn_on is not None and day >= self.withdrawn_on):
            return Standing.OVER
        if self._is_registered(day, dates):
            return Standing.CANDIDATE
        if self.pre_registered_on is None:
            return Standing.NOT_YET
        if day < max(self.pre_registered_on, dates.pre_registration_opens_on):
            return Standing.NOT_YET
        return Standing.PRE_CANDIDATE if day <= dates.registration_closes_on else Standing.EXPIRED

    def _is_registered(self, day: date, dates: KeyDates) -> bool:
        if self.registered_on is None:
            return False
        late = _LATE_REGISTRATION if dates.kind is ElectionKind.PRESIDENT else timedelta()
        in_time = self.registered_on <= dates.registration_closes_on + late
        return in_time and max(self.registered_on, dates.registration_opens_on) <= day

    def in_office(self, day: date) -> bool:
        """Whether the term of a lawmaker covers a day."""
        if self.term_from is None or day < self.term_from:
            return False
        return self.term_until is None or day <= self.term_until

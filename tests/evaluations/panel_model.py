"""A panel's work told another way: what a stateful test expects of the exchange, without its tables and rules."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction

MANDATORY, APPROACH, EXPERIENCE, INTERVIEW = range(4)
ROUNDS = {1: (MANDATORY, APPROACH, EXPERIENCE), 2: (INTERVIEW,)}
WEIGHTS = {APPROACH: 40, EXPERIENCE: 20}
LEAST_APPROACH = 2
ON_PANEL = ("invited", "accepted")
AT_WORK = ("scoring", "agreeing")


@dataclass
class Marks:
    """What one person gave one proposal in one round, by criterion; 1 and 0 for met and not met."""

    given: dict[int, int]
    counts: bool = True


@dataclass
class Agreed:
    """What the panel agreed on one criterion of one proposal."""

    value: int
    involved: set[int]
    by: int
    second: int | None = None

    def settles(self, criterion: int) -> bool:
        """A verdict of not met waits for its second person."""
        return criterion != MANDATORY or self.value == 1 or self.second is not None


@dataclass
class Model:
    """The evaluation as it should be; people and authors are numbered from 0."""

    authors: int
    consensus: bool
    top: int | None
    places: dict[int, str] = field(default_factory=dict)
    chair: int | None = None
    conflicts: set[tuple[int, int]] = field(default_factory=set)
    sheets: dict[tuple[int, int, int], Marks] = field(default_factory=dict)
    agreed: dict[tuple[int, int], Agreed] = field(default_factory=dict)
    agreements: int = 0
    attended: set[int] | None = None
    state: str = "scoring"
    round: int = 1
    passed: dict[int, int] = field(default_factory=dict)
    disqualified: set[int] = field(default_factory=set)
    declined: set[int] = field(default_factory=set)
    award: tuple[int, str, int] | None = None

    @property
    def stage(self) -> str:
        """The state of the opportunity."""
        if self.state == "ended":
            return "unsuccessful"
        return "awarded" if self.award and self.award[1] == "made" else "evaluation"

    @property
    def preparing(self) -> bool:
        """The panel may be changed."""
        return self.state in AT_WORK

    @property
    def accepted(self) -> list[int]:
        """Who judges."""
        return [person for person, place in sorted(self.places.items()) if place == "accepted"]

    @property
    def chairs(self) -> int | None:
        """Who chairs and has accepted."""
        return self.chair if self.chair in self.accepted else None

    @property
    def judged(self) -> list[int]:
        """Whose proposals are judged in the round under way."""
        left = [author for author in range(self.authors) if self.passed.get(author, 0) >= self.round - 1]
        return [author for author in left if author not in self.disqualified]

    @property
    def candidates(self) -> list[int]:
        """Whose proposals may still win."""
        return [author for author in self.judged if author not in self.declined]

    def judges(self, author: int) -> list[int]:
        """Who judges one proposal."""
        return [person for person in self.accepted if (author, person) not in self.conflicts]

    def present(self, author: int) -> set[int]:
        """Say who attends the meeting on one proposal."""
        return {person for person in self.attended or () if (author, person) not in self.conflicts}

    def counting(self, author: int) -> dict[int, Marks]:
        """Give the sheets that count on a proposal in this round, by person."""
        keyed = ((person, self.sheets.get((self.round, author, person))) for person in range(9))
        return {person: marks for person, marks in keyed if marks is not None and marks.counts}

    def given(self, author: int, criterion: int) -> list[int]:
        """Give the individual scores that count on one cell."""
        return [marks.given[criterion] for marks in self.counting(author).values()]

    def waiting(self) -> list[tuple[int, int]]:
        """List the sheets that are not in, as (author, person)."""
        return [
            (author, person)
            for author in self.judged
            for person in self.judges(author)
            if person not in self.counting(author)
        ]

    @property
    def missing(self) -> int:
        """How many scores are not in."""
        return len(self.waiting()) * len(ROUNDS[self.round])

    def met(self, author: int) -> bool | None:
        """Say what the panel finds on the mandatory criterion; None while it is divided."""
        agreed = self.agreed.get((author, MANDATORY))
        if agreed is not None:
            return bool(agreed.value) if agreed.settles(MANDATORY) else None
        votes = self.given(author, MANDATORY)
        for verdict, least in ((True, 1), (False, 2)):
            if votes.count(verdict) >= least and votes.count(verdict) > votes.count(not verdict):
                return verdict
        return None

    def offered(self) -> list[tuple[int, int]]:
        """List the cells that a meeting agrees on, or has agreed on."""
        return [
            (author, criterion)
            for author in self.judged
            for criterion in ROUNDS[self.round]
            if (author, criterion) in self.agreed
            or (criterion == MANDATORY and (self.met(author) is None or self.unjudged(author)))
            or (criterion in WEIGHTS and self.consensus)
        ]

    def unjudged(self, author: int) -> bool:
        """Say whether somebody's sheet on a proposal is not in."""
        return any(one == author for one, _person in self.waiting())

    def open(self) -> list[tuple[int, int]]:
        """List the cells that a meeting still has to settle."""
        return [
            cell for cell in self.offered() if cell not in self.agreed or not self.agreed[cell].settles(cell[1])
        ]  # fmt: skip

    @property
    def whole(self) -> bool:
        """Everybody who judges has given every score, and there are enough of them."""
        enough = len(self.accepted) >= 2 and all(len(self.judges(author)) >= 2 for author in self.judged)
        return bool(self.candidates) and enough and self.chairs is not None and not self.missing

    @property
    def complete(self) -> bool:
        """The round can end, or the award be made."""
        return self.stage == "evaluation" and self.whole and not self.open()

    def points(self, author: int, criterion: int) -> Fraction:
        """Give the settled points of a criterion of the first round."""
        if self.consensus:
            return Fraction(self.agreed[author, criterion].value)
        given = self.given(author, criterion)
        return Fraction(sum(given), len(given))

    def screened(self) -> set[int]:
        """Say who goes on from the first round."""
        fit = [one for one in self.judged if self.met(one) and self.points(one, APPROACH) >= LEAST_APPROACH]
        total = {one: sum(weight * self.points(one, key) for key, weight in WEIGHTS.items()) for one in fit}
        if self.top is None:
            return set(fit)
        return {one for one in fit if sum(other > total[one] for other in total.values()) < self.top}

    def reopen(self, author: int, criteria: Iterable[int]) -> None:
        """What was agreed on scores that have changed is open again."""
        for criterion in criteria:
            self.agreed.pop((author, criterion), None)

    def void(self, person: int, authors: Iterable[int], rounds: Iterable[int]) -> None:
        """Take a person's sheets out of the count."""
        for author in authors:
            for number in rounds:
                sheet = self.sheets.get((number, author, person))
                if sheet is None or not sheet.counts:
                    continue
                sheet.counts = False
                if number == self.round:
                    self.reopen(author, ROUNDS[number])

    def conflict(self, person: int, authors: Iterable[int]) -> None:
        """A conflict takes out the person's sheets, and opens again what they had a hand in."""
        chosen = set(authors)
        self.void(person, chosen, (1, 2))
        for cell, agreed in list(self.agreed.items()):
            if cell[0] in chosen and person in agreed.involved:
                del self.agreed[cell]

    def advance(self) -> None:
        """End the first round."""
        for author in self.screened():
            self.passed[author] = self.round
        self.round += 1
        self.state, self.agreed, self.attended = "scoring", {}, None

"""An opportunity's story up to its closing: draft, review, publication, questions, addenda, followers, proposals."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from app.core.bilingual import Bilingual
from app.core.db import db
from app.demo.cast import Cast
from app.demo.planning import criteria_keys, plan_of
from app.demo.world import Calendar, Spec, both
from auth.models import User
from opportunities import actions
from opportunities.models import Opportunity
from proposals import actions as proposing
from proposals import queries as own
from proposals.content import TeamMember
from proposals.models import Proposal
from subscriptions.models import Watch

LATER = timedelta(hours=3)
TAXES = {"out": "excluded", "in": "included"}
UNPUBLISHED = ("draft", "review")
AGREES = {
    "en": "Yes. My public work and my profile show it, and I will keep to it for the whole contract.",
    "fr": "Oui. Mes travaux publics et mon profil le montrent, et je m’y tiendrai pendant tout le contrat.",
}
"""What a bidder of the world answers to a mandatory criterion where the file gives no words of their own."""

Step = tuple[datetime, Callable[[datetime], Any]]


@dataclass
class Story:
    """One opportunity's file, the calendar its moments are counted by, and the rows that its acts have made."""

    spec: Spec
    cast: Cast
    calendar: Calendar
    ocid_prefix: str
    rows: dict[str, Any] = field(default_factory=dict)

    def at(self, written: str) -> datetime:
        """Give a moment of this story."""
        return self.calendar.moment(written)

    def day(self, written: str) -> date:
        """Give a day of this story, where the opportunity is."""
        return self.at(written).astimezone(ZoneInfo(self.calendar.zone)).date()

    def person(self, key: str) -> User:
        """Give a person of the cast."""
        return self.cast.people[key]

    @property
    def opportunity(self) -> Opportunity:
        """Give the opportunity, once it is drafted."""
        found: Opportunity = self.rows["opportunity"]
        return found

    @property
    def buyer(self) -> User:
        """Give the department's buyer."""
        return self.person(self.spec["buyer"])

    @property
    def officer(self) -> User:
        """Give the department's officer."""
        return self.person(self.spec["officer"])

    @property
    def finance(self) -> User:
        """Give the department's finance officer."""
        return self.person(self.spec["finance"])

    def cancel(self, reason: Bilingual, at: datetime) -> None:
        """Cancel the opportunity."""
        actions.cancel(self.opportunity, reason, by=self.officer, at=at)

    def proposal(self, author: str) -> Proposal:
        """Give a bidder's proposal."""
        found: Proposal = self.rows[f"proposal {author}"]
        return found


def steps(story: Story) -> list[Step]:
    """List the acts up to the closing, with their moments."""
    spec = story.spec
    created = story.at(spec["dates"]["created"])
    listed: list[Step] = [(created, lambda at: draft(story, at))]
    if spec["state"] == "draft":
        return listed
    review = spec.get("review", {})
    asked = created + timedelta(days=1)
    listed.append((asked, lambda at: actions.send_for_review(story.opportunity, by=story.buyer, at=at)))
    if message := review.get("changes_asked"):
        text = both(message).text(story.officer.language)
        listed += [
            (asked + LATER, lambda at: actions.ask_for_changes(story.opportunity, text, by=story.officer, at=at)),
            (asked + 2 * LATER, lambda at: actions.send_for_review(story.opportunity, by=story.buyer, at=at)),
        ]
    if approved := review.get("approved"):
        listed.append((story.at(approved), lambda at: actions.approve(story.opportunity, by=story.officer, at=at)))
    if certified := review.get("funds_certified"):
        listed.append((story.at(certified), lambda at: certify(story, at)))
    if spec["state"] in UNPUBLISHED:
        return listed
    listed.append(
        (story.at(spec["dates"]["posted"]), lambda at: actions.publish(story.opportunity, by=story.officer, at=at))
    )
    return [*listed, *_conversation(story), *_followers(story), *_bids(story), *_closing(story)]


def draft(story: Story, at: datetime) -> None:
    """Write the draft whole."""
    spec, zone = story.spec, story.calendar.zone
    story.rows["opportunity"] = actions.start(
        story.cast.departments[spec["department"]], both(spec["title"]), ocid_prefix=story.ocid_prefix,
        by=story.buyer, at=at, pattern=spec["format"],
    )  # fmt: skip
    texts = {
        name: both(spec.get(name)) for name in ("summary", "problem", "users", "deliverables", "acceptance", "place")
    }
    values: dict[str, Any] = {
        **texts,
        "licence": spec.get("licence") or "",
        "repository": spec.get("repository") or "",
        "work_language": spec.get("language_of_work") or "",
        "skills": [story.cast.skills[code] for code in spec.get("skills", [])],
        "value_cents": spec.get("value_cents"),
        "taxes": TAXES.get(spec.get("taxes", ""), ""),
        "zone": zone,
        **plan_of(spec, story.day),
    }
    actions.write(story.opportunity, {**values, **_dates(story)}, by=story.buyer, at=at)


def _dates(story: Story) -> dict[str, Any]:
    """Give the dates as first published: an addendum may have moved them since."""
    dates = story.spec["dates"]
    first = {
        name: change["from"]
        for addendum in reversed(story.spec.get("addenda", []))
        for name, change in addendum["changes"].items()
        if name in ("closing", "questions_until")
    }
    given: dict[str, Any] = {}
    for name, column in (("questions_until", "questions_until"), ("closing", "closing_at")):
        if written := first.get(name) or dates.get(name):
            given[column] = story.at(written)
    for name, column in (("decision", "decision_on"), ("work_start", "start_on")):
        if dates.get(name):
            given[column] = story.day(dates[name])
    return given


def certify(story: Story, at: datetime) -> None:
    """Certify the funds for the whole value."""
    opportunity = story.opportunity
    amount = opportunity.value_cents or 0
    actions.certify(opportunity, amount, story.spec["fund_code"], by=story.finance, at=at)


def _conversation(story: Story) -> list[Step]:
    listed: list[Step] = []
    for one in story.spec.get("questions", []):
        listed.append((story.at(one["at"]), partial(_ask, story, one)))
        if one.get("answer") and one.get("answered_at"):
            listed.append((story.at(one["answered_at"]), partial(_answer, story, one)))
    addenda = story.spec.get("addenda", [])
    return [*listed, *((story.at(one["at"]), partial(_amend, story, one)) for one in addenda)]


def _ask(story: Story, one: Spec, at: datetime) -> None:
    body, asker = both(one["text"]).text(one["language"]), story.person(one["asked_by"])
    story.rows[f"question {one['at']}"] = actions.ask(story.opportunity, body, one["language"], by=asker, at=at)


def _answer(story: Story, one: Spec, at: datetime) -> None:
    actions.answer(story.rows[f"question {one['at']}"], both(one["answer"]), both(one["text"]), by=story.buyer, at=at)


def _amend(story: Story, one: Spec, at: datetime) -> None:
    title, text = both(one["title"]), both(one["text"])
    body = Bilingual(f"**{title.en}.** {text.en}", f"**{title.fr}.** {text.fr}")
    changes, opportunity = one["changes"], story.opportunity
    if "closing" in changes:
        actions.extend(opportunity, story.at(changes["closing"]["to"]), body, by=story.officer, at=at)
    elif "questions_until" in changes:
        moved = {"questions_until": story.at(changes["questions_until"]["to"])}
        actions.issue_addendum(opportunity, body, moved, by=story.officer, at=at)
    else:
        actions.issue_addendum(opportunity, body, by=story.officer, at=at)


def _followers(story: Story) -> list[Step]:
    posted = story.at(story.spec["dates"]["posted"])
    watchers = story.spec.get("watchers", [])
    return [(posted + timedelta(hours=place), partial(_follow, story, key)) for place, key in enumerate(watchers, 1)]


def _follow(story: Story, key: str, at: datetime) -> None:
    user = story.cast.people.get(key)
    watch = Watch(
        opportunity=story.opportunity, user=user, address=user.email if user else key,
        language=user.language if user else "en", created_at=at, confirmed_at=at,
    )  # fmt: skip
    db.session.add(watch)


def _bids(story: Story) -> list[Step]:
    listed: list[Step] = []
    for one in story.spec.get("proposals", []):
        sent = story.at(one["at"]) if one.get("at") else story.at(story.spec["dates"]["posted"]) + timedelta(days=1)
        listed.append((sent - timedelta(minutes=40), partial(_write, story, one)))
        if one["state"] != "draft":
            listed.append((sent, partial(_submit, story, one)))
        if one["state"] == "withdrawn":
            listed.append((sent + timedelta(minutes=50), partial(_withdraw, story, one)))
    return listed


def _write(story: Story, one: Spec, at: datetime) -> None:
    author = story.person(one["by"])
    organization = story.cast.organizations[one["for"]] if one.get("for") else None
    proposal = proposing.start(story.opportunity, by=author, at=at, organization=organization, language=one["language"])
    story.rows[f"proposal {one['by']}"] = proposal
    keys = criteria_keys(story.spec, story.opportunity)
    given = one.get("answers") or {}
    agreed = {code: AGREES[one["language"]] for code in keys if code.startswith("p") and one["state"] != "draft"}
    answers = {keys[code]: text.strip() for code, text in {**agreed, **given}.items()}
    proposing.save_approach(proposal, answers, by=author, at=at, language=one["language"])
    if one.get("price_cents") is not None:
        proposing.save_plan(proposal, one["price_cents"], by=author, at=at)
    team = [story.person(key) for key in one.get("team", [])]
    members = [TeamMember(user.name, user.bio, user.links[0] if user.links else "") for user in team]
    proposing.save_team(proposal, members, by=author, at=at)


def _submit(story: Story, one: Spec, at: datetime) -> None:
    accepted = own.terms_in_force(at)
    proposing.submit(story.proposal(one["by"]), accepted=accepted, by=story.person(one["by"]), at=at)


def _withdraw(story: Story, one: Spec, at: datetime) -> None:
    proposing.withdraw(story.proposal(one["by"]), by=story.person(one["by"]), at=at)


def _closing(story: Story) -> list[Step]:
    """Close by the clock; what an extension unconfirmed is confirmed in time where the story goes on."""
    spec, closing = story.spec, story.at(story.spec["dates"]["closing"])
    extended = [story.at(one["at"]) for one in spec.get("addenda", []) if "closing" in one["changes"]]
    listed: list[Step] = []
    if extended and spec["state"] != "open":
        last = max(extended)
        sent = [one for one in spec.get("proposals", []) if one["state"] not in ("draft", "withdrawn")]
        again = [one for one in sent if story.at(one["at"]) < last]
        listed += [(last + timedelta(hours=20), partial(_submit, story, one)) for one in again]
    if closing <= story.calendar.now and spec["state"] != "cancelled":
        listed.append((closing, lambda at: actions.close(story.opportunity, at=at)))
    return listed

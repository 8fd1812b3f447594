"""What is known of the links that show a delivery, in words; and asking for them again."""

from flask import current_app, flash, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.core import formats
from app.core.bilingual import N_
from app.core.db import transaction
from app.core.errors import NotNow
from app.core.web import language
from contracts import actions
from contracts.models import Evidence
from contracts.views.blueprint import pages
from contracts.views.guards import again, get_milestone, guarded


@pages.page(
    "/contracts/<numbered:number>/milestones/<int:position>/check-links",
    "/contrats/<numbered:number>/jalons/<int:position>/verifier-liens",
    methods=("POST",),
)
def check_links(number: int, position: int) -> Response:
    """Ask that the links of the latest delivery are looked up again."""
    contract, _facts, person = guarded(number, lambda facts: facts.party)
    if not asks_github():
        raise NotNow(N_("This exchange is not connected to GitHub."))
    with transaction(contract) as at:
        actions.check_again(get_milestone(number, position), by=again(person), at=at)
    flash(gettext("GitHub is asked about the links now. Reload this page in a moment."))
    return redirect(url_for("contracts.milestone", number=number, position=position), 303)


def asks_github() -> bool:
    """Say whether links are checked here at all."""
    return current_app.extensions["devex"].github is not None


def is_checked(item: Evidence) -> bool:
    """Say whether this link is one that is checked here."""
    return asks_github() and item.host == current_app.extensions["devex"].github_host


def in_words(item: Evidence) -> str:
    """Say what GitHub told of a link, and when; or that it has not told yet."""
    if item.standing == "unchecked":
        if item.tries:
            return gettext("Not checked yet: GitHub did not answer. It is asked again by itself.")
        return gettext("Not checked yet. GitHub is asked in a moment.")
    checked = formats.moment(item.checked_at, language())
    if item.standing == "missing":
        return gettext("Not found: GitHub shows nothing here, or keeps it private. Checked on %(date)s.", date=checked)
    return " ".join((_found(item), gettext("Checked on %(date)s.", date=checked)))


def _found(item: Evidence) -> str:
    day = formats.day(item.happened_at, language()) if item.happened_at else gettext("an unknown day")
    known = {"name": item.person or gettext("somebody"), "date": day}
    words = {
        ("commit", ""): gettext("Made by %(name)s on %(date)s.", **known),
        ("release", "draft"): gettext("A draft, not published yet."),
        ("release", "published"): gettext("Published by %(name)s on %(date)s.", **known),
        ("pull_request", "merged"): gettext("Merged by %(name)s on %(date)s.", **known),
        ("pull_request", "closed"): gettext("Closed on %(date)s without being merged.", **known),
        ("pull_request", "open"): gettext("Open since %(date)s, by %(name)s; not merged.", **known),
        ("issue", "closed"): gettext("Closed on %(date)s.", **known),
        ("issue", "open"): gettext("Open since %(date)s, by %(name)s.", **known),
    }
    return words[item.kind, item.outcome]


def name_of(item: Evidence) -> str:
    """Name what a link leads to: the pull request with its number, the release with its tag, or the kind alone."""
    if not item.host:
        return {
            "pull_request": gettext("Pull request"),
            "issue": gettext("Issue"),
            "commit": gettext("Commit"),
            "release": gettext("Release"),
            "link": gettext("Link"),
        }[item.kind]
    words = {
        "pull_request": gettext("Pull request %(what)s", what=item.reference),
        "issue": gettext("Issue %(what)s", what=item.reference),
        "commit": gettext("Commit %(what)s", what=item.reference[:10]),
        "release": gettext("Release %(what)s", what=item.reference),
    }
    return words[item.kind]


@pages.context_processor
def give_evidence() -> dict[str, object]:
    """Give the templates what they need to tell of links."""
    return {
        "asks_github": asks_github,
        "evidence_is_checked": is_checked,
        "evidence_in_words": in_words,
        "evidence_name": name_of,
    }

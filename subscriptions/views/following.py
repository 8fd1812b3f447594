"""Following one opportunity."""

from datetime import datetime

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from app.core import clock
from app.core.db import transaction
from app.core.errors import NotFound
from app.core.web import language, limiter
from auth.views.session import current_person, signed_in
from opportunities.models import Opportunity
from opportunities.queries import get_visible
from subscriptions import actions, queries
from subscriptions.forms import FollowForm
from subscriptions.models import Watch
from subscriptions.views.blueprint import PER_MINUTE, pages


@pages.page("/opportunities/<numbered:number>/follow", "/defis/<numbered:number>/suivre", methods=("GET", "POST"))
@limiter.limit(PER_MINUTE, methods=["POST"])
def follow(number: int) -> object:
    """Follow an opportunity: with one's account by one button, or with an address alone."""
    person = current_person()
    opportunity = published(number, clock.now())
    form = FollowForm(data={"email": person.email if person else ""})
    watches: list[Watch] = []
    if form.carry_out(lambda at: watches.append(_follow(number, form, at))):
        if person is None or watches[0].user_id != person.id:
            return redirect(url_for("subscriptions.sent"), 303)
        flash(_("You follow this opportunity. You will be told of changes, answers, the closing and the decision."))
        return redirect(url_for("pages.opportunity", number=watches[0].opportunity), 303)
    facts = {"opportunity": opportunity, "following": queries.is_following(opportunity, person), "form": form}
    return render_template("subscriptions/follow.html", **facts), 422 if form.errors else 200


def _follow(number: int, form: FollowForm, at: datetime) -> Watch:
    return actions.follow(published(number, at), form.email.data or "", language(), by=current_person(), at=at)


@pages.page("/opportunities/<numbered:number>/unfollow", "/defis/<numbered:number>/ne-plus-suivre", methods=("POST",))
def unfollow(number: int) -> object:
    """Follow an opportunity no longer."""
    person = signed_in()
    with transaction() as at:
        opportunity = published(number, at)
        actions.unfollow(opportunity, by=person, at=at)
    flash(_("You follow this opportunity no longer."))
    return redirect(url_for("pages.opportunity", number=opportunity), 303)


def published(number: int, at: datetime) -> Opportunity:
    """Get an opportunity that everyone may see; a draft is nothing to follow."""
    opportunity = get_visible(number, None, at)
    if opportunity.published_at is None:
        raise NotFound
    return opportunity

"""The draft's task list, its reading as a developer, and what is done with a draft as a whole."""

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.utils import redirect

from app.core import clock
from app.core.db import transaction
from app.core.errors import NotValid
from opportunities import actions, queries
from opportunities.forms import CancelForm
from opportunities.views.blueprint import pages
from opportunities.views.cautions import closing_cautions
from opportunities.views.guards import buttons, staffed, written
from opportunities.views.parts import GROUPS, PARTS, pages_done, status


@pages.page("/opportunities/<numbered:number>/draft", "/defis/<numbered:number>/ebauche")
def draft(number: int) -> object:
    """List the pages of a draft, what is done and what is missing."""
    opportunity, facts, person = staffed(number)
    if opportunity.published_at is not None:
        return redirect(url_for("opportunities.manage", number=opportunity), 303)
    done = {code: status(code, facts.missing) for code in PARTS}
    waiting = [one for one in opportunity.comments if one.settled_at is None and opportunity.state == "draft"]
    last = opportunity.reviews[-1] if opportunity.reviews else None
    return render_template(
        "opportunities/draft.html",
        opportunity=opportunity,
        facts=facts,
        groups=GROUPS,
        parts=PARTS,
        done=done,
        waiting=waiting,
        noted={code: sum(one.page == code for one in waiting) for code in PARTS},
        count=pages_done(opportunity, facts.missing),
        can=buttons(opportunity, facts, person),
        asked=last if last and last.decision == "changes" and opportunity.state == "draft" else None,
        cautions=closing_cautions(opportunity),
    )


@pages.page("/opportunities/<numbered:number>/preview", "/defis/<numbered:number>/apercu")
def preview(number: int) -> str:
    """Show a draft as a developer will read it."""
    opportunity, _facts, _person = staffed(number)
    return render_template("opportunities/preview.html", opportunity=opportunity, now=clock.now())


@pages.page("/opportunities/<numbered:number>/send", "/defis/<numbered:number>/envoi", methods=("GET", "POST"))
def send(number: int) -> object:
    """Check what is missing, say who will be told, and send the draft for review."""
    opportunity, facts, person = written(number, "draft")
    if request.method == "POST":
        with transaction(on=opportunity) as at:
            actions.send_for_review(queries.get_opportunity(number), by=person, at=at)
        flash(_("Sent for review. You can still take it back."))
        return redirect(url_for("pages.review", number=number), 303)
    told = queries.reviewers(opportunity, person, clock.now())
    return render_template(
        "opportunities/send.html", opportunity=opportunity, facts=facts, told=told,
        thresholds=queries.thresholds_just_above(opportunity.value_cents, clock.now().date()),
        cautions=closing_cautions(opportunity),
    )  # fmt: skip


@pages.page("/opportunities/<numbered:number>/take-back", "/defis/<numbered:number>/reprendre", methods=("POST",))
def take_back(number: int) -> object:
    """Make it a draft again."""
    opportunity, _facts, person = written(number)
    with transaction(on=opportunity) as at:
        actions.take_back(queries.get_opportunity(number), by=person, at=at)
    flash(_("It is a draft again."))
    return redirect(url_for("opportunities.draft", number=number), 303)


@pages.page("/opportunities/<numbered:number>/drop", "/defis/<numbered:number>/abandon", methods=("GET", "POST"))
def drop(number: int) -> object:
    """Give up what was never published, with a reason in either language."""
    opportunity, _facts, person = written(number)
    if opportunity.published_at is not None:
        return redirect(url_for("opportunities.cancel", number=opportunity), 303)
    form = CancelForm()
    if form.validate_on_submit():
        try:
            with transaction(on=opportunity) as at:
                actions.cancel(queries.get_opportunity(number), form.reason, by=person, at=at)
        except NotValid as refusal:
            form.refuse(refusal)
        else:
            flash(_("The draft was given up. Its department can still read it and copy it."))
            return redirect(url_for("opportunities.draft", number=number), 303)
    return render_template("opportunities/cancel.html", opportunity=opportunity, form=form), _code(form)


def _code(form: CancelForm) -> int:
    return 422 if form.errors else 200

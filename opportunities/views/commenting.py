"""Comments of a reviewer on one page of what is in review, and their settling by those who write it."""

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.utils import redirect

from app.core.db import transaction
from app.core.errors import NotAllowed, NotFound, NotNow, NotValid
from app.core.late import refuse_early
from opportunities import actions, policy, queries
from opportunities.forms import CommentForm, SettleForm
from opportunities.views.blueprint import pages
from opportunities.views.guards import staffed, written
from opportunities.views.parts import CHANGEABLE, PARTS


@pages.page(
    "/opportunities/<numbered:number>/review/comment/<code>",
    "/defis/<numbered:number>/examen/commentaire/<code>",
    ("GET", "POST"),
)
def comment(number: int, code: str) -> object:
    """Write a comment on one page of what is in review."""
    opportunity, facts, person = staffed(number)
    if code not in CHANGEABLE:
        raise NotFound
    if not policy.decides_for_another(person, opportunity, facts):
        raise NotAllowed
    if not policy.comments(person, opportunity, facts):
        refuse_early(NotNow())
    form = CommentForm()
    if form.validate_on_submit():
        try:
            with transaction(on=opportunity) as at:
                actions.comment(queries.get_opportunity(number), code, form.body.data, by=person, at=at)
        except NotValid as refusal:
            form.refuse(refusal)
        else:
            flash(_("The comment is kept. Its author reads it when you send it back."))
            return redirect(url_for("pages.review", number=number, _anchor=f"comments-{code}"), 303)
    page = render_template("opportunities/comment.html", opportunity=opportunity, part=PARTS[code], form=form)
    return page, 422 if form.errors else 200


@pages.page(
    "/opportunities/<numbered:number>/draft/comments/<key>",
    "/defis/<numbered:number>/ebauche/commentaires/<key>",
    ("GET", "POST"),
)
def settle(number: int, key: str) -> object:
    """Settle a comment in the draft, with an answer if one is needed."""
    opportunity, _facts, person = written(number, "draft")
    found = queries.get_comment(opportunity, key)
    if found.settled_at is not None and request.method == "GET":
        raise NotNow
    form = SettleForm()
    if form.validate_on_submit():
        try:
            with transaction(on=opportunity) as at:
                fresh = queries.get_comment(queries.get_opportunity(number), key)
                page = actions.settle(fresh, form.answer.data, by=person, at=at).page
        except NotValid as refusal:
            form.refuse(refusal)
        else:
            flash(_("The comment is settled. The reviewer sees your answer."))
            return redirect(url_for(f"opportunities.edit_{page}", number=number), 303)
    drawn = render_template(
        "opportunities/settle.html", opportunity=opportunity, one=found, part=PARTS[found.page], form=form
    )
    return drawn, 422 if form.errors else 200

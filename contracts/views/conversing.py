"""What the two sides write to each other about a milestone, oldest first."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.core.db import transaction
from app.core.errors import NotValid
from contracts import actions, queries
from contracts.forms import CommentForm
from contracts.views.blueprint import pages
from contracts.views.guards import again, get_milestone, guarded

HIGHEST = 10**12
"""No comment has a higher number."""


@pages.page(
    "/contracts/<numbered:number>/milestones/<int:position>/comments",
    "/contrats/<numbered:number>/jalons/<int:position>/commentaires",
    methods=("GET", "POST"),
)
def comments(number: int, position: int) -> str | Response | tuple[str, int]:
    """Show the comments on a milestone to both sides, and add one."""
    contract, _facts, person = guarded(number, lambda facts: facts.party)
    milestone, form = queries.get_milestone(contract, position), CommentForm()
    if form.validate_on_submit():
        try:
            with transaction(contract) as at:
                actions.comment(get_milestone(number, position), form.body.data or "", by=again(person), at=at)
        except NotValid as refusal:
            form.refuse(refusal)
        else:
            flash(gettext("Your comment is there. The other side was told."))
            return redirect(url_for("contracts.comments", number=number, position=position), 303)
        milestone = get_milestone(number, position)
    before = request.args.get("before", type=int)
    listed, earlier = queries.comments_of(milestone, min(before, HIGHEST) if before is not None else None)
    page = render_template(
        "contracts/comments.html",
        form=form,
        contract=milestone.contract,
        milestone=milestone,
        comments=listed,
        earlier=earlier,
        before=before,
    )
    return (page, 422) if form.errors else page

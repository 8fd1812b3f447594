"""Invitations to a challenge or an interview: the officer's pages, and what the bidder's side reads."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.core.db import transaction
from app.core.errors import NotFound, NotNow, NotValid
from app.core.numbers import read_whole
from app.core.web import say
from auth.views.session import signed_in
from evaluations import actions, policy, queries
from evaluations.forms import InvitationForm
from evaluations.models import Invitation, Proponent
from evaluations.record import HELD
from evaluations.views.blueprint import pages
from evaluations.views.guards import Scene, scene
from evaluations.views.rounds import stage_name
from opportunities.models import Stage
from proposals.queries import get_own


def _held(here: Scene) -> list[Stage]:
    """List the stages of the round under way that are held; refuses where nobody is invited to anything now."""
    listed = [one for one in queries.rounds_of(here.opportunity)[here.judged.round - 1] if one.kind in HELD]
    if not listed or not policy.is_scoring(here.facts):
        raise NotNow
    return listed


@pages.page(
    "/opportunities/<numbered:number>/evaluation/invitations", "/defis/<numbered:number>/evaluation/invitations"
)
def invitations(number: int) -> str:
    """Show officers whom they invited to the challenge or interview, and whom not yet."""
    here = scene(number, policy.is_officer)
    return render_template(
        "evaluations/invitations.html", scene=here, stages=_held(here), proponents=queries.judged_now(here.judged),
        sent=queries.invitations(here.judged), stage_name=stage_name,
    )  # fmt: skip


@pages.page(
    "/opportunities/<numbered:number>/evaluation/<int:proponent>/invitation",
    "/defis/<numbered:number>/evaluation/<int:proponent>/invitation",
    ("GET", "POST"),
)
def invite_to(number: int, proponent: int) -> Any:  # noqa: ANN401  (a Flask answer)
    """Invite one proponent, or invite them to another time or place."""
    here = scene(number, policy.is_officer)
    invited = queries.get_proponent(here.judged, proponent)
    stages = _held(here)
    stage = next((one for one in stages if str(one.position) == request.args.get("stage")), stages[0])
    standing = queries.invitations(here.judged).get((invited.id, stage.id))
    form = InvitationForm(data=_data(here, standing))
    form.zone.data = here.opportunity.zone
    refusal = ""
    if form.validate_on_submit():
        try:
            return _invited(here, invited, stage, form)
        except NotValid as refused:
            form.refuse(refused)
        except NotNow as late:
            refusal = say(late)
            standing = queries.invitations(here.judged).get((invited.id, stage.id))
            form.seen.data = str(standing.revision if standing else 0)
    page = render_template(
        "evaluations/invite_to.html", scene=here, proponent=invited, stage=stage, name=stage_name(stage), form=form,
        standing=standing, refusal=refusal,
    )  # fmt: skip
    return page, 409 if refusal else 422 if form.errors else 200


def _data(here: Scene, standing: Invitation | None) -> dict[str, Any]:
    if standing is None:
        return {"seen": "0", "zone": here.opportunity.zone}
    return {
        "seen": str(standing.revision), "zone": here.opportunity.zone, "starts_at": standing.starts_at,
        "place": standing.place, "words": standing.words,
    }  # fmt: skip


def _invited(here: Scene, invited: Proponent, stage: Stage, form: InvitationForm) -> Any:  # noqa: ANN401  (a Flask answer)
    with transaction(on=here.opportunity) as at:
        actions.invite_to(
            invited, stage, starts_at=form.starts_at.data, place=form.place.data, words=form.words.data or "",
            seen=read_whole(form.seen.data), by=here.person, at=at,
        )  # fmt: skip
    flash(_("Proponent %(number)s is invited. Their side was told.", number=invited.number), "success")
    return redirect(url_for("evaluations.invitations", number=here.opportunity), 303)


@pages.page("/proposals/<key>/invitation", "/propositions/<key>/invitation")
def invitation(key: str) -> str:
    """Show a bidder's side when and where they come to a challenge or an interview."""
    proposal = get_own(key, signed_in())
    standing = queries.invitations_to(proposal)
    if not standing:
        raise NotFound(sealed=True)
    return render_template(
        "evaluations/invitation.html", proposal=proposal, invitations=standing, stage_name=stage_name
    )  # fmt: skip

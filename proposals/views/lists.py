"""My proposals, and beginning one."""

from flask import Response, render_template, request, url_for

from app.core import clock
from app.core.db import database_now, transaction
from app.core.errors import NotNow, NotValid
from app.core.web import language
from auth.models import Organization, User
from auth.views.session import signed_in
from opportunities.models import Opportunity
from opportunities.policy import is_open
from opportunities.queries import get_visible
from proposals import actions, queries
from proposals.forms import ALONE, StartForm, start_form
from proposals.policy import CLOSED
from proposals.views.blueprint import pages


@pages.page("/proposals", "/propositions")
def index() -> str:
    """List my proposals, newest first."""
    person, at = signed_in(), clock.now()
    rows, following = queries.list_own(person, request.args.get("after"))
    shown = [(row, queries.shown_state(row, at)) for row in rows]
    return render_template("proposals/index.html", rows=shown, following=following)


@pages.page("/opportunities/<numbered:number>/propose", "/defis/<numbered:number>/proposer", methods=("GET", "POST"))
def start(number: int) -> Response | str | tuple[str, int]:
    """Say what is needed, ask in whose name, and begin a draft."""
    person = signed_in()
    at = database_now()
    opportunity = get_visible(number, person, at)
    own = queries.find_own(opportunity, person)
    organizations = queries.starts_as(person, opportunity)
    alone = queries.find_rival(opportunity, person, None) is None
    if own is not None and not alone and not organizations:
        return _to(own.key)
    if not is_open(opportunity, at):
        raise NotNow(CLOSED)
    form = start_form(alone, person.name, organizations)
    if form.validate_on_submit():
        return _begin(opportunity, person, form, organizations)
    page = render_template(
        "proposals/start.html", opportunity=opportunity, form=form, own=own, ask=queries.ask_of(opportunity),
        may=queries.may_propose(person, opportunity, at),
        custody=queries.is_in_custody(opportunity),
    )  # fmt: skip
    return (page, NotValid.status) if form.errors else page


def _begin(opportunity: Opportunity, person: User, form: StartForm, organizations: list[Organization]) -> Response:
    chosen = {one.key: one for one in organizations}.get(form.on_behalf.data or ALONE)
    with transaction(on=opportunity) as at:
        proposal = actions.start(opportunity, by=person, at=at, organization=chosen, language=language())
        key = proposal.key
    return _to(key)


def _to(key: str) -> Response:
    return Response(status=303, headers={"Location": url_for("proposals.show", key=key)})

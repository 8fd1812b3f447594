"""The pages on which a proposal is written; each is a save."""

from datetime import datetime
from typing import Any

from flask import Response, flash, jsonify, request, url_for
from flask_babel import gettext as _

from app.core import files
from app.core.bilingual import N_
from app.core.db import database_now
from app.core.errors import NotNow, NotValid
from app.core.files import Upload, check_upload
from app.core.forms import Form
from app.core.web import language
from auth.models import User
from opportunities.policy import is_open
from proposals import actions, queries
from proposals.content import APPROACH, CHECK, PLAN, TEAM, Content, gaps
from proposals.forms import (
    FileForm,
    approach_form,
    plan_form,
    rearrange,
    team_form,
    typed_answers,
    typed_team,
)
from proposals.models import Proposal
from proposals.policy import CLOSED
from proposals.views.blueprint import pages
from proposals.views.common import INVALID, draw, is_autosave, owned, saved

Answer = Response | str | tuple[Any, int]
BOTH = ("GET", "POST")


@pages.page("/proposals/<key>", "/propositions/<key>")
def show(key: str) -> str:
    """Show where a proposal stands and what there is left to do."""
    proposal, person = owned(key)
    return draw("show", proposal, person, changes=queries.changes_to_confirm(proposal))


@pages.page("/proposals/<key>/approach", "/propositions/<key>/approche", methods=BOTH)
def approach(key: str) -> Answer:
    """Answer each criterion."""
    proposal, person = owned(key)
    ask = queries.ask_of(proposal.opportunity)
    form = approach_form(ask, queries.content_for_author(proposal, person))
    if not form.is_submitted():
        return draw("approach", proposal, person, form=form)

    def save(own: Proposal, at: datetime) -> Content:
        return actions.save_approach(
            own, typed_answers(form, ask), by=person, at=at, language=language(), drawn_from=form["drawn_from"].data
        )

    return _kept(APPROACH, form, proposal, person, save, valid=form.validate())


@pages.page("/proposals/<key>/plan", "/propositions/<key>/plan", methods=BOTH)
def plan(key: str) -> Answer:
    """Show the milestones and ask the price, if one is asked."""
    proposal, person = owned(key)
    form = plan_form(queries.content_for_author(proposal, person))
    if not form.is_submitted():
        return draw("plan", proposal, person, form=form)
    if not form.validate():
        return draw("plan", proposal, person, form=form), INVALID

    def save(own: Proposal, at: datetime) -> Content:
        return actions.save_plan(own, form.price_cents.data, by=person, at=at, drawn_from=form.drawn_from.data)

    return _kept(PLAN, form, proposal, person, save)


@pages.page("/proposals/<key>/team", "/propositions/<key>/equipe", methods=BOTH)
def team(key: str) -> Answer:
    """Say who will do the work, beginning from the profile."""
    proposal, person = owned(key)
    form = team_form(queries.content_for_author(proposal, person))
    rearranged = rearrange(form, request.form.get("add", ""), request.form.get("remove", ""))
    if not form.is_submitted() or rearranged:
        return draw("team", proposal, person, form=form)
    if not form.validate():
        return draw("team", proposal, person, form=form), INVALID

    def save(own: Proposal, at: datetime) -> Content:
        return actions.save_team(own, typed_team(form), by=person, at=at, drawn_from=form.drawn_from.data)

    return _kept(TEAM, form, proposal, person, save)


def _kept(section: str, form: Form, proposal: Proposal, person: User, save: Any, *, valid: bool = True) -> Answer:  # noqa: ANN401  (an action's call)
    """Save a section; go on, or draw the page again with what was typed and why."""
    key = proposal.key
    content, refused = saved(form, proposal, person, save)
    if is_autosave():
        return ("", refused) if content is None else jsonify(drawn_from=content.mark(section))
    if content is not None and valid:
        return _to(f"proposals.{_next(content, section, proposal)}", key)
    again = queries.get_own(key, person)
    form["drawn_from"].data = queries.content_for_author(again, person).mark(section)
    return draw(section, again, person, form=form, refused=content is None), refused or INVALID


def _next(content: Content, section: str, proposal: Proposal) -> str:
    """Name the next page: what is missing elsewhere, or the check; the task list while this one lacks something."""
    missing = [gap.section for gap in gaps(content, queries.ask_of(proposal.opportunity))]
    if section in missing:
        return "show"
    return missing[0] if missing else CHECK


@pages.page("/proposals/<key>/files", "/propositions/<key>/fichiers", methods=BOTH)
def files_page(key: str) -> Answer:
    """Add and remove files."""
    proposal, person = owned(key)
    form = FileForm()
    if not form.is_submitted():
        return draw("files", proposal, person, form=form)
    try:
        _refuse_late(proposal)
        upload = None if request.form.get("remove") else _sent()
    except (NotNow, NotValid) as refusal:
        form.refuse(refusal)
        return draw("files", proposal, person, form=form), refusal.status
    stored, refused = saved(form, proposal, person, lambda own, at: _change_files(own, upload, person, at))
    if refused:
        return draw("files", queries.get_own(key, person), person, form=form), refused
    if stored:
        files.chosen.store.remove(stored)
    return _to("proposals.files_page", key)


def _refuse_late(proposal: Proposal) -> None:
    """Refuse before a file is read that cannot be taken any more."""
    if not is_open(proposal.opportunity, database_now()):
        raise NotNow(CLOSED)


def _sent() -> Upload:
    """Check the file that was sent; refuses with NotValid."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise NotValid(N_("Choose a file."), field="file")
    return check_upload(sent.filename, sent.read())


def _change_files(proposal: Proposal, upload: Upload | None, person: User, at: datetime) -> str | None:
    """Add the file, or remove the one whose button was pressed; gives the stored name to forget."""
    if upload is None:
        return actions.remove_file(proposal, request.form.get("remove", ""), by=person, at=at)
    actions.add_file(proposal, upload, by=person, at=at)
    return None


@pages.page("/proposals/<key>/discard", "/propositions/<key>/abandonner", methods=("POST",))
def discard(key: str) -> Response:
    """Put the draft back to what was received last."""
    proposal, person = owned(key)
    form = Form()
    _content, refused = saved(form, proposal, person, lambda own, at: actions.discard_changes(own, by=person, at=at))
    flash(form.form_errors[0] if refused else _("Your changes are discarded. The draft is what was received last."))
    return _to("proposals.show", key)


def _to(endpoint: str, key: str) -> Response:
    return Response(status=303, headers={"Location": url_for(endpoint, key=key)})

"""Check and submit, the receipt, withdrawing, and what the author takes home."""

import json
from io import BytesIO

from flask import Response, flash, send_file, url_for
from flask_babel import gettext as _

from app.core.db import database_now
from app.core.errors import NotFound, NotValid
from app.core.forms import Form
from auth.models import User
from proposals import actions, queries
from proposals.forms import check_form, ticked
from proposals.lifecycle import PROPOSAL
from proposals.models import Proposal
from proposals.views.blueprint import pages
from proposals.views.common import draw, owned, saved

Answer = Response | str | tuple[str, int]
BOTH = ("GET", "POST")


@pages.page("/proposals/<key>/check", "/propositions/<key>/verifier", methods=BOTH)
def check(key: str) -> Answer:
    """Show every answer once more, and submit."""
    proposal, person = owned(key)
    terms = queries.terms_to_accept(database_now())
    seen = queries.as_seen(proposal, queries.shown_to_author(proposal, person))
    takes_home = queries.is_in_custody(proposal.opportunity) and not queries.is_sealed_away(proposal)
    form = check_form(terms, seen, takes_home=takes_home)
    status = 200
    if form.is_submitted() and _may_be_sent(proposal, person) and not form.validate():
        status = NotValid.status
    elif form.is_submitted():
        received, status = saved(
            form, proposal, person,
            lambda own, at: actions.submit(own, accepted=ticked(form, terms), by=person, at=at, seen=form.seen.data),
        )  # fmt: skip
        if received is not None:
            return Response(status=303, headers={"Location": url_for("proposals.receipt", key=key)})
        proposal = queries.get_own(key, person)
        form.seen.data = queries.as_seen(proposal, queries.shown_to_author(proposal, person))
    changes = queries.changes_to_confirm(proposal)
    return draw("check", proposal, person, form=form, terms=terms, changes=changes), status


def _may_be_sent(proposal: Proposal, person: User) -> bool:
    """Whether the boxes to tick are all that could be wanting; else the act says what is."""
    at = database_now()
    facts = queries.facts(proposal, person, at)
    return any(PROPOSAL.refusal(proposal, one, by=person, at=at, facts=facts) is None for one in ("submit", "resubmit"))


@pages.page("/proposals/<key>/receipt", "/propositions/<key>/recu")
def receipt(key: str) -> str:
    """Show what was received when, with its fingerprint."""
    proposal, person = owned(key)
    received = queries.last_submission(proposal)
    if received is None:
        raise NotFound
    salt = queries.salt_of(received, person)
    return draw("receipt", proposal, person, salt=salt, submissions=list(proposal.submissions))


@pages.page("/proposals/<key>/receipt.txt", "/propositions/<key>/recu.txt")
def signed_receipt(key: str) -> Response:
    """Give the author's side the last receipt as it was signed."""
    proposal, _person = owned(key)
    received = queries.last_submission(proposal)
    if received is None:
        raise NotFound
    name = f"receipt-{proposal.opportunity.number}-{received.number}.txt"
    return send_file(BytesIO(received.receipt.encode()), "text/plain", as_attachment=True, download_name=name)


@pages.page("/proposals/<key>/withdraw", "/propositions/<key>/retirer", methods=BOTH)
def withdraw(key: str) -> Answer:
    """Say what withdrawing means, and withdraw."""
    proposal, person = owned(key)
    form, at = Form(), database_now()
    if not form.is_submitted():
        PROPOSAL.require(proposal, "withdraw", by=person, at=at, facts=queries.facts(proposal, person, at))
        return draw("withdraw", proposal, person, form=form)
    event, refused = saved(form, proposal, person, lambda own, at: actions.withdraw(own, by=person, at=at))
    if event is None:
        return draw("withdraw", queries.get_own(key, person), person, form=form), refused
    emptied = queries.is_in_custody(proposal.opportunity)
    flash(_("Your proposal is withdrawn.") if emptied else _("Your proposal is withdrawn. Its text is kept here."))
    return Response(status=303, headers={"Location": url_for("proposals.show", key=key)})


@pages.page("/proposals/<key>/copy", "/propositions/<key>/copie")
def copy(key: str) -> Response:
    """Give the author's side its own copy, with what is needed to check the fingerprint."""
    proposal, person = owned(key)
    text = json.dumps(queries.own_copy(proposal, person), ensure_ascii=False, indent=2, sort_keys=True)
    name = f"proposal-{proposal.opportunity.number}.json"
    return send_file(BytesIO(text.encode()), "application/json", as_attachment=True, download_name=name)


@pages.page("/proposals/<key>/files/<file>", "/propositions/<key>/fichiers/<file>")
def file(key: str, file: str) -> Response:
    """Give the author's side one of its files, always as an attachment."""
    proposal, person = owned(key)
    entry, content = queries.file_for_author(proposal, file, person)
    return send_file(BytesIO(content), entry.media_type, as_attachment=True, download_name=entry.name)

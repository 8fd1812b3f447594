"""Files of an opportunity: added and removed in a draft, served as attachments."""

from urllib.parse import quote

from flask import Response, flash, render_template, url_for
from flask_babel import gettext as _
from werkzeug.utils import redirect

from app.core import clock
from app.core.db import transaction
from app.core.errors import NotValid
from app.core.files import check_upload, chosen
from auth.views.session import current_person
from opportunities import actions, queries
from opportunities.forms import FileForm
from opportunities.views.blueprint import pages
from opportunities.views.guards import written


@pages.page(
    "/opportunities/<numbered:number>/draft/files", "/defis/<numbered:number>/ebauche/fichiers", ("GET", "POST")
)
def files(number: int) -> object:
    """List the files of a draft and add one."""
    opportunity, _facts, person = written(number, "draft")
    form = FileForm()
    if form.validate_on_submit():
        try:
            upload = check_upload(form.file.data.filename or "", form.file.data.read())
            with transaction(on=opportunity) as at:
                actions.attach(queries.get_opportunity(number), upload, form.language.data, by=person, at=at)
        except NotValid as refusal:
            form.refuse(refusal)
        else:
            flash(_("The file was added."))
            return redirect(url_for("opportunities.files", number=number), 303)
    page = render_template("opportunities/files.html", opportunity=opportunity, form=form)
    return page, 422 if form.errors else 200


@pages.page(
    "/opportunities/<numbered:number>/draft/files/<key>/remove",
    "/defis/<numbered:number>/ebauche/fichiers/<key>/retirer",
    ("POST",),
)
def remove_file(number: int, key: str) -> object:
    """Take a file out of a draft."""
    opportunity, _facts, person = written(number, "draft")
    with transaction(on=opportunity) as at:
        actions.detach(queries.get_attachment(opportunity, key), by=person, at=at)
    flash(_("The file was removed."))
    return redirect(url_for("opportunities.files", number=number), 303)


@pages.page("/opportunities/<numbered:number>/files/<key>", "/defis/<numbered:number>/fichiers/<key>")
def file(number: int, key: str) -> Response:
    """Serve a file to whoever may see the opportunity: never shown in the page, whatever it is."""
    attachment = queries.visible_attachment(number, key, current_person(), clock.now())
    response = Response(chosen.store.get(attachment.stored_as), mimetype="application/octet-stream")
    response.headers["Content-Type"] = attachment.media_type
    plain = attachment.title.encode("ascii", "replace").decode().replace('"', "'").replace("\\", "_")
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(attachment.title, safe='')}"
    )
    return response

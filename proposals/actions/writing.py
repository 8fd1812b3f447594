"""Writing a draft. It is ciphertext from the first save; what was submitted before is not touched.

Saving what is typed writes no event: nobody has done anything until it is submitted.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from app.core import files
from app.core.bilingual import N_
from app.core.db import db, random_key
from app.core.errors import NotAllowed, NotFound, NotNow, NotValid
from app.core.files import Upload
from app.core.keyring import keyring
from auth.models import Organization, User
from opportunities.models import Opportunity
from proposals import content as parts
from proposals import policy, queries, seal
from proposals.actions.custody import procurement_key
from proposals.content import Content, FileEntry, TeamMember
from proposals.lifecycle import PROPOSAL
from proposals.models import AuthorKey, Proposal, SealedFile
from proposals.queries.sealed import author_owner, find_author_key

EDITABLE = ("draft", "submitted", "withdrawn")
CHANGED_ELSEWHERE = N_(
    "This page was saved somewhere else since you opened it. What you typed is kept below; "
    "saving it again replaces what was saved."
)


def start(
    opportunity: Opportunity,
    *,
    by: User,
    at: datetime,
    organization: Organization | None = None,
    language: str = "en",
) -> Proposal:
    """Begin a draft, in one's own name or for an organization; refuses with NotNow a second one."""
    if queries.find_rival(opportunity, by, organization) is not None:
        raise NotNow(
            N_("Your organization already has a proposal for this opportunity.")
            if organization
            else N_("You already have a proposal for this opportunity.")
        )
    data_key = seal.new_data_key()
    proposal = Proposal(
        key=random_key(), opportunity=opportunity, opportunity_id=opportunity.id, author=by, author_id=by.id,
        organization=organization, organization_id=organization.id if organization else None,
        key_for_procurement=seal.wrap_data_key(data_key, procurement_key(opportunity, at).public_key),
        key_for_author=seal.wrap_data_key(data_key, _author_public(by, organization, at)),
        created_at=at, updated_at=at, confirmed_edition=0,
    )  # fmt: skip
    first = Content(language=language, team=(_profile(by),))
    proposal.content = seal.seal_content(first.as_dict(), data_key, proposal=proposal.key)
    PROPOSAL.move(proposal, "start", by=by, at=at, facts=queries.facts(proposal, by, at))
    return proposal


def _profile(user: User) -> TeamMember:
    """Reuse the author's profile as the team's first member."""
    links = [link for link in user.links if isinstance(link, str)]
    return TeamMember(
        name=user.name, does=parts.tidy(user.bio), link=links[0] if links and parts.is_address(links[0]) else ""
    )


def begin_anew(proposal: Proposal, at: datetime) -> None:
    """Begin an empty draft under a key of its own: what was received before opens by no key at hand any more."""
    data_key = seal.new_data_key()
    public = procurement_key(proposal.opportunity, at).public_key
    proposal.key_for_procurement = seal.wrap_data_key(data_key, public)
    author_public = _author_public(proposal.author, proposal.organization, at)
    proposal.key_for_author = seal.wrap_data_key(data_key, author_public)
    first = Content(language=proposal.author.language, team=(_profile(proposal.author),))
    proposal.content = seal.seal_content(first.as_dict(), data_key, proposal=proposal.key)


def seal_away(proposal: Proposal, draft: Content, at: datetime) -> bytes:
    """Seal a draft and its files under a new data key that the opening alone unwraps; gives that key.

    The draft's own key may lie in a backup from its time. What its files were is swept once no row names it.
    """
    before, data_key, store = queries.data_key_for_author(proposal), seal.new_data_key(), files.chosen.store
    named = {entry.key for entry in draft.files}
    for row in (one for one in proposal.files if one.key in named):
        plain = seal.open_file(store.get(row.stored_as), before, proposal=proposal.key, file=row.key)
        row.stored_as = store.put(seal.seal_file(plain, data_key, proposal=proposal.key, file=row.key))
    proposal.content = seal.seal_content(draft.as_dict(), data_key, proposal=proposal.key)
    public = procurement_key(proposal.opportunity, at).public_key
    proposal.key_for_procurement, proposal.key_for_author = seal.wrap_data_key(data_key, public), b""
    return data_key


def _author_public(author: User, organization: Organization | None, at: datetime) -> bytes:
    row = find_author_key(author.id, organization.id if organization else None)
    if row is None:
        owner = author_owner(author.key, organization.key if organization else None)
        public, wrapped = keyring.new_pair(owner)
        row = AuthorKey(
            user_id=None if organization else author.id, organization_id=organization.id if organization else None,
            public_key=public, wrapped_private_key=wrapped, created_at=at,
        )  # fmt: skip
        db.session.add(row)
        db.session.flush()
    return row.public_key


def save_approach(
    proposal: Proposal,
    answers: Mapping[str, str],
    *,
    by: User,
    at: datetime,
    language: str = "en",
    drawn_from: str | None = None,
) -> Content:
    """Keep the answers as typed, by criterion, also when they are too long.

    `drawn_from` is the mark of the section that the page showed; refuses with NotNow if another text was saved since.
    """
    if any(len(text) > parts.LONGEST_ANSWER for text in answers.values()):
        raise NotValid(N_("This is far too long to be kept: at most %(limit)s signs."), limit=parts.LONGEST_ANSWER)
    before = _editable(proposal, by, at)
    kept = {**before.answers, **{key: parts.tidy(text) for key, text in answers.items()}}
    after = replace(before, answers=kept, language=language)
    return _save(proposal, before, after, parts.APPROACH, drawn_from, at=at)


def save_plan(
    proposal: Proposal, price_cents: int | None, *, by: User, at: datetime, drawn_from: str | None = None
) -> Content:
    """Keep the price, in integer cents before or after tax as the opportunity says."""
    before = _editable(proposal, by, at)
    after = replace(before, price_cents=price_cents)
    return _save(proposal, before, after, parts.PLAN, drawn_from, at=at)


def save_team(
    proposal: Proposal, team: Iterable[TeamMember], *, by: User, at: datetime, drawn_from: str | None = None
) -> Content:
    """Keep who will do the work; rows without any text are left out."""
    members = tuple(_tidy_member(member) for member in team if member.name or member.does or member.link)
    if len(members) > parts.MOST_PEOPLE:
        raise NotValid(N_("Name at most %(limit)s people."), field="team", limit=parts.MOST_PEOPLE)
    if not all(parts.is_address(member.link) for member in members):
        raise NotValid(N_("Write a whole address, such as https://example.ca/work."), field="team")
    before = _editable(proposal, by, at)
    return _save(proposal, before, replace(before, team=members), parts.TEAM, drawn_from, at=at)


def _tidy_member(member: TeamMember) -> TeamMember:
    return TeamMember(*(parts.tidy(text)[: parts.LONGEST_LINE] for text in (member.name, member.does, member.link)))


def add_file(proposal: Proposal, upload: Upload, *, by: User, at: datetime) -> FileEntry:
    """Seal a checked file: its name, type and bytes; refuses the sixth."""
    before = _editable(proposal, by, at)
    if len(before.files) >= parts.MOST_FILES:
        raise NotValid(N_("At most %(limit)s files. Remove one to add another."), field="file", limit=parts.MOST_FILES)
    key = random_key()
    sealed = seal.seal_file(upload.content, queries.data_key_for_author(proposal), proposal=proposal.key, file=key)
    db.session.add(SealedFile(key=key, proposal_id=proposal.id, stored_as=files.chosen.store.put(sealed), added_at=at))
    entry = FileEntry(key, upload.title, upload.media_type, len(upload.content), upload.sha256)
    _save(proposal, before, replace(before, files=(*before.files, entry)), parts.FILES, None, at=at)
    return entry


def remove_file(proposal: Proposal, key: str, *, by: User, at: datetime) -> str | None:
    """Take a file out of the draft. Gives the stored name to forget after the commit, unless a receipt rests on it."""
    before = _editable(proposal, by, at)
    rest = tuple(entry for entry in before.files if entry.key != key)
    if len(rest) == len(before.files):
        raise NotFound
    _save(proposal, before, replace(before, files=rest), parts.FILES, None, at=at)
    kept = proposal.submissions if queries.is_received_legible(proposal) else []
    received = (entry.key for one in kept for entry in queries.received_content(one, by).files)
    if key in received:
        return None
    row = next(row for row in proposal.files if row.key == key)
    stored_as = row.stored_as
    db.session.delete(row)
    db.session.flush()
    db.session.expire(proposal, ["files"])
    return stored_as


def discard_changes(proposal: Proposal, *, by: User, at: datetime) -> Content:
    """Put the draft back to what was received last; refuses with NotNow when nothing was."""
    before = _editable(proposal, by, at)
    received = queries.last_submission(proposal)
    if received is None or not queries.is_received_legible(proposal):
        raise NotNow
    after = queries.received_content(received, by)
    return _save(proposal, before, after, parts.APPROACH, None, at=at)


def _editable(proposal: Proposal, by: User, at: datetime) -> Content:
    """Open the working copy for writing; refuses strangers, and everybody from the closing on."""
    facts = queries.facts(proposal, by, at)
    if not policy.on_authors_side(facts):
        raise NotFound(sealed=True)
    if not facts.may_propose:
        raise NotAllowed
    closed = policy.unless_closed(proposal, at, facts)
    if closed is not None:
        raise closed
    if proposal.state not in EDITABLE:
        raise NotNow
    if queries.is_sealed_away(proposal):
        raise NotNow(policy.IN_CUSTODY)
    return queries.content_for_author(proposal, by)


def _save(
    proposal: Proposal, before: Content, after: Content, section: str, drawn_from: str | None, *, at: datetime
) -> Content:
    if drawn_from is not None and drawn_from != before.mark(section) and after.mark(section) != before.mark(section):
        raise NotNow(CHANGED_ELSEWHERE)
    if after != before:
        data_key = queries.data_key_for_author(proposal)
        proposal.content = seal.seal_content(after.as_dict(), data_key, proposal=proposal.key)
        proposal.updated_at = at
        db.session.flush()
    return after

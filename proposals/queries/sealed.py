"""What the author's side reads of its own sealed proposal."""

from typing import Any

from sqlalchemy import and_, bindparam, func, select

from app.core import files, formats
from app.core.bilingual import Bilingual
from app.core.db import columns, db
from app.core.errors import NotFound, NotNow
from app.core.keyring import keyring
from app.core.signing import signatures
from auth.models import User
from opportunities.models import Criterion, EvaluationPlan, Opportunity, Stage
from proposals import policy, seal
from proposals.content import Ask, Asked, Content, FileEntry
from proposals.models import AuthorKey, ProcurementKey, Proposal, SealedFile, Submission
from proposals.queries.custody import find_procurement_key, procurement_owner
from proposals.queries.side import refuse_strangers

SALT = "salt"
"""Where the salt of a receipt lies in custody: each later receipt of the same text has the same one, unread."""
NBSP = "\u00a0"
WRITTEN_STAGES = ("mandatory", "rated")
CANONICAL_FORM = Bilingual(
    "The digest is the hexadecimal SHA-256 of: the 32 bytes of the salt; then `content` as JSON in UTF-8 with "
    'sorted keys, without spaces between signs (separators "," and ":"), letters unescaped; then the SHA-256 '
    "digests (32 bytes each) of the files' bytes, in ascending order.",
    f"L’empreinte (`digest`) est le SHA-256 hexadécimal de{NBSP}: les 32 octets du sel (`salt`){NBSP}; puis `content` "
    f"en JSON UTF-8, clés triées, sans espaces entre les signes (séparateurs «{NBSP},{NBSP}» et «{NBSP}:{NBSP}»), "
    f"lettres sans échappement{NBSP}; puis les empreintes SHA-256 (32 octets chacune) du contenu des fichiers, en "
    "ordre croissant.",
)
CUSTODY_FIELDS = Bilingual(
    "`working_copy` is the text as last saved; `received` is what counts once it is submitted unchanged. Keep this "
    "file with the receipt: after submission nobody can read the text at the exchange. Amounts are in cents.",
    f"`working_copy` est le texte tel qu’enregistré en dernier{NBSP}; `received` est ce qui compte une fois l’envoi "
    "fait sans changement. Gardez ce fichier avec l’accusé de réception : après l’envoi, personne ne peut lire "
    "le texte sur la plateforme. Les montants sont en cents.".replace(" :", f"{NBSP}:"),
)
FIELDS = Bilingual(
    "`working_copy` is the text as last saved; `received` is what counts: what was received last, when, its digest and "
    "the salt of the receipt. Amounts are in cents.",
    f"`working_copy` est le texte tel qu’enregistré en dernier{NBSP}; `received` est ce qui compte{NBSP}: ce qui a été "
    "reçu en dernier, quand, son empreinte et le sel de l’accusé de réception. Les montants sont en cents.",
)


_PLAN, _STAGE, _CRITERION = (one.__table__.c for one in (EvaluationPlan, Stage, Criterion))
_ASKED = (
    select(_PLAN.formula, _CRITERION.key, _CRITERION.title_en, _CRITERION.title_fr, _CRITERION.word_limit)
    .outerjoin_from(
        EvaluationPlan.__table__, Stage.__table__, and_(_STAGE.plan_id == _PLAN.id, _STAGE.kind.in_(WRITTEN_STAGES))
    )
    .outerjoin(Criterion.__table__, _CRITERION.stage_id == _STAGE.id)
    .where(_PLAN.opportunity_id == bindparam("opportunity"))
    .order_by(_STAGE.position, _CRITERION.position)
)
_AUTHOR_KEY = select(AuthorKey.wrapped_private_key).where(AuthorKey.user_id == bindparam("user"))
_ORGANIZATION_KEY = select(AuthorKey.wrapped_private_key).where(AuthorKey.organization_id == bindparam("organization"))
_IN_CUSTODY = select(ProcurementKey.custody_id).where(ProcurementKey.opportunity_id == bindparam("opportunity"))
_LAST_NUMBER = select(func.max(Submission.number)).where(Submission.proposal_id == bindparam("proposal"))


def ask_of(opportunity: Opportunity) -> Ask:
    """Say what an opportunity asks of each proposal: its written criteria, and a price or not."""
    lines = columns(_ASKED, opportunity=opportunity.id).all()
    written = (Asked(one.key, Bilingual(one.title_en, one.title_fr), one.word_limit) for one in lines if one.key)
    return Ask(tuple(written), priced=lines[0].formula != "none")


def criteria_of(opportunity: Opportunity) -> list[Criterion]:
    """List the criteria that want a written answer, in the order of the plan."""
    stages = (stage for stage in opportunity.plan.stages if stage.kind in WRITTEN_STAGES)
    return [criterion for stage in stages for criterion in stage.criteria]


def author_owner(user_key: str, organization_key: str | None) -> str:
    """Name whose key pair it is, as the seal binds it."""
    return f"organization {organization_key}" if organization_key else f"user {user_key}"


def find_author_key(author_id: int, organization_id: int | None) -> AuthorKey | None:
    """Find the key pair of an organization, or of a person who proposes alone."""
    owned = AuthorKey.organization_id == organization_id if organization_id else AuthorKey.user_id == author_id
    return db.session.scalar(select(AuthorKey).where(owned))


def is_in_custody(opportunity: Opportunity) -> bool:
    """Whether custodians keep, or kept until the opening, the key of a procurement."""
    return columns(_IN_CUSTODY, opportunity=opportunity.id).scalar() is not None


def is_sealed_away(proposal: Proposal) -> bool:
    """Whether the author's copy of the data key was dropped, and the opening has not made the other one usable."""
    if proposal.key_for_author:
        return False
    row = find_procurement_key(proposal.opportunity)
    return row is None or not row.wrapped_private_key


def is_received_legible(proposal: Proposal) -> bool:
    """Whether the author's side can read what was received; in custody only of what was opened, or lapsed."""
    return not is_in_custody(proposal.opportunity) or not (proposal.key_for_author or is_sealed_away(proposal))


def data_key_for_author(proposal: Proposal) -> bytes:
    """Unwrap a proposal's data key by its author's key pair; what was in custody, by the key that the opening made."""
    if not proposal.key_for_author:
        opened = find_procurement_key(proposal.opportunity)
        if opened is None or not opened.wrapped_private_key:
            raise NotNow(policy.IN_CUSTODY)
        pair = keyring.open_pair(opened.wrapped_private_key, procurement_owner(proposal.opportunity))
        return seal.unwrap_data_key(proposal.key_for_procurement, pair)
    organization = proposal.organization
    wrapped = (
        columns(_ORGANIZATION_KEY, organization=organization.id)
        if organization
        else columns(_AUTHOR_KEY, user=proposal.author_id)
    ).scalar()
    if wrapped is None:
        raise NotFound(sealed=True)
    owner = author_owner(proposal.author.key, organization.key if organization else None)
    return seal.unwrap_data_key(proposal.key_for_author, keyring.open_pair(wrapped, owner))


def open_draft(proposal: Proposal, user: User) -> tuple[Content, bytes]:
    """Open the working copy, and give its data key; refuses strangers as if there were nothing."""
    refuse_strangers(proposal, user)
    data_key = data_key_for_author(proposal)
    return Content.of(seal.open_content(proposal.content, data_key, proposal=proposal.key)), data_key


def content_for_author(proposal: Proposal, user: User) -> Content:
    """Open the working copy for somebody of the author's side; refuses as if there were nothing."""
    content, _data_key = open_draft(proposal, user)
    return content


def shown_to_author(proposal: Proposal, user: User) -> Content:
    """Open the working copy, or give an empty one where custodians keep its key."""
    refuse_strangers(proposal, user)
    return Content() if is_sealed_away(proposal) else content_for_author(proposal, user)


def last_number(proposal: Proposal) -> int:
    """Give the number of what was received last; none was before the first."""
    return columns(_LAST_NUMBER, proposal=proposal.id).scalar() or 0


def last_submission(proposal: Proposal) -> Submission | None:
    """Find what was received last."""
    latest = select(Submission).where(Submission.proposal_id == proposal.id).order_by(Submission.number.desc())
    return db.session.scalar(latest.limit(1))


def received_content(submission: Submission, user: User) -> Content:
    """Open what was received, for somebody of the author's side."""
    refuse_strangers(submission.proposal, user)
    data_key = data_key_for_author(submission.proposal)
    return Content.of(seal.open_content(submission.content, data_key, proposal=submission.proposal.key))


def salt_of(submission: Submission, user: User) -> str:
    """Give the salt of a receipt, in hexadecimal; nothing where the author took it home and custodians keep the key."""
    refuse_strangers(submission.proposal, user)
    if not is_received_legible(submission.proposal):
        return ""
    data_key = data_key_for_author(submission.proposal)
    if not submission.sealed_salt:
        return seal.salt_in_custody(data_key).hex()
    place = SALT if is_in_custody(submission.proposal.opportunity) else submission.key
    return seal.open_file(submission.sealed_salt, data_key, proposal=submission.proposal.key, file=place).hex()


def file_for_author(proposal: Proposal, key: str, user: User) -> tuple[FileEntry, bytes]:
    """Open one file, of the working copy or of what was received last, for somebody of the author's side."""
    contents = [content_for_author(proposal, user)]
    submission = last_submission(proposal)
    if submission is not None and is_received_legible(proposal):
        contents.append(received_content(submission, user))
    entry = next((entry for content in contents for entry in content.files if entry.key == key), None)
    if entry is None:
        raise NotFound(sealed=True)
    return entry, file_bytes(proposal, key, data_key_for_author(proposal))


def file_bytes(proposal: Proposal, key: str, data_key: bytes) -> bytes:
    """Open the bytes of one file with the proposal's data key."""
    row = db.session.scalar(select(SealedFile).filter_by(proposal_id=proposal.id, key=key))
    if row is None:
        raise NotFound(sealed=True)
    return seal.open_file(files.chosen.store.get(row.stored_as), data_key, proposal=proposal.key, file=key)


def as_seen(proposal: Proposal, content: Content) -> str:
    """Name what a person saw before submitting: receipts so far, the opportunity's edition, the text."""
    received = last_submission(proposal)
    text = seal.file_digest(seal.canonical(content.as_dict())).hex()[:20]
    return f"{received.number if received else 0}.{proposal.opportunity.material_edition}.{text}"


def own_copy(proposal: Proposal, user: User) -> dict[str, Any]:
    """Give the author's side everything of its proposal, with what is needed to check the receipt's digest."""
    submission = last_submission(proposal)
    copy: dict[str, Any] = {
        "about": FIELDS.as_dict(),
        "opportunity": {"number": proposal.opportunity.number, "ocid": proposal.opportunity.ocid},
        "proposal": proposal.key,
        "working_copy": content_for_author(proposal, user).as_dict(),
        "received": None,
    }
    if is_in_custody(proposal.opportunity) and proposal.key_for_author:
        copy.update(about=CUSTODY_FIELDS.as_dict(), received=_to_be_received(proposal, user))
    elif submission is not None:
        content = received_content(submission, user)
        copy["received"] = {
            "number": submission.number,
            "received_at": formats.utc(submission.received_at),
            "digest": submission.digest,
            "salt": salt_of(submission, user),
            "canonical_form": CANONICAL_FORM.as_dict(),
            "content": content.as_dict(),
            "file_digests": sorted(entry.sha256 for entry in content.files),
            "receipt": submission.receipt,
            "keys": signatures.verifiers(),
        }
    return copy


def _to_be_received(proposal: Proposal, user: User) -> dict[str, Any]:
    """Give what will be received if this text is submitted: with the receipt it proves the same."""
    typed, data_key = open_draft(proposal, user)
    content = typed.without_strangers(ask_of(proposal.opportunity))
    whole, salt = content.as_dict(), seal.salt_in_custody(data_key)
    digests = sorted(entry.sha256 for entry in content.files)
    return {
        "number": None,
        "received_at": None,
        "digest": seal.digest(salt, whole, [bytes.fromhex(one) for one in digests]).hex(),
        "salt": salt.hex(),
        "canonical_form": CANONICAL_FORM.as_dict(),
        "content": whole,
        "file_digests": digests,
        "receipt": "",
        "keys": signatures.verifiers(),
    }

"""The work and its payment: contract, milestones, deliveries, amendments, payment attempts."""

from contracts.models.agreement import Amendment as Amendment
from contracts.models.agreement import Contract as Contract
from contracts.models.agreement import Milestone as Milestone
from contracts.models.books import ProviderNotice as ProviderNotice
from contracts.models.books import Reconciliation as Reconciliation
from contracts.models.books import Refund as Refund
from contracts.models.changing import AmendmentDraft as AmendmentDraft
from contracts.models.changing import Consent as Consent
from contracts.models.changing import FurtherCertificate as FurtherCertificate
from contracts.models.changing import Handover as Handover
from contracts.models.payment import ATTEMPT_STATES as ATTEMPT_STATES
from contracts.models.payment import PayeeAccount as PayeeAccount
from contracts.models.payment import Payer as Payer
from contracts.models.payment import PaymentAttempt as PaymentAttempt
from contracts.models.releasing import BatchLine as BatchLine
from contracts.models.releasing import ReleaseBatch as ReleaseBatch
from contracts.models.work import DeliveredFile as DeliveredFile
from contracts.models.work import Delivery as Delivery
from contracts.models.work import Evidence as Evidence
from contracts.models.work import GitHubNotice as GitHubNotice
from contracts.models.work import MilestoneComment as MilestoneComment
from contracts.models.work import Reminder as Reminder

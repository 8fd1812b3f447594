"""What is typed about contracts."""

from contracts.forms.changing import AmendForm as AmendForm
from contracts.forms.changing import CertifyForm as CertifyForm
from contracts.forms.changing import HandOverForm as HandOverForm
from contracts.forms.changing import SplitForm as SplitForm
from contracts.forms.typed import AcceptForm as AcceptForm
from contracts.forms.typed import AnswerForm as AnswerForm
from contracts.forms.typed import BatchForm as BatchForm
from contracts.forms.typed import CommentForm as CommentForm
from contracts.forms.typed import ConfirmForm as ConfirmForm
from contracts.forms.typed import DeliverForm as DeliverForm
from contracts.forms.typed import FilterForm as FilterForm
from contracts.forms.typed import PartForm as PartForm
from contracts.forms.typed import PayeeForm as PayeeForm
from contracts.forms.typed import ReasonForm as ReasonForm
from contracts.forms.typed import RefundForm as RefundForm
from contracts.forms.typed import ReportForm as ReportForm
from contracts.forms.typed import ReturnForm as ReturnForm
from contracts.forms.typed import SandboxForm as SandboxForm

"""The words of states, for tags and choices."""

from flask_babel import gettext

from contracts.ledger import Line
from contracts.views.blueprint import pages


def state_words() -> dict[str, str]:
    """Name the states of a contract."""
    return {
        "proposed": gettext("Proposed"),
        "active": gettext("Under way"),
        "completed": gettext("Completed"),
        "terminated": gettext("Terminated"),
        "declined": gettext("Declined"),
    }


def milestone_words() -> dict[str, str]:
    """Name the states of a milestone."""
    return {
        "planned": gettext("Not started"),
        "delivered": gettext("Delivered"),
        "returned": gettext("Returned"),
        "accepted": gettext("Accepted"),
        "released": gettext("Payment ordered"),
        "paid": gettext("Paid"),
        "cancelled": gettext("Cancelled"),
    }


def payment_words() -> dict[str, str]:
    """Name the states of a payment."""
    return {
        "ordered": gettext("Ordered"),
        "sent": gettext("Sent"),
        "processing": gettext("On its way"),
        "needs_action": gettext("Needs a confirmation"),
        "settled": gettext("Paid"),
        "failed": gettext("Failed"),
        "refunded": gettext("Refunded"),
        "disputed": gettext("Disputed"),
    }


def tax_words() -> dict[str, str]:
    """Name the sales taxes."""
    return {"GST": gettext("GST"), "HST": gettext("HST"), "QST": gettext("QST")}


def line_words(line: Line) -> str:
    """Say where an invoice stands: the payment's word while one is under way, failed or was given back."""
    if line.payment in ("failed", "needs_action", "processing", "refunded", "disputed"):
        return payment_words()[line.payment]
    return milestone_words()[line.state]


def amendment_words() -> dict[str, str]:
    """Name the states of an amendment."""
    return {
        "proposed": gettext("To be answered"),
        "accepted": gettext("In force"),
        "declined": gettext("Not agreed to"),
    }


def role_words() -> dict[str, str]:
    """Name the two who have a contract in the department."""
    return {"buyer": gettext("as buyer"), "officer": gettext("as contracting officer")}


def failure_words() -> dict[str, tuple[str, str, str]]:
    """Say why a payment failed, what finance can do, and what the supplier can."""
    wait = gettext("Finance was told and tries again. The supplier need do nothing.")
    return {
        "declined": (
            gettext("The department's payment method was declined."),
            gettext("Ask the bank why, or use another payment method, then try again."),
            wait,
        ),
        "expired": (
            gettext("The department's card has expired."),
            gettext("Save another payment method, then try again."),
            wait,
        ),
        "insufficient_funds": (
            gettext("There were not enough funds."),
            gettext("See that the account is funded, then try again."),
            wait,
        ),
        "account_closed": (
            gettext("The account that the department pays from is closed."),
            gettext("Save another payment method, then try again."),
            wait,
        ),
        "account_not_ready": (
            gettext("The supplier's account cannot be paid on yet."),
            gettext("The supplier was told to complete it. Try again once they have."),
            gettext("The supplier completes the account at the provider; finance then tries again."),
        ),
        "withdrawn": (
            gettext("The page to pay on was closed before anybody paid."),
            gettext("Try again; a new page is opened."),
            wait,
        ),
        "no_answer": (
            gettext("The payment provider never received the order."),
            gettext("Nothing was paid. Try again."),
            wait,
        ),
        "refused": (
            gettext("The payment provider refused the order."),
            gettext("Check the amount and the account, then try again."),
            wait,
        ),
        "other": (
            gettext("The payment provider gave no reason."),
            gettext("Try again; if it fails again, ask the provider."),
            wait,
        ),
    }


def refund_words() -> dict[str, str]:
    """Name the states of a refund."""
    return {
        "ordered": gettext("Refund ordered"),
        "sent": gettext("Refund sent"),
        "processing": gettext("Refund on its way"),
        "settled": gettext("Refunded"),
        "failed": gettext("Refund failed"),
    }


def difference_words() -> dict[str, tuple[str, str]]:
    """Say how our books and the provider's differ, and what to do about it."""
    return {
        "missing_here": (
            gettext("The provider has a payment that no contract here asked for."),
            gettext("Find out at the provider who made it. Refund it there if nobody can say what it pays for."),
        ),
        "missing_there": (
            gettext("The provider does not list this payment."),
            gettext("Ask the provider with the reference. Pay nothing again until it has answered."),
        ),
        "other_amount": (
            gettext("The amounts differ."),
            gettext("Compare the invoice with the provider's page of the payment, then ask the provider."),
        ),
        "other_payee": (
            gettext("The provider paid another account."),
            gettext("Ask the supplier which account is theirs, and the provider why it paid the other."),
        ),
        "other_state": (
            gettext("The provider says otherwise about how the payment went."),
            gettext("Look at the payment at the provider. Pay nothing again before both books agree."),
        ),
        "refunded_there": (
            gettext("The provider gave the payment back, in whole or in part, without an order from here."),
            gettext("Ask who did so at the provider. Agree with the supplier whether it is paid again."),
        ),
        "paid_twice": (
            gettext("The provider took the payment of this milestone twice."),
            gettext("Refund the second payment at the provider, and tell the supplier."),
        ),
    }


def standing_words() -> dict[str, tuple[str, str]]:
    """Name how an account stands, and say what that means for its owner."""
    return {
        "ready": (gettext("Ready"), gettext("It can be paid.")),
        "incomplete": (gettext("Incomplete"), gettext("The provider still needs something from you:")),
        "under_review": (
            gettext("Under review"),
            gettext("The provider looks at what you sent. You need do nothing; ask again later."),
        ),
        "refused": (
            gettext("Refused"),
            gettext("The provider does not pay this account. It tells you why, and whether you can answer."),
        ),
    }


def requirement_words() -> dict[str, str]:
    """Name what the provider wants of an account's owner."""
    return {
        "identity": gettext("who you are"),
        "bank_account": gettext("the bank account to pay to"),
        "other": gettext("something else that it names on its page"),
    }


@pages.context_processor
def give_words() -> dict[str, object]:
    """Give the templates every word for a state."""
    return {
        "state_words": state_words,
        "milestone_words": milestone_words,
        "payment_words": payment_words,
        "amendment_words": amendment_words,
        "tax_words": tax_words,
        "line_words": line_words,
        "failure_words": failure_words,
        "role_words": role_words,
        "standing_words": standing_words,
        "requirement_words": requirement_words,
        "refund_words": refund_words,
        "difference_words": difference_words,
    }

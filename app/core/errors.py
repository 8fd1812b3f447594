"""Refusals: said by rules and actions, turned into a page in one place (`app.core.web`)."""

from typing import ClassVar

from app.core.bilingual import N_


class Refusal(Exception):
    """What was asked is refused; `message` is for the catalogues, `values` fill it."""

    status: ClassVar[int] = 400
    default: ClassVar[str] = ""

    def __init__(self, message: str = "", *, field: str | None = None, sealed: bool = False, **values: object) -> None:
        super().__init__(message or self.default)
        self.message = message or self.default
        self.field = field
        self.sealed = sealed
        self.values = values


class NotValid(Refusal):
    """What was typed or sent cannot be accepted."""

    status = 422
    default = N_("There is a problem with what was sent.")


class NotAllowed(Refusal):
    """This person may not do this."""

    status = 403
    default = N_("You do not have the role that this page or action asks for.")


class NotFound(Refusal):
    """There is no such thing, or none that this person may know of."""

    status = 404
    default = N_("There is nothing at this address.")


class NotNow(Refusal):
    """The thing is not in a state, or the moment has passed, in which this can be done."""

    status = 409
    default = N_("This has changed since the page was shown. Look at what stands now.")


class SignInNeeded(Refusal):
    """Nobody is signed in; the page asks to sign in and comes back."""

    status = 401
    endpoint: ClassVar[str] = "auth.sign_in"
    default = N_("Sign in to go on.")


class TermsNeeded(SignInNeeded):
    """There are newer terms to accept before acting; the page asks, and comes back."""

    endpoint = "auth.welcome"

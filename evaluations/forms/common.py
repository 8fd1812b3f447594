"""What the forms of evaluations share."""

from collections.abc import Iterable
from typing import Any

from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from evaluations import policy


def options(pairs: Iterable[tuple[str, Any]]) -> list[SelectChoice]:
    """Give the choices of a field: values and their (lazy) words."""
    return [SelectChoice(value, label) for value, label in pairs]


class Sentence:
    """A sentence or more, in words of one's own."""

    def __init__(self, message: Any) -> None:  # noqa: ANN401  (a lazy text)
        self.message = message

    def __call__(self, _form: object, field: Any) -> None:  # noqa: ANN401  (WTForms' signature)
        """Refuse what is no sentence."""
        if not policy.is_sentence(field.data or ""):
            raise ValidationError(self.message)

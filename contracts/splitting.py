"""A milestone in two: a part that counts now and the rest, whose amounts add up to what it was worth."""

from app.core.bilingual import Bilingual


def parts(amount_cents: int, first_cents: int) -> tuple[int, int]:
    """Split an amount into a first part and the rest, to the cent; ValueError unless both are at least a cent."""
    if not 0 < first_cents < amount_cents:
        msg = "A part of a milestone is at least a cent and less than the whole."
        raise ValueError(msg)
    return first_cents, amount_cents - first_cents


def rest_title(position: int, title: Bilingual) -> Bilingual:
    """Name the rest of a milestone: by the position of the one it was split from, in each language that has a title."""
    return Bilingual(
        f"Rest of milestone {position}: {title.en}" if title.en else "",
        f"Reste du jalon {position}\u00a0: {title.fr}" if title.fr else "",
    )

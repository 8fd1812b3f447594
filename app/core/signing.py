"""The key that signs receipts and tree heads; its private half lies wrapped under the platform's key."""

from datetime import datetime
from typing import Any

from nacl.signing import SigningKey
from nacl.utils import random
from sqlalchemy import LargeBinary, select
from sqlalchemy import Row as SqlRow
from sqlalchemy.orm import Mapped, mapped_column

from app.core.audit import Actor, Subject, hold, record
from app.core.db import Base, Row, columns, db
from app.core.keyring import KEY_BYTES, keyring
from app.core.notes import Signer, verifier_of

OWNER = "signatures"


class SignatureKey(Row, Base):
    """A key pair for signatures; the newest one signs, the older ones still verify."""

    __tablename__ = "signature_key"

    name: Mapped[str]
    public_key: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    wrapped_private_key: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]

    @property
    def verifier(self) -> str:
        """The key by which others check what was signed."""
        return verifier_of(self.name, self.public_key)


_NEWEST = select(SignatureKey.name, SignatureKey.wrapped_private_key).order_by(SignatureKey.id.desc()).limit(1)


class Signatures:
    """Who signs: the exchange under its name, its address without the scheme ("devex.example")."""

    def __init__(self) -> None:
        self._name = ""

    def configure(self, name: str) -> None:
        """Take the exchange's name."""
        self._name = name

    def signer(self, at: datetime) -> Signer:
        """Give the key that signs now, in a writing transaction; the first one is made here."""
        row = columns(_NEWEST).first() or self._first(at)
        return Signer(row.name, keyring.unwrap(row.wrapped_private_key, OWNER))

    def renew(self, *, by: Actor, at: datetime) -> SignatureKey:
        """Make the key that signs from now on, and say so in the log; the older ones still verify."""
        hold("signature key")
        row = self._made(at)
        record("exchange.renew_signature_key", Subject("exchange", 0), by=by, at=at, key=row.verifier)
        return row

    def verifiers(self) -> list[str]:
        """List the keys by which others check what was signed, the newest first."""
        return [row.verifier for row in db.session.scalars(select(SignatureKey).order_by(SignatureKey.id.desc()))]

    def _made(self, at: datetime) -> SignatureKey:
        seed = random(KEY_BYTES)
        public, wrapped = bytes(SigningKey(seed).verify_key), keyring.wrap(seed, OWNER)
        row = SignatureKey(name=self._name, public_key=public, wrapped_private_key=wrapped, created_at=at)
        db.session.add(row)
        db.session.flush()
        return row

    def _first(self, at: datetime) -> SignatureKey | SqlRow[Any]:
        hold("signature key")
        return columns(_NEWEST).first() or self._made(at)


signatures = Signatures()

"""Settings: read once from the environment into one frozen value; a wrong or missing one stops the start."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[1]
KEY_BYTES = 32
STRIPE_KEYS = ("sk_test_", "rk_test_", "sk_live_", "rk_live_")
HIGHEST_FEE = 1000
"""Ten percent, in hundredths of a percent."""
SHORTEST_SECRET = 16


class WrongSetting(Exception):
    """A setting is missing or wrong; the message says what to set."""


@dataclass(frozen=True, repr=False)
class GitHub:
    """How people sign in with GitHub; base addresses differ for GitHub Enterprise."""

    client_id: str
    client_secret: str
    base_url: str
    api_url: str


@dataclass(frozen=True, repr=False)
class StaffProvider:
    """How public servants sign in: an OpenID provider, and its name as it stands after “Sign in with”."""

    issuer: str
    client_id: str
    client_secret: str
    name_en: str
    name_fr: str


@dataclass(frozen=True, repr=False)
class Payments:
    """How money moves, and who bears what it costs; without a key the sandbox moves none.

    `mode`: "" without a key, "test" or "live". `costs`: who bears the provider's fees and disputes, "platform" or
    "department". The exchange's own fee is in hundredths of a percent.
    """

    stripe_key: str
    stripe_webhook_secret: str
    stripe_api_base: str
    costs: str
    fee_basis_points: int

    @property
    def mode(self) -> str:
        """Whether money moves, and truly."""
        return self.stripe_key.split("_")[1] if self.stripe_key else ""


@dataclass(frozen=True, repr=False)
class Config:
    """Everything that differs between installations."""

    secret_key: str
    seal_keys: tuple[bytes, ...]
    seal_key_file: Path | None
    database_url: str
    base_url: str
    files_dir: Path
    github: GitHub | None
    staff: StaffProvider | None
    github_webhook_secret: str
    payments: Payments
    clamd_url: str
    smtp_url: str
    mail_from: str
    ocid_prefix: str
    brand_en: str
    brand_fr: str
    rate_limit_storage: str
    secure_cookies: bool
    trusted_proxies: int

    @property
    def secrets(self) -> tuple[str, ...]:
        """Everything here that nobody may read in a log."""
        keys = (base64.b64encode(key).decode() for key in self.seal_keys)
        passwords = (
            urlsplit(url).password or "" for url in (self.smtp_url, self.database_url, self.rate_limit_storage)
        )
        return (
            self.secret_key,
            *keys,
            *passwords,
            self.github.client_secret if self.github else "",
            self.staff.client_secret if self.staff else "",
            self.github_webhook_secret,
            self.payments.stripe_key,
            self.payments.stripe_webhook_secret,
        )

    @property
    def github_host(self) -> str:
        """The host of the GitHub whose addresses are known here."""
        return urlsplit(self.github.base_url).netloc.lower() if self.github else "github.com"


def load(environment: Mapping[str, str]) -> Config:
    """Read the settings; refuses to start (`WrongSetting`) with a sentence that says what to set.

    An empty setting counts as not set.
    """
    environment = {name: value for name, value in environment.items() if value}
    base_url = environment.get("BASE_URL", "http://127.0.0.1:8000").rstrip("/")
    if urlsplit(base_url).scheme not in ("http", "https") or not urlsplit(base_url).netloc:
        msg = (
            f"BASE_URL must be the public address of this exchange, such as https://devex.example; it is {base_url!r}."
        )
        raise WrongSetting(msg)
    return Config(
        secret_key=_secret(environment),
        seal_keys=_seal_keys(environment),
        seal_key_file=_seal_key_file(environment),
        database_url=_database(environment),
        base_url=base_url,
        files_dir=Path(environment.get("FILES_DIR", ROOT / "instance" / "files")),
        github=_github(environment),
        staff=_staff(environment),
        github_webhook_secret=_webhook_secret(environment),
        payments=_payments(environment),
        clamd_url=_clamd(environment),
        smtp_url=_smtp(environment),
        mail_from=environment.get("MAIL_FROM", "DevEx <devex@localhost>"),
        ocid_prefix=environment.get("OCID_PREFIX", "ocds-devex0"),
        brand_en=environment.get("BRAND_NAME_EN", "DevEx"),
        brand_fr=environment.get("BRAND_NAME_FR", "DevEx"),
        rate_limit_storage=environment.get("RATE_LIMIT_STORAGE", "memory://"),
        secure_cookies=base_url.startswith("https://"),
        trusted_proxies=_proxies(environment),
    )


def _proxies(environment: Mapping[str, str]) -> int:
    count = environment.get("TRUSTED_PROXIES", "0")
    if not (count.isascii() and count.isdigit()):
        msg = f"TRUSTED_PROXIES is the number of proxies in front of this exchange, such as 1; it is {count!r}."
        raise WrongSetting(msg)
    return int(count)


def _secret(environment: Mapping[str, str]) -> str:
    secret = environment.get("DEVEX_SECRET_KEY", "")
    if len(secret) < KEY_BYTES:
        msg = (
            "Set DEVEX_SECRET_KEY to a random text of at least 32 characters "
            "(python3 -c 'import secrets; print(secrets.token_hex(32))')."
        )
        raise WrongSetting(msg)
    return secret


def _seal_keys(environment: Mapping[str, str]) -> tuple[bytes, ...]:
    """Give the platform's 32-byte keys from DEVEX_SEAL_KEY (base64) or the file that DEVEX_SEAL_KEY_FILE names.

    The first one seals; those after it, with spaces or lines between, are older and only open.
    """
    text, path = environment.get("DEVEX_SEAL_KEY", ""), _seal_key_file(environment)
    if path is not None:
        try:
            text = path.read_text()
        except OSError as error:
            msg = (
                f"DEVEX_SEAL_KEY_FILE names {path}, which cannot be read ({error.strerror}). "
                "Restore the key file from its copy."
            )
            raise WrongSetting(msg) from error
    try:
        keys = tuple(base64.b64decode(word, validate=True) for word in text.split())
    except binascii.Error:
        keys = ()
    if not keys or any(len(key) != KEY_BYTES for key in keys):
        msg = (
            "Set DEVEX_SEAL_KEY (or DEVEX_SEAL_KEY_FILE) to 32 random bytes in base64 "
            "(python3 -c 'import base64, secrets; print(base64.b64encode(secrets.token_bytes(32)).decode())'); "
            "without it no sealed proposal can be written or opened."
        )
        raise WrongSetting(msg)
    return keys


def _seal_key_file(environment: Mapping[str, str]) -> Path | None:
    """Give the file that holds the platform's keys, unless they are in the environment."""
    path = environment.get("DEVEX_SEAL_KEY_FILE", "")
    return Path(path) if path and not environment.get("DEVEX_SEAL_KEY", "") else None


def _database(environment: Mapping[str, str]) -> str:
    url = environment.get("DATABASE_URL", f"sqlite:///{ROOT / 'instance' / 'devex.sqlite3'}")
    if url.startswith(("postgresql://", "postgres://")):
        return "postgresql+psycopg://" + url.split("://", 1)[1]
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        msg = "DATABASE_URL must begin with sqlite:/// or postgresql://."
        raise WrongSetting(msg)
    return url


def _github(environment: Mapping[str, str]) -> GitHub | None:
    client_id, secret = environment.get("GITHUB_CLIENT_ID", ""), environment.get("GITHUB_CLIENT_SECRET", "")
    if bool(client_id) != bool(secret):
        msg = "Set both GITHUB_CLIENT_ID and GITHUB_CLIENT_SECRET, or neither."
        raise WrongSetting(msg)
    if not client_id:
        return None
    base = environment.get("GITHUB_BASE_URL", "https://github.com").rstrip("/")
    default_api = "https://api.github.com" if base == "https://github.com" else f"{base}/api/v3"
    return GitHub(client_id, secret, base, environment.get("GITHUB_API_URL", default_api).rstrip("/"))


def _staff(environment: Mapping[str, str]) -> StaffProvider | None:
    names = ("OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "OIDC_NAME_EN", "OIDC_NAME_FR")
    given = {name: environment[name] for name in names if name in environment}
    if not given:
        return None
    missing = [name for name in names if name not in given]
    if missing:
        msg = f"Set all of {', '.join(names)}, or none; {', '.join(missing)} is missing."
        raise WrongSetting(msg)
    issuer = urlsplit(given["OIDC_ISSUER"])
    if issuer.scheme not in ("http", "https") or not issuer.netloc or issuer.query or issuer.fragment:
        msg = (
            "OIDC_ISSUER is the address by which the staff provider names itself, such as https://login.example; "
            f"it is {given['OIDC_ISSUER']!r}."
        )
        raise WrongSetting(msg)
    return StaffProvider(*given.values())


def _webhook_secret(environment: Mapping[str, str]) -> str:
    secret = environment.get("GITHUB_WEBHOOK_SECRET", "")
    if secret and len(secret) < SHORTEST_SECRET:
        msg = f"GITHUB_WEBHOOK_SECRET must be a random text of at least {SHORTEST_SECRET} characters."
        raise WrongSetting(msg)
    return secret


def _payments(environment: Mapping[str, str]) -> Payments:
    key, secret = environment.get("STRIPE_SECRET_KEY", ""), environment.get("STRIPE_WEBHOOK_SECRET", "")
    if bool(key) != bool(secret):
        msg = "Set both STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET, or neither: without them no money moves."
        raise WrongSetting(msg)
    if key and not key.startswith(STRIPE_KEYS):
        msg = "STRIPE_SECRET_KEY begins with sk_test_, rk_test_, sk_live_ or rk_live_."
        raise WrongSetting(msg)
    base = environment.get("STRIPE_API_BASE", "").rstrip("/")
    if base and (urlsplit(base).scheme not in ("http", "https") or key.split("_")[1:2] != ["test"]):
        msg = "STRIPE_API_BASE leads to another server than Stripe's: it is an address, and only for a test key."
        raise WrongSetting(msg)
    costs = environment.get("PAYMENT_COSTS", "platform")
    if costs not in ("platform", "department"):
        msg = f"PAYMENT_COSTS says who bears the provider's fees and disputes: platform or department; it is {costs!r}."
        raise WrongSetting(msg)
    fee = environment.get("PAYMENT_FEE", "0")
    if not (fee.isascii() and fee.isdigit() and int(fee) <= HIGHEST_FEE):
        msg = f"PAYMENT_FEE is in hundredths of a percent, from 0 to {HIGHEST_FEE}; it is {fee!r}."
        raise WrongSetting(msg)
    return Payments(key, secret, base, costs, int(fee))


def _smtp(environment: Mapping[str, str]) -> str:
    url = environment.get("SMTP_URL", "")
    if url and urlsplit(url).scheme not in ("smtp", "smtps"):
        msg = "SMTP_URL must look like smtp://user:password@host:587 (STARTTLS) or smtps://user:password@host:465."
        raise WrongSetting(msg)
    return url


def _clamd(environment: Mapping[str, str]) -> str:
    url = environment.get("CLAMD_URL", "")
    parts = urlsplit(url)
    if url and not (parts.scheme == "tcp" and parts.hostname) and not (parts.scheme == "unix" and parts.path):
        msg = "CLAMD_URL must look like tcp://127.0.0.1:3310 or unix:///run/clamav/clamd.ctl."
        raise WrongSetting(msg)
    return url

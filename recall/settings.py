"""The settings: one frozen object, read once, every field from the environment as `RECALL_<FIELD>`."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Where things are and how they run; every field is an environment variable `RECALL_<FIELD>`."""

    model_config = SettingsConfigDict(
        env_prefix="RECALL_", frozen=True, extra="ignore", use_attribute_docstrings=True
    )

    home: Path = Path(".recall")
    """The folder of everything the engine writes by default: database, keys, Prefect's own files."""
    database_url: str = ""
    """SQLAlchemy URL (`sqlite:///…` or `postgresql+psycopg://…`); empty: `recall.db` in the home."""
    base_url: str = "http://127.0.0.1:8700"
    """The address under which parties reach this engine; links in messages start with it."""
    flows: Literal["embedded", "served"] = "embedded"
    """`embedded`: passes run in this process; `served`: they are handed to Prefect's workers."""
    prefect_api_url: str = ""
    """The Prefect server for `served`; empty: one is started beside the engine and kept."""
    smtp_host: str = "127.0.0.1"
    """The mail server that takes the engine's letters."""
    smtp_port: int = 8725
    """Its port."""
    smtp_user: str = ""
    """The name to log in with; empty: no login."""
    smtp_password: SecretStr = SecretStr("")
    """The password of that name."""
    smtp_tls: Literal["none", "starttls", "tls"] = "none"
    """`none`, `starttls` (from plain to TLS) or `tls` (TLS from the first byte)."""
    smtp_connections: int = Field(default=4, ge=1, le=50)
    """How many connections to it may be open at once; a server that answers quickly gets one."""
    mail_from: str = "recall@localhost"
    """The sender of the letters; its domain is the name said at HELO and in Message-IDs."""
    partner_timeout: float = 20.0
    """Seconds to wait for one answer of a partner's system."""

    partner_hosts: str = ""
    """Hosts (`host` or `host:port`) of parties that may be asked though private or without TLS."""

    authorities: Path | None = None
    """The folder of the keys by which authorities' notices are known; empty: `authorities` in the home."""

    feeds: str = ""
    """The regulators' feeds that the timer watches, blanks between them; `all`: each that has an address."""
    feed_addresses: str = ""
    """Other addresses of feeds, as `cpsc=https://mirror.example/recalls`, blanks between them."""
    feed_pause: float = 1.0
    """Seconds between two requests to one regulator."""

    gs1_document_type: str = ""
    """The type of document (GDTI, thirteen digits) by which this installation's GS1 messages are named."""
    gs1_gln: str = ""
    """The GLN under which this installation sends GS1 messages."""

    extractor: str = ""
    """The kind of extractor that proposes clauses beside the reader (`chat`); empty: none."""
    extractor_url: str = ""
    """The base address of the extractor's service, as `https://models.example/v1`."""
    extractor_key: SecretStr = SecretStr("")
    """The key for that service; empty: none."""
    extractor_model: str = ""
    """The model that the service is asked for."""
    extractor_timeout: float = 60.0
    """Seconds to wait for the proposals about one notice."""

    code_definitions: Path | None = None
    """A folder of files that define codes of authorities (`*.toml`); empty: none."""

    passport_resolver: str = "https://id.gs1.org"
    """The resolver that is asked for passports of codes without a host of their own."""
    passport_issuers: str = ""
    """Whose passports are believed: DIDs of signers and hosts of unsigned passports, blanks between them."""
    passport_hosts: str = ""
    """Hosts (`host` or `host:port`) that may be asked though private or without TLS, blanks between them."""
    feed_hosts: str = ""
    """The same for the addresses of notices: hosts that may be asked though private or without TLS."""

    @property
    def database(self) -> str:
        """The database's URL, with the default filled in."""
        return self.database_url or f"sqlite:///{(self.home / 'recall.db').resolve()}"

"""Every setting, its type, its default; read once from the environment as ALLIANCE_<NAME>."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

ROOT = Path(__file__).resolve().parent.parent


class SettingsError(Exception):
    """A setting is missing or does not hold; the message says which and what is wanted."""


class Settings(BaseModel):
    """The four URLs decide the deployment; without them all parts are embedded."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mode: Literal["development", "production"] = Field("development", description="production refuses to start without its secrets")
    secret_key: str = Field(
        "", description="signs cookies and links; one of its own below the data folder, in production at least 32 characters"
    )
    data: Path = Field(ROOT / "var", description="folder of the embedded database, index and files")
    database_url: str = Field("", description="SQLite (default) or postgresql://…")
    search_url: str = Field("", description="embedded (default) or http(s)://…/index-prefix of Elasticsearch")
    storage_url: str = Field("", description="local folder (default) or s3://bucket?region=…&endpoint=…")
    queue_url: str = Field("", description="the job table (default); Redis when the portal is spread over several hosts")
    host: str = Field("127.0.0.1", description="address to serve on")
    port: int = Field(8000, description="port to serve on")
    base_url: str = Field("", description="public address used in mails and QR codes; default http://host:port")
    threads: int = Field(8, ge=1, le=64, description="threads of the embedded server")
    proxies: int = Field(0, ge=0, description="number of trusted reverse proxies in front")
    demo: bool = Field(
        True, description="seed the demo on first run and show its accounts on the sign-in page; in production only when asked for"
    )
    alliance_name: str = Field("岚江省文化馆联盟", description="name shown in the foot of every page")
    alliance_name_en: str = Field("Lanjiang Cultural Centre Alliance", description="the same in English")
    smtp_url: str = Field("", description="smtp(s)://user:password@host:port; without it mails stay in the outbox")
    mail_from: str = Field("alliance@example.org", description="sender of mails")
    upload_mb: int = Field(200, ge=1, description="largest file in megabytes, where it is sent by a form")
    archive_mb: int = Field(2048, ge=1, le=49_152, description="largest file of the archive in megabytes, sent in parts")
    centre_gb: int = Field(
        200, ge=0, description="gigabytes that the archive keeps for one centre, with what is on its way; 0 for no end"
    )
    limit_across: int = Field(5, ge=1, description="working days to answer across provinces")
    grace_days: int = Field(5, ge=0, description="working days after the deadline until a request expires")
    road_detour: float = Field(1.3, ge=1, le=5, description="how much longer a road is than the straight line")
    road_speed: float = Field(40.0, gt=0, le=120, description="kilometres an hour on the road, set-up and rests not counted")
    sign_in_rate: str = Field("20 per minute", description="sign-in attempts from one address")
    ask_rate: str = Field("120 per minute", description="writes from one person or address")
    board_rate: str = Field("10 per minute", description="entries and answers on the boards from one person")
    search_rate: str = Field("120 per minute", description="searches from one visitor's address")
    case_rate: str = Field("20 per hour", description="public cases filed from one address")
    feed_rate: str = Field("60 per hour; 10 per minute", description="readings of one calendar feed")
    case_erase_days: int = Field(180, ge=1, description="days after closing until a public case forgets who asked")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="least level that is logged")
    debug: bool = Field(False, description="show the style guide; never in production")

    @property
    def database(self) -> str:
        """SQLAlchemy's address of the database; psycopg 3 for PostgreSQL."""
        if not self.database_url:
            return f"sqlite:///{self.data / 'alliance.db'}"
        return self.database_url.replace("postgresql://", "postgresql+psycopg://", 1)

    @property
    def address(self) -> str:
        """The public address without a slash at its end."""
        return (self.base_url or f"http://{self.host}:{self.port}").rstrip("/")


def read_settings(environ: Mapping[str, str] | None = None, **given: object) -> Settings:
    """Settings from ALLIANCE_… variables, then from `given`; raises SettingsError with one sentence per fault."""
    environ = os.environ if environ is None else environ
    values: dict[str, object] = {
        name: environ[f"ALLIANCE_{name.upper()}"] for name in Settings.model_fields if environ.get(f"ALLIANCE_{name.upper()}")
    }
    if values.get("mode") == "production":
        values.setdefault("demo", False)
    try:
        settings = Settings.model_validate(values | given)
    except ValidationError as error:
        raise SettingsError(
            "\n".join(f"ALLIANCE_{fault['loc'][0]}".upper() + f": {fault['msg']}" for fault in error.errors())
        ) from error
    if settings.mode == "production" and len(settings.secret_key) < 32:
        raise SettingsError("ALLIANCE_SECRET_KEY: production needs a secret of at least 32 characters")
    if settings.mode == "production" and settings.debug:
        raise SettingsError("ALLIANCE_DEBUG: not in production")
    return settings


def keyed(settings: Settings) -> Settings:
    """The same with a key: where none is set, a random one that the data folder keeps for its owner alone."""
    if settings.secret_key:
        return settings
    path = settings.data / "secret.key"
    settings.data.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{secrets.token_hex(8)}")
    draft.touch(mode=0o600)
    draft.write_text(secrets.token_urlsafe(48))
    try:
        os.link(draft, path)  # of several that start at once, one has the say
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return settings.model_copy(update={"secret_key": path.read_text()})

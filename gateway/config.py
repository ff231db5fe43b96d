"""The gateway's settings: `gateway.yaml` in its home, overridden by `GATEWAY_*` variables; frozen once read."""

import os
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, PrivateAttr
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from gateway import names
from gateway.documents import check_document, load_text, read_text
from gateway.errors import MissingFile

__all__ = ["Settings", "home_from", "load_settings", "shipped", "shipped_samples"]


class Settings(BaseSettings):
    """What an operator may set. Every key is also a variable: `GATEWAY_CENTER_NAME` and so on."""

    model_config = SettingsConfigDict(env_prefix="GATEWAY_", extra="forbid", frozen=True, str_strip_whitespace=True)

    center_id: Annotated[str, Field(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")]
    """The center's identity in STIX; a random UUID made by `gateway init`, never changed."""
    center_name: Annotated[str, Field(min_length=1, max_length=200)]
    center_abbreviation: Annotated[str, Field(min_length=1, max_length=20)]
    center_contact: Annotated[str, Field(max_length=200)]
    center_ori: Annotated[str, Field(max_length=20)] | None = None
    center_acs_custodian: Annotated[str, Field(pattern=r"^[A-Z0-9]+\.[A-Z0-9]+(\.[A-Z0-9][A-Z0-9-]+)?$")] | None = None
    """How access control markings (ISA ACS 3.0) call the center, such as `USA.DHS`; without it none are written."""
    created: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")]
    """When the home was made, UTC."""
    revised: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")] | None = None
    """When name, abbreviation, contact or ORI last changed, UTC; partners get the identity anew with this version."""
    database_url: str = ""
    """A SQLAlchemy URL; empty means gateway.db in the home."""
    listen_host: str = "127.0.0.1"
    listen_port: Annotated[int, Field(ge=0, le=65535)] = 8443
    server_threads: Annotated[int, Field(ge=1, le=256)] = 8
    log_level: Literal["debug", "info", "warning", "error"] = "warning"
    """The least that is logged to standard error; `info` gives a line for each item."""
    page_objects: Annotated[int, Field(ge=1, le=1000)] = 500

    _home: Path = PrivateAttr(default=Path(names.DEFAULT_HOME))

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment overrides the file."""
        return env_settings, init_settings

    @property
    def home(self) -> Path:
        """The folder that the settings were read from."""
        return self._home

    @property
    def url(self) -> str:
        """The database's URL, with the default filled in."""
        return self.database_url or f"sqlite:///{self._home / names.DATABASE_FILE}"


def home_from(option: Path | None) -> Path:
    """The home: `--home`, else GATEWAY_HOME, else ./gateway-home."""
    return option or Path(os.environ.get(names.HOME_VARIABLE, names.DEFAULT_HOME))


def load_settings(home: Path) -> Settings:
    """The settings of a home. Raises MissingFile, UnknownKey (naming the nearest key) or BadSetting."""
    path = home / names.SETTINGS_FILE
    if not path.exists():
        raise MissingFile("this is not a gateway home", where=str(home), remedy=f"Run gateway init {home}")
    data: Any = load_text(read_text(path), where=str(path)) or {}
    settings = check_document(data, Settings, where=str(path))
    settings._home = home
    return settings


def shipped(folder: str) -> Path:
    """Where a folder that ships with the gateway lies: `mappings` or `xsd`; in the wheel, else in the checkout."""
    package = Path(__file__).parent
    in_wheel = package / "_shipped" / folder
    return in_wheel if in_wheel.is_dir() else package.parent / folder


def shipped_samples() -> dict[str, Path]:
    """The bundled sample of each shipped feed: a file of any format that is named after its feed."""
    folder = shipped("mappings")
    feeds = {path.stem for path in folder.glob("*.yaml")}
    return {path.stem: path for path in sorted((folder / "samples").iterdir()) if path.stem in feeds}

"""The one file that knows where things lie."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

SETTINGS = "hubbub.toml"
"""The file that makes a folder a workspace."""

FORMAT = 1
"""The newest format of that file that this hubbub reads."""


@dataclass(frozen=True, slots=True)
class Locations:
    """The files and folders of one workspace. Nothing is created by asking, but for :meth:`made`."""

    folder: Path
    """The workspace itself."""

    @property
    def settings(self) -> Path:
        """The user's settings."""
        return self.folder / SETTINGS

    @property
    def archive(self) -> Path:
        """The embedded archive."""
        return self.folder / "archive.db"

    @property
    def backups(self) -> Path:
        """Where backups go that nobody gave a place."""
        return self.folder / "backups"

    @property
    def media(self) -> Path:
        """Our copies of pictures and sounds, named by their content."""
        return self.folder / "media"

    @property
    def drafts(self) -> Path:
        """Words that are being written into stories, until they are kept."""
        return self.folder / "drafts"

    @property
    def unread(self) -> Path:
        """Items of sources that could not be read, as they came."""
        return self.folder / "unread"

    @property
    def budgets(self) -> Path:
        """What was used of what APIs allow."""
        return self.folder / ".budgets.json"

    @property
    def checked(self) -> Path:
        """What :mod:`hubbub.config.remembering` remembers of the settings."""
        return self.folder / ".checked.json"

    @property
    def log(self) -> Path:
        """The log file."""
        return self.folder / "logs" / "hubbub.log"

    def index(self, engine: str) -> Path:
        """The files of one search engine; they can be built again from the archive."""
        return self.folder / "index" / engine

    @property
    def plugins(self) -> Path:
        """What plugins keep, and plugins that are single files."""
        return self.folder / "plugins"

    def plugin_data(self, role: str, name: str) -> Path:
        """A plugin's own folder."""
        return self.plugins / f"{role}.{name}"

    def published(self, folder: str = "published") -> Path:
        """Where stories are written; ``folder`` is relative to the workspace unless it is absolute."""
        return self.folder / Path(folder).expanduser()

    @staticmethod
    def made(path: Path) -> Path:
        """The same folder, created where it was missing."""
        path.mkdir(parents=True, exist_ok=True)
        return path


def home() -> Path:
    """The workspace in the user's data folder, which is found from everywhere."""
    from platformdirs import user_data_path

    return user_data_path("hubbub", appauthor=False) / "workspace"

"""Listen to the hubbub. Keep the story."""

__version__ = "0.1.0"

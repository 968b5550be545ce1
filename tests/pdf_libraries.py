"""Whether this machine can set a PDF: WeasyPrint is a package, the libraries that it draws text with are the system's."""

import pytest

from hubbub.plugins.exporters.pdf import weasyprint


def needs_weasyprint() -> None:
    """Skip the test where WeasyPrint, or what it needs of the system, is not installed."""
    try:
        weasyprint()
    except ImportError:
        pytest.skip("WeasyPrint is not installed, so no PDF can be written: pip install 'hubbub[pdf]'")
    except OSError as error:
        pytest.skip(f"WeasyPrint does not find the system's text libraries, so no PDF can be written: install Pango ({error})")

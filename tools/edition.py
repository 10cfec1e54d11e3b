"""Which edition of the book this is: for the PDF's title page, and for who reports a mistake."""

import datetime
import subprocess

import yaml


def edition(root):
    """Version, date and commit of the text: those of git, or, in a download without it, those of CITATION.cff."""
    citation = yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))
    date, commit = citation["date-released"], ""
    if (root / ".git").exists():  # of this folder, not of one around it
        log = ["git", "-C", str(root), "log", "-1", "--format=%cs %h"]
        try:
            day, commit = subprocess.run(log, capture_output=True, text=True, check=True).stdout.split()
            date = datetime.date.fromisoformat(day)
        except (OSError, subprocess.CalledProcessError):
            pass
    return citation, date, commit

"""Installing either succeeds or leaves nothing behind, and says what to do."""

import install
import pytest


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """An empty checkout whose requirements cannot be installed."""
    (tmp_path / "requirements.txt").write_text("no-such-package @ file:///does/not/exist\n")
    (tmp_path / "constraints.txt").write_text("")
    monkeypatch.setattr(install, "ROOT", str(tmp_path))
    monkeypatch.setattr(install, "VENV", str(tmp_path / ".venv"))
    monkeypatch.setattr(install, "STAMP", str(tmp_path / ".venv" / "installed"))
    return tmp_path


def test_old_python_is_refused_before_anything_happens(checkout, monkeypatch):
    monkeypatch.setattr(install, "NEEDS", (99, 0))
    with pytest.raises(SystemExit, match="needs Python 99.0 or newer; this is Python 3"):
        install.main([])
    assert not (checkout / ".venv").exists()


def test_failed_install_leaves_no_environment(checkout, capsys):
    (checkout / ".venv").mkdir()
    with pytest.raises(SystemExit, match="Could not install the packages.*\n.*no network"):
        install.main([])
    assert "half-installed .venv" in capsys.readouterr().out
    assert not (checkout / ".venv").exists()


def test_complete_environment_is_used_as_it_is(checkout, capsys):
    (checkout / ".venv").mkdir()
    (checkout / ".venv" / "installed").write_text(install.fingerprint(newest=False))
    install.main([])
    assert capsys.readouterr().out == ""
    (checkout / "requirements.txt").write_text("nothing-else @ file:///does/not/exist\n")
    assert install.installed() != install.fingerprint(newest=False)

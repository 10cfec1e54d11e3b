"""Installing succeeds or leaves nothing behind, says what to do, and notices what does not work here."""

import ast
import sys
import zipfile

import install
import pytest


@pytest.fixture
def checkout(tmp_path, monkeypatch, request):
    """A checkout whose requirements cannot be installed."""
    folder = tmp_path / getattr(request, "param", "checkout")
    folder.mkdir()
    (folder / "requirements.txt").write_text("no-such-package @ file:///does/not/exist\n")
    (folder / "constraints.txt").write_text("")
    monkeypatch.setattr(install, "ROOT", str(folder))
    monkeypatch.setattr(install, "VENV", str(folder / ".venv"))
    monkeypatch.setattr(install, "STAMP", str(folder / ".venv" / "installed"))
    return folder


@pytest.fixture
def environment(checkout):
    """A complete environment in it, with this Python and pytest."""
    (checkout / "requirements.txt").write_text("pytest>=1\n")
    (checkout / ".venv" / "bin").mkdir(parents=True)
    (checkout / ".venv" / "bin" / "python").symlink_to(sys.executable)
    (checkout / ".venv" / "installed").write_bytes(install.stamp("exact"))
    return checkout / ".venv"


def test_old_python_is_refused_before_anything_happens(checkout, monkeypatch):
    monkeypatch.setattr(install, "NEEDS", (99, 0))
    with pytest.raises(SystemExit, match="needs Python 99.0 or newer; this is Python 3"):
        install.main([])
    assert not (checkout / ".venv").exists()


def test_unknown_argument_shows_the_usage_and_changes_nothing(environment):
    (environment.parent / "requirements.txt").write_text("pytest>=1\n\n# changed\n")
    with pytest.raises(SystemExit, match="--oldest"):
        install.main(["--help"])
    assert environment.exists()


def test_installer_is_read_by_pythons_that_it_refuses():
    with open(install.__file__, encoding="utf-8") as f:
        tree = ast.parse(f.read(), feature_version=(3, 4))
    newer = (ast.JoinedStr, ast.NamedExpr, ast.AnnAssign, ast.Nonlocal, ast.Starred)
    assert [node for node in ast.walk(tree) if isinstance(node, newer)] == []
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert "print" not in names  # a statement in Python 2


def test_failed_install_leaves_no_environment_and_names_pips_settings(checkout, capsys, monkeypatch):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    (checkout / ".venv").mkdir()
    with pytest.raises(SystemExit, match="Could not install the packages.*\n.*no network.*PIP_NO_INDEX"):
        install.main([])
    assert "half-installed .venv" in capsys.readouterr().out
    assert not (checkout / ".venv").exists()


@pytest.mark.parametrize("checkout", ["Kurs – 한글 ü"], indirect=True)
def test_settings_that_lead_elsewhere_are_set_aside_and_the_folder_may_have_any_name(
    checkout, tmp_path, monkeypatch, capsys
):
    """A wheel made here is installed; the other folder has another one of this name, which does not count."""
    wheel, facts = tmp_path / "tiny-2.0-py3-none-any.whl", "Metadata-Version: 2.1\nName: tiny\nVersion: "
    files = {"METADATA": f"{facts}2.0\n", "WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"}
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, text in {**files, "RECORD": ""}.items():
            archive.writestr(f"tiny-2.0.dist-info/{name}", text)
    (tmp_path / "other" / "tiny-1.0.dist-info").mkdir(parents=True)
    (tmp_path / "other" / "tiny-1.0.dist-info" / "METADATA").write_text(f"{facts}1.0\n")
    (checkout / "requirements.txt").write_text(f"tiny\n--find-links {tmp_path.as_uri()}\n")
    elsewhere = {"PIP_USER": "1", "PIP_DRY_RUN": "1", "PIP_TARGET": str(tmp_path / "target"), "LC_ALL": "C"}
    for name, value in {**elsewhere, "PYTHONPATH": str(tmp_path / "other"), "PIP_NO_INDEX": "1"}.items():
        monkeypatch.setenv(name, value)
    install.main([])
    assert list((checkout / ".venv").rglob("tiny-2.0.dist-info")) and not (tmp_path / "target").exists()
    assert "PYTHONPATH is set" in capsys.readouterr().out
    monkeypatch.delenv("PYTHONPATH")
    install.main([])
    assert capsys.readouterr().out == ""  # what is there is used


def test_a_link_into_another_folder_is_never_emptied(environment, tmp_path):
    environment.rename(tmp_path / "elsewhere")
    environment.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(SystemExit, match="remove the link"):
        install.main([])
    assert (tmp_path / "elsewhere" / "installed").exists()


def test_complete_environment_is_used_as_it_is(environment, capsys):
    install.main([])
    assert capsys.readouterr().out == ""


def test_environment_that_does_not_work_here_is_named(environment, monkeypatch):
    (environment.parent / "requirements.txt").write_text("pytest>=1\n\nno-such-package>=1\n")
    assert install.fault("exact") == "Packages changed since the last .venv"
    stamp = environment / "installed"
    stamp.write_bytes(install.stamp("exact"))
    assert install.fault("exact") == "A package of .venv is missing (no-such-package)"
    (environment / "bin" / "python").unlink()
    (environment / "bin" / "python").symlink_to("/gone/python3")
    assert install.fault("exact") == "The Python from which .venv was made is gone"
    stamp.write_text(f"{install.fingerprint('exact')}\n/elsewhere/.venv")
    assert install.fault("exact") == "This .venv was moved or copied from elsewhere"
    stamp.unlink()
    assert install.fault("exact") == "Found a half-installed .venv"


def test_oldest_versions_are_those_of_the_requirements(checkout):
    text = "# run the chapters: oldest\nnumpy>=2.0\ntorch>=2.13\n\n# test\npytest==1\n"
    (checkout / "requirements.txt").write_text(text)
    assert install.constraints("oldest") == ["numpy==2.0.*", "torch==2.13.*"]
    assert install.constraints("exact") == ["-c", "constraints.txt"] and install.constraints("newest") == []

"""Create .venv with everything the course needs, or leave nothing behind. Standard library only.

python tools/install.py            exact versions (constraints.txt)
python tools/install.py --newest   newest versions that requirements.txt allows
python tools/install.py --oldest   oldest versions that it allows for running the chapters

pip's own settings are passed on: PIP_EXTRA_INDEX_URL, PIP_NO_CACHE_DIR and so on, or its configuration file. Those
by which packages would come from elsewhere or go there are not: see ASIDE.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
STAMP = os.path.join(VENV, "installed")  # written last: an environment without it is half installed
NEEDS = (3, 11)
PYTHON = os.path.join("Scripts" if os.name == "nt" else "bin", "python")
# With these in the environment, packages of another Python would count as installed, or go elsewhere than into .venv.
ASIDE = ["PYTHONPATH", "PYTHONHOME"]
ASIDE += ["PIP_" + name for name in ("USER", "TARGET", "PREFIX", "ROOT", "PYTHON", "DRY_RUN", "NO_DEPS")]
# Run by the environment's own Python with the names of all packages.
WORKS = "import sys; from importlib.metadata import version; [version(name) for name in sys.argv[1:]]"


def read(name):
    with open(os.path.join(ROOT, name), encoding="utf-8") as f:
        return f.read()


def run(command, **more):
    """Run it in this folder, without the settings that lead elsewhere."""
    kept = {name: value for name, value in os.environ.items() if name.upper() not in ASIDE}
    kept["PYTHONUTF8"] = "1"  # the folder may have a name that the code page cannot write
    return subprocess.run(command, cwd=ROOT, env=kept, **more)


def stamp(kind):
    """What STAMP holds when all is installed: for which packages, and where. A path may have any letters."""
    return fingerprint(kind).encode() + b"\n" + os.fsencode(VENV)


def fingerprint(kind):
    """Changes whenever the set of packages to install does."""
    return hashlib.sha256((kind + read("requirements.txt") + read("constraints.txt")).encode()).hexdigest()


def fault(kind):
    """Why the environment that is there cannot be used as it is, or None."""
    try:
        with open(STAMP, "rb") as f:
            wanted, _, place = f.read().partition(b"\n")
    except OSError:
        return "Found a half-installed .venv"
    if place != os.fsencode(VENV):
        return "This .venv was moved or copied from elsewhere"
    if wanted != fingerprint(kind).encode():
        return "Packages changed since the last .venv"
    return missing()


def missing():
    """Which package is not in the environment, in words, or None."""
    names = re.findall(r"^([A-Za-z][\w.-]*)", read("requirements.txt"), flags=re.M)
    try:
        done = run([os.path.join(VENV, PYTHON), "-c", WORKS] + names, stderr=subprocess.PIPE)
    except OSError:
        return "The Python from which .venv was made is gone"
    if done.returncode:
        return "A package of .venv is missing (%s)" % done.stderr.decode(errors="replace").strip().rpartition(" ")[2]
    return None


def constraints(kind):
    """pip's arguments for the versions wanted."""
    if kind == "exact":
        return ["-c", "constraints.txt"]
    if kind == "oldest":  # "numpy>=2.0" becomes "numpy==2.0.*" for what runs the chapters
        chapters = read("requirements.txt").partition("# run the chapters")[2].partition("\n\n")[0]
        return re.sub(r"^([\w-]+)>=([\d.]+)$", r"\1==\2.*", chapters, flags=re.M).split("\n")[1:]
    return []


def settings():
    """pip's settings here as one would write them, without their values: PIP_NO_INDEX, [global] no-index, ..."""
    command = [os.path.join(VENV, PYTHON), "-m", "pip", "config", "list"]
    listed = run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    found = re.findall(r"^([\w:-]+)\.([\w-]+)=", listed.stdout.decode(errors="replace"), flags=re.M)
    ours = ["PIP_" + key.upper().replace("-", "_") for place, key in found if place == ":env:"]
    return sorted(ours) + sorted("[%s] %s" % pair for pair in found if pair[0] != ":env:")


def failed(step, hint):
    """Leave nothing behind, and say what to do."""
    shutil.rmtree(VENV, ignore_errors=True)
    sys.exit("\nCould not %s; the message above says why. Nothing was left behind.\n%s" % (step, hint))


def install(kind):
    try:
        try:
            run([sys.executable, "-m", "venv", "--clear", VENV], check=True)
        except subprocess.CalledProcessError:
            failed(
                "make a virtual environment",
                "If this Python (%s) comes without venv or ensurepip: on Debian and Ubuntu, apt-get install "
                "python3-venv; or name another Python: make book PYTHON=python3.12. A folder whose name is not UTF-8 "
                "cannot hold one. Then run the same command again." % sys.executable,
            )
        pip = [os.path.join(VENV, PYTHON), "-m", "pip", "install", "--quiet", "--no-user", "-r", "requirements.txt"]
        why = None
        try:
            run(pip + constraints(kind), check=True)
            why = missing()
        except subprocess.CalledProcessError:
            why = "pip failed"
        if why:
            names = settings()
            hint = "Usual causes: no network, or a proxy or full disk in the way"
            hint += "; or one of pip's settings here, %s" % ", ".join(names) if names else ""
            failed("install the packages (%s)" % why, hint + ".\nMend that, then run the same command again.")
    except KeyboardInterrupt:
        shutil.rmtree(VENV, ignore_errors=True)
        sys.exit("\nInterrupted. Nothing was left behind; run the same command again.")
    with open(STAMP, "wb") as f:
        f.write(stamp(kind))


def main(arguments):
    if sys.version_info < NEEDS:
        sys.exit(
            "This course needs Python %d.%d or newer; this is Python %d.%d (%s).\n"
            "Install a newer one and name it: make book PYTHON=python3.12, or python3.12 tools/install.py"
            % (NEEDS + sys.version_info[:2] + (sys.executable,))
        )
    if set(arguments) - {"--newest", "--oldest"}:
        sys.exit(__doc__)
    kind = "newest" if "--newest" in arguments else "oldest" if "--oldest" in arguments else "exact"
    if os.environ.get("PYTHONPATH"):  # make takes it away
        sys.stdout.write("PYTHONPATH is set: unset it before other commands, or its packages come before .venv's.\n")
    if os.path.islink(VENV):
        sys.exit("%s is a link into another folder, which would be emptied: remove the link." % VENV)
    if os.path.isdir(VENV):
        why = fault(kind)
        if why is None:
            return
        sys.stdout.write("%s: building it anew ...\n" % why)
    sys.stdout.write("Installing the packages into .venv (1.5 GB; a few minutes the first time) ...\n")
    sys.stdout.flush()
    install(kind)


if __name__ == "__main__":
    main(sys.argv[1:])

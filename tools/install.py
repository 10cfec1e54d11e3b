"""Create .venv with everything the course needs, or leave nothing behind. Standard library only.

python tools/install.py            exact versions (constraints.txt)
python tools/install.py --newest   newest versions that requirements.txt allows
python tools/install.py --oldest   oldest versions that it allows for running the chapters

pip's own settings are passed on: PIP_EXTRA_INDEX_URL, PIP_NO_CACHE_DIR and so on, or its configuration file.
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
# Run by the environment's own Python with the names of all packages.
WORKS = "import sys; from importlib.metadata import version; [version(name) for name in sys.argv[1:]]"


def read(name):
    with open(os.path.join(ROOT, name)) as f:
        return f.read()


def fingerprint(kind):
    """Changes whenever the set of packages to install does."""
    return hashlib.sha256((kind + read("requirements.txt") + read("constraints.txt")).encode()).hexdigest()


def fault(kind):
    """Why the environment that is there cannot be used as it is, or None."""
    try:
        with open(STAMP) as f:
            wanted, place = (f.read().splitlines() + ["", ""])[:2]
    except OSError:
        return "Found a half-installed .venv"
    if place != VENV:
        return "This .venv was moved or copied from elsewhere"
    if wanted != fingerprint(kind):
        return "Packages changed since the last .venv"
    names = re.findall(r"^([A-Za-z][\w.-]*)", read("requirements.txt"), flags=re.M)
    try:
        done = subprocess.run([os.path.join(VENV, PYTHON), "-c", WORKS] + names, stderr=subprocess.PIPE)
    except OSError:
        return "The Python from which .venv was made is gone"
    if done.returncode:
        return "A package of .venv is missing (%s)" % done.stderr.decode().strip().rpartition(" ")[2]
    return None


def constraints(kind):
    """pip's arguments for the versions wanted."""
    if kind == "exact":
        return ["-c", "constraints.txt"]
    if kind == "oldest":  # "numpy>=2.0" becomes "numpy==2.0.*" for what runs the chapters
        chapters = read("requirements.txt").partition("# run the chapters")[2].partition("\n\n")[0]
        return re.sub(r"^([\w-]+)>=([\d.]+)$", r"\1==\2.*", chapters, flags=re.M).split("\n")[1:]
    return []


def install(kind):
    step = "make a virtual environment"
    try:
        subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=True)
        step = "install the packages"
        command = [os.path.join(VENV, PYTHON), "-m", "pip", "install", "--quiet", "-r", "requirements.txt"]
        subprocess.run(command + constraints(kind), check=True, cwd=ROOT)
    except (subprocess.CalledProcessError, KeyboardInterrupt) as error:
        shutil.rmtree(VENV, ignore_errors=True)
        if isinstance(error, KeyboardInterrupt):
            sys.exit("\nInterrupted. Nothing was left behind; run the same command again.")
        sys.exit(
            "\nCould not %s; the message above says why. Nothing was left behind.\n%s"
            % (
                step,
                "On Debian and Ubuntu: apt-get install python3-venv, then run the same command again."
                if "virtual" in step
                else "The usual cause is that there is no network, or a proxy or full disk in the way: "
                "mend that, then run the same command again.",
            )
        )
    with open(STAMP, "w") as f:
        f.write(fingerprint(kind) + "\n" + VENV + "\n")


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

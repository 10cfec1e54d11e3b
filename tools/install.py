"""Create .venv with everything the course needs, or leave nothing behind. Standard library only.

python tools/install.py            exact versions (constraints.txt)
python tools/install.py --newest   newest versions that requirements.txt allows
"""

import hashlib
import os
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
STAMP = os.path.join(VENV, "installed")  # written last: an environment without it is half installed
NEEDS = (3, 11)


def fingerprint(newest):
    """Changes whenever the set of packages to install does."""
    digest = hashlib.sha256(b"newest" if newest else b"pinned")
    for name in ("requirements.txt", "constraints.txt"):
        with open(os.path.join(ROOT, name), "rb") as f:
            digest.update(f.read())
    return digest.hexdigest()


def installed():
    """The fingerprint of the environment that is there, or None."""
    try:
        with open(STAMP) as f:
            return f.read().strip()
    except OSError:
        return None


def install(newest):
    python = os.path.join(VENV, "Scripts" if os.name == "nt" else "bin", "python")
    step = "make a virtual environment"
    try:
        subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=True)
        step = "install the packages"
        command = [python, "-m", "pip", "install", "--quiet", "-r", "requirements.txt"]
        subprocess.run(command + ([] if newest else ["-c", "constraints.txt"]), check=True, cwd=ROOT)
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
        f.write(fingerprint(newest) + "\n")


def main(arguments):
    if sys.version_info < NEEDS:
        sys.exit(
            "This course needs Python %d.%d or newer; this is Python %d.%d (%s).\n"
            "Install a newer one and name it: make book PYTHON=python3.12, or python3.12 tools/install.py"
            % (NEEDS + sys.version_info[:2] + (sys.executable,))
        )
    newest = "--newest" in arguments
    if installed() == fingerprint(newest):
        return
    if os.path.isdir(VENV):
        print(
            "%s .venv: building it anew ..."
            % ("Packages changed since the last" if installed() else "Found a half-installed")
        )
    print("Installing the packages into .venv (1.5 GB on disk; a few minutes the first time) ...", flush=True)
    install(newest)


if __name__ == "__main__":
    main(sys.argv[1:])

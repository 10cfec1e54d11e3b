"""A student's code in a process of its own, on a short leash: questions go in, values come out."""

import contextlib
import json
import os
import select
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

from grading.inside import pack, unpack

INSIDE = Path(__file__).with_name("inside.py")
MEMORY = 6 * 2**30  # bytes of address space; PyTorch takes two thirds of that on its own
LARGEST = 5_000_000  # bytes of an answer
BUDGET, RESTARTS = 300, 12  # seconds and restarts of one submission
CELL, QUESTION = 20, 10  # seconds for a cell and for a question, unless an assignment says otherwise
GRACE = 2  # seconds more, for a process that does not let itself be interrupted
THREADS = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MPLBACKEND": "agg", "PYTHONWARNINGS": "ignore"}
NO_SANDBOX = (
    "Grading runs students' code in a sandbox, and bubblewrap, which makes it, {}. It is meant for Linux (Debian, "
    "Ubuntu: apt-get install bubblewrap), for WSL or a hub. With --no-sandbox the code runs as you: it can read and "
    "delete your files, and use the network."
)


class StudentError(Exception):
    """What went wrong in the student's code, in words; `kind` is "" or the status that it gives."""

    def __init__(self, words, kind=""):
        super().__init__(words)
        self.kind = kind


def no_sandbox():
    """Why there can be no sandbox here, or None."""
    if shutil.which("bwrap") is None:
        return NO_SANDBOX.format("was not found")
    tried = subprocess.run([*sandbox()[:-2], "-c", ""], capture_output=True, text=True)
    said = tried.stderr.strip().splitlines()[-1:] or ["no reason given"]
    return NO_SANDBOX.format(f"does not work here ({said[0]})") if tried.returncode else None


def sandbox():
    """The command that shuts a process off: it sees the libraries and an empty folder, no network, no environment."""
    command = ["bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--clearenv", "--cap-drop", "ALL"]
    command += ["--uid", "1000", "--gid", "1000", "--proc", "/proc", "--dev", "/dev"]
    command += ["--ro-bind", "/usr", "/usr"]
    for name in ("bin", "lib", "lib64"):
        if Path("/", name).is_symlink():
            command += ["--symlink", os.readlink(f"/{name}"), f"/{name}"]
        elif Path("/", name).exists():
            command += ["--ro-bind", f"/{name}", f"/{name}"]
    command += ["--size", str(2**26), "--tmpfs", "/tmp"]  # before the libraries, which may lie below it
    for place in {sys.prefix, sys.base_prefix} - {"/usr"}:
        command += ["--ro-bind", place, place]
    command += ["--ro-bind", str(INSIDE), "/inside.py", "--chdir", "/tmp"]
    command += ["--size", str(2**26), "--tmpfs", "/dev/shm", "--remount-ro", "/dev", "--remount-ro", "/"]
    for name, value in {"HOME": "/tmp", "PATH": "/usr/bin", **THREADS}.items():
        command += ["--setenv", name, value]
    return [*command, "--", sys.executable, "-I", "/inside.py"]


class Student:
    """Runs the cells, in order, and asks for values. A process that dies is started again without what killed it."""

    def __init__(self, cells, seconds=CELL, sandboxed=True):
        self.cells, self.seconds, self.sandboxed = list(cells), seconds, sandboxed
        self.process, self.restarts, self.end = None, 0, time.monotonic() + BUDGET
        self.troubles = []  # (status, words) of cells that did not end
        self.errors = []  # (cell, words) of those that failed
        self.start()

    def start(self):
        """A fresh process in which all cells have run, except those that do not end or end it."""
        while self.process is None:
            if self.restarts > RESTARTS or time.monotonic() > self.end:
                raise StudentError("the submission was stopped: it took too long, or ended too often", "timed out")
            self.restarts += 1
            self.errors = []
            command = sandbox() if self.sandboxed else [sys.executable, "-I", str(INSIDE)]
            pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
            environment = {"PATH": os.environ["PATH"]} if self.sandboxed else {**os.environ, **THREADS}
            limits = [str(MEMORY), str(20 * self.seconds)]
            self.process = subprocess.Popen([*command, *limits], **pipes, env=environment, start_new_session=True)
            for cell in list(self.cells):
                try:
                    self.send({"run": cell}, self.seconds)
                except StudentError as error:
                    self.errors.append((cell, str(error)))
                    if error.kind:
                        self.cells.remove(cell)
                        self.troubles.append((error.kind, str(error)))
                    if self.process is None:
                        break

    def send(self, request, seconds):
        """One question, one answer; raises StudentError if there is none, or none in time."""
        if self.process is None:
            self.start()
        deadline = time.monotonic() + seconds + GRACE
        guard = threading.Timer(seconds + GRACE + 1, self.give_up)
        guard.start()
        try:
            self.process.stdin.write(json.dumps({**request, "seconds": seconds}).encode() + b"\n")
            self.process.stdin.flush()
            answer = self.read(deadline)
        except OSError:
            answer = None
        finally:
            guard.cancel()
        if answer is None:
            late = time.monotonic() > deadline
            self.close()
            raise StudentError(
                f"ran longer than {seconds} seconds and was stopped" if late else "ended the whole process",
                "timed out" if late else "killed",
            )
        if "error" in answer:
            words = str(answer["error"])[:300].encode("utf-8", "replace").decode()
            raise StudentError(words, "timed out" if answer.get("slow") else "")
        return answer

    def give_up(self):
        """The end of a process that does not even listen, and of its submission."""
        self.end = 0
        self.process.kill()

    def read(self, deadline):
        """A line of JSON, or None if the process has gone, says too much, or nothing in time."""
        line = bytearray()
        while not line.endswith(b"\n"):
            ready, _, _ = select.select([self.process.stdout], [], [], max(0, deadline - time.monotonic()))
            piece = os.read(self.process.stdout.fileno(), 2**16) if ready else b""
            line += piece
            if not piece or len(line) > LARGEST:
                return None
        try:
            answer = json.loads(line)
        except (ValueError, RecursionError):
            return {"error": "the answer cannot be read"}
        return answer if isinstance(answer, dict) else {"error": "the answer cannot be read"}

    def ask(self, name, *arguments, seconds=QUESTION):
        """The value of name(*arguments), without arguments of the variable; StudentError says why there is none."""
        request = {"ask": name} | ({"arguments": [pack(a) for a in arguments]} if arguments else {})
        try:
            answer = self.send(request, seconds)
        except StudentError as error:
            failed = next((words for cell, words in self.errors if name in cell), "")
            if "is not defined" not in str(error) or not failed:
                raise
            raise StudentError(f"{error}; its cell failed with {failed}", error.kind) from None
        try:
            return unpack(answer["value"])
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
            words = str(error) if isinstance(error, ValueError) else "the answer cannot be read"
            raise StudentError(words) from None

    def close(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            for pipe in (self.process.stdin, self.process.stdout):
                with contextlib.suppress(OSError):  # what was still to be written
                    pipe.close()
            self.process = None

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()

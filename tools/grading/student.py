"""A student's code in a process of its own, on a short leash: questions go in, values come out."""

import builtins
import contextlib
import json
import os
import platform
import re
import select
import shutil
import struct
import subprocess
import sys
import tempfile
import threading
import time
from functools import cache
from pathlib import Path

import psutil

from grading.inside import NotComparable, pack, unpack

INSIDE = Path(__file__).with_name("inside.py")
MEMORY = 6 * 2**30  # bytes of address space of a process; PyTorch takes two thirds of that on its own
TOGETHER, PROCESSES = 3 * 2**30, 64  # bytes of memory and number of processes of a submission
LARGEST = 5_000_000  # bytes of an answer
BUDGET, RESTARTS, CELLS = 120, 12, 300  # seconds, restarts and cells of one submission
CELL, QUESTION = 20, 10  # seconds for a cell and for a question, unless an assignment says otherwise
GRACE = 2  # seconds more, for a process that does not let itself be interrupted
THREADS = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MPLBACKEND": "agg", "PYTHONWARNINGS": "ignore"}
QUICK = {"PIP_NO_INDEX": "1", "IPYTHONDIR": "/tmp/ipython"}  # without network pip would try for a minute
KINDS = {k for k, v in vars(builtins).items() if isinstance(v, type) and issubclass(v, BaseException)}
FORBIDDEN = {  # per processor its number for seccomp, and memfd_create, memfd_secret, shmget (memory that no limit
    # counts), sched_setaffinity (leaving the processor that it was given), unshare, io_uring_setup, setns (ways out)
    # add_key, request_key, keyctl (a place to leave things for the next submission)
    "x86_64": (0xC000003E, [319, 447, 29, 203, 272, 425, 308, 248, 249, 250]),
    "aarch64": (0xC00000B7, [279, 447, 194, 122, 97, 425, 268, 217, 218, 219]),
}
NO_SANDBOX = (
    "Grading runs students' code in a sandbox, and bubblewrap, which makes it, {}. It is meant for Linux (Debian, "
    "Ubuntu: apt-get install bubblewrap), for WSL or a hub. With --no-sandbox the code runs as you: it can read and "
    "delete your files, and use the network."
)


class StudentError(Exception):
    """What went wrong, in our words; `kind` is "" or the status that it gives, `detail` may be the student's words."""

    def __init__(self, words, kind="", detail=""):
        super().__init__(words)
        self.kind, self.detail = kind, detail


def no_sandbox():
    """Why there can be no sandbox here, or None."""
    if shutil.which("bwrap") is None:
        return NO_SANDBOX.format("was not found")
    with forbidden() as calls:
        command = [*sandbox(calls)[: -len(PYTHON)], PYTHON[0], "-c", ""]
        tried = subprocess.run(command, capture_output=True, text=True, pass_fds=[calls.fileno()] if calls else [])
    said = tried.stderr.strip().splitlines()[-1:] or ["no reason given"]
    return NO_SANDBOX.format(f"does not work here ({said[0]})") if tried.returncode else None


@cache
def scope():
    """The command that puts a process into a control group with limits of its own, where systemd makes one."""
    command = ["systemd-run", *([] if os.geteuid() == 0 else ["--user"]), "--scope", "--quiet", "--collect"]
    for limit in (f"MemoryMax={TOGETHER}", "MemorySwapMax=0", f"TasksMax={4 * PROCESSES}", "CPUQuota=100%"):
        command += ["-p", limit]
    works = shutil.which("systemd-run") and not subprocess.run([*command, "true"], capture_output=True).returncode
    return command if works else []


def in_force(sandboxed):
    """In words, what keeps a submission within its limits on this machine."""
    parts = ["control groups (systemd)"] if scope() else []
    parts += ["bubblewrap", "seccomp"] if sandboxed and platform.machine() in FORBIDDEN else ["bubblewrap"] * sandboxed
    return ", ".join([*parts, "rlimits, a watch on memory and processes"])


@contextlib.contextmanager
def forbidden():
    """A file with the system calls that a sandbox refuses, as seccomp reads it; None for an unknown processor."""
    architecture, calls = FORBIDDEN.get(platform.machine(), (None, []))
    if not calls:
        yield None
        return
    steps, n = [(0x20, 0, 0, 4), (0x15, 0, len(calls) + 3, architecture), (0x20, 0, 0, 0)], len(calls)
    steps += [(0x35, n + 1, 0, 2**30), *((0x15, n - k, 0, call) for k, call in enumerate(calls))]
    steps += [(0x06, 0, 0, 0x7FFF0000), (0x06, 0, 0, 0x00050001)]  # allow; or fail with EPERM
    with tempfile.TemporaryFile() as file:
        file.write(b"".join(struct.pack("HBBI", *step) for step in steps))
        file.seek(0)
        yield file


PYTHON = [os.path.abspath(sys.executable), "-I", "/inside.py"]
HIDDEN = {"/usr/local/share"}  # nbgrader's exchange; grade.py adds the course, the questions and the inbox


def hide():
    """bwrap's arguments for what would be seen, because it lies below the libraries, and must not be."""
    bound = [os.path.abspath(p) for p in ("/usr", sys.prefix, sys.base_prefix)]
    for place in sorted(p for p in HIDDEN if any(Path(p).is_relative_to(b) for b in bound)):
        if os.path.isdir(place) and not any(Path(b).is_relative_to(place) for b in bound):
            yield from ("--tmpfs", place, "--remount-ro", place)
        elif os.path.isfile(place):
            yield from ("--ro-bind", "/dev/null", place)


@cache
def can_disable_namespaces():
    return "--disable-userns" in subprocess.run(["bwrap", "--help"], capture_output=True, text=True).stdout


def sandbox(calls=None):
    """The command that shuts a process off: it sees the libraries and an empty folder, no network, no environment."""
    command = ["env", "-i", f"PATH={os.environ['PATH']}", "bwrap"]  # bwrap's own environment can be read inside
    command += ["--unshare-all", "--die-with-parent", "--new-session", "--clearenv", "--cap-drop", "ALL"]
    command += ["--seccomp", str(calls.fileno())] if calls else []
    command += ["--unshare-user", "--disable-userns"] if can_disable_namespaces() else []
    command += ["--uid", "1000", "--gid", "1000", "--proc", "/proc", "--dev", "/dev"]
    for place in ("/proc/sys", "/proc/sysrq-trigger"):  # root's own settings, where this runs as root
        command += ["--ro-bind-try", place, place]
    command += ["--ro-bind", "/usr", "/usr"]
    for name in ("bin", "lib", "lib64"):
        if Path("/", name).is_symlink():
            command += ["--symlink", os.readlink(f"/{name}"), f"/{name}"]
        elif Path("/", name).exists():
            command += ["--ro-bind", f"/{name}", f"/{name}"]
    command += ["--size", str(2**26), "--tmpfs", "/tmp"]  # before the libraries, which may lie below it
    for place in {*map(os.path.abspath, (sys.prefix, sys.base_prefix))} - {"/usr"}:
        command += ["--ro-bind", place, place]
    command += hide()
    command += ["--ro-bind", str(INSIDE), "/inside.py", "--chdir", "/tmp"]
    command += ["--size", str(2**26), "--tmpfs", "/dev/shm", "--remount-ro", "/dev", "--remount-ro", "/"]
    for name, value in {"HOME": "/tmp", "PATH": "/usr/bin:/bin", **THREADS, **QUICK}.items():
        command += ["--setenv", name, value]
    return [*command, "--", *PYTHON]


def shared_memory(pid):
    """{identity: bytes} of memory that processes share, which the system may count as nobody's."""
    found = re.findall(r"^(\w+)-(\w+) \S+ \S+ (\S+ \d+) +/dev/zero", Path(f"/proc/{pid}/maps").read_text(), re.M)
    return {identity: int(end, 16) - int(start, 16) for start, end, identity in found}


class Student:
    """Runs the cells, in order, and asks for values. A process that dies is started again without what killed it."""

    alive = set()  # of those that run at this moment
    ended = False  # whether all grading ends

    def __init__(self, cells, seconds=CELL, sandboxed=True, given=0):
        self.cells, self.seconds, self.sandboxed = list(cells), seconds, sandboxed
        self.given = set(self.cells[:given])  # those of the release, which cannot be wrong
        self.process, self.restarts, self.end = None, 0, time.monotonic() + BUDGET
        self.troubles = []  # (status, words) of cells that did not end
        self.errors = []  # (cell, error) of those that failed
        self.over = self.until = None  # the limit that its process broke; when a question must have been answered
        self.released = None  # why a cell of the release failed
        if len(self.cells) > CELLS:
            raise StudentError(f"has more than {CELLS} cells of code and was not run", "look at")
        self.start()

    @classmethod
    def end_all(cls):
        """The end of everything that runs."""
        cls.ended = True
        for student in list(cls.alive):
            student.process.kill()

    def start(self):
        """A fresh process in which all cells have run, except those that do not end or end it."""
        while self.process is None:
            if self.ended or self.restarts > RESTARTS or time.monotonic() > self.end:
                kind = "look at" if self.released else "timed out"
                raise StudentError("the submission took too long, or ended too often, and was stopped", kind)
            self.restarts += 1
            self.errors, self.over = [], None
            limits = [str(MEMORY), str(20 * self.seconds)]
            with forbidden() as calls:
                command = sandbox(calls) if self.sandboxed else [sys.executable, "-I", str(INSIDE)]
                self.process = subprocess.Popen(
                    [*scope(), *command, *limits],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    env={**os.environ, **THREADS, **({} if self.sandboxed else QUICK)},
                    pass_fds=[calls.fileno()] if calls and self.sandboxed else [],
                    start_new_session=True,
                )
            self.alive.add(self)
            threading.Thread(target=self.watch, args=[self.process], daemon=True).start()
            for cell in list(self.cells):
                try:
                    self.send({"run": cell}, self.seconds)
                except StudentError as error:
                    self.errors.append((cell, error))
                    self.released = self.released or (error if cell in self.given else None)
                    if error.kind in ("timed out", "killed"):
                        self.cells.remove(cell)
                        self.troubles.append((error.kind, str(error)))
                    if self.process is None:
                        break

    def watch(self, process):
        """The end of a process that never listens, or whose family grows beyond limits: they count for all of it."""
        while process.poll() is None:
            time.sleep(0.4)
            if self.until and time.monotonic() > self.until:
                self.end = 0
                process.kill()
            with contextlib.suppress(psutil.Error):
                family = [first := psutil.Process(process.pid), *first.children(recursive=True)]
                memory, shared = 0, {}
                for member in family:
                    with contextlib.suppress(psutil.Error, OSError):
                        memory += member.memory_info().rss
                        shared |= shared_memory(member.pid)
                memory += sum(shared.values())
                if memory > TOGETHER or len(family) > PROCESSES:
                    what = f"{TOGETHER / 2**30:g} GB of memory" if memory > TOGETHER else f"{PROCESSES} processes"
                    self.over = f"took more than {what}"
                    process.kill()

    def send(self, request, seconds):
        """One question, one answer; raises StudentError if there is none, or none in time."""
        if self.process is None:
            self.start()
        seconds = min(seconds, self.end - time.monotonic())
        if seconds <= 0:
            raise StudentError("the submission took too long as a whole, and was stopped", "timed out")
        deadline = time.monotonic() + seconds + GRACE
        self.until = deadline + 1
        try:
            self.process.stdin.write(json.dumps({**request, "seconds": seconds}).encode() + b"\n")
            self.process.stdin.flush()
            answer = self.read(deadline)
        except OSError:
            answer = None
        finally:
            self.until = None
        if answer is None:
            late = time.monotonic() > deadline
            self.close()
            words = self.over or (f"ran longer than {seconds:.3g} seconds" if late else "ended the whole process")
            raise StudentError(words, "timed out" if late else "killed")
        if answer.get("slow"):
            raise StudentError(f"took longer than {seconds:.3g} seconds", "timed out")
        if "missing" in answer:
            raise StudentError("is not a function" if "function" in str(answer["missing"]) else "is not defined")
        if "error" in answer:
            kind = answer["error"] if str(answer["error"]) in KINDS else "Exception"
            detail = f"{kind}: {answer.get('detail', '')}"[:200].encode("utf-8", "replace").decode()
            raise StudentError(f"ends with {kind}", "look at" if answer.get("elsewhere") else "", detail)
        return answer

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
            answer = None
        return answer if isinstance(answer, dict) else {"error": "ValueError"}

    def ask(self, name, *arguments, seconds=QUESTION):
        """The value of name(*arguments), without arguments of the variable; StudentError says why there is none."""
        request = {"ask": name} | ({"arguments": [pack(a) for a in arguments]} if arguments else {})
        try:
            answer = self.send(request, seconds)
        except StudentError as error:
            if self.released:
                detail = self.released.detail or str(self.released)
                raise StudentError("a cell of the release failed", "look at", detail) from None
            failed = next((f for cell, f in self.errors if name in cell), None)
            if "is not defined" in str(error) and failed:
                raise StudentError(f"{error}: its cell {failed}", failed.kind, failed.detail) from None
            absent = next((f for _, f in self.errors if f.kind == "look at"), None)
            if absent and not error.kind:  # what another cell could not import may be all that is missing
                raise StudentError(str(error), "look at", f"another cell failed: {absent.detail}") from None
            raise
        try:
            return unpack(answer["value"])
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
            words = str(error) if isinstance(error, NotComparable) else "gives an answer that cannot be read"
            raise StudentError(words) from None

    def close(self):
        self.alive.discard(self)
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

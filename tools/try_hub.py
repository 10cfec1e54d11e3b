"""Try the guide's way for a large class on a JupyterHub of this machine, from the release to the feedback.

    python tools/try_hub.py [--stay]     with --stay the hub runs until Ctrl-C, for trying by hand

JupyterHub and its proxy go to _build/hub, once. Both users are you, in a folder that is thrown away: no safe hub.
"""

import csv
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, closing, suppress
from importlib.metadata import distributions
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent

try:
    import psutil
    import requests
    from grading.assignment import Assignment
except ModuleNotFoundError as error:
    sys.exit(f"The package {error.name} is missing: run `python tools/install.py` first.")

HUB, HUB_VERSION, PROXY_VERSION = ROOT / "_build" / "hub", "6.1.1", "5.1.0"
NAME, SEED, ANSWER, HARM = "01-autonomous-system", "2026", "Both are right, I think.", "<img src=x onerror=alert(1)>"


def check(true, words):
    if not true:
        sys.exit(f"This does not work: {words}")


def run(*command, why="", **settings):
    done = subprocess.run([*map(str, command)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **settings)
    check(done.returncode == 0, f"{why}{' '.join(map(str, command))}\n{done.stdout}")


def install():
    """JupyterHub beside the packages of .venv, in their versions, and its proxy."""
    check(shutil.which("npm"), "npm is missing, with which the hub's proxy comes (apt-get install nodejs npm).")
    wanted = sorted({f"{d.name}=={d.version}\n" for d in distributions()} | {f"jupyterhub=={HUB_VERSION}\n"})
    wanted = f"# proxy {PROXY_VERSION}, {sys.version!r}\n{''.join(wanted)}"
    if not (HUB / "installed").exists() or (HUB / "installed").read_text(encoding="utf-8") != wanted:
        print("Installing JupyterHub and its proxy into _build/hub (170 MB, from the network) ...", flush=True)
        shutil.rmtree(HUB, ignore_errors=True)
        HUB.mkdir(parents=True)
        (HUB / "wanted").write_text(wanted, encoding="utf-8")
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--target", HUB / "python", "-c", HUB / "wanted"]
        run(*pip, "jupyterhub", why="is there a network? ")
        npm = ["npm", "install", "--prefix", HUB, "--no-package-lock", "--no-audit", "--no-fund", "--silent"]
        run(*npm, f"configurable-http-proxy@{PROXY_VERSION}", why="is there a network? ")
        (HUB / "wanted").rename(HUB / "installed")


class Hub:
    """A hub in that folder, with an instructor and a student."""

    def __init__(self, folder):
        home, self.log, self.password = folder / "home", folder / "log", secrets.token_hex(8)
        with ExitStack() as held:
            ports = [held.enter_context(socket.create_server(("127.0.0.1", 0))).getsockname()[1] for _ in range(3)]
        addresses = [f"http://127.0.0.1:{port}" for port in ports]
        self.address, self.tokens = addresses[0], {user: secrets.token_hex(32) for user in ("instructor", "student")}
        self.mark = {"JUPYTER_CONFIG_PATH": str(folder / "etc")}  # all that the hub starts has it
        hub = f"""c = get_config()
c.JupyterHub.bind_url, c.JupyterHub.hub_bind_url, c.ConfigurableHTTPProxy.api_url = {addresses}
c.ConfigurableHTTPProxy.command = {str(HUB / "node_modules" / ".bin" / "configurable-http-proxy")!r}
c.JupyterHub.authenticator_class, c.JupyterHub.spawner_class = "shared-password", "simple"
c.SharedPasswordAuthenticator.user_password = {self.password!r}
c.Authenticator.allowed_users = {set(self.tokens)}
c.JupyterHub.api_tokens = {dict(zip(self.tokens.values(), self.tokens, strict=True))}
c.SimpleLocalProcessSpawner.home_dir_template = {f"{home}/{{username}}"!r}
c.Spawner.cmd = [{sys.executable!r}, "-m", "jupyterhub.singleuser", "--allow-root"]
c.Spawner.environment = {self.mark}
"""  # below: a student's name is that of the system, but here both have the same one
        nbgrader = f"""import os; c = get_config()
c.Exchange.root = {str(folder / "exchange")!r}
c.CourseDirectory.student_id = {{"student": "student"}}.get(os.environ.get("JUPYTERHUB_USER"), "*")
"""
        self.course = home / "instructor" / "course"
        for place in (folder / "etc", self.course, home / "instructor" / ".jupyter"):
            place.mkdir(parents=True)
        (folder / "jupyterhub_config.py").write_text(hub, encoding="utf-8")
        (folder / "etc" / "nbgrader_config.py").write_text(nbgrader, encoding="utf-8")
        (home / "instructor" / ".jupyter" / "nbgrader_config.py").symlink_to(self.course / "nbgrader_config.py")
        kept = {name: value for name, value in os.environ.items() if not name.startswith("JUPYTER")}
        path = f"{Path(sys.executable).parent}{os.pathsep}{kept['PATH']}"
        self.env = {**kept, **self.mark, "PYTHONPATH": str(HUB / "python"), "PATH": path}
        with open(self.log, "w") as log:
            settings = {"cwd": folder, "env": self.env, "stdout": log, "stderr": log, "start_new_session": True}
            self.process = subprocess.Popen([sys.executable, "-m", "jupyterhub"], **settings)

    def terminal(self, *command):
        """What the instructor types, in the course folder."""
        run(sys.executable, *command, cwd=self.course, env={**self.env, "HOME": str(self.course.parent)})

    def ask(self, user, path, data=None, method=None, wait=0):
        """What the user's server answers, or the hub; it may take so many seconds until it is ready."""
        address = f"{self.address}/{path}" if path.startswith("hub/") else f"{self.address}/user/{user}/{path}"
        how = {"json": data, "headers": {"Authorization": f"token {self.tokens[user]}"}, "timeout": 300}
        until, method = time.monotonic() + wait, method or ("GET" if data is None else "POST")
        while True:
            words = "nothing"
            with suppress(requests.ConnectionError):
                reply = requests.request(method, address, **how)
                if reply.ok:
                    return reply.json() if reply.text[:1] in ("{", "[") else reply.text
                words = f"{reply.status_code}: {reply.text[:300]}"
            check(self.process.poll() is None, f"JupyterHub ended.\n{self.log.read_text()[-2000:]}")
            check(time.monotonic() < until, f"{method} {address} answers {words}")
            time.sleep(0.25)

    def close(self):
        """End the hub and all that it started."""
        its = [p for p in psutil.process_iter(["environ"]) if self.mark.items() <= (p.info["environ"] or {}).items()]
        self.process.terminate()
        for process in psutil.wait_procs(its, 20)[1]:
            process.kill()


def walk(hub):
    """The guide's steps; a sentence after each."""
    hub.terminal(ROOT / "tools" / "assignments.py", "1", "--seed", SEED, "--course", hub.course)
    yield f"the instructor has made {NAME}"
    for user in hub.tokens:
        hub.ask(user, f"hub/api/users/{user}/server", {}, wait=120)
        hub.ask(user, "api/status", wait=120)
    yield f"JupyterHub {HUB_VERSION} runs at {hub.address}, with a server for the instructor and one for the student"
    hub.terminal("-m", "nbgrader", "release_assignment", NAME)
    yield "the instructor has released the assignment"
    place, path = {"course_id": "hidden-states", "assignment_id": NAME}, f"{NAME}/{NAME}.ipynb"
    check(hub.ask("student", "assignments/fetch", place)["value"][0]["status"] == "fetched", "Fetch fails")
    yield "the student has fetched it"
    variant, notebook = Assignment(NAME, int(SEED)), hub.ask("student", f"api/contents/{path}")["content"]
    written = {q: variant.answer(q) for q in variant.questions} | dict.fromkeys(variant.by_hand(), ANSWER + HARM)
    for cell in notebook["cells"]:
        cell["source"] = written.get(cell["id"], cell["source"])
    hub.ask("student", f"api/contents/{path}", {"type": "notebook", "content": notebook}, "PUT")
    says = hub.ask("student", "assignments/validate", {"path": path})
    check(says == {"success": True, "value": {}}, f"Validate says {says}")
    yield "the student has answered, and Validate finds nothing wrong"
    check(hub.ask("student", "assignments/submit", place)["success"], "Submit fails")
    yield "the student has submitted it"
    hub.terminal("-m", "nbgrader", "collect", "--update", NAME)
    hub.terminal(ROOT / "tools" / "grade.py", hub.course / "submitted", "--course", hub.course)
    yield "the instructor has collected and graded it"
    [entry] = hub.ask("instructor", f"formgrader/api/submitted_notebooks/{NAME}/{NAME}")
    check(entry["student"] == "student", f"the submission is taken for that of {entry['student']}")
    page = hub.ask("instructor", f"formgrader/submissions/{entry['id']}/")
    check(ANSWER in page and not re.search("<[^>]*onerror", page), "Formgrader hides the answer, or lets it run code")
    grades = hub.ask("instructor", f"formgrader/api/grades?submission_id={entry['id']}")
    [grade] = [g for g in grades if g["needs_manual_grade"]]
    hub.ask("instructor", f"formgrader/api/grade/{grade['id']}", {"manual_score": grade["max_score"]}, "PUT")
    hub.terminal(ROOT / "tools" / "grade.py", "--marks", "--course", hub.course)
    yield "the instructor has read the rest in Formgrader and given points"
    hub.terminal("-m", "nbgrader", "release_feedback", NAME)
    latest = hub.ask("student", "assignments/fetch_feedback", place)["value"][-1]["submissions"][-1]
    page = hub.ask("student", f"files/{latest['local_feedback_path']}/{NAME}.html")
    check("20 of 20 points" in page, "the feedback does not tell the points")
    yield "the student has fetched the feedback"


def main(arguments):
    if set(arguments) - {"--stay"}:
        sys.exit(__doc__)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Stopped."))
    install()
    os.environ["no_proxy"] = "127.0.0.1"
    with suppress(KeyboardInterrupt), TemporaryDirectory(prefix="hub-") as folder, closing(Hub(Path(folder))) as hub:
        for step, words in enumerate(walk(hub), 1):
            print(f"{step} of 9: {words}", flush=True)
        with open(hub.course / "marks.csv", encoding="utf-8-sig", newline="") as file:
            marks = [f"{r['question']}: {r['points']} of {r['of']}" for r in csv.DictReader(file) if r["question"]]
        print(*marks, sep="\n")
        if arguments:
            print(f"{hub.address}: instructor or student, password {hub.password}; Ctrl-C ends it", flush=True)
            hub.process.wait()


if __name__ == "__main__":
    main(sys.argv[1:])

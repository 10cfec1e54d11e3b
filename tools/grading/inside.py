"""The student's process: runs the cells that it is sent, and answers questions about what they defined. No secrets.

It reads lines of JSON from its standard input and answers on its standard output:

    {"run": source}                          -> {}
    {"ask": name, "arguments": [values]}     -> {"value": value} or {"missing": "is not defined"}
    {"seconds": s}  beside either            the most that it may take; {"slow": true} comes back if it was not enough

or {"error": kind, "elsewhere": whether it may come from this machine, "detail": its message}.

Whatever the student's code does in here, it can at most give wrong answers: nothing in this process knows a right one.
"""

import base64
import contextlib
import json
import os
import re
import resource
import signal
import sys
from collections.abc import Iterator, MappingView
from itertools import islice

import numpy as np
from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

LARGEST = 3_000_000  # bytes of an answer
MACHINE = re.compile(r"\b(CUDA|MPS|NVIDIA|GPU|TPU|XLA|device|process(es)?|bootstrapping|thread)\b", re.I)


def pack(value):
    """A value as JSON: numbers, text, arrays and tensors, and tuples, lists and dictionaries of these."""
    if hasattr(value, "detach"):
        value = value.detach().cpu().numpy()
    if value is None or isinstance(value, str | bool | int | float):
        return {"plain": value}
    if isinstance(value, dict):
        return {"dict": {str(key): pack(v) for key, v in value.items()}}
    if isinstance(value, list | tuple):
        return {type(value).__mro__[-2].__name__: [pack(v) for v in value]}
    if isinstance(value, Iterator | MappingView):
        return pack(list(islice(value, 10_000)))
    array = np.asarray(value)
    if array.dtype.kind == "O":  # fractions, decimals
        with contextlib.suppress(TypeError, ValueError):
            array = array.astype(float)
    if array.dtype.kind not in "biufc" or array.nbytes > LARGEST:
        return {"other": True}
    return {
        "dtype": array.dtype.str,
        "shape": array.shape,
        "data": base64.b64encode(np.ascontiguousarray(array).tobytes()).decode(),
    }


class NotComparable(ValueError):
    pass


def unpack(packed):
    """The value again; raises NotComparable, or whatever comes of what `pack` did not make."""
    if "plain" in packed:
        return packed["plain"]
    if "dict" in packed:
        return {key: unpack(v) for key, v in packed["dict"].items()}
    if "list" in packed:
        return [unpack(v) for v in packed["list"]]
    if "tuple" in packed:
        return tuple(unpack(v) for v in packed["tuple"])
    if "other" in packed:
        raise NotComparable("returns what cannot be compared: it should be numbers or arrays")
    if not re.fullmatch(r"[<>|=][biufc]\d{1,2}", packed["dtype"]):
        raise NotComparable("gives an answer that cannot be read")
    data = np.frombuffer(base64.b64decode(packed["data"]), dtype=packed["dtype"])
    return data.reshape(packed["shape"]).copy()[()]


def shell():
    """IPython's, as in Jupyter, without history, windows and printed errors."""
    made = InteractiveShell.instance(config=Config({"HistoryManager": {"enabled": False}}))
    made.ask_exit = made.enable_gui = made.showtraceback = made.showsyntaxerror = lambda *a, **k: None
    return made


class TooLong(BaseException):
    pass


class Alarm:
    """Ends what takes too long, and remembers it: a magic may swallow the exception."""

    def __init__(self):
        self.rang = False
        signal.signal(signal.SIGALRM, self.ring)

    def ring(self, signum, frame):
        self.rang = True
        raise TooLong

    def set(self, seconds):
        self.rang = self.rang and not seconds
        signal.setitimer(signal.ITIMER_REAL, seconds)


def kind(error):
    """The name of the built-in exception that it is."""
    return next(c.__name__ for c in type(error).__mro__ if c.__module__ == "builtins")


def elsewhere(error):
    """Whether it is of a kind that may not happen on the student's machine: what is missing here is not wrong."""
    missing = isinstance(error, ImportError | OSError | MemoryError | EOFError | UsageError)
    missing = missing or isinstance(error, AttributeError) and bool(re.search(r"^module '|was removed", str(error)))
    return missing or isinstance(error, RuntimeError | AssertionError) and bool(MACHINE.search(str(error)))


def work(request, shell):
    if "run" in request:
        done = shell.run_cell(request["run"], silent=True)
        if error := done.error_before_exec or done.error_in_exec:
            raise error
        return {}
    if request["ask"] not in shell.user_ns:
        return {"missing": "is not defined"}
    value = shell.user_ns[request["ask"]]
    if "arguments" in request:
        if not callable(value):
            return {"missing": "is not a function"}
        value = value(*(unpack(a) for a in request["arguments"]))
    return {"value": pack(value)}


def main(memory, processor):
    for limit, most in [
        ("AS", memory),
        ("CPU", processor),
        ("FSIZE", 2**25),
        ("CORE", 0),
        ("NPROC", 256),
        ("NOFILE", 256),
    ]:
        resource.setrlimit(getattr(resource, f"RLIMIT_{limit}"), (most, most))
    requests, answers = os.fdopen(os.dup(0)), os.fdopen(os.dup(1), "w")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):  # what is printed costs nothing and is not kept
        os.dup2(nowhere, stream)
    sys.path.insert(0, os.getcwd())  # for what %%writefile wrote
    sys.breakpointhook = lambda *a, **k: None
    alarm, student = Alarm(), shell()
    for line in requests:
        request = json.loads(line)
        try:
            alarm.set(request.get("seconds", 0))
            answer = work(request, student)
        except BaseException as error:  # also SystemExit
            answer = {"error": "Exception"}
            with contextlib.suppress(Exception):  # of an exception's own __str__
                answer = {"error": kind(error), "elsewhere": elsewhere(error), "detail": f"{error}"[:200]}
        alarm.set(0)
        answer |= {"slow": True} if alarm.rang else {}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

"""The student's process: runs the cells that it is sent, and answers questions about what they defined. No secrets.

It reads lines of JSON from its standard input and answers on its standard output:

    {"run": source}                          -> {} or {"error": words}
    {"ask": name, "arguments": [values]}     -> {"value": value} or {"error": words}
    {"seconds": s}  beside either            the most that it may take

Whatever the student's code does in here, it can at most give wrong answers: nothing in this process knows a right one.
"""

import base64
import json
import os
import re
import resource
import signal
import sys

import numpy as np


def pack(value):
    """A value as JSON: numbers, text, arrays and tensors, and tuples, lists and dictionaries of these."""
    if hasattr(value, "detach"):
        value = value.detach().cpu().numpy()
    if value is None or isinstance(value, str | bool):
        return {"plain": value}
    if isinstance(value, dict):
        return {"dict": {str(key): pack(v) for key, v in value.items()}}
    if isinstance(value, tuple) or isinstance(value, list) and any(not np.isscalar(v) for v in value):
        return {"list": [pack(v) for v in value]}
    array = np.asarray(value)
    if array.dtype.kind not in "biufc":
        return {"other": type(value).__name__}
    return {
        "dtype": array.dtype.str,
        "shape": array.shape,
        "data": base64.b64encode(np.ascontiguousarray(array).tobytes()).decode(),
    }


def unpack(packed):
    """The value again; raises ValueError if it is not made as `pack` makes it."""
    if "plain" in packed:
        return packed["plain"]
    if "dict" in packed:
        return {key: unpack(v) for key, v in packed["dict"].items()}
    if "list" in packed:
        return tuple(unpack(v) for v in packed["list"])
    if "other" in packed:
        raise ValueError(f"a value of type {packed['other'][:40]} cannot be compared; return numbers or arrays")
    if not re.fullmatch(r"[<>|=][biufc]\d{1,2}", packed["dtype"]):
        raise ValueError("the answer cannot be read")
    data = np.frombuffer(base64.b64decode(packed["data"]), dtype=packed["dtype"])
    return data.reshape(packed["shape"]).copy()[()]


def plain(source):
    """The cell without what only Jupyter understands: lines of magic, of the shell, and of help."""
    lines = source.split("\n")
    return "\n".join(re.sub(r"^(\s*)(?:[%!?].*|[\w.]+\?+\s*)$", r"\1pass", line) for line in lines)


class TooLong(BaseException):
    pass


def alarm(signum, frame):
    raise TooLong


def work(request, names):
    if "run" in request:
        exec(compile(plain(request["run"]), "<cell>", "exec"), names)
        return {}
    if request["ask"] not in names:
        return {"error": f"{request['ask']} is not defined"}
    value = names[request["ask"]]
    if "arguments" in request:
        if not callable(value):
            return {"error": f"{request['ask']} is not a function"}
        value = value(*(unpack(a) for a in request["arguments"]))
    return {"value": pack(value)}


def main(memory, processor):
    for limit, most in [("AS", memory), ("CPU", processor), ("FSIZE", 2**25), ("CORE", 0), ("NPROC", 256)]:
        resource.setrlimit(getattr(resource, f"RLIMIT_{limit}"), (most, most))
    requests, answers = os.fdopen(os.dup(0)), os.fdopen(os.dup(1), "w")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):  # what is printed costs nothing and is not kept
        os.dup2(nowhere, stream)
    signal.signal(signal.SIGALRM, alarm)
    names = {"__name__": "__main__", "display": lambda *a, **k: None, "get_ipython": lambda: None}
    for line in requests:
        request = json.loads(line)
        signal.setitimer(signal.ITIMER_REAL, request.get("seconds", 0))
        try:
            answer = work(request, names)
        except TooLong:
            answer = {"error": f"took longer than {request['seconds']} seconds", "slow": True}
        except BaseException as error:  # also SystemExit
            answer = {"error": f"{type(error).__name__}: {error}"[:300]}
        signal.setitimer(signal.ITIMER_REAL, 0)
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

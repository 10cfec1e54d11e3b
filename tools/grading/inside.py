"""The student's process: runs the cells that it is sent, and answers questions about what they defined. No secrets.

It reads lines of JSON from its standard input and answers on its standard output:

    {"run": source}                          -> {} or {"error": words}
    {"ask": name, "arguments": [values]}     -> {"value": value} or {"error": words}
    {"seconds": s}  beside either            the most that it may take

Whatever the student's code does in here, it can at most give wrong answers: nothing in this process knows a right one.
"""

import ast
import asyncio
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
    if value is None or isinstance(value, str | bool | int | float):
        return {"plain": value}
    if isinstance(value, dict):
        return {"dict": {str(key): pack(v) for key, v in value.items()}}
    if isinstance(value, list | tuple):
        return {type(value).__mro__[-2].__name__: [pack(v) for v in value]}
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
        return [unpack(v) for v in packed["list"]]
    if "tuple" in packed:
        return tuple(unpack(v) for v in packed["tuple"])
    if "other" in packed:
        raise ValueError(f"a value of type {packed['other'][:40]} cannot be compared; return numbers or arrays")
    if not re.fullmatch(r"[<>|=][biufc]\d{1,2}", packed["dtype"]):
        raise ValueError("the answer cannot be read")
    data = np.frombuffer(base64.b64decode(packed["data"]), dtype=packed["dtype"])
    return data.reshape(packed["shape"]).copy()[()]


class Shell:
    """In the place of Jupyter's: magic, commands of the shell and requests for help do nothing."""

    def __getattr__(self, name):
        return lambda *arguments, **more: None


def compiled(source):
    """The cell's code; what is no Python may be Jupyter's."""
    try:
        return compile(source, "<cell>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    except SyntaxError as error:
        try:
            from IPython.core.inputtransformer2 import TransformerManager

            plain = TransformerManager().transform_cell(source)
            return compile(plain, "<cell>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        except Exception:
            raise error from None


class TooLong(BaseException):
    pass


def alarm(signum, frame):
    raise TooLong


def work(request, names):
    if "run" in request:
        waiting = eval(compiled(request["run"]), names)
        if asyncio.iscoroutine(waiting):
            asyncio.run(waiting)
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
    names = {"__name__": "__main__", "display": lambda *a, **k: None, "get_ipython": Shell}
    for line in requests:
        request = json.loads(line)
        signal.setitimer(signal.ITIMER_REAL, request.get("seconds", 0))
        try:
            answer = work(request, names)
        except TooLong:
            answer = {"error": f"took longer than {request['seconds']} seconds", "slow": True}
        except BaseException as error:  # also SystemExit
            # not what the numbers were: they would tell of the inputs
            words = re.sub(r"-?\d+\.\d+(e-?\d+)?", "…", f"{type(error).__name__}: {error}"[:600])
            answer = {"error": words[:150].encode("utf-8", "replace").decode()}
        signal.setitimer(signal.ITIMER_REAL, 0)
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

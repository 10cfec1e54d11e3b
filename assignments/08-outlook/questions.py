"""Assignment 8: what varies, hidden inputs, and named mistakes."""

import numpy as np


def numbers(rng):
    return {
        "b": rng.choice([1.0, 1.5, 2.0, 2.5, 3.0, 4.0]),
        "T": rng.integers(40, 400),
        "words": rng.integers(200, 900),
    }


def inputs_1(rng, numbers):
    asked = [
        (np.zeros(1), np.zeros(1), np.array([2.0]), np.zeros((4, 1)), np.zeros((4, 1)), np.array(b))
        for b in ([-50.0, 50.0, 0.0, 50.0], [50.0, -50.0, 0.5, -50.0])
    ]
    b = np.array([50.0, -50.0, -50.0, 50.0, 0.5, 0.5, 50.0, 50.0])
    asked.append((np.zeros(1), np.zeros(2), np.array([2.0, 3.0]), np.zeros((8, 1)), np.zeros((8, 2)), b))
    return asked + [
        tuple(rng.normal(size=s) for s in ((m,), (n,), (n,), (4 * n, m), (4 * n, n), (4 * n,)))
        for m, n in ((2, 3), (3, 2))
    ]


def inputs_3(rng, numbers):
    Q, K, V = np.array([[1.0, 0.0], [1.0, 0.0]]), np.array([[0.0, 0.0], [1.0, 0.0]]), np.array([[1.0, 0.0], [3.0, 4.0]])
    asked = [(0 * Q, 0 * K, V), (100 * Q, K, V), (2 * Q, K, V)]
    return asked + [tuple(rng.normal(size=(T, d)) for _ in range(3)) for T, d in ((1, 3), (4, 2), (6, 5))]


def inputs_4(rng, numbers):
    def same(weight):
        return {k: weight for k in "fru"}

    x, h, none, one = np.array([0.5]), np.array([0.8]), np.zeros((1, 1)), np.ones((1, 1))
    keep, wash = (dict(zip("fru", np.array([[s], [s], [0.3]]), strict=True)) for s in (50.0, -50.0))
    swap = {**same(np.zeros((2, 2))), "u": np.array([[0.0, 1.0], [1.0, 0.0]])}
    bias = {"f": np.full(2, -50.0), "r": np.array([50.0, -50.0]), "u": np.zeros(2)}
    found = [
        (x, h, same(none), same(none), keep),
        (x, h, same(none), same(one), wash),
        (x, h, same(none), {**same(none), "u": one}, same(np.zeros(1))),
        (0 * x, np.array([0.5, 0.9]), same(np.zeros((2, 1))), swap, bias),
    ]
    for m, n in ((2, 3), (3, 2)):
        weights = ({k: rng.normal(size=s) for k in "fru"} for s in ((n, m), (n, n), (n,)))
        found.append((rng.normal(size=m), rng.normal(size=n), *weights))
    return found


def inputs_5(rng, numbers):
    found = [(np.array([2.0]), np.array([3.0])), (np.array([2.0, 5.0]), np.array([3.0, 1.0]))]
    for T in (2, 3, 7):
        V = 0
        while abs(V) < 0.1:  # a sum that does not cancel
            a, v, V = rng.uniform(-1.5, 1.5, T), rng.normal(size=T), 0
            for a_t, v_t in zip(a, v, strict=True):
                V = a_t * V + v_t
        found.append((a, v))
    return found


QUESTIONS = {
    "q1": {
        "asks": "lstm_step",
        "inputs": inputs_1,
        "mistakes": {
            "The old cell is not multiplied by the keep gate.": ("sigmoid(f) * c", "c"),
            "The order of PyTorch is input, keep (forget), candidate, output.": ("i, f, u, o", "f, i, u, o"),
            "The candidate passes through tanh.": ("np.tanh(u)", "u"),
            "h shows the new cell, not the old one.": (
                "    c = sigmoid(f) * c + sigmoid(i) * np.tanh(u)\n    return sigmoid(o) * np.tanh(c), c",
                "    return sigmoid(o) * np.tanh(c), sigmoid(f) * c + sigmoid(i) * np.tanh(u)",
            ),
            "The cell passes through tanh before it is shown.": ("sigmoid(o) * np.tanh(c)", "sigmoid(o) * c"),
            "First h, then c.": ("return sigmoid(o) * np.tanh(c), c", "return c, sigmoid(o) * np.tanh(c)"),
        },
    },
    "q2": {
        "asks": "answer_2",
        "mistakes": {
            "The bias passes through the sigmoid first: the gate stands at sigmoid(b).": ("sigmoid({{b}})", "{{b}}"),
            "1 / (1 - f) is near for f close to 1; the fall to 1/e is -1 / ln f.": (
                "-1 / np.log(sigmoid({{b}}))",
                "1 / (1 - sigmoid({{b}}))",
            ),
            "The logarithm is negative: the time constant is minus that.": ("-1 / np", "1 / np"),
            "This is the half-life.": ("-1 / np", "-np.log(2) / np"),
        },
    },
    "q3": {
        "asks": "causal_attention",
        "inputs": inputs_3,
        "mistakes": {
            "Later rows are seen: the mask is missing.": ("np.tri(T) > 0", "np.ones((T, T)) > 0"),
            "The mask stands the wrong way: row t may see the rows up to t, not from t on.": (
                "np.tri(T)",
                "np.tri(T).T",
            ),
            "The scores are not divided by the root of d.": (" / np.sqrt(d)", ""),
            "The scores are divided by d; its root is meant.": ("/ np.sqrt(d)", "/ d"),
            "The weights of a row must sum to 1: the softmax runs over the other axis.": (
                "weights.sum(axis=1, keepdims=True)",
                "weights.sum(axis=0, keepdims=True)",
            ),
            "Masked scores of 0 are not nothing: exp(0) is 1.": ("scores, -np.inf)", "scores, 0.0)"),
        },
    },
    "q4": {
        "asks": "gru_step",
        "inputs": inputs_4,
        "mistakes": {
            "The keep gate keeps: f multiplies the old state, 1 - f the candidate.": (
                "f * h + (1 - f) * u",
                "(1 - f) * h + f * u",
            ),
            "The reset gate acts on the old state inside the candidate.": ("(r * h)", "h"),
            "The reset gate multiplies the state, not what the weights make of it.": (
                'U["u"] @ (r * h)',
                'r * (U["u"] @ h)',
            ),
            "The candidate passes through tanh.": (
                'np.tanh(W["u"] @ x + U["u"] @ (r * h) + b["u"])',
                'sigmoid(W["u"] @ x + U["u"] @ (r * h) + b["u"])',
            ),
            "The reset gate has weights of its own.": ('r = sigmoid(W["r"] @ x + U["r"] @ h + b["r"])', "r = f"),
        },
        "planted": [
            "The keep gate keeps: f multiplies the old state, 1 - f the candidate.",
            "The reset gate acts on the old state inside the candidate.",
        ],
    },
    "q5": {
        "asks": "compose",
        "inputs": inputs_5,
        "mistakes": {
            "The order is reversed: the last step acts last.": ("zip(a, v)", "zip(a[::-1], v[::-1])"),
            "What was added before is multiplied by the later factors, too.": ("a_t * V + v_t", "V + v_t"),
            "The factors multiply, they do not add up.": ("a_t * A,", "a_t + A - (A == 1.0),"),
            "The last step is left out.": ("zip(a, v)", "zip(a[:-1], v[:-1])"),
            "V is overwritten: what was added before is lost.": ("a_t * V + v_t", "v_t"),
        },
    },
}

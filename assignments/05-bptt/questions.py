"""Assignment 5: what varies, hidden inputs, and named mistakes."""

import numpy as np


def numbers(rng):
    w = rng.choice([1.1, 1.2, 1.3, 1.4, 1.5])
    h = 1.0
    for _ in range(2000):
        h = np.tanh(w * h)
    return {"w": w, "h_star": round(h, 3), "share": rng.choice(["1e-3", "1e-4", "1e-6"]), "T": rng.integers(1, 3)}


def inputs_1(rng, numbers):
    w, c = np.array([[0.9]]), np.array([[2.0]])
    asked = [
        (np.array([[1.0]]), np.array([[0.6], [0.5]]), w, c),
        (np.array([[0.0], [1.0]]), np.array([[0.6], [0.5], [0.2]]), w, c),
        (
            np.array([[0.0], [1.0]]),
            np.array([[0.0, 0.0], [0.0, 0.5], [0.5, 0.0]]),
            np.array([[0.0, 2.0], [0.0, 0.0]]),
            np.array([[1.0, 0.0]]),
        ),
    ]
    return asked + [
        (
            rng.normal(size=(T, 2)),
            np.tanh(rng.normal(size=(T + 1, 3))),
            rng.normal(size=(3, 3)),
            rng.normal(size=(2, 3)),
        )
        for T in (1, 2, 6)
    ]


def inputs_2(rng, numbers):
    asked = [
        (np.array([[2.0, -1.0]]), np.array([[3.0]]), np.array([[0.5, 0.1], [0.7, 0.7]])),
        (np.array([[1.0], [2.0]]), np.array([[5.0], [1.0]]), np.array([[0.5], [0.25], [0.1]])),
    ]
    return asked + [
        (rng.normal(size=(T, n)), rng.normal(size=(T, m)), rng.normal(size=(T + 1, n)))
        for T, m, n in ((2, 3, 3), (7, 3, 3), (4, 2, 3))
    ]


def inputs_4(rng, numbers):
    found = [({"a": np.array([3.0]), "b": np.array([[0.0, 4.0]])}, largest) for largest in (1.0, 8.0)]
    for factor in (0.5, 0.8, 2.0):
        gradients = {"W": rng.normal(size=(4, 4)), "b": 3 * rng.normal(size=4), "c": rng.normal(size=2)}
        norm = np.sqrt(sum(np.sum(g**2) for g in gradients.values()))
        found.append((gradients, factor * norm))
    return found


def inputs_5(rng, numbers):
    asked = [
        (np.array([[0.3], [0.5], [0.2]]), np.array([[2.0]])),
        (np.array([[0.0, 0.0], [0.6, 0.0], [0.0, 0.8]]), np.array([[1.0, 2.0], [0.0, 1.0]])),
    ]
    return asked + [(np.tanh(rng.normal(size=(T + 1, 3))), 1.3 * rng.normal(size=(3, 3))) for T in (1, 4, 8)]


QUESTIONS = {
    "q1": {
        "asks": "deltas",
        "inputs": inputs_1,
        "mistakes": {
            "The slope of tanh, 1 - h_t**2, is missing.": ("(1 - h[t] ** 2) * g", "g"),
            "The slope belongs to the state at the same step, h_t, not to the one before.": (
                "h[t] ** 2",
                "h[t - 1] ** 2",
            ),
            "W_hh must be transposed on the way back.": ("W_hh.T @ delta", "W_hh @ delta"),
            "Nothing comes back from the future: delta_{t+1} is missing.": (" + W_hh.T @ delta[t + 1]", ""),
            "The loss of inner steps is forgotten: only the last one starts the recursion.": (
                "W_hy.T @ dl_dy[t - 1]",
                "(t == T) * (W_hy.T @ dl_dy[t - 1])",
            ),
            "The loss is taken from the neighbouring step.": ("dl_dy[t - 1]", "dl_dy[t % T]"),
        },
    },
    "q2": {
        "asks": "weight_gradients",
        "inputs": inputs_2,
        "mistakes": {
            "At step t the recurrent weight meets h_{t-1}, not h_t.": ("h[:-1]", "h[1:]"),
            "The first step is dropped, as if h_0 were zero.": (
                "delta.T @ h[:-1]",
                "delta[1:].T @ h[1:-1]",
            ),
            "The gradient of W_hh is transposed.": ("delta.T @ h[:-1]", "h[:-1].T @ delta"),
            "The steps are added up, not averaged.": ("delta.sum(axis=0)", "delta.mean(axis=0)"),
            "The gradient of W_xh is transposed.": ("delta.T @ x", "x.T @ delta"),
        },
    },
    "q3": {
        "asks": "answer_3",
        "mistakes": {
            "The slope of tanh is missing: w alone would let the gradient grow.": (
                "{{w}} * (1 - {{h_star}} ** 2)",
                "{{w}}",
            ),
            "The weight is missing: each step multiplies by w (1 - h**2).": (
                "{{w}} * (1 - {{h_star}} ** 2)",
                "1 - {{h_star}} ** 2",
            ),
            "The slope is 1 - h**2, not 1 - h.": ("{{h_star}} ** 2", "{{h_star}}"),
            "This is the fall to 1/e; the share does not enter.": ("np.log({{share}})", "-1"),
        },
    },
    "q4": {
        "asks": "clip",
        "inputs": inputs_4,
        "mistakes": {
            "The norm is the root of the sum of squares: the root is missing.": (
                "np.sqrt(sum(np.sum(g**2) for g in gradients.values()))",
                "sum(np.sum(g**2) for g in gradients.values())",
            ),
            "Small gradients are blown up: the factor is at most 1.": ("min(1.0, largest / norm)", "largest / norm"),
            "Each array is clipped by its own norm, so that their directions change.": (
                "factor * g",
                "min(1.0, largest / np.sqrt(np.sum(g**2))) * g",
            ),
            "The largest entry is not the norm.": (
                "np.sqrt(sum(np.sum(g**2) for g in gradients.values()))",
                "max(np.abs(g).max() for g in gradients.values())",
            ),
            "The norms of the arrays are added; their squares should be.": (
                "np.sqrt(sum(np.sum(g**2) for g in gradients.values()))",
                "sum(np.sqrt(np.sum(g**2)) for g in gradients.values())",
            ),
        },
        "planted": [
            "The norm is the root of the sum of squares: the root is missing.",
            "Small gradients are blown up: the factor is at most 1.",
            "Each array is clipped by its own norm, so that their directions change.",
            "The norms of the arrays are added; their squares should be.",
        ],
    },
    "q5": {
        "asks": "arriving",
        "inputs": inputs_5,
        "mistakes": {
            "The slope of tanh is missing.": ("(1 - h[s] ** 2)[:, None] * W_hh", "W_hh"),
            "The order of the factors is reversed: later steps stand on the left.": (
                "product @ ((1 - h[s] ** 2)[:, None] * W_hh)",
                "((1 - h[s] ** 2)[:, None] * W_hh) @ product",
            ),
            "The slope multiplies the rows of W_hh, one for each unit that receives.": ("[:, None]", "[None, :]"),
            "The slope belongs to the state that the step leads to, h_s.": ("h[s] ** 2", "h[s - 1] ** 2"),
            "The time runs backwards: the first entry is that of h_0.": ("norms[::-1]", "norms"),
            "This norm adds up all directions (Frobenius); ord=2 is meant.": ("norm(product, 2)", "norm(product)"),
        },
    },
}

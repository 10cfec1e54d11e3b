"""Assignment 1: what varies, hidden inputs, and named mistakes."""

import numpy as np


def numbers(rng):
    return {
        "a": rng.choice([0.8, 0.85, 0.9, 0.93, 0.95]),
        "h_0": rng.integers(2, 10),
        "small": rng.choice([0.1, 0.05, 0.02]),
        "rho": rng.choice([0.5, 0.6, 0.7]),
        "corner": rng.choice([5, 8, 10, 12]),
    }


def inputs_1(rng, numbers):
    asked = [(0.5, 0.25), (-0.5, 0.125), (0.9, 0.5)]
    return asked + [(sign * rng.uniform(0.3, 0.98), rng.uniform(0.02, 0.9)) for sign in (1, -1, 1, -1)]


def inputs_3(rng, numbers):  # not close to w = 1 or -1, where a loop takes long to settle
    ranges = [(-3, -1.2), (-0.9, 0.6), (1.1, 1.2), (1.3, 1.9), (2, 4)]
    return [(0.5,), (2.0,), (-2.0,)] + [(rng.uniform(*ends),) for ends in ranges]


def inputs_4(rng, numbers):
    asked = [(2.0, 0.5, 3)]
    return asked + [(rng.uniform(-3, 3), rng.uniform(0.1, 1), int(steps)) for steps in rng.integers(1, 7, 4)]


def inputs_5(rng, numbers):
    found = [(2.0, 1.0, np.array(d)) for d in ([0.0] * 10, [-2.0, 0.0, 0.0], [-2.0, 0.0, 3.0, 0.0])]
    while len(found) < 7:
        w, h_0, d = rng.uniform(1.2, 2.5), rng.uniform(-1, 1), rng.normal(0, 0.7, size=60)
        h = [h_0]
        for push in d:
            h.append(np.tanh(w * h[-1]) + push)
        if np.abs(h).min() > 0.01:  # not close to 0, where rounding would decide
            found.append((w, h_0, d))
    return found


def inputs_6(rng, numbers):
    def hump():
        a, b = rng.uniform(0.3, 0.7, 2)
        return np.array([[a, rng.uniform(3, 9)], [0.1, b]]), 12

    def clear(A, T):
        """Whether one growth is larger than all others by more than the tolerance."""
        sizes = sorted(np.linalg.norm(np.linalg.matrix_power(A, t), 2) for t in range(T + 1))
        return sizes[-2] < 0.98 * sizes[-1]

    asked = [([[0.5, 0.0], [0.0, 0.2]], 5), ([[0.0, 3.0], [0.0, 0.0]], 5), ([[0.6, 8.0], [0.0, 0.6]], 1)]
    waves = [([[0.0, 2.0], [0.5, 0.0]], 4), ([[0.0, 2.0], [0.8, 0.0]], 8)]  # equal maxima, ever higher ones
    found = [(np.array(A), T) for A, T in asked + waves]
    for draw in (
        hump,
        hump,
        lambda: (0.6 * rng.normal(size=(3, 3)), 8),
        lambda: (np.array([[0.0, rng.uniform(2, 5)], [-rng.uniform(0.5, 0.9), 0.0]]), 7),
        lambda: (0.5 * rng.normal(size=(2, 2)), 1),
    ):
        A, T = draw()
        while not clear(A, T):
            A, T = draw()
        found.append((A, T))
    return found


QUESTIONS = {
    "q1": {
        "asks": "steps_to_fall",
        "inputs": inputs_1,
        "mistakes": {
            "The size of a counts: for a negative a its logarithm does not exist.": ("abs(a)", "a"),
            "The number of steps is positive: look at the sign.": ("np.log(share) /", "-np.log(share) /"),
            "This is the time constant, the fall to 1/e; the share does not enter.": ("np.log(share)", "-1"),
            "Not rounded: at whole steps the share is missed.": (
                "np.log(share) / np.log(abs(a))",
                "np.ceil(np.log(share) / np.log(abs(a)))",
            ),
        },
    },
    "q2": {
        "asks": "answer_2",
        "tolerance": 0,
        "mistakes": {
            "One step too early: there the state is not yet below.": (" + 1", ""),
            "One step too late.": (" + 1", " + 2"),
            "The start is not 1: the state falls from h_0.": ("{{small}} / {{h_0}}", "{{small}} / 1"),
            "This is the fall to 1/e, the time constant.": ("np.log({{small}} / {{h_0}})", "-1"),
        },
    },
    "q3": {
        "asks": "fixed_points",
        "inputs": inputs_3,
        "mistakes": {
            "With h also -h rests, because tanh is odd: the negative one is missing.": ("[-h, 0.0, h]", "[0.0, h]"),
            "0 rests for every w: tanh(0) = 0.": ("[-h, 0.0, h]", "[-h, h]"),
            "Below w = -1 there is one fixed point only; what alternates there does not rest.": (
                "w <= 1",
                "abs(w) <= 1",
            ),
            "Not settled yet: iterate longer, or solve the equation.": ("range(5000)", "range(5)"),
        },
    },
    "q4": {
        "asks": "cobweb",
        "inputs": inputs_4,
        "mistakes": {
            "Across to the diagonal: there both coordinates are the new state.": ("(after, after)", "(after, h)"),
            "To the curve: its height belongs to the state before, not to the new one.": ("(h, after)", "(after, h)"),
            "The next step begins at the new state, not one further.": ("h = after", "h = np.tanh(w * after)"),
            "The path begins on the axis, at (h_0, 0).": ("[(h_0, 0.0)]", "[(h_0, h_0)]"),
        },
        "planted": [
            "Across to the diagonal: there both coordinates are the new state.",
            "The next step begins at the new state, not one further.",
            "To the curve: its height belongs to the state before, not to the new one.",
        ],
    },
    "q5": {
        "asks": "flips",
        "inputs": inputs_5,
        "tolerance": 0,
        "mistakes": {
            "The push comes after tanh, it is not squashed with the state.": (
                "np.tanh(w * h) + push",
                "np.tanh(w * h + push)",
            ),
            "Steps on the other side are not flips: compare with the state before.": (
                "after * h < 0",
                "after * h_0 < 0",
            ),
            "The weight w is missing.": ("np.tanh(w * h)", "np.tanh(h)"),
            "The state is never brought forward: every step begins at h_0.": ("        h = after\n", ""),
            "The neuron squashes: tanh is missing.": ("np.tanh(w * h)", "w * h"),
        },
    },
    "q6": {
        "asks": "largest_growth",
        "inputs": inputs_6,
        "mistakes": {
            "A**t raises each entry to a power; a power of the matrix is meant.": (
                "np.linalg.matrix_power(A, t)",
                "np.asarray(A) ** t",
            ),
            "The powers of the spectral radius know the end only, not the growth before.": (
                "np.linalg.norm(np.linalg.matrix_power(A, t), 2)",
                "np.abs(np.linalg.eigvals(A)).max() ** t",
            ),
            "The powers of the largest singular value are a bound, which is not reached: take the norm of the power.": (
                "np.linalg.norm(np.linalg.matrix_power(A, t), 2)",
                "np.linalg.norm(A, 2) ** t",
            ),
            "This norm adds up all directions (Frobenius); the longest stretch is the norm with ord=2.": (
                "t), 2)",
                "t))",
            ),
            "t = 0 counts, too: there the growth is 1.": ("range(T + 1)]", "range(1, T + 1)]"),
            "T itself counts, too.": ("range(T + 1)]", "range(T)]"),
        },
    },
}

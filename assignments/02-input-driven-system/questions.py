"""Assignment 2: what varies, hidden inputs, and named mistakes."""

import numpy as np


def numbers(rng):
    return {
        "a": rng.choice([0.8, 0.85, 0.9, 0.95, 0.98]),
        "k": rng.integers(3, 12),
        "long": rng.integers(250, 500),
    }


def inputs_1(rng, numbers):
    asked = [(0.5, 1.0, np.array(x), 8.0) for x in ([0.0, 0.0, 0.0], [4.0, 0.0, 2.0])]
    return asked + [
        (sign * rng.uniform(0.2, 1), -sign * rng.uniform(0.5, 2), rng.normal(size=T), rng.normal())
        for sign, T in ((1, 1), (-1, 4), (1, 9))
    ]


def inputs_3(rng, numbers):
    found = [(np.array([[0.0, 1.0], [0.0, 0.0]]), np.array([0.0, 1.0]), np.array([1.0, 0.0]), 4)]
    for n, T in ((2, 5), (3, 6), (4, 1)):
        b = c = np.array([1.0, -1.0] * n)[:n]
        while abs(c @ b) < 0.3:  # a first output that does not cancel
            b, c = rng.normal(size=(2, n))
        found.append((0.5 * rng.normal(size=(n, n)), b, c, T))
    return found


def inputs_4(rng, numbers):
    asked = [(np.array([4.0, 2.0, 1.0]), np.array(x)) for x in ([1.0, 0.0, 0.0], [0.0, 0.0, 1.0])]
    return asked + [(rng.normal(size=T), rng.normal(size=T)) for T in (1, 5, 8)]


def inputs_5(rng, numbers):
    found = [(0.5, 0.3), (-0.5, 0.3), (0.5, 1.5)]  # at the last one it has settled from the beginning
    while len(found) < 9:  # not at the edge of a step, where rounding would decide
        a, tolerance = rng.uniform(0.3, 0.95) * (-1) ** len(found), rng.uniform(0.01, 0.2)
        steps = np.log(tolerance) / np.log(abs(a))
        if 0.1 < steps % 1 < 0.9:
            found.append((a, tolerance))
    return found


def inputs_6(rng, numbers):
    found = [(1.0, 0.4, 3), (0.4, 0.4, 3), (0.4**3, 0.4, 4)]
    close = [(0.48, [1] * 8 + [0]), (0.48, [0] * 8 + [1])]  # close to the border from either side
    for a, x in close + [(rng.uniform(0.35, 0.45), rng.permutation([0, 1] * T)[:T]) for T in (3, 6, 9)]:
        h = 0.0
        for x_t in x:
            h = a * h + x_t
        found.append((h, a, len(x)))
    return found


QUESTIONS = {
    "q1": {
        "asks": "states",
        "inputs": inputs_1,
        "mistakes": {
            "The start h_0 is ignored.": ("    h[0] = h_0\n", ""),
            "The input of the step before is used: x_t is x[t - 1].": ("x[t - 1]", "x[t - 2]"),
            "The input is not multiplied by b.": ("b * x[t - 1]", "x[t - 1]"),
            "Every step begins at h_0 instead of the state before.": ("a * h[t - 1]", "a * h[0]"),
            "The last input is missing.": ("range(1, len(x) + 1)", "range(1, len(x))"),
        },
    },
    "q2": {
        "asks": "answer_2",
        "mistakes": {
            "This is the share of all older inputs.": ("1 - {{a}} ** {{k}}", "{{a}} ** {{k}}"),
            "One input too many: the newest has the age 0.": ("** {{k}}", "** ({{k}} + 1)"),
            "One input too few: the newest has the age 0, and counts.": ("** {{k}}", "** ({{k}} - 1)"),
            "1 - a is the weight of the newest only; older ones have less.": (
                "1 - {{a}} ** {{k}}",
                "(1 - {{a}}) * {{k}}",
            ),
        },
    },
    "q3": {
        "asks": "impulse_response",
        "inputs": inputs_3,
        "mistakes": {
            "A is transposed.": ("A @ h", "h @ A"),
            "The first output is c times b, before A acts.": ("np.array(b, dtype=float)", "A @ b"),
            "Powers of the entries instead of products with the matrix.": (
                [("h, y = np.array(b, dtype=float), []", "y = []"), ("for _ in", "for k in")]
                + [("c @ h", "c @ (np.asarray(A) ** k) @ b"), ("        h = A @ h\n", "")]
            ),
            "The state never moves on: A must act at every step.": ("        h = A @ h\n", ""),
        },
    },
    "q4": {
        "asks": "causal_convolution",
        "inputs": inputs_4,
        "mistakes": {
            "Inputs that have not come yet leak in: x[t - k] with a negative index reads from the end.": (
                "range(t + 1)",
                "range(len(x))",
            ),
            "The oldest input of each sum is missing.": ("range(t + 1)", "range(t)"),
            "Weight and input run the same way: the newest input must meet g_0.": ("x[t - k]", "x[k]"),
            "The newest input is missing.": ("range(t + 1)", "range(1, t + 1)"),
        },
        "planted": [
            "Inputs that have not come yet leak in: x[t - k] with a negative index reads from the end.",
            "The oldest input of each sum is missing.",
            "Weight and input run the same way: the newest input must meet g_0.",
        ],
    },
    "q5": {
        "asks": "settling_time",
        "inputs": inputs_5,
        "tolerance": 0,
        "mistakes": {
            "One step too early: round up, not down.": ("np.ceil(", "np.floor("),
            "One step too late.": ("))))", ")) + 1))"),
            "This is the time constant, rounded up: the tolerance does not enter.": ("np.log(tolerance)", "-1"),
            "The distance is a**t, not a**(t - 1) or twice as large.": ("np.log(tolerance)", "np.log(tolerance / 2)"),
        },
    },
    "q6": {
        "asks": "read_back",
        "inputs": inputs_6,
        "tolerance": 0,
        "mistakes": {
            "The order is reversed: the newest input is found first.": ("found[::-1]", "found"),
            "An input of 0 leaves a state above 0, too: the border lies below 1.": ("h > border", "h > 0"),
            "First take the input away, then divide by a.": ("(h - x) / a", "h / a - x"),
            "One step back divides by a.": ("(h - x) / a", "(h - x) * a"),
        },
    },
}

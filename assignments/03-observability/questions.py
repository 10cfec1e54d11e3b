"""Assignment 3: what varies, hidden inputs, and named mistakes."""

import numpy as np


def numbers(rng):
    pair = list(rng.choice(3, 2, replace=False))  # the two that mix
    third = 3 - sum(pair)
    keep, swap, size = rng.choice([0.5, 0.6, 0.7]), 0.2, rng.choice([2.0, 4.0, 5.0])
    A, C = np.zeros((3, 3)), np.ones(3)
    A[pair, pair], A[third, third], C[pair[1]] = keep, rng.choice([0.2, 0.95]), size
    A[pair[0], pair[1]], A[pair[1], pair[0]] = swap * size, swap / size

    def change(*by):
        """A change of the three, its first entry positive, as it stands in the code."""
        v = np.zeros(3)
        v[[*pair, third]] = by
        v *= np.sign(v[np.flatnonzero(v)[0]])
        return ", ".join(map(str, v.round(2)))

    return {
        "A": r" \\ ".join(" & ".join(f"{v:.2g}" for v in row) for row in A),
        "C": " & ".join(f"{v:g}" for v in C),
        "hidden": change(size, -1, 0),
        "seen": change(size, 1, 0),
        "even": change(1, -1, 0),
        "later": change(1, 0, -1),
        "decay": rng.choice([0.5, 0.6, 0.7]),
        "short": rng.integers(5, 8),
        "long": rng.integers(40, 100),
    }


def inputs_1(rng, numbers):
    asked = [(np.array([[0.5, 0.4], [0.1, 0.8]]), np.array(C)) for C in ([[1.0, 0.0], [0.0, 1.0]], [[1.0, 0.0]])]
    return asked + [(rng.normal(size=(n, n)), rng.normal(size=(p, n))) for n, p in ((2, 1), (3, 2), (4, 1))]


def inputs_3(rng, numbers):
    A, C = np.array([[0.5, 0.4], [0.1, 0.8]]), np.array([[1.0, 0.0]])
    found = [(A, C, np.array(y)) for y in ([[7.0], [4.7]], [[7.0], [4.7], [3.59]], [[7.0], [4.7], [4.0]])]
    for n, p, T in ((2, 1, 6), (3, 2, 9), (2, 2, 4)):
        seen = np.zeros((T * p, n))
        while not 0 < np.linalg.cond(seen) < 8:  # one that any way of solving it gets right
            A, C, h = 0.6 * rng.normal(size=(n, n)), rng.normal(size=(p, n)), 5 * rng.normal(size=n)
            seen = np.vstack([C @ np.linalg.matrix_power(A, t) for t in range(T)])
        found.append((A, C, (seen @ h + 0.3 * rng.normal(size=T * p)).reshape(T, p)))
    return found


def inputs_4(rng, numbers):
    x, y = np.array([1.0, 0.0]), np.array([2.0, 3.0, 1.0])
    asked = [(0.5, 1.0, 2.0, L, x, y, 4.0) for L in (0.0, 0.5, 0.25)]
    return asked + [
        (*rng.normal(size=4), rng.normal(size=T), rng.normal(size=T + 1), -rng.uniform(0.5, 2)) for T in (1, 5, 8)
    ]


def inputs_5(rng, numbers):
    asked = [(0.0, 1.0, 3.0, 1.0), (0.9, 2.0, 1.0, 1e-12), (0.9, 0.5, 0.4, 1.0)]
    return asked + [(rng.uniform(*ends), *rng.uniform(0.3, 2, 3)) for ends in [(-0.95, 0.95)] * 5 + [(1.1, 1.5)]]


def inputs_6(rng, numbers):
    asked = [
        (0.9, 0.5, 2.0, 0.4, 1.0),
        (0.6, 1.0, 0.0, 0.64, 1.0),
        (1.1, 1.0, 0.0, 1.0, 1.0),
        (1.1, 1.0, 0.5, 1.0, 1.0),
    ]
    grows = [(1.5, 1.0, 0.1), (0.9, 1.0, 2.5), (-0.9, 1.0, -0.5)]  # also where the correction itself is too large
    settles = [(-1.6, 1.0, 0.6), (1.6, 1.0, 1.4), (rng.uniform(1.1, 1.9), 1.0, rng.uniform(0.6, 1.4))]
    fades = [(rng.uniform(-0.95, 0.95), *rng.uniform(0.2, 1, 2)) for _ in range(4)]
    return asked + [(*known, *rng.uniform(0.2, 1, 2)) for known in grows + settles + fades]


QUESTIONS = {
    "q1": {
        "asks": "observability_matrix",
        "inputs": inputs_1,
        "mistakes": {
            "The first block is C itself, without A.": ("matrix_power(A, t)", "matrix_power(A, t + 1)"),
            "A ** t raises each entry to a power.": ("np.linalg.matrix_power(A, t)", "np.asarray(A) ** t"),
            "The last block is missing: the powers go up to n - 1.": ("range(len(A))", "range(len(A) - 1)"),
            "A is transposed.": ("matrix_power(A, t)", "matrix_power(np.transpose(A), t)"),
        },
    },
    "q2": {
        "asks": "answer_2",
        "mistakes": {
            "Both larger: that changes the output at once.": ("{{hidden}}", "{{seen}}"),
            "They count differently in C: equal and opposite changes do not cancel.": ("{{hidden}}", "{{even}}"),
            "The first output does not change, but later ones do: the third quantity fades at another rate.": (
                "{{hidden}}",
                "{{later}}",
            ),
            "The length is not 1.": (" / np.linalg.norm([{{hidden}}])", ""),
        },
    },
    "q3": {
        "asks": "initial_state",
        "inputs": inputs_3,
        "mistakes": {
            "The first output shows the state before A has acted: y_0 = C h_0.": (
                "matrix_power(A, t)",
                "matrix_power(A, t + 1)",
            ),
            "Only the first n outputs are used; with noise, each one helps.": [
                ("range(len(y))", "range(len(A))"),
                ("np.ravel(y)", "np.ravel(y[: len(A)])"),
            ],
            "This is the last state, not the first one.": (
                "return np.linalg.lstsq(np.vstack(rows), np.ravel(y))[0]",
                "return np.linalg.matrix_power(A, len(y) - 1) @ np.linalg.lstsq(np.vstack(rows), np.ravel(y))[0]",
            ),
            "A is transposed.": ("matrix_power(A, t)", "matrix_power(np.transpose(A), t)"),
        },
    },
    "q4": {
        "asks": "observer",
        "inputs": inputs_4,
        "mistakes": {
            "The correction must go towards the output: its sign is wrong.": (
                "y[t] - c * predicted",
                "c * predicted - y[t]",
            ),
            "The output of the step before is used.": ("y[t] - c", "y[t - 1] - c"),
            "The output is compared with the state, but shows c times the state.": (
                "y[t] - c * predicted",
                "y[t] - predicted",
            ),
            "The correction is added to the old estimate instead of the prediction.": (
                "predicted + L * surprise",
                "estimates[t - 1] + L * surprise",
            ),
            "The prediction forgets the input.": (" + b * x[t - 1]", ""),
        },
        "planted": [
            "The output of the step before is used.",
            "The output is compared with the state, but shows c times the state.",
            "The correction is added to the old estimate instead of the prediction.",
        ],
    },
    "q5": {
        "asks": "steady_gain",
        "inputs": inputs_5,
        "mistakes": {
            "q and r have changed places.": [("+ q", "+ noise"), ("+ r", "+ q"), ("p = 1.0", "p, noise = 1.0, r")],
            "A factor enters a variance squared: a**2.": ("a**2 * p", "a * p"),
            "This is the gain of the first step; it has not settled.": ("range(5000)", "range(1)"),
            "The pushes are forgotten: q is missing.": ("a**2 * p + q", "a**2 * p + 0 * q"),
            "The gain divides by c: c p / (c**2 p + r), not c**2 p.": ("L = c * before", "L = c**2 * before"),
        },
    },
    "q6": {
        "asks": "error_variance",
        "inputs": inputs_6,
        "mistakes": {
            "A factor enters a variance squared: (1 - L c)**2.": ("(1 - L * c) ** 2", "abs(1 - L * c)"),
            "The pushes are corrected, too: q is multiplied by (1 - L c)**2.": ("keep * q", "q"),
            "The measurement noise enters with L squared.": ("L**2 * r", "L * r"),
            "This is the variance added in one step; what is left of the older ones is missing.": (
                " / (1 - keep * a**2)",
                "",
            ),
            "If the error grows, its variance has no limit: np.inf.": ("return np.inf", "pass"),
        },
    },
}

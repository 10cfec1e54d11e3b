"""Assignment 7: what varies, hidden inputs, and named mistakes."""

import numpy as np


def numbers(rng):
    n = int(rng.choice([200, 300, 400, 500]))
    mlp = int(rng.integers(91, 94))
    return {"n": n, "right": n - int(rng.integers(8, 30)), "mlp": mlp, "rnn": mlp + int(rng.integers(1, 3))}


def inputs_1(rng, numbers):
    asked = [(np.array([[1.0, 2.0]]), 4, 1, 2), (np.ones((3, 3)), 4, 2, 2)]
    places = [(rng.normal(size=(3, 2)), 8, *rng.integers(0, 4, 2)) for _ in range(2)]
    edges = (((4, 3), 1, 3), ((4, 3), 0, 4), ((3, 5), 4, 2), ((3, 4), 4, 1))  # fits just so, cut off at the right, ...
    return asked + places + [(rng.normal(size=shape), 6, top, left) for shape, top, left in edges]


def inputs_3(rng, numbers):
    found = [(np.array([0.01]), np.array([[0.5]]), np.zeros(1), 3), (np.array([0.01, 0.0]), np.eye(2), np.zeros(2), 30)]
    found.append((np.array([1.0]), np.array([[0.5]]), np.array([1.0]), 1))
    for n, rows in ((2, 1), (3, 4), (4, 3)):
        left = 0
        while left < 0.05:  # two states that do not cancel
            h, W_hh, b_h = rng.normal(size=n), 0.8 * rng.normal(size=(n, n)), rng.normal(size=n)
            both = np.array([h, 0 * h])
            for _ in range(rows):
                both = np.tanh(both @ W_hh.T + b_h)
            left = np.linalg.norm(both[0] - both[1]) / np.linalg.norm(h)
        found.append((h, W_hh, b_h, rows))
    return found


def inputs_4(rng, numbers):
    x, labels = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, -1.0]]), np.array([0, 1, 2])
    return [(x, labels, steps, 0.3) for steps in (1, 5, 200)] + [
        (rng.normal(size=(N, m)), rng.integers(0, 3, N), steps, rng.uniform(0.1, 0.5))
        for N, m, steps in ((6, 2, 3), (9, 4, 12))
    ]


def inputs_5(rng, numbers):
    asked = (np.array([0, 0, 0, 1]), np.array([0, 1, 1, 1]), 3)  # a class that does not occur
    return [asked] + [(rng.integers(0, K, 60), rng.integers(0, K, 60), K) for K in (3, 5)]


def inputs_6(rng, numbers):
    asked = [[[0, 1.0], [0, 2.0], [0, 3.0]], [[0, 1.0], [1.0, 0], [0, 1.0], [0, 1.0]]]
    found = [(np.array(logits),) for logits in asked]
    for answers in ([1, 0, 1, 1, 1, 1], [2, 2, 0, 1, 0, 0, 0], [0, 0, 0, 0], [2, 2, 0], [1]):
        shuffled = rng.permutation(3)[answers]
        found.append((np.eye(3)[shuffled] * 3 + rng.uniform(0, 1, size=(len(answers), 3)),))
    return found


QUESTIONS = {
    "q1": {
        "asks": "place_on_canvas",
        "inputs": inputs_1,
        "mistakes": {
            "Rows and columns have changed places.": (
                "canvas[top : top + part.shape[0], left : left + part.shape[1]] = part",
                "canvas[left : left + part.shape[0], top : top + part.shape[1]] = part[: size - left, : size - top]",
            ),
            "The scan lies in the middle, wherever it should lie.": (
                "canvas[top : top + part.shape[0], left : left + part.shape[1]] = part",
                "canvas[(size - part.shape[0]) // 2 :, (size - part.shape[1]) // 2 :][: part.shape[0], : part.shape[1]] = part",
            ),
            "What does not fit comes in again on the other side.": (
                "canvas[top : top + part.shape[0], left : left + part.shape[1]] = part",
                "canvas[: len(scan), : len(scan[0])] = scan\n    canvas = np.roll(canvas, (top, left), axis=(0, 1))",
            ),
            "One row too low: rows are counted from 0.": (
                "    return canvas",
                "    return np.vstack([np.zeros((1, size)), canvas[:-1]])",
            ),
        },
    },
    "q2": {
        "asks": "answer_2",
        "tolerance": 0.005,
        "mistakes": {
            "This is the variance; the standard error is its root.": (
                "np.sqrt({{right}} / {{n}} * (1 - {{right}} / {{n}}) / {{n}})",
                "{{right}} / {{n}} * (1 - {{right}} / {{n}}) / {{n}}",
            ),
            "This is the spread of a single image; divide by the number of images.": (" / {{n}})", ")"),
            "The number of images enters under the root.": (
                "np.sqrt({{right}} / {{n}} * (1 - {{right}} / {{n}}) / {{n}})",
                "np.sqrt({{right}} / {{n}} * (1 - {{right}} / {{n}})) / {{n}}",
            ),
            "1 / sqrt(n) is the largest it could be, twice over: the accuracy enters.": (
                "np.sqrt({{right}} / {{n}} * (1 - {{right}} / {{n}}) / {{n}})",
                "1 / np.sqrt({{n}})",
            ),
        },
    },
    "q3": {
        "asks": "after_blank_rows",
        "inputs": inputs_3,
        "mistakes": {
            "A blank row has no input, but the bias acts on.": [
                ("@ state + b_h", "@ state"),
                ("@ other + b_h", "@ other"),
            ],
            "The network squashes at blank rows, too: tanh is missing.": [
                ("np.tanh(W_hh @ state + b_h)", "W_hh @ state + b_h"),
                ("np.tanh(W_hh @ other + b_h)", "W_hh @ other + b_h"),
            ],
            "The share is that of the difference, not of the state: the start 0 moves, too.": (
                "np.linalg.norm(state - other)",
                "np.linalg.norm(state)",
            ),
            "W_hh is transposed.": [("W_hh @ state", "W_hh.T @ state"), ("W_hh @ other", "W_hh.T @ other")],
            "The share is compared with the start: divide by the length of h.": (" / np.linalg.norm(h)", ""),
        },
    },
    "q4": {
        "asks": "train",
        "inputs": inputs_4,
        "mistakes": {
            "Gradients of all steps before pile up: zero_grad is missing.": ("        optimizer.zero_grad()\n", ""),
            "cross_entropy takes logits; softmax is applied twice here.": (
                "x @ W.T, labels",
                "torch.softmax(x @ W.T, dim=1), labels",
            ),
            "The gradient is erased before the step uses it.": (
                [
                    (
                        "        optimizer.zero_grad()\n        loss.backward()\n",
                        "        loss.backward()\n        optimizer.zero_grad()\n",
                    )
                ]
            ),
            "The mean of the loss is asked for, not the sum.": (
                "x @ W.T, labels)",
                'x @ W.T, labels, reduction="sum")',
            ),
            "One step only: the loop ends at once.": ("range(steps)", "range(1)"),
        },
        "planted": [
            "Gradients of all steps before pile up: zero_grad is missing.",
            "cross_entropy takes logits; softmax is applied twice here.",
            "The mean of the loss is asked for, not the sum.",
        ],
    },
    "q5": {
        "asks": "confusion",
        "inputs": inputs_5,
        "tolerance": 0,
        "mistakes": {
            "Truth and answer have changed places.": ("counts[label, answer]", "counts[answer, label]"),
            "Repeated pairs count every time.": ("+= 1", "= 1"),
            "These are the right ones only.": ("counts[label, answer] += 1", "counts[label, label] += label == answer"),
            "Counts are asked for, not shares.": ("return counts", "return counts / len(labels)"),
        },
    },
    "q6": {
        "asks": "decided_at",
        "inputs": inputs_6,
        "tolerance": 0,
        "mistakes": {
            "This is the first row with the final answer; it may change again after that.": (
                "    return row",
                "    return int(np.argmax(answers == answers[-1])) + 1",
            ),
            "Rows are counted from 1.": ("    return row", "    return row - 1"),
            "This is the last row at which it still changed its mind; the next one is meant.": (
                "    return row",
                "    return max(1, row - 1)",
            ),
            "This is the number of rows at the end that agree.": (
                "    return row",
                "    return len(answers) - row + 1",
            ),
            "The classes lie along the second axis.": ("np.argmax(logits, axis=1)", "np.argmax(logits, axis=0)"),
        },
    },
}

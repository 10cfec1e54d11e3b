"""Assignment 4: what varies, hidden inputs, and named mistakes."""

import numpy as np


def numbers(rng):
    return {"m": rng.integers(5, 30), "n": rng.integers(10, 100), "p": rng.integers(2, 12), "T": rng.integers(20, 200)}


def inputs_1(rng, numbers):
    asked = (np.ones((2, 3, 1)), np.array([[0.5]]), np.array([[0.0]]), np.zeros(1), np.zeros((3, 1)))
    return [asked] + [
        tuple(rng.normal(size=s) for s in ((T, B, m), (n, m), (n, n), (n,), (B, n)))
        for T, B, m, n in ((1, 2, 3, 3), (5, 3, 3, 3), (4, 2, 3, 5), (3, 4, 2, 1))
    ]


def inputs_3(rng, numbers):
    letters = list("abcdefghklmnoprst")
    found = [("go", "dgo"), ("god", "dgo")]
    for length, size in ((4, 4), (7, 7), (5, 5), (3, 6), (8, 4)):
        alphabet = "".join(rng.permutation(letters)[:size])
        found.append(("".join(rng.choice(list(alphabet), length)), alphabet))
    return found


def inputs_4(rng, numbers):
    x = np.random.default_rng(1).normal(size=(3, 3, 2))
    asked = [(x, [3, 3, 3]), (x[1:2], [3]), (x[:1, :2], [2]), (x[:1], [2])]
    return asked + [(rng.normal(size=(B, B, 3)), rng.integers(1, B, B)) for B in (3, 5)]


def inputs_5(rng, numbers):
    return [(3, 0.01)] + [(n, rng.uniform(0.001, 0.1)) for n in (1, 2, 3, 6)]


QUESTIONS = {
    "q1": {
        "asks": "rnn_forward",
        "inputs": inputs_1,
        "mistakes": {
            "W_xh must be transposed, x_t @ W_xh.T; reshape changes its shape and leaves the numbers in their order.": (
                "W_xh.T",
                "W_xh.reshape(W_xh.T.shape)",
            ),
            "With the batch in front, W_hh must be transposed: h @ W_hh.T.": ("h @ W_hh.T", "h @ W_hh"),
            "The bias is missing.": (" + b_h", ""),
            "The start h_0 is ignored.": ("h, states = h_0, []", "h, states = 0 * h_0, []"),
            "Every step begins at h_0 instead of the state before.": ("h @ W_hh.T", "h_0 @ W_hh.T"),
            "The network squashes: tanh is missing.": (
                "np.tanh(x_t @ W_xh.T + h @ W_hh.T + b_h)",
                "x_t @ W_xh.T + h @ W_hh.T + b_h",
            ),
        },
    },
    "q2": {
        "asks": "answer_2",
        "tolerance": 0,
        "mistakes": {
            "The weights are shared: the number of steps does not enter.": (
                "{{n}} * {{m}} + {{n}} * {{n}} + 2 * {{n}} + ",
                "({{n}} * {{m}} + {{n}} * {{n}} + 2 * {{n}}) * {{T}} + ",
            ),
            "PyTorch's RNN has two biases for each unit.": ("2 * {{n}}", "{{n}}"),
            "The bias of the read-out is missing.": (" + {{p}} * {{n}} + {{p}}", " + {{p}} * {{n}}"),
            "The read-out is missing.": (" + {{p}} * {{n}} + {{p}}", ""),
            "The recurrent weights are missing.": (" + {{n}} * {{n}}", ""),
        },
    },
    "q3": {
        "asks": "one_hot",
        "inputs": inputs_3,
        "mistakes": {
            "Steps and letters have changed places: a row for each step.": ("return x", "return x.T"),
            "The place counts from the end of the alphabet, or is off by one.": (
                "alphabet.index(letter)",
                "alphabet.index(letter) - 1",
            ),
            "The place in the word is marked, not the place in the alphabet.": (
                "alphabet.index(letter)",
                "t % len(alphabet)",
            ),
            "All letters of the word are marked in every row.": ("x[t, alphabet", "x[:, alphabet"),
            "The last letter is forgotten.": ("enumerate(word)", "enumerate(word[:-1])"),
        },
    },
    "q4": {
        "asks": "last_states",
        "inputs": inputs_4,
        "mistakes": {
            "Without batch_first=True the records are read as steps of each other.": (", batch_first=True", ""),
            "The last step is read, filling and all, whatever the lengths say.": ("np.array(lengths) - 1", "-1"),
            "One step too late: a record of length L ends at index L - 1.": (
                "np.array(lengths) - 1",
                "np.array(lengths) % x.shape[1]",
            ),
            "The first step is read, not the last true one.": ("np.array(lengths) - 1", "0"),
        },
        "planted": [
            "Without batch_first=True the records are read as steps of each other.",
            "The last step is read, filling and all, whatever the lengths say.",
        ],
    },
    "q5": {
        "asks": "delay_line",
        "inputs": inputs_5,
        "mistakes": {
            "W_hh is transposed: row i holds what unit i receives.": ("W_hh[unit, unit - 1]", "W_hh[unit - 1, unit]"),
            "The input reaches every unit; only the first should see it.": ("W_xh[0, 0] = gain", "W_xh[:, 0] = gain"),
            "The gain acts again at every step: pass the value on with weight 1.": ("= 1.0", "= gain"),
            "The units keep their own value instead of passing it on.": ("W_hh[unit, unit - 1]", "W_hh[unit, unit]"),
            "The gain is missing.": ("= gain", "= 1.0"),
        },
    },
}

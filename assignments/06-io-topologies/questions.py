"""Assignment 6: what varies, hidden inputs, and named mistakes."""

import numpy as np


def numbers(rng):
    p = rng.choice([0.5, 0.25, 0.125, 0.0625], 4)
    if len(set(p)) == 1:
        p[0] = 0.03125
    short = rng.integers(3, 6)
    return {f"p{k + 1}": v for k, v in enumerate(p)} | {"short": short, "long": short + 5, "T": 8 * short + 20}


def inputs_1(rng, numbers):
    one, many = np.array([0, 1, 0, 0]), np.array([1, 1, 0, 1])
    asked = [
        (np.array(exists), np.array(read))
        for exists, read in (([1, 1, 1], [0, 0, 1]), ([1, 1, 0], [0, 0, 1]), ([1, 0, 0], [1, 1, 1]))
    ]
    return asked + [
        tuple(rng.permutation(v) for v in pair)
        for pair in ((one, one), (one, many), (many, one), (many, many), (many, many), (one, np.array([1, 0, 0, 1])))
    ]


def inputs_3(rng, numbers):
    targets, mask, logits = np.zeros((2, 3), dtype=int), np.array([[1, 0, 0], [1, 1, 1]]), np.zeros((2, 3, 2))
    logits[1, :, 1] = 3
    found = [(np.zeros((1, 2, 4)), np.array([[0, 3]]), np.array([[1, 1]])), (logits, targets, mask)]
    sure = np.array([[[0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 1000.0]]])
    found += [(sure, np.array([t]), np.array([m])) for t, m in (([0, 3], [0, 1]), ([0, 0], [1, 0]), ([0, 0], [0, 1]))]
    for B, T, K, size in ((2, 3, 4, 1), (4, 5, 3, 3), (3, 4, 6, 400)):
        mask = (np.arange(T) < rng.integers(1, T + 1, B)[:, None]).astype(int)
        mask[0, 1:] = 0  # records of different length, whatever is drawn
        mask[-1] = 1
        found.append((size * rng.normal(size=(B, T, K)), rng.integers(0, K, (B, T)), mask))
    return found


def inputs_4(rng, numbers):
    found = [([5, 6], 8, 9, 5)]
    for n, more in ((1, 3), (4, 1), (3, 4)):
        start, stop = (int(v) for v in rng.permutation(np.arange(7, 12))[:2])
        found.append(([int(v) for v in rng.integers(1, 7, n)], start, stop, n + more))
    return found


def inputs_5(rng, numbers):
    chances = np.array([0.0, np.log(4)])
    return [(chances, 1.0), (chances, 2.0), (np.array([[0.0, 1000.0]]), 1.0)] + [
        (size * rng.normal(size=shape), rng.uniform(0.3, 3))
        for size, shape in ((1, (5,)), (2, (3, 4)), (9000, (2, 2, 3)))
    ]


def inputs_6(rng, numbers):
    asked = (np.array([[[1.0], [2.0], [3.0]], [[4.0], [5.0], [0.0]]]), [3, 2])
    return [asked] + [(rng.normal(size=(B, T, 2)), rng.integers(2, T + 1, B)) for B, T in ((2, 5), (4, 7))]


QUESTIONS = {
    "q1": {
        "asks": "topology",
        "inputs": inputs_1,
        "mistakes": {
            "Inputs come first in the name, outputs second.": ("{inputs}-to-{outputs}", "{outputs}-to-{inputs}"),
            "Count the ones, not the steps.": [
                ("np.sum(exists)", "np.size(exists)"),
                ("np.sum(read)", "np.size(read)"),
            ],
            "Two are many: more than one.": [
                ("np.sum(exists) > 1", "np.sum(exists) > 3"),
                ("np.sum(read) > 1", "np.sum(read) > 3"),
            ],
            "Many inputs and one output that is read are many-to-one: the outputs are not counted.": (
                "np.sum(read)",
                "np.sum(exists)",
            ),
        },
    },
    "q2": {
        "asks": "answer_2",
        "mistakes": {
            "Bits are counted with the logarithm to base 2; these are nats.": ("np.log2", "np.log"),
            "Per character: divide by the number of letters.": ("np.mean", "np.sum"),
            "Take the logarithm first, then the mean.": (
                "np.mean(np.log2([{{p1}}, {{p2}}, {{p3}}, {{p4}}]))",
                "np.log2(np.mean([{{p1}}, {{p2}}, {{p3}}, {{p4}}]))",
            ),
            "The logarithm of a probability is negative: the price is minus that.": ("-np.mean", "np.mean"),
        },
    },
    "q3": {
        "asks": "masked_loss",
        "inputs": inputs_3,
        "mistakes": {
            "The mean is over what is read: divide by the sum of the mask, not by all places.": (
                "/ np.sum(mask)",
                "/ mask.size",
            ),
            "The mask is ignored.": ("np.sum(mask * (log_sum - chosen)) / np.sum(mask)", "np.mean(log_sum - chosen)"),
            "Each record is averaged first, so that short ones count more.": (
                "np.sum(mask * (log_sum - chosen)) / np.sum(mask)",
                "np.mean(np.sum(mask * (log_sum - chosen), axis=1) / np.sum(mask, axis=1))",
            ),
            "The loss of a batch is summed here, a mean is asked for.": (" / np.sum(mask)", ""),
            "The softmax is missing: minus the logit of the target is no probability.": ("log_sum - chosen", "-chosen"),
            "exp of a large logit overflows: subtract the largest one first.": (
                "top[..., 0] + np.log(np.exp(logits - top).sum(axis=2))",
                "np.log(np.exp(logits).sum(axis=2))",
            ),
        },
    },
    "q4": {
        "asks": "decoder_pair",
        "inputs": inputs_4,
        "tolerance": 0,
        "mistakes": {
            "The input holds the letter that is asked for: inputs must lag one step behind.": (
                "inputs[1 : len(word) + 1] = word",
                "inputs[: len(word)] = word",
            ),
            "The stop is not read: the mask must cover it, or the network never learns to end.": (
                "mask[: len(word) + 1]",
                "mask[: len(word)]",
            ),
            "The stop is missing from the targets.": ("    targets[len(word)] = stop\n", ""),
            "The mask covers filling, too.": ("mask[: len(word) + 1]", "mask[:]"),
            "The start is missing from the inputs.": ("    inputs[0] = start\n", ""),
        },
        "planted": [
            "The input holds the letter that is asked for: inputs must lag one step behind.",
            "The stop is not read: the mask must cover it, or the network never learns to end.",
            "The stop is missing from the targets.",
            "The mask covers filling, too.",
        ],
    },
    "q5": {
        "asks": "probabilities",
        "inputs": inputs_5,
        "mistakes": {
            "Divide by the temperature: here a hot one makes the sure surer.": (
                "logits / temperature",
                "logits * temperature",
            ),
            "exp of a large logit overflows: subtract the largest one first.": (
                "z - z.max(axis=-1, keepdims=True)",
                "z",
            ),
            "The sum runs over everything, not over the last axis.": (".sum(axis=-1, keepdims=True)", ".sum()"),
            "The temperature belongs inside the exponential.": [
                ("logits / temperature", "logits + 0"),
                ("return np.exp(z) /", "return np.exp(z) / temperature /"),
            ],
            "The temperature is ignored.": ("logits / temperature", "logits + 0"),
        },
    },
    "q6": {
        "asks": "reversed_batch_and_x",
        "inputs": inputs_6,
        "mistakes": {
            "The filling has come to the front: only the true steps are reversed.": (
                "x[i, :length][::-1]",
                "x[i, ::-1][:length]",
            ),
            "The records are reversed, not their steps.": ("x[i, :length][::-1]", "x[::-1][i, :length]"),
            "The last true step is left out: a record of length L ends at index L - 1.": [
                ("turned[i, :length]", "turned[i, : length - 1]"),
                ("x[i, :length]", "x[i, : length - 1]"),
            ],
            "The numbers inside a step are reversed, too.": ("[::-1]", "[::-1, ::-1]"),
            "Nothing is reversed.": ("[::-1]", ""),
            "x itself is changed: work on a copy.": ("np.array(x)", "x"),
        },
    },
}

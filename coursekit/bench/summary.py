"""What the costs of all turns come to: a row for each contestant, and whether the targets are kept.

A measurement is plain data, as it stands in docs/speed.json:

    {"network": "784-100-10", "batch": 64, "optimizer": "SGD", "in_legs": False,
     "updates": [938, ...],                        of each turn
     "costs": {"nnkit": [{"cpu": seconds, "wall": ..., "memory": bytes or None, "predict_cpu": ..., ...}, ...]}}
"""

from statistics import median

__all__ = ["TARGETS", "WORDS", "in_ratio", "row", "rows", "targets"]

WORDS = {  # how each contestant is called where people read
    "floor": "matrix products alone",
    "nnkit": "nnkit",
    "textbook": "textbook NumPy, float64",
    "scikit-learn": "scikit-learn",
    "keras": "Keras",
    "pytorch": "PyTorch",
}
# Batches, optimizers, the other contestant; nnkit's time is at most so many times the floor's, or the other's at least
# so many times nnkit's.
TARGETS = (
    ((64,), ("SGD",), "floor", 1.7),
    ((512,), ("SGD",), "floor", 1.5),
    ((64, 512), ("Adam",), "floor", 1.8),
    ((64,), ("SGD",), "keras", 4),
    ((64,), ("SGD",), "pytorch", 2),
    ((64,), ("SGD",), "scikit-learn", 1.5),
    ((1,), ("SGD", "Adam"), "keras", 10),
    ((1,), ("SGD", "Adam"), "pytorch", 1),
)


def rows(measured):
    """Return the rows of a measurement, the floor first."""
    return [row(measured, name) for name in measured["costs"]]


def row(measured, name):
    """Return what a contestant's turns come to: seconds for an epoch, and so on; what is not known is None."""
    costs, whole = measured["costs"][name], sum if measured["in_legs"] else median
    cpu = whole([cost["cpu"] for cost in costs])
    return {
        "name": name,
        "cpu": cpu,
        "wall": whole([cost["wall"] for cost in costs]),
        "update": cpu / whole(measured["updates"]),
        "ratio": in_ratio(measured, name, "floor"),
        "predict": median(cost["predict_cpu"] for cost in costs),
        "memory": costs[0]["memory"],
        "accuracy": accuracy(measured, costs),
    }


def accuracy(measured, costs):
    """Return the test accuracy after an epoch; of several epochs, the median. None for who does not learn."""
    found = [cost["accuracy"] for cost in costs]
    return found[-1] if measured["in_legs"] or found[0] is None else median(found)


def in_ratio(measured, name, other):
    """Return the (minimum, median, maximum) of a contestant's CPU time over another's in the same round, or None."""
    if not {name, other} <= set(measured["costs"]):
        return None
    pairs = zip(measured["costs"][name], measured["costs"][other], strict=True)
    ratios = [cost["cpu"] / against["cpu"] for cost, against in pairs]
    return min(ratios), median(ratios), max(ratios)


def targets(measurements):
    """Return (words, what was aimed at, what was measured, whether it is kept) for each target that was measured."""
    found = []
    for batches, optimizers, other, bound in TARGETS:
        for measured in measurements:
            if measured["batch"] in batches and measured["optimizer"] in optimizers:
                found += one_target(measured, other, bound)
    return found


def one_target(measured, other, bound):
    """Return a list with the one target, or an empty one where somebody was left out."""
    pair = ("nnkit", "floor") if other == "floor" else (other, "nnkit")
    ratio = in_ratio(measured, *pair)
    if ratio is None:
        return []
    where = f"{measured['network']}, batch {measured['batch']}, {measured['optimizer']}"
    words, sign = (
        ("nnkit over the floor", "at most") if other == "floor" else (f"{WORDS[other]} over nnkit", "at least")
    )
    if bound == 1:
        return [(f"{where}: {words}", "more than 1", ratio[1], ratio[1] > 1)]
    kept = ratio[1] <= bound if other == "floor" else ratio[1] >= bound
    return [(f"{where}: {words}", f"{sign} {bound:g}", ratio[1], kept)]

"""The swimming circuit by PyTorch: errors, derivatives, and Adam.

    python benches/circuit_prior_torch.py    makes tests/golden/circuit_prior.json anew

The circuit of arXiv 2201.05242 with the body and the wave of engraph's `circuit_prior`, joint by joint from its equations, in double
precision, differentiated by autograd and trained by `torch.optim.Adam`. At 0 and 1 the derivative of `clamp` is 1 here, as in engraph; that
of `torch.clamp` has changed between versions. Numbers that are learnt go by the names of what they connect. Needs `torch`.
"""

import json
import math
from pathlib import Path

import torch

GOLDEN = Path(__file__).resolve().parent.parent / "tests" / "golden" / "circuit_prior.json"
STEPS = 50
PLACES = ["oscillator", "proprioception", "ipsilateral", "contralateral"]
torch.set_default_dtype(torch.float64)


def clamp(x, low, high):
    inside = (x >= low) & (x <= high)
    return torch.where(inside, x, x.detach().clamp(low, high))


def graded(x):
    return clamp(x, 0.0, 1.0)


def error(numbers, case):
    """The squared error over the last period as a share of the variance of the wave."""
    joints, period = case["joints"], case["period"]

    def weight(role, joint, side):
        value = numbers[role if case["shared_weights"] else f"{role} {joint} {side}"]
        if not case["signed"]:
            return value
        return clamp(value, -math.inf, 0.0) if role == "contralateral" else clamp(value, 0.0, math.inf)

    angles = [torch.zeros(()) for _ in range(joints)]
    squares, targets = [], []
    for step in range(period * case["periods"]):
        first_half = step % period < period // 2
        after = []
        for joint in range(joints):
            if joint == 0:
                drive = {"D": float(first_half), "V": float(not first_half)}
                b = {s: graded(drive[s] * weight("oscillator", joint, s)) for s in "DV"}
            else:
                stretch = {"D": graded(angles[joint - 1]), "V": graded(-angles[joint - 1])}
                b = {s: graded(stretch[s] * weight("proprioception", joint, s)) for s in "DV"}
            m = {
                s: graded(b[s] * weight("ipsilateral", joint, s) + b[other] * weight("contralateral", joint, s))
                for s, other in ("DV", "VD")
            }
            after.append(angles[joint] + case["rate"] * (m["D"] - m["V"] - angles[joint]))
        angles = after
        if step >= period * (case["periods"] - 1):
            for joint, angle in enumerate(angles):
                target = case["amplitude"] * math.sin(2 * math.pi * (step + 1) / period - (joint + 1) * case["lag"])
                squares.append((angle - target) ** 2)
                targets.append(target)
    return torch.stack(squares).mean() / torch.tensor(targets).var(unbiased=False)


def names(case):
    """The numbers that are learnt, in engraph's order: those onto B neurons first."""
    if case["shared_weights"]:
        return PLACES
    places = [(joint, side) for joint in range(case["joints"]) for side in "DV"]
    onto_neurons = [f"{'proprioception' if joint else 'oscillator'} {joint} {side}" for joint, side in places]
    return onto_neurons + [f"{role} {joint} {side}" for joint, side in places for role in PLACES[2:]]


def learn(case):
    numbers = {
        name: torch.tensor(value).requires_grad_(True) for name, value in zip(names(case), case["start"], strict=True)
    }
    optimiser = torch.optim.Adam(numbers.values(), lr=case["learning_rate"])
    errors = []
    for step in range(STEPS + 1):
        optimiser.zero_grad()
        found = error(numbers, case)
        found.backward()
        errors.append(found.item())
        gradient = [0.0 if n.grad is None else n.grad.item() for n in numbers.values()]
        if step == 0:
            case["gradient"] = gradient
        if step < STEPS:
            optimiser.step()
    case["errors"] = errors
    case["end"] = [n.item() for n in numbers.values()]
    return case


def main():
    torch.manual_seed(1)
    common = {"period": 20, "periods": 2, "rate": 0.3, "amplitude": 0.6, "lag": 0.7, "learning_rate": 0.02}
    cases = []
    for joints, shared, signed in [(5, True, True), (3, False, True), (3, False, False), (4, True, False)]:
        case = {"joints": joints, "shared_weights": shared, "signed": signed, **common}
        # Mostly signs with which the wave arrives, and for the unsigned a part of wrong ones.
        signs = torch.tensor([-1.0 if name.startswith("contralateral") else 1.0 for name in names(case)])
        start = signs * torch.rand(len(signs))
        if not signed:
            start[-1] = -start[-1]
        case["start"] = start.tolist()
        cases.append(case)
    published = {"joints": 5, "shared_weights": True, "signed": True, **common, "period": 60, "rate": 0.13}
    cases.append({**published, "start": [1.0, 1.0, 1.0, -1.0]})
    document = {
        "origin": f"benches/circuit_prior_torch.py, PyTorch {torch.__version__}",
        "cases": [learn(case) for case in cases],
    }
    GOLDEN.write_text(json.dumps(document, separators=(",", ":")) + "\n")
    for case in cases:
        print(case["joints"], case["shared_weights"], case["signed"], case["errors"][0], case["errors"][-1])


if __name__ == "__main__":
    main()

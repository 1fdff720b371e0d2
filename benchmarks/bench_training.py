"""Train LeNet-5 on digits beside PyTorch, and print how long it takes and what it reaches.

    python benchmarks/bench_training.py            speed, memory, accuracy of 10 seeds
    python benchmarks/bench_training.py --seeds 0  speed and memory alone
    python benchmarks/bench_training.py --busy     speed beside a process that keeps a core busy

It needs PyTorch beside cnnlab for the ratio; without it, only cnnlab is timed.
"""

import argparse
import multiprocessing
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from cnnlab import data, nn

BATCH, RATE, MOMENTUM, DECAY = 64, 0.03, 0.9, 1e-4
GOAL, MOST, LEAST_ACCURACY, MOST_MEMORY = 1.5, 2.0, 0.94, 300


def lenet(rng):
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2, rng=rng), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5, rng=rng), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(400, 120, rng=rng), nn.ReLU(), nn.Linear(120, 84, rng=rng), nn.ReLU(),
        nn.Linear(84, 10, rng=rng),
    )  # fmt: skip


def our_step(train):
    """Return a function that takes one step on some of the examples, and the loss."""
    net, optimizer = lenet(np.random.default_rng(0)), nn.SGD(RATE, momentum=MOMENTUM)
    optimizer.weight_decay, parameters = DECAY, net.parameters()

    def step(some):
        scores = net(train.images[some], training=True)
        loss, gradient = nn.cross_entropy(scores, train.labels[some])
        net.learn(gradient)
        optimizer.step(parameters)
        return loss

    return step


def pytorchs_step(train):
    """Return the same of PyTorch, from the same weights."""
    import torch
    from torch import nn as theirs

    torch.set_num_threads(1)
    net = theirs.Sequential(
        theirs.Conv2d(1, 6, 5, padding=2), theirs.ReLU(), theirs.MaxPool2d(2),
        theirs.Conv2d(6, 16, 5), theirs.ReLU(), theirs.MaxPool2d(2), theirs.Flatten(),
        theirs.Linear(400, 120), theirs.ReLU(), theirs.Linear(120, 84), theirs.ReLU(),
        theirs.Linear(84, 10),
    )  # fmt: skip
    start = lenet(np.random.default_rng(0)).state_dict()
    net.load_state_dict({name: torch.from_numpy(array) for name, array in start.items()})
    optimizer = torch.optim.SGD(net.parameters(), RATE, momentum=MOMENTUM, weight_decay=DECAY)
    images, labels = torch.from_numpy(train.images), torch.from_numpy(train.labels)

    def step(some):
        optimizer.zero_grad()
        loss = theirs.functional.cross_entropy(net(images[some]), labels[some])
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def time_steps(train, epochs):
    """Let both take the same steps in turn, and return the seconds of each: (steps, who).

    A step is so short that some of many run undisturbed on a busy machine. So the least of a few
    hundred says more than the time of an epoch.
    """
    steps = {"cnnlab": our_step(train)}
    if find_spec("torch"):
        steps["PyTorch"] = pytorchs_step(train)
    seconds, losses, rng = {who: [] for who in steps}, {who: [] for who in steps}, random(0)
    with nn.one_thread():
        for _ in range(epochs):
            order = rng.permutation(len(train))
            for at in range(0, len(train) - BATCH + 1, BATCH):
                for who in list(steps)[:: -1 if at // BATCH % 2 else 1]:
                    start = time.perf_counter()
                    losses[who].append(steps[who](order[at : at + BATCH]))
                    seconds[who].append(time.perf_counter() - start)
    first = [values[:20] for values in losses.values()]
    if not np.allclose(first[0], first[-1], rtol=1e-3):
        sys.exit("The losses of the first 20 steps differ, so this is not the same work.")
    return {who: np.array(values) for who, values in seconds.items()}


def random(seed):
    return np.random.default_rng(seed)


def print_speed(train, epochs):
    seconds = time_steps(train, epochs)
    steps = len(train) / BATCH
    for who, values in seconds.items():
        low, middle = steps * values.min(), steps * np.median(values)
        print(f"{who:8} one epoch: {low:.2f} s by its fastest step, {middle:.2f} s by its median")
    if "PyTorch" in seconds:
        best = seconds["cnnlab"].min() / seconds["PyTorch"].min()
        middle = np.median(seconds["cnnlab"] / seconds["PyTorch"])
        print(
            f"cnnlab / PyTorch: {best:.2f} by the fastest, {middle:.2f} as the median "
            f"(goal {GOAL}, at most {MOST})"
        )


def print_busy(train, epochs):
    """Time epochs with `fit` beside a process that keeps a core busy, and without it."""
    idle = fastest_epoch(train, epochs)
    worker = multiprocessing.get_context("spawn").Process(target=keep_busy, daemon=True)
    worker.start()
    try:
        busy = fastest_epoch(train, epochs)
    finally:
        worker.terminate()
    print(f"one epoch of fit: {idle:.2f} s, beside a busy core {busy:.2f} s: {busy / idle:.2f} ×")


def fastest_epoch(train, epochs):
    net, optimizer, seconds = lenet(random(0)), nn.SGD(RATE, momentum=MOMENTUM), []
    for _ in range(epochs):
        start = time.perf_counter()
        options = {"epochs": 1, "batch_size": BATCH, "optimizer": optimizer, "rng": random(0)}
        nn.fit(net, train, **options, progress=False)
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def keep_busy():
    while True:
        pass


def print_accuracy(digits, seeds, epochs=4):
    """Train with each seed, and print what it reaches on 1,000 digits that were held out."""
    reached = []
    for seed in range(seeds):
        rng = random(seed)
        train, test = digits.split(1000, rng=rng)
        net = lenet(rng)
        optimizer = nn.SGD(RATE, momentum=MOMENTUM, weight_decay=DECAY)
        options = {"epochs": epochs, "batch_size": BATCH, "optimizer": optimizer, "rng": rng}
        nn.fit(net, train, **options, progress=False)
        reached.append(nn.accuracy(net, test))
    each = " ".join(f"{value:.1%}" for value in reached)
    print(
        f"{epochs} epochs, {seeds} seeds: {each}; least {min(reached):.1%} of {LEAST_ACCURACY:.0%}"
    )


def print_memory():
    """Train in a process of its own, and print the most memory that it had."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        before, after = pool.apply(memory)
    print(f"memory at its peak: {after:.0f} MB of {MOST_MEMORY}, {before:.0f} of it after imports")


def memory():
    """Return MB at the peak after the imports, and after training."""
    before = peak()
    rng = random(0)
    train, test = data.mnist().split(1000, rng=rng)
    options = {"epochs": 1, "batch_size": BATCH, "optimizer": nn.SGD(RATE), "rng": rng}
    nn.fit(lenet(rng), train, validation=test, **options, progress=False)
    return before, peak()


def peak():
    """Return the most MB that this process had, as Linux counts them."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=5, help="to time")
    parser.add_argument("--seeds", type=int, default=10, help="to train with; 0 for none")
    parser.add_argument("--busy", action="store_true", help="beside a busy process instead")
    arguments = parser.parse_args()
    digits = data.mnist()
    train, _ = digits.split(1000, rng=random(0))
    if arguments.busy:
        return print_busy(train, arguments.epochs)
    print_speed(train, arguments.epochs)
    print_memory()
    if arguments.seeds:
        print_accuracy(digits, arguments.seeds)


if __name__ == "__main__":
    main()

"""Make pytorch_vectors.json: what PyTorch computes with the networks of test_pytorch.py.

It was run once, with PyTorch 2.13; nothing here needs PyTorch again:

    python tests/nn/pytorch_vectors.py
"""

import json
from pathlib import Path

PLACE = Path(__file__).with_suffix(".json")


def networks(nn):
    """Return networks that show each layer's conventions, in PyTorch's words."""
    return {
        "maps": nn.Sequential(
            nn.Conv2d(2, 4, 3, stride=(1, 2), padding=1, groups=2),
            nn.BatchNorm2d(4), nn.ELU(0.7), nn.MaxPool2d(3, 2, 1),
            nn.LocalResponseNorm(2, 0.3, 0.75, 1.2),
            nn.Conv2d(4, 2, 2, dilation=(1, 2), bias=False),
            nn.LeakyReLU(0.1), nn.AvgPool2d(2, 1), nn.Flatten(), nn.Linear(2, 3),
        ),
        "activations": nn.Sequential(
            nn.Linear(5, 4), nn.Tanh(), nn.Linear(4, 4), nn.Sigmoid(), nn.Linear(4, 4), nn.ReLU6(),
            nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 3),
        ),
    }  # fmt: skip


def vectors(torch, network, shape):
    """Record two steps of training, and the scores afterwards."""
    listed = lambda tensors: {name: tensor.tolist() for name, tensor in tensors}  # noqa: E731
    x, labels = torch.randn(shape), torch.tensor([0, 2, 1])
    optimizer = torch.optim.SGD(network.parameters(), 0.1, momentum=0.9, weight_decay=0.01)
    found = {"start": listed(network.state_dict().items()), "losses": [], "gradients": []}
    for _ in range(2):
        x = x.detach().requires_grad_()
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(network(x), labels)
        loss.backward()
        found["losses"].append(loss.item())
        gradients = [(name, each.grad) for name, each in network.named_parameters()]
        found["gradients"].append(listed([*gradients, ("x", x.grad)]))
        optimizer.step()
    network.eval()
    found |= {"x": x.tolist(), "labels": labels.tolist(), "scores": network(x).tolist()}
    return found | {"end": listed(network.state_dict().items())}


def rounded(value):
    """Keep eight digits."""
    if isinstance(value, dict):
        return {name: rounded(each) for name, each in value.items()}
    if isinstance(value, list):
        return [rounded(each) for each in value]
    return float(f"{value:.8g}") if isinstance(value, float) else value


def main():
    """Write the file."""
    import torch

    torch.manual_seed(0)
    torch.set_default_dtype(torch.float64)
    shapes = {"maps": (3, 2, 6, 16), "activations": (3, 5)}
    found = {name: vectors(torch, net, shapes[name]) for name, net in networks(torch.nn).items()}
    PLACE.write_text(json.dumps(rounded(found), separators=(",", ":")) + "\n", "utf-8")


if __name__ == "__main__":
    main()

"""Digits as a hand draws them: two templates each, moved, turned, sheared and shaken.

Nothing was tuned with them: neither the weights nor the preparation has seen one.
"""

import numpy as np

ROUND = [(0.5 + 0.3 * np.sin(t), 0.5 - 0.42 * np.cos(t)) for t in np.linspace(0, 2 * np.pi, 21)]


def arc(x, y, across, down, start, end, points=13):
    """Points of an ellipse from one angle to another, in degrees clockwise from the top."""
    t = np.radians(np.linspace(start, end, points))
    return list(zip(x + across * np.sin(t), y - down * np.cos(t), strict=True))


# Lists of strokes, which are lists of (x, y) from 0 to 1; y goes down.
TEMPLATES = {
    0: [[ROUND], [arc(0.5, 0.5, 0.25, 0.45, 30, 390)]],
    1: [[[(0.5, 0.05), (0.5, 0.95)]], [[(0.35, 0.25), (0.55, 0.05), (0.55, 0.95)]]],
    2: [
        [[*arc(0.5, 0.3, 0.28, 0.25, -80, 120), (0.2, 0.92), (0.82, 0.92)]],
        [[(0.22, 0.25), *arc(0.5, 0.3, 0.26, 0.26, -60, 135), (0.25, 0.9), (0.8, 0.85)]],
    ],
    3: [
        [[*arc(0.45, 0.28, 0.28, 0.22, -70, 170), *arc(0.45, 0.7, 0.32, 0.24, 10, 250)]],
        [[(0.2, 0.08), (0.75, 0.08), (0.45, 0.42), *arc(0.45, 0.68, 0.3, 0.26, 0, 240)]],
    ],
    4: [
        [[(0.3, 0.05), (0.2, 0.55), (0.8, 0.55)], [(0.65, 0.1), (0.62, 0.95)]],
        [[(0.25, 0.08), (0.25, 0.48), (0.75, 0.48)], [(0.75, 0.05), (0.72, 0.95)]],
    ],
    5: [
        [[(0.75, 0.08), (0.3, 0.08), (0.27, 0.45), *arc(0.45, 0.67, 0.3, 0.26, -10, 230)]],
        [
            [(0.3, 0.1), (0.28, 0.42), *arc(0.42, 0.66, 0.32, 0.28, 0, 220)],
            [(0.3, 0.1), (0.78, 0.08)],
        ],
    ],
    6: [
        [[(0.65, 0.05), (0.38, 0.35), *arc(0.48, 0.7, 0.23, 0.25, -90, 270)]],
        [[(0.6, 0.06), (0.33, 0.4), (0.27, 0.7), *arc(0.47, 0.73, 0.2, 0.2, -90, 300)]],
    ],
    7: [
        [[(0.22, 0.1), (0.78, 0.1), (0.42, 0.95)]],
        [[(0.2, 0.12), (0.75, 0.08), (0.6, 0.45), (0.48, 0.92)]],
    ],
    8: [
        [[*arc(0.5, 0.27, 0.2, 0.22, 180, -180), *arc(0.5, 0.72, 0.25, 0.24, 0, 360)]],
        [
            [
                *arc(0.52, 0.28, 0.22, 0.2, 120, -150), (0.5, 0.48),
                *arc(0.48, 0.73, 0.24, 0.22, 30, 330), (0.52, 0.48), (0.68, 0.38),
            ],
        ],
    ],
    9: [
        [[*arc(0.5, 0.3, 0.23, 0.24, 90, -270), (0.72, 0.55), (0.66, 0.95)]],
        [[*arc(0.48, 0.28, 0.22, 0.22, 70, -290), (0.7, 0.3), (0.68, 0.95)]],
    ],
}  # fmt: skip


def drawn(strokes, rng):
    """Draw a template as one more hand does: how large, where, how straight, how steady."""
    turn, shear = rng.normal(0, np.radians(6)), rng.normal(0, 0.12)
    wide, high = rng.uniform(0.75, 1.15), 1
    matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    matrix = matrix @ np.array([[wide, -shear], [0, high]])
    size = rng.uniform(0.3, 0.85)
    moved = [(np.array(stroke) - 0.5) @ matrix.T * size for stroke in strokes]
    shaken = [stroke + size * rng.normal(0, 0.012, stroke.shape) for stroke in moved]
    points = np.concatenate(shaken)
    low, high = 0.02 - points.min(axis=0), 0.98 - points.max(axis=0)
    place = rng.uniform(np.minimum(low, high), np.maximum(low, high))
    return [np.clip(stroke + place, 0, 1).tolist() for stroke in shaken]

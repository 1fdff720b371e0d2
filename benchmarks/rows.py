"""What is timed: each row is one piece of work, done by cnnlab and by its peers.

A row names the peers that have no such operation, and why, so that nothing is left out in silence.
"""

from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec

import numpy as np

import cnnlab

PEERS = {"SciPy": "scipy", "scikit-image": "skimage", "OpenCV": "cv2", "PyTorch": "torch"}
INSTALLED = {peer for peer, module in PEERS.items() if find_spec(module)}
NO_LAYER = "has no layer: no batches, no channels that add up"
OPERATORS = [name for name in cnnlab.__all__ if callable(getattr(cnnlab, name))]


@dataclass
class Row:
    """One piece of work: who does it, how many operations it takes, what is aimed at."""

    group: str
    name: str
    calls: dict  # "cnnlab" first, then "peer: function"
    flops: int = 0
    input_bytes: int = 0
    goal: float | None = None  # the ratio to the peers that the goal names
    goal_peer: str = ""  # calls whose name starts so; the fastest of them counts
    absent: dict = field(default_factory=dict)  # peer -> why it is not in this row


def all_rows(dtype, threads):
    """Yield functions that make the rows, so that only one row's arrays live at a time."""
    for makers in (image_rows, forward_rows, other_layer_rows, backward_rows, pool_rows, c_rows):
        yield from makers(np.dtype(dtype), threads)


def threads_of_peers(threads):
    """Tell the libraries that keep their own threads how many to use."""
    if "PyTorch" in INSTALLED:
        import_module("torch").set_num_threads(threads)
    if "OpenCV" in INSTALLED:
        import_module("cv2").setNumThreads(threads)


def random(shape, dtype, seed=0):
    return np.random.default_rng(seed).standard_normal(shape).astype(dtype)


# ---- images ----


def image_rows(dtype, threads):
    for size in (3, 7, 21):
        for separable in (False, True):
            yield lambda size=size, separable=separable: image_row(size, separable, dtype, threads)


def image_row(size, separable, dtype, threads):
    image, slide = random((512, 512), dtype), cnnlab.cross_correlate2d
    column = np.hanning(size + 2)[1:-1].astype(dtype)
    kernel = np.outer(column, column) if separable else random((size, size), dtype, 1)

    def twice():
        rows = slide(image, column[:, None], padding="same")
        return slide(rows, column[None], padding="same")

    calls = {
        "cnnlab": twice if separable else lambda: slide(image, kernel, padding="same"),
        **scipy_images(image, kernel, column if separable else None),
        **opencv_images(image, kernel, column if separable else None),
        **torch_images(image, kernel),
    }
    return Row(
        "image",
        f"512×512, {'separable ' if separable else ''}kernel {size}×{size}",
        calls,
        flops=2 * image.size * kernel.size,
        input_bytes=image.nbytes,
        goal=1.0 if threads == 1 else None,
        goal_peer="SciPy",
        absent={"scikit-image": "leaves dense kernels to SciPy's ndimage"},
    )


def scipy_images(image, kernel, column):
    """Return SciPy's exact functions, and apart from them those that go by way of Fourier."""
    from scipy import ndimage, signal

    flipped = kernel[::-1, ::-1].copy()
    calls = {
        "SciPy: signal.correlate2d": lambda: signal.correlate2d(image, kernel, mode="same"),
        "SciPy: ndimage.correlate": lambda: ndimage.correlate(image, kernel, mode="constant"),
        "by Fourier: signal.fftconvolve": lambda: signal.fftconvolve(image, flipped, mode="same"),
        "by Fourier: signal.oaconvolve": lambda: signal.oaconvolve(image, flipped, mode="same"),
    }
    if column is not None:

        def twice():
            rows = ndimage.correlate1d(image, column, axis=0, mode="constant")
            return ndimage.correlate1d(rows, column, axis=1, mode="constant")

        calls["SciPy: ndimage.correlate1d, twice"] = twice
    return calls


def opencv_images(image, kernel, column):
    if "OpenCV" not in INSTALLED:
        return {}
    cv2 = import_module("cv2")
    zero = cv2.BORDER_CONSTANT
    calls = {"OpenCV: filter2D": lambda: cv2.filter2D(image, -1, kernel, borderType=zero)}
    if column is not None:
        calls["OpenCV: sepFilter2D"] = lambda: cv2.sepFilter2D(
            image, -1, column, column, borderType=zero
        )
    return calls


def torch_images(image, kernel):
    if "PyTorch" not in INSTALLED:
        return {}
    torch = import_module("torch")
    x, w = torch.from_numpy(image)[None, None], torch.from_numpy(kernel)[None, None]
    margin = kernel.shape[0] // 2
    return {"PyTorch: conv2d": lambda: torch.nn.functional.conv2d(x, w, padding=margin)[0, 0]}


# ---- layers ----

# name, shape of x, filters, kernel, options, goals: float32 forward, float32 backward
LAYERS = [
    ("LeNet C1 (64,1,32,32)→6, 5×5", (64, 1, 32, 32), 6, 5, {}, 1.5, 0.6),
    ("LeNet C3 (64,6,14,14)→16, 5×5", (64, 6, 14, 14), 16, 5, {}, 1.8, 1.8),
    ("(32,16,28,28)→32, 3×3", (32, 16, 28, 28), 32, 3, {"padding": 1}, 1.9, 2.0),
    ("(32,32,14,14)→64, 3×3", (32, 32, 14, 14), 64, 3, {"padding": 1}, 1.4, 1.5),
    ("VGG (1,256,56,56)→256, 3×3", (1, 256, 56, 56), 256, 3, {"padding": 1}, 1.3, 1.3),
    ("AlexNet 1 (1,3,227,227)→96, 11×11/4", (1, 3, 227, 227), 96, 11, {"stride": 4}, 1.5, 0.9),
    (
        "(32,32,28,28)→64, 3×3/2",
        (32, 32, 28, 28),
        64,
        3,
        {"stride": 2, "padding": 1},
        1.5,
        1.5,
    ),
    ("(32,64,14,14)→128, 1×1", (32, 64, 14, 14), 128, 1, {}, 1.0, None),
]
OTHERS = [
    ("depth-wise (8,32,28,28), 3×3", (8, 32, 28, 28), 32, 3, {"padding": 1, "groups": 32}),
    ("4 groups (8,32,28,28)→64, 3×3", (8, 32, 28, 28), 64, 3, {"padding": 1, "groups": 4}),
    ("dilated (8,16,28,28)→32, 3×3", (8, 16, 28, 28), 32, 3, {"padding": 2, "dilation": 2}),
    ("sequence (16,8,512)→16, 9", (16, 8, 512), 16, 9, {"padding": 4}),
    ("video (2,3,8,32,32)→8, 3×3×3", (2, 3, 8, 32, 32), 8, 3, {"padding": 1}),
]


def forward_rows(dtype, threads):
    for name, shape, filters, kernel, options, goal, _ in LAYERS:
        goal = None if threads > 1 else goal if dtype == np.float32 else 1.1
        yield lambda a=(name, shape, filters, kernel, options), g=goal: layer_row(
            "forward", *a, dtype, goal=g
        )


def other_layer_rows(dtype, threads):
    for arguments in OTHERS:
        yield lambda a=arguments: layer_row("other", *a, dtype)
    yield lambda: transpose_row(dtype)


def backward_rows(dtype, threads):
    for name, shape, filters, kernel, options, _, goal in LAYERS:
        goal = goal if threads == 1 and dtype == np.float32 else None
        yield lambda a=(name, shape, filters, kernel, options), g=goal: layer_row(
            "backward", *a, dtype, goal=g
        )


def layer_row(group, name, shape, filters, kernel, options, dtype, goal=None):
    axes = len(shape) - 2
    groups = options.get("groups", 1)
    x = random(shape, dtype)
    weight = random((filters, shape[1] // groups, *(kernel,) * axes), dtype, 1)
    bias = random(filters, dtype, 2)
    if group == "backward":
        calls, size = backward_calls(x, weight, bias, options, axes)
    else:
        calls, size = forward_calls(x, weight, bias, options, axes)
    flops = 2 * size * weight[0].size * (2 if group == "backward" else 1)
    return Row(
        group,
        name,
        calls,
        flops=flops,
        input_bytes=x.nbytes,
        goal=goal,
        goal_peer="PyTorch: plain",
        absent={peer: NO_LAYER for peer in PEERS if peer != "PyTorch"},
    )


def forward_calls(x, weight, bias, options, axes):
    conv = getattr(cnnlab, f"conv{axes}d")
    calls = {"cnnlab": lambda: conv(x, weight, bias, **options)}
    for layout, torch, (tx, tw, tb) in torch_layouts(x, weight, bias, axes):
        theirs = getattr(torch.nn.functional, f"conv{axes}d")
        calls[f"PyTorch: {layout}"] = lambda t=theirs, a=(tx, tw, tb): t(*a, **options)
    return calls, calls["cnnlab"]().size


def backward_calls(x, weight, bias, options, axes):
    conv, back = getattr(cnnlab, f"conv{axes}d"), getattr(cnnlab, f"conv{axes}d_backward")
    grad = random(conv(x, weight, bias, **options).shape, x.dtype, 3)
    calls = {"cnnlab": lambda: back(grad, x, weight, **options)}
    every = {
        name: (options.get(name, default),) * axes
        for name, default in (("stride", 1), ("padding", 0), ("dilation", 1))
    }
    for layout, torch, (tx, tw, _, tg) in torch_layouts(x, weight, bias, axes, grad):
        calls[f"PyTorch: {layout}"] = lambda t=torch, a=(tg, tx, tw): (
            t.ops.aten.convolution_backward(
                *a,
                [len(bias)],
                *every.values(),
                False,
                (0,) * axes,
                options.get("groups", 1),
                [True, True, True],
            )
        )
    return calls, grad.size


def torch_layouts(x, weight, bias, axes, *more):
    """Yield PyTorch's two memory layouts: the plain one, and channels last where it has it."""
    if "PyTorch" not in INSTALLED:
        return
    torch = import_module("torch")
    tensors = [torch.from_numpy(np.ascontiguousarray(a)) for a in (x, weight, bias, *more)]
    yield "plain", torch, tensors
    if axes == 2:
        last = torch.channels_last
        yield (
            "channels last",
            torch,
            [t.contiguous(memory_format=last) if t.ndim == 4 else t for t in tensors],
        )


def transpose_row(dtype):
    x = random((8, 32, 14, 14), dtype)
    weight, bias = random((32, 16, 4, 4), dtype, 1), random(16, dtype, 2)
    options = {"stride": 2, "padding": 1}
    calls = {"cnnlab": lambda: cnnlab.conv_transpose2d(x, weight, bias, **options)}
    for layout, torch, tensors in torch_layouts(x, weight, bias, 2):
        theirs = torch.nn.functional.conv_transpose2d
        calls[f"PyTorch: {layout}"] = lambda t=theirs, a=tensors: t(*a, **options)
    return Row(
        "other",
        "transposed (8,32,14,14)→16, 4×4/2",
        calls,
        flops=2 * x.size * weight[0].size,
        input_bytes=x.nbytes,
        absent={peer: NO_LAYER for peer in PEERS if peer != "PyTorch"},
    )


# ---- pooling ----

# name, shape of x, window, stride
POOLINGS = [
    ("LeNet S2 (64,6,28,28), 2×2/2", (64, 6, 28, 28), 2, 2),
    ("(32,32,28,28), 2×2/2", (32, 32, 28, 28), 2, 2),
    ("VGG (1,64,224,224), 2×2/2", (1, 64, 224, 224), 2, 2),
    ("AlexNet 1 (1,96,55,55), 3×3/2", (1, 96, 55, 55), 3, 2),
]
POOL_GOALS = {"max": 1.5, "max, switches": 3.0, "average": 2.0, "max, backward": 1.5}
POOL_GOALS["average, backward"] = 1.5


def pool_rows(dtype, threads):
    for name, shape, window, stride in POOLINGS:
        for kind, goal in POOL_GOALS.items():
            goal = goal if threads == 1 and dtype == np.float32 else None
            for last in (False, True):
                yield lambda a=(kind, name, shape, window, stride, last), g=goal: pool_row(
                    *a, dtype, g
                )


def channels_last(maps):
    """Return the same batch with the channels of a cell side by side in memory."""
    return np.moveaxis(np.moveaxis(maps, 1, -1).copy(), -1, 1)


def pool_row(kind, name, shape, window, stride, last, dtype, goal):
    x = random(shape, dtype)
    grad = random(cnnlab.max_pool2d(x, window, stride=stride).output.shape, dtype, 1)
    if last:  # as cnnlab's own layers give them
        x, grad = channels_last(x), channels_last(grad)
    pooled = cnnlab.max_pool2d(x, window, stride=stride)
    options = {"stride": stride}
    ours = {
        "max": lambda: cnnlab.max_pool2d(x, window, **options, switches=False).output,
        "max, switches": lambda: cnnlab.max_pool2d(x, window, **options),
        "average": lambda: cnnlab.avg_pool2d(x, window, **options),
        "max, backward": lambda: cnnlab.max_pool_backward(grad, pooled.switches, x.shape),
        "average, backward": lambda: cnnlab.avg_pool_backward(grad, x.shape, window, **options),
    }
    calls = {"cnnlab": ours[kind], **torch_pools(kind, x, grad, window, stride)}
    absent = {
        "SciPy": "pools at stride 1 only",
        "OpenCV": "has no pooling of arrays outside its networks",
    }
    if window == stride and kind in ("max", "average"):
        from skimage.measure import block_reduce

        blocks, reduce = (1, 1, window, window), {"max": np.max, "average": np.mean}[kind]
        calls["scikit-image: block_reduce"] = lambda: block_reduce(x, blocks, reduce)
    else:
        absent["scikit-image"] = "reduces blocks that do not overlap, without switches or gradients"
    return Row(
        "pooling",
        f"{kind}: {name}{', channels last' if last else ''}",
        calls,
        input_bytes=x.nbytes,
        goal=goal,
        goal_peer="PyTorch",
        absent=absent,
    )


def torch_pools(kind, x, grad, window, stride):
    """Return PyTorch's function for both memory layouts."""
    if "PyTorch" not in INSTALLED:
        return {}
    torch = import_module("torch")
    functional, aten = torch.nn.functional, torch.ops.aten
    size, step, none, one = [window] * 2, [stride] * 2, [0, 0], [1, 1]
    calls = {}
    for layout, form in (
        ("plain", torch.contiguous_format),
        ("channels last", torch.channels_last),
    ):
        tx, tg = (torch.from_numpy(a).contiguous(memory_format=form) for a in (x, grad))
        _, at = functional.max_pool2d(tx, size, step, return_indices=True)
        calls[f"PyTorch: {layout}"] = {
            "max": lambda t=tx: functional.max_pool2d(t, size, step),
            "max, switches": lambda t=tx: functional.max_pool2d(t, size, step, return_indices=True),
            "average": lambda t=tx: functional.avg_pool2d(t, size, step),
            "max, backward": lambda t=tx, g=tg, i=at: aten.max_pool2d_with_indices_backward(
                g, t, size, step, none, one, False, i
            ),
            "average, backward": lambda t=tx, g=tg: aten.avg_pool2d_backward(
                g, t, size, step, none, False, True, None
            ),
        }[kind]
    return calls


# ---- the matrix C ----


def c_rows(dtype, threads):
    for size in (64, 224):
        yield lambda size=size: write_row(size, dtype, threads)
    for size in (64, 224):
        yield lambda size=size: apply_row(size, dtype, threads)
    yield lambda: columns_row(dtype)


def write_row(size, dtype, threads):
    kernel = random((3, 3), dtype)
    matrix = cnnlab.conv_matrix(kernel, (size, size))
    return Row(
        "C",
        f"write C, {size}×{size}, kernel 3×3",
        {
            "cnnlab": lambda: cnnlab.conv_matrix(kernel, (size, size)),
            "SciPy: through COO": lambda: through_coo(kernel, size),
        },
        input_bytes=matrix.data.nbytes + matrix.indices.nbytes + matrix.indptr.nbytes,
        absent=dict.fromkeys(("scikit-image", "OpenCV", "PyTorch"), "has no such matrix"),
    )


def through_coo(kernel, size):
    """Write C as one would at first: every entry's row, column and value, sorted by SciPy."""
    from scipy import sparse

    rows, columns = kernel.shape
    down, right = size - rows + 1, size - columns + 1
    i, j, m, n = np.ogrid[:down, :right, :rows, :columns]
    shape = (down, right, rows, columns)
    at = np.broadcast_to(i * right + j, shape).ravel()
    reads = np.broadcast_to((i + m) * size + j + n, shape).ravel()
    values = np.broadcast_to(kernel, shape).ravel()
    return sparse.coo_array((values, (at, reads)), shape=(down * right, size * size)).tocsr()


def apply_row(size, dtype, threads):
    from scipy import signal

    kernel, image = random((3, 3), dtype), random((size, size), dtype, 1)
    matrix, vector = cnnlab.conv_matrix(kernel, image.shape), image.ravel()
    correlated = {
        "SciPy: signal.correlate2d": lambda: signal.correlate2d(image, kernel, "valid").ravel()
    }
    return Row(
        "C",
        f"C @ x, {size}×{size}, kernel 3×3",
        {"cnnlab": lambda: matrix @ vector, **correlated},
        flops=2 * matrix.nnz,
        input_bytes=image.nbytes,
        goal=1.5 if threads == 1 else None,
        goal_peer="SciPy",
        absent=dict.fromkeys(("scikit-image", "OpenCV", "PyTorch"), "has no such matrix"),
    )


def columns_row(dtype):
    x = random((8, 16, 28, 28), dtype)
    calls = {"cnnlab": lambda: cnnlab.im2col(x, 3, padding=1)}
    if "PyTorch" in INSTALLED:
        torch = import_module("torch")
        tensor = torch.from_numpy(x)
        calls["PyTorch: unfold"] = lambda: torch.nn.functional.unfold(tensor, 3, padding=1)
    return Row(
        "C",
        "im2col (8,16,28,28), 3×3",
        calls,
        input_bytes=x.nbytes,
        absent=dict.fromkeys(("SciPy", "scikit-image", "OpenCV"), "has no im2col"),
    )

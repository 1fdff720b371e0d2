"""Programs for chapter 14's exercises; ``ch01_programs.py`` says in which form."""

import numpy as np
from scipy.stats import pearsonr

from cnnlab import conv2d, cross_correlate2d, nn

PLACE_BY_PLACE = """
def all_of(maps):
    count, height, width = maps.shape
    answer = np.zeros((height, width))
    for i in range(height):
        for j in range(width):
            total = 0.0
            for k in range(count):
                total += maps[k, i, j]
            total -= count - 1
            answer[i, j] = total if total > 0 else 0
    return answer
"""
WINDOWS = """
def separable(x, kernels, mix):
    x, kernels = x.astype(float), kernels.astype(float)
    channels, height, width = x.shape
    rows, columns = height - kernels.shape[1] + 1, width - kernels.shape[2] + 1
    maps = np.zeros((channels, rows, columns))
    for c in range(channels):
        for i in range(rows):
            for j in range(columns):
                window = x[c, i : i + kernels.shape[1], j : j + kernels.shape[2]]
                maps[c, i, j] = (window * kernels[c]).sum()
    output = np.zeros((len(mix), rows, columns))
    for d in range(len(mix)):
        for c in range(channels):
            output[d] += mix[d, c] * maps[c]
    return output
"""
SETS = """
def seen(image, place, layers):
    spans = []
    for at, side in zip(place, image.shape):
        reads = [{cell} for cell in range(side)]
        for k, s, p in layers:
            count = (len(reads) + 2 * p - k) // s + 1
            windows = [range(i * s - p, i * s - p + k) for i in range(count)]
            reads = [
                set().union(*(reads[c] for c in window if 0 <= c < len(reads)))
                for window in windows
            ]
        spans.append(slice(min(reads[at]), max(reads[at]) + 1))
    return image[spans[0], spans[1]]
"""
NETWORK = """
def seen(image, place, layers):
    rng = np.random.default_rng(0)
    net = nn.Sequential(
        *(nn.Conv2d(1, 1, k, stride=s, padding=p, rng=rng) for k, s, p in layers)
    )
    net(image[np.newaxis, np.newaxis].astype(float))
    rows, columns = nn.inspect.field(net, place)
    return image[rows, columns]
"""
SIZE_AND_JUMP = """
def seen(image, place, layers):
    size, jump, start = 1, 1, 0
    for kernel, stride, padding in layers:
        size += (kernel - 1) * jump
        start -= padding * jump
        jump *= stride
    top, left = (start + at * jump for at in place)
    return image[max(top, 0) : top + size, max(left, 0) : left + size]
"""
PICTURE_BY_PICTURE = """
def saliency(gradient):
    maps = np.zeros((len(gradient), *gradient.shape[2:]))
    for n, picture in enumerate(gradient):
        largest = abs(picture).max(axis=0)
        if largest.max() > 0:
            largest = largest / largest.max()
        maps[n] = largest
    return maps
"""
CELL_BY_CELL = """
def ways_back(x, grad):
    plain, deconvnet, guided = np.zeros(x.shape), np.zeros(x.shape), np.zeros(x.shape)
    for at in np.ndindex(x.shape):
        if x[at] > 0:
            plain[at] = grad[at]
        if grad[at] > 0:
            deconvnet[at] = grad[at]
        if x[at] > 0 and grad[at] > 0:
            guided[at] = grad[at]
    return plain, deconvnet, guided
"""
NAMES = """
def ways_back(x, grad):
    plain = grad
    plain[x <= 0] = 0
    deconvnet = grad
    deconvnet[grad <= 0] = 0
    guided = plain
    guided[deconvnet <= 0] = 0
    return plain, deconvnet, guided
"""
BEST_SO_FAR = """
def top_places(maps, count):
    found = []
    for n in range(len(maps)):
        best = None
        for i in range(maps.shape[1]):
            for j in range(maps.shape[2]):
                if best is None or maps[n, i, j] > best[0]:
                    best = (maps[n, i, j], n, i, j)
        found.append(best)
    found.sort(key=lambda each: -float(each[0]))
    return np.array([each[1:] for each in found[:count]])
"""
ONE_AFTER_ANOTHER = """
def top_places(maps, count):
    peaks, width = maps.max(axis=(1, 2)).astype(float), maps.shape[2]
    found = []
    for _ in range(count):
        n = int(np.argmax(peaks))
        found.append((n, maps[n].argmax() // width, maps[n].argmax() % width))
        peaks[n] = -np.inf
    return found
"""
SORTED = """
def top_places(maps, count):
    order = np.argsort(-maps.max(axis=(1, 2)).astype(float), kind="stable")[:count]
    return [(n, *np.unravel_index(maps[n].argmax(), maps[n].shape)) for n in order]
"""
UNIT_BY_UNIT = """
def climb(image, filters, weights, steps, rate, penalty):
    x = image.astype(float)
    values = []
    for t in range(steps):
        value, slope = 0, np.zeros(x.shape)
        for f, v in zip(filters, weights):
            answer = (f * x).sum()
            if answer > 0:
                value += v * answer
                slope += v * f
        values.append(value)
        x = x + rate * (slope - 2 * penalty * x)
    values.append(sum(v * max((f * x).sum(), 0) for f, v in zip(filters, weights)))
    return x, values
"""
LAYERS = """
def climb(image, filters, weights, steps, rate, penalty):
    count, cells = len(filters), image.size
    rng = np.random.default_rng(0)
    first, second = nn.Linear(cells, count, rng=rng), nn.Linear(count, 1, rng=rng)
    first.weight.value[:] = filters.reshape(count, -1)
    second.weight.value[:] = weights
    net = nn.Sequential(nn.Flatten(), first, nn.ReLU(), second)
    start = image[np.newaxis, np.newaxis].astype(float)
    x, values = nn.inspect.maximise(net, start, 0, steps=steps, rate=rate, penalty=penalty)
    return x[0, 0], values[:, 0]
"""
CHANNEL_BY_CHANNEL = """
def class_map(maps, weight, bias, label):
    places = np.zeros(maps.shape[1:])
    for c in range(len(maps)):
        places += float(weight[label, c]) * maps[c]
    return places, places.mean() + bias[label]
"""
MEANS = """
def class_map(maps, weight, bias, label):
    all_maps = np.einsum("kc,cij->kij", weight.astype(float), maps)
    scores = weight.astype(float) @ maps.mean(axis=(1, 2)) + bias
    return all_maps[label], scores[label]
"""
TWICE = """
def sanity_check(image, score, other, size, stride, fill):
    def occlusion(function):
        height, width = image.shape
        rows = (height - size) // stride + 1
        columns = (width - size) // stride + 1
        falls = np.zeros((rows, columns))
        whole = function(image)
        for i in range(rows):
            for j in range(columns):
                covered = image.astype(float)
                covered[i * stride : i * stride + size, j * stride : j * stride + size] = fill
                falls[i, j] = whole - function(covered)
        return falls
    a, b = occlusion(score), occlusion(other)
    return a, b, pearsonr(a.ravel(), b.ravel())[0]
"""
MASKS = """
def sanity_check(image, score, other, size, stride, fill):
    maps = []
    for function in (score, other):
        rows = []
        for top in range(0, image.shape[0] - size + 1, stride):
            rows.append([])
            for left in range(0, image.shape[1] - size + 1, stride):
                mask = np.zeros(image.shape, bool)
                mask[top : top + size, left : left + size] = True
                rows[-1].append(function(image) - function(np.where(mask, float(fill), image)))
        maps.append(np.array(rows))
    a, b = (each - each.mean() for each in maps)
    return maps[0], maps[1], (a * b).sum() / np.sqrt((a**2).sum() * (b**2).sum())
"""
SETUP = {
    "E14.2": """
    maps = np.array([cross_correlate2d(*each) for each in zip(x, kernels)]).astype(float)
""",
    "E14.4": """
    maps = abs(gradient).max(axis=1)
    peaks = maps.max(axis=(1, 2), keepdims=True)
""",
    "E14.6": """
    flat = maps.reshape(len(maps), -1)
    order = np.argsort(-flat.max(axis=1).astype(float), kind="stable")[:count]
""",
    "E14.8": """
    places = (weight[label].astype(float)[:, None, None] * maps).sum(axis=0)
""",
}

RIGHT = {
    "E14.1": """
PLACE_BY_PLACE
np.clip(maps.astype(float).sum(0) - maps.shape[0] + 1, 0, None)
nn.ReLU()(conv2d(maps[None].astype(float), np.ones((1, len(maps), 1, 1))) - len(maps) + 1)[0, 0]
""",
    "E14.2": """
WINDOWS
np.einsum("dc,cij->dij", mix, maps)
(mix @ maps.reshape(len(x), -1)).reshape(-1, *maps.shape[1:])
conv2d(x[None].astype(float), mix[:, :, None, None].astype(float) * kernels)[0]
conv2d(conv2d(x[None].astype(float), kernels[:, None], groups=len(x)), mix[:, :, None, None].astype(float))[0]
""",
    "E14.3": """
SETS
NETWORK
""",
    "E14.4": """
PICTURE_BY_PICTURE
maps / np.maximum(peaks, 1e-9)
np.divide(maps, peaks, out=np.zeros(maps.shape), where=peaks > 0)
nn.inspect.saliency(gradient) / (peaks + (peaks == 0))
""",
    "E14.5": """
CELL_BY_CELL
np.where(x > 0, grad, 0), np.maximum(grad, 0), np.maximum(np.where(x > 0, grad, 0), 0)
NAMES | plain = grad → plain = grad.copy() | deconvnet = grad → deconvnet = grad.copy() | guided = plain → guided = plain.copy()
""",
    "E14.6": """
BEST_SO_FAR
ONE_AFTER_ANOTHER
SORTED
[(p.image, *p.place) for p in nn.inspect.top_patches(nn.Identity(), maps[:, None].astype(float), 0, count=count)]
""",
    "E14.7": """
UNIT_BY_UNIT
LAYERS
""",
    "E14.8": """
CHANNEL_BY_CHANNEL
MEANS
places, places.sum() / places.size + bias[label]
""",
    "E14.9": """
TWICE
MASKS
""",
}

WRONG = {
    "E14.1": """
unsigned: np.maximum(maps.sum(axis=0) - (len(maps) - 1), 0)
yes or no: np.all(maps, axis=0)
yes or no: (maps.sum(axis=0) >= len(maps)) * 1.0
size, not ReLU: abs(maps.sum(axis=0) - (len(maps) - 1.0))
fractions cut off: PLACE_BY_PLACE | np.zeros((height, width)) → np.zeros((height, width), int)
rows taken for maps: np.maximum(maps.sum(axis=2) - (len(maps) - 1.0), 0)
""",
    "E14.2": """
mix transposed: np.tensordot(mix.T, maps, axes=1)
mix transposed: np.einsum("cd,cij->dij", mix, maps)
matrix product of each map: mix @ maps
matrix product of each map: mix * maps
not mixed: maps
all channels added: maps.sum(axis=0)
mixed first: [cross_correlate2d(*each) for each in zip(np.tensordot(mix, x, axes=1), kernels)]
last channel only: WINDOWS | output[d] += → output[d] =
off by one: WINDOWS | kernels.shape[1] + 1 → kernels.shape[1] | kernels.shape[2] + 1 → kernels.shape[2]
overflow: WINDOWS | x, kernels = x.astype(float), kernels.astype(float) → pass
a ReLU between: np.tensordot(mix, nn.ReLU()(maps), axes=1)
""",
    "E14.3": """
clipped at the picture only: SIZE_AND_JUMP
not clipped: SIZE_AND_JUMP | max(top, 0) → top | max(left, 0) → left
padding forgotten: SIZE_AND_JUMP | start -= padding * jump → pass
one layer only: SIZE_AND_JUMP | size += (kernel - 1) * jump → size = layers[0][0]
""",
    "E14.4": """
without a case for zero: maps / peaks
scaled together: maps / max(maps.max(), 1e-9)
not scaled: maps
each row scaled: maps / maps.max(axis=1, keepdims=True)
small ones not scaled: maps / np.maximum(peaks, 1)
over the columns: (lambda m: m / np.maximum(m.max(axis=(1, 2), keepdims=True), 1e-9))(abs(gradient).max(axis=-1))
smallest taken away: (maps - maps.min(axis=(1, 2), keepdims=True)) / np.maximum(peaks - maps.min(axis=(1, 2), keepdims=True), 1e-9)
changes its input: np.abs(gradient, out=gradient).max(axis=1) / np.maximum(peaks, 1e-9)
""",
    "E14.5": """
one array under three names: NAMES
guided by the product: (x > 0) * grad, (grad > 0) * grad, (x * grad > 0) * grad
times the input: np.maximum(x, 0) * grad, np.maximum(grad, 0), np.maximum(x, 0) * np.maximum(grad, 0)
open at zero: np.where(x < 0, 0, grad), np.maximum(grad, 0), np.where(x < 0, 0, np.maximum(grad, 0))
forwards: np.maximum(x, 0), np.maximum(grad, 0), np.where(x > 0, np.maximum(grad, 0), 0)
none: np.array([(x > 0) * grad, (grad > 0) * grad, (x > 0) * (grad > 0) * grad])
""",
    "E14.6": """
last of equal images: SORTED | np.argsort(-maps.max(axis=(1, 2)).astype(float), kind="stable") → np.argsort(maps.max(axis=(1, 2)))[::-1]
smallest first: SORTED | np.argsort(-maps.max(axis=(1, 2)).astype(float), kind="stable")[:count] → np.argsort(maps.max(axis=(1, 2)))[-count:]
the weakest images: SORTED | -maps.max → maps.max
without the sign: SORTED | -maps.max(axis=(1, 2)).astype(float) → -abs(maps.astype(float)).max(axis=(1, 2))
equal images: SORTED | , kind="stable" →
a byte with a minus: SORTED | .astype(float) →
ranked by the sum: SORTED | maps.max → maps.mean
several places of an image: np.array(np.unravel_index(np.argsort(maps.ravel())[::-1][:count], maps.shape)).T
nothing above 0: BEST_SO_FAR | best = None → best = (0, n, 0, 0)
nothing above 0: ONE_AFTER_ANOTHER | -np.inf → 0
divided by the rows: ONE_AFTER_ANOTHER | maps.shape[2] → maps.shape[1]
places of other images: np.stack([order, *np.unravel_index(flat.argmax(axis=1)[:count], maps.shape[1:])], axis=1)
equal places: np.stack([order, maps.max(axis=2).argmax(axis=1)[order], maps.max(axis=1).argmax(axis=1)[order]], axis=1)
last of equal places: BEST_SO_FAR | > best[0] → >= best[0]
""",
    "E14.7": """
without the 2: UNIT_BY_UNIT | 2 * penalty → penalty
no penalty: UNIT_BY_UNIT |  - 2 * penalty * x →
penalty after the step: UNIT_BY_UNIT | x = x + rate * (slope - 2 * penalty * x) → x += rate * slope; x -= rate * 2 * penalty * x
bytes: UNIT_BY_UNIT | image.astype(float) → image
values without the end: UNIT_BY_UNIT | values.append(sum → print(sum
values without the ReLU: UNIT_BY_UNIT | if answer > 0:\\n                value += v * answer\\n → value += v * answer\\n            if answer > 0:\\n | max((f * x).sum(), 0) → (f * x).sum()
times the answers: UNIT_BY_UNIT | slope += v * f → slope += v * f * answer
values first: UNIT_BY_UNIT | return x, values → return values, x
the penalty itself: UNIT_BY_UNIT | 2 * penalty * x → penalty * x**2
weights forgotten: UNIT_BY_UNIT | value += v * answer → value += answer | slope += v * f → slope += f | sum(v * max → sum(max
""",
    "E14.8": """
bias forgotten: places, places.mean()
bias twice: places + bias[label], (places + bias[label]).mean() + bias[label]
bytes: (weight[label][:, None, None] * maps).sum(axis=0), places.mean() + bias[label]
sum, not mean: places, (places + bias[label]).sum()
always 49 places: places, places.sum() / 49 + bias[label]
map scaled: places / places.max(), places.mean() + bias[label]
map cut off below zero: np.maximum(places, 0), places.mean() + bias[label]
column of the weights: CHANNEL_BY_CHANNEL | weight[label, c] → weight[c, label]
all classes: np.einsum("kc,cij->kij", weight.astype(float), maps), weight.astype(float) @ maps.mean(axis=(1, 2)) + bias
""",
    "E14.9": """
fill cut off: TWICE | image.astype(float) → image.copy()
the picture itself: TWICE | image.astype(float) → image
the picture itself: TWICE | image.astype(float) → image[:]
last place missing: TWICE | stride + 1 → stride
square images only: TWICE | height, width = → width, height =
stride of the place forgotten: TWICE | i * stride : i * stride + size, j * stride : j * stride + size → i : i + size, j : j + size
maps as lists: TWICE | return a, b → return a.ravel(), b.ravel()
filled with zeros: TWICE | = fill → = 0
patches pile up: TWICE | falls = np.zeros((rows, columns)) → falls, covered = np.zeros((rows, columns)), image.astype(float) | covered = image.astype(float)\\n                covered → covered
reaches past the border: MASKS |  - size + 1 →
maps not flattened: TWICE | pearsonr(a.ravel(), b.ravel())[0] → np.corrcoef(a, b)[0, 1]
table of correlations: TWICE | pearsonr(a.ravel(), b.ravel())[0] → np.corrcoef(a.ravel(), b.ravel())
not divided by the spreads: TWICE | pearsonr(a.ravel(), b.ravel())[0] → np.cov(a.ravel(), b.ravel())[0, 1]
means not taken away: MASKS | (each - each.mean() for each in maps) → maps
""",
}

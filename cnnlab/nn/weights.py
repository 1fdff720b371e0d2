"""Weights in files, in the format safetensors that PyTorch's world reads, too."""

from pathlib import Path

from cnnlab.nn._files import write_whole


def save(network, path):
    """Write a network's parameters and buffers to a file.

    The new file takes the old one's place only when it is whole.

    Parameters
    ----------
    network : Layer
        Whose ``state_dict()`` is written.
    path : str or path
        Such as ``"lenet.safetensors"``.

    Raises
    ------
    OSError
        If the file can't be written, as on a full disk. A file that was there is as it was.
    """
    from safetensors.numpy import save as to_bytes

    content = to_bytes(network.state_dict())
    write_whole(path, lambda file: file.write(content))


def load(network, path):
    """Read parameters and buffers from a file into a network of the same layers.

    Parameters
    ----------
    network : Layer
        Which takes them over.
    path : str or path
        A file that `save` wrote, or PyTorch with ``safetensors.torch.save_file``.

    Returns
    -------
    Layer
        The network.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file is damaged, cut off, of another network, or holds numbers that NumPy does not
        have, such as bfloat16. The network is as it was then.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load as from_bytes

    content = Path(path).read_bytes()
    try:
        state = from_bytes(content)
    except SafetensorError as error:
        raise ValueError(
            f"{path} is no whole safetensors file ({len(content):,} bytes; {error}): it was cut "
            f"off, or is of another format; save the network again, or copy the file again"
        ) from error
    except KeyError as error:
        raise ValueError(
            f"{path} holds numbers of the type {error.args[0]}, which NumPy does not have; save "
            f"float32, in PyTorch {{name: w.float() for name, w in net.state_dict().items()}}"
        ) from None
    try:
        network.load_state_dict(state)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
    return network


__all__ = ["save", "load"]

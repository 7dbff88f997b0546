"""Storage: a trained network in one file, to be used again tomorrow.

The file is NumPy's .npz: plain arrays and a line of JSON, nothing that could run when it is opened (as a pickle
could). It holds numbers, not code, so it is loaded into a network of the same layers: the program that built the
network is its description.
"""

import io
import json
from pathlib import Path

import numpy as np

__all__ = ["load", "save"]


def save(network, path):
    """Write the network's parameters and history. A file of that name is replaced once the new one is complete."""
    about = json.dumps({"layers": network.description(), "history": network.history})
    unfinished = Path(f"{path}.part")
    with unfinished.open("wb") as file:
        np.savez(file, about=about, **{f"array_{i}": array for i, array in enumerate(network.get_weights())})
    unfinished.replace(path)


def load(network, path):
    """Fill the network with what `save` wrote from one of the same layers; return it.

    Raises ValueError where the file is not such a file, is damaged, or holds other layers.
    """
    content = Path(path).read_bytes()
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            about = json.loads(str(file["about"]))
            layers, history = about["layers"], about["history"]
            arrays = [file[f"array_{i}"].astype(float) for i in range(len(file.files) - 1)]
        if layers == network.description():
            network.set_weights(arrays)
    except Exception as error:  # there is no end of ways in which a damaged file can be wrong
        raise ValueError(f"{path} is not a file that NeuralNetwork.save wrote, or it is damaged.") from error
    if layers != network.description():
        raise ValueError(f"{path} holds the layers {layers}; this network has {network.description()}.")
    network.history = history
    return network

"""Keras across the wire: a model is built anew from its architecture, and from nothing but Keras's own layers.

Loading a model that somebody else wrote can run code of theirs. So what a student's kernel says of a model is read as
plain data, word by word: every class named in it must be one of Keras's public layers, initializers, regularizers,
optimizers, losses or metrics, none that wraps a function; sizes must be such as a lesson needs. Only then does Keras
see it, in its safe mode. Weights come beside it, as arrays.
"""

import json
import sys

from coursekit.trust.wire import Refused

__all__ = ["check_compiled", "early_stopping", "history", "is_model", "is_of", "model", "optimizer"]

PARTS = ("activations", "constraints", "initializers", "layers", "losses", "metrics", "optimizers", "regularizers")
KEPT_OUT = ("Lambda", "TFSMLayer", "TorchModuleWrapper", "JaxLayer", "FlaxLayer", "MeanMetricWrapper", "Wrapper")
OTHERS = ("Sequential", "Functional", "Model", "DTypePolicy", "FloatDTypePolicy", "__keras_tensor__", "function")
SIZES = ("units", "filters", "input_dim", "output_dim", "num_heads", "key_dim")
MAX_CONFIG, MAX_LAYERS, MAX_WEIGHTS = 1 << 20, 60, 150_000_000  # weights as a bound: the largest size times all sizes


def is_model(thing):
    """Say whether this is a Keras model, without importing Keras for it."""
    keras = sys.modules.get("keras")
    return keras is not None and isinstance(thing, keras.Model)


def is_of(thing, module, name):
    """Say whether this is an object of Keras's class module.name, without importing Keras for it."""
    keras = sys.modules.get("keras")
    return keras is not None and isinstance(thing, getattr(getattr(keras, module), name))


def model(config, weights, compiled):
    """Return a Keras model of this architecture (JSON) with these weights. Raises Refused for what may not be in it."""
    from nnkit.quietly import keras

    check_config(config)
    check_compiled(compiled)
    try:
        built = keras.models.model_from_json(config)
        built.set_weights(weights)
        if compiled:
            built.compile_from_config(compiled)
    except Exception as error:
        raise Refused(f"Keras cannot build the model anew: {type(error).__name__}: {error}") from None
    return built


def history(of):
    """Return a Keras History with these lists."""
    from nnkit.quietly import keras

    callback = keras.callbacks.History()
    callback.history = of if isinstance(of, dict) else {}
    return callback


def early_stopping(of):
    """Return an EarlyStopping with these settings."""
    from nnkit.quietly import keras

    expect(
        isinstance(of, dict) and all(isinstance(v, str | int | float | None) for v in of.values()), "such a callback"
    )
    return keras.callbacks.EarlyStopping(**of)


def optimizer(name, of):
    """Return one of Keras's own optimizers with these settings."""
    from nnkit.quietly import keras

    expect(name in dir(keras.optimizers) and name not in KEPT_OUT, f"an optimizer {str(name)[:50]!r}")
    check_parts(of)
    return getattr(keras.optimizers, name).from_config(of)


def check_config(config):
    """Raise Refused unless this JSON describes a model of Keras's own layers, of a size that a lesson needs."""
    expect(isinstance(config, str) and len(config) <= MAX_CONFIG, "a model with so long a description")
    try:
        described = json.loads(config)
    except (ValueError, RecursionError):
        raise Refused("a model's description must be JSON") from None
    sizes = check_parts(described)
    expect(len(sizes) <= MAX_LAYERS, "a model of so many layers")
    expect(max(sizes, default=0) * sum(sizes) <= MAX_WEIGHTS, "a model of so many weights")


def check_compiled(compiled):
    """Raise Refused unless this says how to compile a model with Keras's own optimizers, losses and metrics."""
    expect(compiled is None or isinstance(compiled, dict), "such a way to compile")
    check_parts(compiled)


def check_parts(described):
    """Look at every class and function that a description names; return the sizes of layers and of inputs in it."""
    if isinstance(described, list | tuple):
        return [size for part in described for size in check_parts(part)]
    if not isinstance(described, dict):
        return []
    if "class_name" in described:
        check_class(described)
    own = [described[name] for name in SIZES if isinstance(described.get(name), int)]
    shape = described.get("batch_shape")
    own += [size for size in shape if isinstance(size, int)] if isinstance(shape, list | tuple) else []
    return own + [size for part in described.values() for size in check_parts(part)]


def check_class(described):
    """Raise Refused unless the class that is named is one of Keras's own, and wraps no function."""
    from nnkit.quietly import keras

    name, registered = described["class_name"], described.get("registered_name")
    parts = [*(getattr(keras, part) for part in PARTS), keras.optimizers.schedules]
    own = any(name in dir(part) for part in parts) or name in OTHERS
    module = str(described.get("module") or "keras").split(".")[0]
    expect(isinstance(name, str) and own and name not in KEPT_OUT, f"a {str(name)[:50]!r} in a model")
    expect(module in ("keras", "builtins") and registered in (None, name), f"a {str(registered)[:50]!r} in a model")
    if name == "function":
        known = any(hasattr(getattr(keras, part), str(described.get("config"))) for part in ("activations", "losses"))
        expect(known, "a function of one's own in a model")


def expect(holds, what):
    """Raise Refused unless it holds."""
    if not holds:
        raise Refused(f"{what} is not what may come: a model must be made of Keras's own layers, losses and metrics")

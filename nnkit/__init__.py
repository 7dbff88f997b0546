"""nnkit: a small neural network library, written to be read.

Start with `layers` (what a network is made of), then `activations`, `losses`, `optimizer` and `neuralnet`; `data` and
`metrics` are what they stand on. Beside this core: `expect`, which says what is refused; `in_place`, which makes
optimizers quick; `full_batch`, optimizers that need all examples at once; `levenberg_marquardt`, a trainer for small
networks; `gradients`, which checks every derivative; `tally`, `stopping`, `storage` and `progress`; `datasets` and
`plots`, which fetch and draw; and `checks`, which try the answers to the course's exercises.
"""

from nnkit.activations import ActivationLayer, ReLUActivation, SigmoidActivation, SoftmaxActivation, TanhActivation
from nnkit.data import Dataset, one_hot
from nnkit.full_batch import Quickprop, RProp
from nnkit.layers import DenseLayer, Dropout, Layer
from nnkit.levenberg_marquardt import levenberg_marquardt
from nnkit.losses import BinaryCrossEntropy, CategoricalCrossEntropy, LossFunction, MeanSquaredError
from nnkit.metrics import accuracy, confusion_matrix, mae, mse
from nnkit.neuralnet import NeuralNetwork
from nnkit.optimizer import SGD, Adagrad, Adam, Optimizer, RMSProp

__all__ = [
    "SGD",
    "ActivationLayer",
    "Adagrad",
    "Adam",
    "BinaryCrossEntropy",
    "CategoricalCrossEntropy",
    "Dataset",
    "DenseLayer",
    "Dropout",
    "Layer",
    "LossFunction",
    "MeanSquaredError",
    "NeuralNetwork",
    "Optimizer",
    "Quickprop",
    "RMSProp",
    "RProp",
    "ReLUActivation",
    "SigmoidActivation",
    "SoftmaxActivation",
    "TanhActivation",
    "accuracy",
    "confusion_matrix",
    "levenberg_marquardt",
    "mae",
    "mse",
    "one_hot",
]

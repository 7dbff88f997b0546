"""The exercises of 05-imdb: words into numbers, a model of them, and what keeps it from learning by heart."""

from nnkit.checks.imdb.dropout import dropout_forward
from nnkit.checks.imdb.generalization import diagnose, early_stopping, l2_gradient
from nnkit.checks.imdb.model import build_imdb_model
from nnkit.checks.imdb.reviews import decode_review, split_validation, vectorize_sequences

__all__ = ["EXERCISES"]

EXERCISES = (
    decode_review,
    vectorize_sequences,
    build_imdb_model,
    split_validation,
    dropout_forward,
    l2_gradient,
    early_stopping,
    diagnose,
)

"""Exercise: the step of Levenberg and Marquardt."""

import numpy as np

from nnkit.checks.exercise import Exercise
from nnkit.levenberg_marquardt import levenberg_marquardt_step

__all__ = ["levenberg_marquardt"]

MUCH = 3e4  # so much damping that the rest does not matter


def _draw(rng):
    """Draw a problem whose steps have no entry near 0, where the rounding of float32 would show."""
    while True:
        inputs = _draw_any(rng)
        *steps, _ = (np.abs(step) for _, step in _probe(levenberg_marquardt_step, **inputs))
        if all(step.min() > 0.1 * step.max() for step in steps):
            return inputs


def _draw_any(rng):
    """Draw a Jacobian that no way of solving has trouble with: its singular values are between 0.6 and 2."""
    p = int(rng.integers(3, 6))
    m = p + int(rng.integers(3, 6))
    U, V = (np.linalg.qr(rng.normal(size=(rows, p)))[0] for rows in (m, p))
    return {
        "J": U * rng.permutation(np.linspace(0.6, 2, p)) @ V,
        "r": rng.uniform(0.5, 2, size=m) * rng.choice([-1, 1], size=m),
        "damping": float(rng.choice([rng.uniform(0.3, 0.6), rng.uniform(1.7, 3)])),
    }


def _probe(answer, J, r, damping):
    given, n_few, twins = (J.copy(), r.copy()), J.shape[1] - 1, J.copy()
    twins[:, -1] = twins[:, 0]
    yield "step", answer(*given, damping)
    yield "much", answer(J.copy(), r.copy(), MUCH)
    yield "twins", answer(twins, r.copy(), damping)
    yield "few", answer(J[:n_few].copy(), r[:n_few].copy(), damping)
    yield "arguments", [*given[0].ravel(), *given[1]]


levenberg_marquardt = Exercise(
    id="levenberg-marquardt",
    reference=levenberg_marquardt_step,
    claims={
        "step": "the step, of shape (p,), solves (J^T J + damping I) step = -J^T r",
        "much": "with much damping the step is short and goes down the gradient: nearly -J^T r / damping",
        "twins": "two columns of J may be the same: damping finds a step where J^T J alone has no inverse",
        "few": "there may be fewer residuals than parameters",
        "arguments": "jacobian and residuals stay as they were",
    },
    draw=_draw,
    probe=_probe,
    sizes=lambda J, r, damping: {
        "the number of residuals": len(r),
        "the number of parameters": J.shape[1],
        "2, as in the derivative of a square": 2,
    },
)


def _solve(J, damped, r):
    """Return the solution of damped step = -J^T r: what most of the versions below share."""
    return np.linalg.solve(damped, -J.T @ r)


def _damped(J, damping):
    return J.T @ J + damping * np.eye(J.shape[1])


@levenberg_marquardt.mistake("the step goes uphill: J^T r points up, so the right side is -J^T r.")
def _(J, r, damping):
    return -_solve(J, _damped(J, damping), r)


@levenberg_marquardt.mistake("the damping is missing: this is the step of Gauss and Newton. Add damping I to J^T J.")
def _(J, r, damping):
    return _solve(J, J.T @ J, r)


@levenberg_marquardt.mistake("the damping is missing: this minimises abs(J step + r)^2 alone. Add damping I to J^T J.")
def _(J, r, damping):
    return np.linalg.lstsq(J, -r)[0]


@levenberg_marquardt.mistake(
    "the damping is added to every entry of J^T J. It belongs on the diagonal: damping * np.eye(p)."
)
def _(J, r, damping):
    return _solve(J, J.T @ J + damping, r)


@levenberg_marquardt.mistake(
    "the damping multiplies the diagonal of J^T J, Marquardt's scaling. Here it is added, the same for each parameter: "
    "damping I."
)
def _(J, r, damping):
    return _solve(J, J.T @ J + damping * np.diag(np.diag(J.T @ J)), r)


@levenberg_marquardt.mistake("the identity alone is added to J^T J: its factor, damping, is missing.")
def _(J, r, damping):
    return _solve(J, _damped(J, 1), r)


@levenberg_marquardt.mistake("the damping is squared. It stands below J as its root, or beside J^T J as it is.")
def _(J, r, damping):
    return _solve(J, _damped(J, damping**2), r)


@levenberg_marquardt.mistake(
    "the root of the damping is added to J^T J. The root belongs below J; here damping itself."
)
def _(J, r, damping):
    return _solve(J, _damped(J, np.sqrt(damping)), r)


@levenberg_marquardt.mistake("the damping is subtracted. It is added: J^T J + damping I.")
def _(J, r, damping):
    return _solve(J, _damped(J, -damping), r)


@levenberg_marquardt.mistake("J J^T has a row for each residual. J^T J, (p, p), has one for each parameter.")
def _(J, r, damping):
    return np.linalg.solve(J @ J.T + damping * np.eye(len(J)), -J.T @ r)


@levenberg_marquardt.mistake("J r does not fit. J has a row for each residual, so it is transposed first: J^T r.")
def _(J, r, damping):
    return np.linalg.solve(_damped(J, damping), -J @ r)


@levenberg_marquardt.mistake("J is not transposed on the right side, so the sizes do not fit: -J^T r has p entries.")
def _(J, r, damping):
    return np.linalg.solve(_damped(J, damping), -r)


@levenberg_marquardt.mistake("the matrix is multiplied with -J^T r. It has to be solved: np.linalg.solve(A, b).")
def _(J, r, damping):
    return -_damped(J, damping) @ J.T @ r


@levenberg_marquardt.mistake(
    "1 / A and A ** -1 divide entry by entry, and that is not the inverse of a matrix. Use np.linalg.solve(A, b)."
)
def _(J, r, damping):
    return -(1 / _damped(J, damping)) @ J.T @ r


@levenberg_marquardt.mistake(
    "* multiplies entry by entry, where a product of matrices is meant: write J.T @ J, and np.linalg.inv(A) @ b."
)
def _(J, r, damping):
    return np.linalg.inv(_damped(J, damping)) * (-J.T @ r)


@levenberg_marquardt.mistake("this is -J^T r, a step of gradient descent. J^T J + damping I has to be solved for.")
def _(J, r, damping):
    return -J.T @ r


@levenberg_marquardt.mistake("this is -J^T r / damping, a short step of gradient descent: J^T J has been left out.")
def _(J, r, damping):
    return -J.T @ r / damping


@levenberg_marquardt.mistake("J^T J has the factor 2, and -J^T r has not. Both have it or none.")
def _(J, r, damping):
    return _solve(J, 2 * J.T @ J + damping * np.eye(J.shape[1]), r)


@levenberg_marquardt.mistake("-J^T r has the factor 2, and J^T J has not. Both have it or none.")
def _(J, r, damping):
    return 2 * _solve(J, _damped(J, damping), r)


@levenberg_marquardt.mistake(
    "J^T J and -J^T r have the factor 2, and the damping has not. Here all three stand without it."
)
def _(J, r, damping):
    return _solve(J, _damped(J, damping / 2), r)


@levenberg_marquardt.mistake("J^T J is divided by the number of residuals. It is a sum, and so is J^T r.")
def _(J, r, damping):
    return _solve(J, J.T @ J / len(r) + damping * np.eye(J.shape[1]), r)


@levenberg_marquardt.mistake("J^T J and J^T r are divided by the number of residuals. They are sums, not means.")
def _(J, r, damping):
    return _solve(J, _damped(J, damping * len(r)), r)


@levenberg_marquardt.mistake("the step comes as a column, (p, 1). Each parameter moves by one number: shape (p,).")
def _(J, r, damping):
    return _solve(J, _damped(J, damping), r.reshape(-1, 1))


@levenberg_marquardt.mistake("the matrix comes back, not the step. Solve with it: np.linalg.solve(A, -J.T @ r).")
def _(J, r, damping):
    return _damped(J, damping)


@levenberg_marquardt.mistake("nothing is returned: end with `return` and the step.")
def _(J, r, damping):
    return None


@levenberg_marquardt.mistake(
    "the sign of residuals is turned in place, for whoever uses them next. Write -r, a new array."
)
def _(J, r, damping):
    r *= -1
    return np.linalg.solve(_damped(J, damping), J.T @ r)

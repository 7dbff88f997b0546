"""What 01-backprop promises."""

NOTEBOOK = "01-backprop/backprop.ipynb"
POINTS = {
    "gradient-descent": 3,
    "graph-backward": 4,
    "numerical-gradient": 4,
    "dense-input-error": 3,
    "dense-weights-error": 3,
    "dense-biases-error": 3,
    "sigmoid-derivation": 2,
    "tanh-derivation": 2,
    "softmax-jacobian": 4,
    "softmax-cross-entropy": 4,
    "one-step-by-hand": 4,
}
WRITTEN = {"derive-weights-error": 4}
FIGURES = [
    "setup",
    "descent-curve",
    "descent-surface",
    "graph-backward-try",
    "numerical-gradient-try",
    "dense-forward",
    "dense-try",
    "slopes-try",
    "softmax-try",
    "one-step-try",
]
PRELUDE = """def curve_path(start, learning_rate, n_steps=10):
    return gradient_descent(descent.curve_gradient, [start], learning_rate, n_steps)[:, 0]


def bowl_path(learning_rate, n_steps=60):
    return gradient_descent(descent.surface_gradient, [-4.5, 1.0], learning_rate, n_steps)


def loss_after(learning_rate, hidden=8, epochs=1000):
    return first_network.train(train_step, learning_rate, epochs, hidden)[1]


def measured(function, x):
    return numerical_gradient(lambda x: function(x).sum(), x)


def mse(y, y_pred):
    return np.mean((y - y_pred) ** 2)


def bce(y, y_pred):
    return -np.mean(y * np.log(y_pred) + (1 - y) * np.log(1 - y_pred))


def cce(y, y_pred):
    return -np.sum(y * np.log(y_pred)) / len(y)


T, P = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]), np.array([[0.5, 0.3, 0.2], [0.1, 0.2, 0.7]])
forward_errors, central_errors = differences.errors(numerical_gradient, np.array([1e-1, 1e-2, 1e-5, 1e-14]))
ups = np.linspace(-3, 3, 101)
"""
CLAIMS = [
    # exercise 1 and the ball
    "gradient_descent(lambda p: 2 * p, [4], 0.25, 3).ravel().tolist() == [4, 2, 1, 0.5]",
    "round(curve_path(2.0, 0.01)[-1], 2) == 1.71",
    "curve_path(2.0, 0.1)[-1] > 1.3 and round(descent.curve_error(curve_path(2.0, 0.1)[-1]), 3) == -0.655",
    "round(descent.curve_error(curve_path(-2.1, 0.1, 99)[-1]), 2) == -1.36",
    "curve_path(2.0, 0.5)[1] < 0.126 and abs(np.diff(curve_path(2.0, 0.5, 500)[-9:])).min() > 0.5",
    "curve_path(2.0, 0.5, 500)[-9:].max() < -1.1 and np.all(np.diff(np.sign(np.diff(curve_path(2.0, 0.5, 500)[-9:]))))",
    "abs(curve_path(2.0, 1.0, 1)[1]) > descent.RANGE",
    "curve_path(0.1, 0.1, 99)[-1] < -1.4 and curve_path(0.2, 0.1, 99)[-1] > 1.3",
    "abs(descent.curve_gradient(0.126)) < 1e-3",
    "np.allclose(bowl_path(0.18)[1:, 1], -0.8 * bowl_path(0.18)[:-1, 1])",
    "np.allclose(abs(bowl_path(0.2)[:, 1]), 1) and np.allclose(bowl_path(0.21)[1:, 1], -1.1 * bowl_path(0.21)[:-1, 1])",
    "min([0.01, 0.05, 0.1, 0.15, 0.18, 0.19, 0.2, 0.21], key=lambda a: descent.surface_error(bowl_path(a)[12])) == 0.18",
    # exercises 2 and 3
    "round(float(sigmoid(2 * 0.5 - 0.5)), 2) == 0.62 and graph_backward(2, 0.5, -0.5, 1)['w'] < 0",
    "np.allclose(numerical_gradient(lambda at: (sigmoid(at[1] * at[0] + at[2]) - 1) ** 2, place),"
    " [graph_backward(*place, y=1)[name] for name in 'xwb'], rtol=1e-7)",
    "9 < forward_errors[0] / forward_errors[1] < 11 and 95 < central_errors[0] / central_errors[1] < 105",
    "central_errors[2] < 1e-10 < 1e-7 < forward_errors[2] and central_errors[3] > 1e-4",
    # the dense layer
    "max(abs(numerical_gradient(lambda x: np.sum(C * (x @ W + B)), X) - dX).max(),"
    " abs(numerical_gradient(lambda w: np.sum(C * (X @ w + B)), W) - dW).max(),"
    " abs(numerical_gradient(lambda b: np.sum(C * (X @ W + b)), B) - dB).max()) < 1e-9",
    "np.all(weights_error(X * [1, 0, 1], C)[1] == 0)",
    "(np.zeros((1, 2)) - 0.1 * np.ones((64, 2))).shape == (64, 2)",
    # the activation functions
    "sympy.diff('x**3 + 2*x', 'x') == sympy.sympify('3*x**2 + 2')",
    "np.allclose(slopes.from_output(d_sigmoid, sigmoid)(ups), measured(sigmoid, ups), rtol=1e-7)",
    "np.allclose(slopes.from_output(d_tanh, np.tanh)(ups), measured(np.tanh, ups), rtol=1e-7)",
    "slopes.from_output(d_sigmoid, sigmoid)(ups).max() == 0.25 and 0.25**10 < 1e-6",
    "slopes.from_output(d_tanh, np.tanh)(ups).max() == 1",
    "abs(softmax_jacobian(np.array([2.0, 1.0, 0.0])).sum(axis=0)).max() < 1e-15",
    "abs(softmax_jacobian(np.array([2.0, 1.0, 0.0])).sum(axis=1)).max() < 1e-15",
    # the costs
    "np.allclose(numerical_gradient(lambda p: mse(T, p), P), 2 / P.size * (P - T))",
    "np.allclose(numerical_gradient(lambda p: bce(T, p), P), (-T / P + (1 - T) / (1 - P)) / P.size)",
    "np.allclose(numerical_gradient(lambda p: cce(T, p), P), -T / P / len(P))",
    "np.allclose(softmax_cross_entropy_gradient(np.array([[1000.0, 0.0]]), np.array([[0.0, 1.0]])), [[1, -1]])",
    "np.allclose(softmax_cross_entropy_gradient(logits, y_true), numerical_gradient(mean_cross_entropy, logits))",
    # the network that learns
    "round(loss_after(0.3)[0], 2) == 0.54 and round(loss_after(0.3)[-1], 4) == 0.0024",
    "loss_after(0.01)[-1] > 0.3 and loss_after(1.0)[-1] > 50 and len(loss_after(3.0)) < 1000",
    "loss_after(0.3, hidden=1, epochs=3000)[-1] > 0.3 and loss_after(0.3, hidden=4, epochs=3000)[-1] < 0.002",
]

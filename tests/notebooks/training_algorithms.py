"""What 03-training-algorithms promises."""

NOTEBOOK = "03-training-algorithms/training_algorithms.ipynb"
POINTS = {
    "mini-batches": 4,
    "sgd-momentum": 5,
    "rmsprop": 5,
    "adam": 6,
    "adagrad": 3,
    "rprop": 4,
    "quickprop": 4,
    "levenberg-marquardt": 4,
    "stopping": 3,
}
WRITTEN = {"explain-learning-rate": 3}
FIGURES = [
    "mini-batches-try",
    "sgd-momentum-try",
    "landscapes",
    "adam-try",
    "quickprop-try",
    "levenberg-marquardt-try",
    "stopping-try",
    "race",
    "sweep",
]
PRELUDE = """from nnkit.playground.session import Session
from nnkit.playground.setup import started


def played(epochs, optimizer, learning_rate, batch_size=16):
    session = Session(started(data="spirals", optimizer=optimizer, learning_rate=learning_rate, batch_size=batch_size))
    session.advance(times=epochs)
    return session.run.history["loss"][-1]


def path(optimizer, gradients, start=0.0):
    w = np.array([start])
    places = [w]
    for g in gradients:
        places.append(optimizer.update(places[-1], np.array([g])))
    return np.concatenate(places)


def steps(optimizer, gradients):
    return np.diff(path(optimizer, gradients))


def noisy_loss(batch_size, learning_rate):
    walk = noise.follow(mini_batches, batch_size, learning_rate, n_epochs=2)
    return round(noise.loss(walk)[-len(walk) // 2 :].mean(), 2)


def distances(momentum):
    raw, kept, full = noise.gradients(SGD(learning_rate=0.01, momentum=momentum))[:, :, 0]
    return [round(noise._size(estimate, full), 2) for estimate in (raw, kept)]


def in_ravine(optimizer, n_steps=2000):
    w = np.array([0.0, 0.6])
    for _ in range(n_steps):
        w = optimizer.update(w, surfaces.SURFACES["ravine"].gradient(w))
    return abs(w).max()


def ends(surface, rate):
    return {name: losses[-1] for name, losses in race.losses(surface, rate).items()}


V = [SGD(momentum=0.9) for _ in range(2)]
_ = path(V[0], [1, 1, 1]), path(V[1], [1] * 10)
fitted = curve_fit.adapt(levenberg_marquardt_step, 20)
descent = [curve_fit.loss(w) for w in curve_fit.descend()]
no_damping = curve_fit.follow(levenberg_marquardt_step, 0, 20)
uncorrected = averages.step_lengths(averages.UncorrectedAdam(1.0), 1000)
tenth = [0.1] * 9 + [-0.9]
hiccups = [0.9, 0.7, 0.8, 0.6, 0.65, 0.62, 0.61]
val_losses = history["val_loss"]
stops = [early_stopping.stopping_epoch(should_stop, val_losses, patience) for patience in (1, 2, 5, 50)]
bests = {name: sweep.best_rate(runs) for name, runs in results.items()}
at_best = {name: np.sort(runs[bests[name]][:, -1]) for name, runs in results.items()}
usual = ["SGD", "momentum", "Adagrad", "RMSProp", "Adam"]
"""
CLAIMS = [
    # playground
    "played(50, 'Adam', 0.03) < 0.001 and round(played(50, 'SGD', 0.03), 3) == 0.245",
    "round(played(50, 'SGD', 0.3), 3) == 0.016 and played(100, 'RProp', 0.01) > 1 > 0.01 > played(100, 'RProp', 0.01, 200)",
    # batches
    "[len(X) for X, _ in mini_batches(np.zeros(512), np.zeros(512), 100, np.random.default_rng(0))] == 5 * [100] + [12]",
    "len(noise.follow(mini_batches, 512, 0.1, n_epochs=2)) == 1 + 2",
    "[noisy_loss(8, 0.1), noisy_loss(1, 0.1), noisy_loss(1, 0.01)] == [1.05, 1.29, 1.04]",
    "round(noise.loss(noise._best()), 2) == 1.03",
    "0.15 < np.argmax(noise.loss(noise.follow(mini_batches, 8, 0.1, 1)) < 1.2) / 64 < 0.25",
    # momentum: the weights, the window, the noise that is left, and Keras's form
    "[round(v, 4) for v in (V[0].retained_gradient[0], V[1].retained_gradient[0])] == [0.271, 0.6513]",
    "all(abs(beta ** (1 / (1 - beta)) - np.exp(-1)) < 0.03 for beta in (0.9, 0.99, 0.999))",
    "round(np.sqrt((1 - 0.9) / (1 + 0.9)), 2) == 0.23",
    "distances(0.9) == [0.72, 0.19] and distances(0.95)[1] == 0.13 and distances(0.99)[1] == 0.92",
    # landscapes
    "in_ravine(SGD(0.039)) < 1e-9 and in_ravine(SGD(0.041)) > 1e3",
    "in_ravine(SGD(0.75, 0.9)) < 1e-9 and in_ravine(SGD(0.77, 0.9)) > 1e3",
    "np.isinf(ends('Rosenbrock', 0.01)['SGD']) and np.isfinite(ends('Rosenbrock', 0.003)['SGD'])",
    # RMSProp, Adam, Adagrad
    "[round(-steps(RMSProp(1.0), [g])[0], 2) for g in (1000, 0.001)] == [3.16, 3.16]",
    "np.allclose(steps(Adam(1.0), [0.5] * 1000), -1, atol=1e-6)",
    "round(uncorrected[0], 2) == 3.16 and round(uncorrected.max(), 1) == 6.6 and uncorrected.argmax() == 12 - 1",
    "1.2 < uncorrected[-1] < 1.3",
    "np.allclose(-steps(Adagrad(1.0), [3.0] * 100), 1 / np.sqrt(np.arange(1, 101)))",
    "round(-path(Adagrad(1.0), [3.0] * 100)[-1], 1) == 18.6",
    # RProp, Quickprop
    "abs(path(SGD(0.01), 100 * tenth)[-1]) < 1e-9 and path(RProp(0.01), 100 * tenth)[-1] < -1000",
    "steps(RProp(0.1), [1, 1, 1, -1, -1]).round(3).tolist() == [-0.1, -0.12, -0.144, 0.0, 0.072]",
    "np.allclose(steps(Quickprop(0.25), [4, 1]), [-1, -1 / 3]) and np.allclose(steps(Quickprop(0.25), [4, -4]), [-1, 0.5])",
    "abs(parabola.path(Quickprop(0.1), 2.0, 20)[-1] - parabola.path(Quickprop(0.1), 2.0, 4)[-1]) < 0.01",
    "np.allclose(np.diff(parabola.path(Quickprop(0.1), 0.3, 6)), 0.0323 * 1.75 ** np.arange(6), rtol=1e-3)",
    "parabola.path(Quickprop(0.1), 0.3, 20)[7] < parabola.path(Quickprop(0.1), 0.3, 20)[6]",
    # Levenberg-Marquardt
    "60_000 * 10 * 79_510 == 47_706_000_000 and round(60_000 * 10 * 79_510 * 4 / 1e9) == 191",
    "784 * 100 + 100 + 100 * 10 + 10 == 79_510",
    "round(curve_fit.loss(fitted[3]), 2) == 0.8 and curve_fit.loss(fitted[3]) < curve_fit.loss(fitted[-1]) + 0.01",
    "900 < np.argmax(np.array(descent) < curve_fit.loss(fitted[3])) < 1000",
    "curve_fit.loss(no_damping[3]) > 1e6",
    "curve_fit.loss(curve_fit.follow(levenberg_marquardt_step, 1000, 20)[-1]) > 50",
    "(lambda s, g: np.allclose(s, -len(curve_fit.TIMES) / 2 / 1e9 * g, rtol=1e-3))(levenberg_marquardt_step("
    "curve_fit.jacobian(curve_fit.START), curve_fit.residuals(curve_fit.START), 1e9), curve_fit.gradient(curve_fit.START))",
    # stopping
    "[early_stopping.stopping_epoch(should_stop, hiccups, patience) for patience in (1, 2, 3)] == [3, 6, 7]",
    "stops[0] < 1 + np.argmin(val_losses) > stops[1] and stops[2] == 1 + np.argmin(val_losses) + 5",
    # the race
    "round(race.paths('ravine', 0.03)['Adagrad'][-1, 0], 2) == -1.85",
    "round(ends('ravine', 0.001)['SGD'], 1) == 2.3 and round(ends('ravine', 0.03)['SGD'], 5) == 0.00034",
    "np.isinf(ends('ravine', 0.1)['SGD']) and ends('ravine', 0.3)['momentum'] < 1e-5",
    "round(ends('ravine', 0.3)['RMSProp'], 2) == 0.57",
    "all(ends(surface, 0.03)['Quickprop'] == 0 for surface in ('bowl', 'ravine'))",
    "min(ends('Rosenbrock', 0.01), key=ends('Rosenbrock', 0.01).get) == 'Quickprop'",
    "all(ends('Rosenbrock', rate)['Quickprop'] == max(loss for loss in ends('Rosenbrock', rate).values() if loss < 1e9)"
    " for rate in (0.03, 0.1, 0.3, 1.0))",
    "all(sorted(ends(s, 0.03), key=ends(s, 0.03).get)[:2] == ['Quickprop', 'RProp'] for s in ('bowl', 'ravine', 'saddle'))",
    # the sweep
    "sum(len(rates) * 3 for rates in results.values()) == 147",
    "all(0.09 < at_best[name][1] < 0.16 for name in usual)",
    "bests['SGD'] == bests['momentum'] == 1.0 and 10 < bests['SGD'] / bests['Adam'] <= 100",
    "np.median(results['momentum'][3.0][:, -1]) < 0.3 and np.median(results['SGD'][3.0][:, -1]) > 2",
    "min(at_best['RProp'][1], at_best['Quickprop'][1]) > max(at_best[name][1] for name in usual)",
]

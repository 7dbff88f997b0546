// Plots: how the loss went, and what the network answers over the plane, for this run and the one that is kept.

const counted = (n) => `${n} ${n === 1 ? "epoch" : "epochs"}`;
const percent = (share) => `${Math.round(100 * share)} %`;
const ended = (run) => `training ${said(run.loss.at(-1))}, test ${said(run.val_loss.at(-1))}`;

function curves() {
  const svg = draw("svg", { viewBox: "0 0 330 190", role: "img" }), legend = make("p", { class: "legend" });
  const text = (words, x, y, anchor = "middle") => draw("text", { x, y, "text-anchor": anchor }, words);

  // The highest loss that is drawn: nearly the largest, so that one peak does not flatten all the rest.
  function highest(runs) {
    const losses = runs.flatMap((run) => [...run.loss, ...run.val_loss]).filter((loss) => loss !== null);
    return Math.max(1e-6, 1.1 * losses.sort((a, b) => a - b)[Math.floor(0.98 * (losses.length - 1))] || 1);
  }

  function update(frame) {
    const { kept } = frame, runs = kept ? [kept, frame] : [frame];
    const most = highest(runs), last = Math.max(10, ...runs.map((run) => run.epoch));
    const x = (epoch) => 40 + (280 * (epoch - 1)) / (last - 1), y = (loss) => 160 - 150 * Math.min(1.04, loss / most);
    const line = (run, key, kind) => {
      const points = run.epochs.flatMap((epoch, i) => (run[key][i] === null ? [] : `${x(epoch)},${y(run[key][i])}`));
      return draw("polyline", { points: [points[0] ?? "", ...points].join(" "), class: kind });
    };
    svg.replaceChildren(
      draw("path", { d: "M40 5V160H325", class: "axis" }),
      text("0", 34, 164, "end"), text(said(most), 34, 15, "end"),
      text("1", 40, 176), text(`${last}`, 320, 176), text("epoch", 180, 180),
      ...(kept ? [line(kept, "loss", "kept"), line(kept, "val_loss", "kept test")] : []),
      line(frame, "loss", "training"), line(frame, "val_loss", "test"),
    );
    legend.replaceChildren(
      make("span", { class: "solid" }, `━ training ${said(frame.loss.at(-1))}  `),
      make("span", { class: "dashed" }, `╍ test ${said(frame.val_loss.at(-1))}  `),
      kept ? `thin, grey: kept, ${ended(kept)}` : "",
    );
    const other = kept ? `; kept run, ${counted(kept.epoch)}: ${ended(kept)}` : "";
    svg.setAttribute("aria-label", `Loss over ${counted(frame.epoch)}: ${ended(frame)}${other}`);
  }
  return { node: make("figure", {}, make("figcaption", {}, "Loss"), svg, legend), update };
}

function surface(title) {
  const canvas = make("canvas", { width: SURFACE, height: SURFACE, role: "img" });
  const caption = make("figcaption"), below = make("p", { class: "legend" });

  function update(run, outputs) {
    paintSurface(canvas, outputs, run.task);
    paintExamples(canvas, run.tests, run.task, true);
    paintExamples(canvas, run.examples, run.task, false);
    const shares = run.accuracies?.map(percent), which = `${title}, ${counted(run.epoch)}`;
    const right = shares ? `right: training ${shares[0]}, test ${shares[1]}` : "";
    write(caption, which);
    write(below, right);
    canvas.setAttribute("aria-label", `What the network answers over the plane: ${which}; ${right}`);
  }
  return { node: make("figure", {}, caption, canvas, below), update };
}

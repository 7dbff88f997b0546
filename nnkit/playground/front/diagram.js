// Diagram: the network as its units' pictures and the lines between them, and the chosen unit in numbers.

function draw(tag, settings = {}, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(settings)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

const minus = (text) => text.replaceAll("-", "−");
const said = (value) => (value == null ? "–" : minus(`${Number(value.toPrecision(3))}`));

// A number of four characters or so, for the corner of a picture.
function short(value) {
  const size = Math.abs(value);
  if (size < 0.0005) return "≈ 0";
  return minus(size < 1 ? value.toFixed(size < 0.0995 ? 3 : 2).replace("0.", ".") : `${Number(value.toPrecision(2))}`);
}

const ROW = 50, HEAD = 20; // pixels: from unit to unit, and above the first
const MOVES = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

// `select(layer, unit, name)` is called when a unit is chosen, and at each frame.
function diagram(select) {
  const label = "Units of the network; the arrow keys go from one to the next";
  const lines = draw("svg", { "aria-hidden": "true" }), legend = make("p", { class: "legend" });
  const node = make("div", { class: "diagram", role: "group", "aria-label": label, onkeydown: move });
  let shape = "", units = [], edges = [], chosen = [0, 0];

  const layerName = (l) => (l === units.length - 1 ? "output layer" : `hidden layer ${l + 1}`);
  const name = (l, j) => `${layerName(l)}, unit ${j + 1}`;
  const within = (i, list) => Math.max(0, Math.min(list.length - 1, i));

  function choose(l, j) {
    l = within(l, units);
    chosen = [l, within(j, units[l])];
    const isChosen = (layer, unit) => layer === chosen[0] && unit === chosen[1];
    units.forEach((column, l) => column.forEach(({ button }, j) => {
      button.setAttribute("aria-pressed", isChosen(l, j));
      button.tabIndex = isChosen(l, j) ? 0 : -1;
    }));
    edges.forEach(({ line, layer, to }) => line.classList.toggle("chosen", isChosen(layer, to)));
    select(...chosen, name(...chosen));
  }

  function move(event) {
    if (!(event.key in MOVES)) return;
    event.preventDefault();
    choose(chosen[0] + MOVES[event.key][0], chosen[1] + MOVES[event.key][1]);
    units[chosen[0]][chosen[1]].button.focus();
  }

  function build(layers) {
    const counts = [2, ...layers.map((layer) => layer.biases.length)], tall = Math.max(...counts, 4) * ROW;
    const left = (column) => `${8 + (84 * column) / (counts.length - 1)}%`;
    const top = (column, i) => HEAD + tall / 2 + (i - (counts[column] - 1) / 2) * ROW;
    const put = (box, column, i) => {
      Object.assign(box.style, { left: left(column), top: `${top(column, i)}px` });
      return box;
    };
    const canvas = () => make("canvas", { width: SIDE, height: SIDE });
    const heading = (c) => (c === 0 ? "inputs" : c === layers.length ? "output" : `hidden ${c}`);
    const heads = counts.map((_, c) => put(make("span", { class: "head" }, heading(c)), c, 0));
    const inputs = ["x₁", "x₂"].map((text, i) => {
      const picture = canvas(), across = (k) => (2 * k) / (SIDE - 1) - 1;
      const value = (_, k) => (i ? -across(Math.floor(k / SIDE)) : across(k % SIDE));
      paintUnit(picture, Array.from({ length: SIDE ** 2 }, value));
      return put(make("span", { class: "unit" }, picture, make("b", {}, text)), 0, i);
    });
    units = layers.map((layer, l) => layer.biases.map((_, j) => {
      const picture = canvas(), number = make("b");
      const settings = { type: "button", class: "unit", onclick: () => choose(l, j) };
      return { button: put(make("button", settings, picture, number), l + 1, j), picture, number };
    }));
    edges = layers.flatMap((layer, l) => layer.weights.flatMap((row, i) => row.map((_, j) => {
      const ends = { x1: left(l), x2: left(l + 1), y1: top(l, i), y2: top(l + 1, j) }, title = draw("title");
      const hit = draw("line", { ...ends, class: "hit" }, title); // wide and unseen, for the mouse
      return { layer: l, from: i, to: j, title, line: draw("line", ends), hit };
    })));
    lines.replaceChildren(...edges.flatMap(({ line, hit }) => [line, hit]));
    node.replaceChildren(lines, ...heads, ...inputs, ...units.flat().map(({ button }) => button));
    node.style.height = `${HEAD + tall}px`;
    choose(...chosen);
  }

  function update(frame, hidden, outputs) {
    const now = JSON.stringify([frame.setup.hidden, frame.task]);
    if (now !== shape) build(frame.layers);
    shape = now;
    const answered = frame.task === "yes or no" ? outputs.map((p) => 2 * p - 1) : outputs;
    const pictures = [...split(Float32Array.from(hidden, (byte) => (byte - 128) / 127)), ...split(answered)];
    units.flat().forEach(({ picture }, k) => paintUnit(picture, pictures[k]));
    units.forEach((column, l) => column.forEach(({ button, number }, j) => {
      const { answers, biases_gradient } = frame.layers[l], answer = answers?.[0][j];
      const shown = answers ? answer : frame.running ? null : biases_gradient?.[j];
      write(number, shown == null ? "" : short(shown));
      const heard = answers ? `, answers ${said(answer)} to the batch's first example` : "";
      button.setAttribute("aria-label", name(l, j) + heard);
    }));
    const largest = Math.max(1e-9, ...frame.layers.flatMap(({ weights }) => weights.flat().map(Math.abs)));
    edges.forEach(({ layer, from, to, line, title }) => {
      const { weights, weights_gradient } = frame.layers[layer], w = weights[from][to];
      line.setAttribute("stroke-width", (0.6 + (4 * Math.abs(w)) / largest).toFixed(2));
      line.classList.toggle("negative", w < 0);
      write(title, `w = ${said(w)}` + (weights_gradient ? `, dE/dw = ${said(weights_gradient[from][to])}` : ""));
    });
    const gradients = !frame.running && frame.layers[0].biases_gradient;
    const inside = frame.halfway ? " In the units: their answers to the first example of the batch."
      : gradients ? " In the units: dE/db, the gradients of their biases." : "";
    write(legend, `Lines: blue and solid, positive weight; orange and dashed, negative.${inside} `
      + "Choose a unit for its numbers.");
    select(...chosen, name(...chosen));
  }
  return { node, legend, update };
}

// What the chosen unit weighs, how the loss changes with that, and how it answers a batch.
function numbers() {
  const weights = make("table"), batch = make("table");

  function fill(table, caption, heads, rows) {
    const number = (value) => make("td", {}, said(value));
    const cells = ([head, ...values]) => [make("th", { scope: "row" }, head), ...values.map(number)];
    table.replaceChildren(
      make("caption", {}, caption),
      make("thead", {}, make("tr", {}, ...heads.map((head) => make("th", { scope: "col" }, head)))),
      make("tbody", {}, ...rows.map((row) => make("tr", {}, ...cells(row)))),
    );
  }

  function update(frame, l, j, name) {
    const layer = frame.layers[l], from = (i) => (l === 0 ? ["x₁", "x₂"][i] : `unit ${i + 1}`);
    const rows = layer.weights.map((row, i) => [from(i), row[j], layer.weights_gradient?.[i][j]]);
    const heads = [l === 0 ? "from input" : "from layer before", "weight w", "gradient dE/dw"];
    const caption = name[0].toUpperCase() + name.slice(1);
    fill(weights, caption, heads, [...rows, ["bias", layer.biases[j], layer.biases_gradient?.[j]]]);
    batch.hidden = !layer.answers;
    if (batch.hidden) return;
    const examples = layer.answers.map((row, i) => [`${i + 1}`, layer.sums?.[i][j], row[j]]);
    const about = `The batch goes forward: its first ${examples.length} examples in this unit`;
    fill(batch, about, ["example", "weighted sum", "answer"], examples);
  }
  return { node: make("div", { class: "numbers" }, weights, batch), update };
}

// Controls: what can be chosen and pressed. Each part of the page is an object {node, update}, updated at every frame.

function make(tag, settings = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(settings)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value);
  }
  // JupyterLab looks for its own keys at what has the focus: not here.
  if (["button", "select", "pre"].includes(tag)) node.dataset.lmSuppressShortcuts = true;
  node.append(...children);
  return node;
}

const write = (node, text) => { if (node.textContent !== text) node.textContent = text; };

const SETTINGS = {
  Data: ["data", "noise", "seed"],
  Network: ["activation", "dropout"],
  Training: ["loss", "optimizer", "learning_rate", "batch_size", "l1", "l2"],
};
const PACES = { batch: "a batch a frame", epoch: "an epoch a frame", epochs: "5 epochs a frame" };

function chooser(label, options, change, texts = {}) {
  let allowed = [];
  const select = make("select", { onchange: () => change(allowed[select.selectedIndex]) });
  const show = (value, offered = options) => {
    const wanted = offered.includes(value) ? offered : [...offered, value];
    const made = () => wanted.map((option) => make("option", {}, texts[option] ?? `${option}`));
    if (wanted.join() !== allowed.join()) select.replaceChildren(...made());
    allowed = wanted;
    if (select.selectedIndex !== allowed.indexOf(value)) select.selectedIndex = allowed.indexOf(value);
  };
  return { node: make("label", {}, label, select), show };
}

function settings(send, choices) {
  const shown = {}, groups = {};
  const change = (name) => (value) => send({ do: "change", name, value });
  for (const [title, names] of Object.entries(SETTINGS)) {
    groups[title] = make("fieldset", {}, make("legend", {}, title));
    for (const name of names) {
      const label = name.replace("_", " ").replace(/^l(?=[12])/, "L");
      shown[name] = chooser(label, choices[name] ?? [], change(name));
      groups[title].append(shown[name].node);
    }
  }
  let hidden = [];
  const resize = (i) => (units) => change("hidden")(hidden.map((old, j) => (i === j ? units : old)));
  const sizes = [0, 1, 2].map((i) => chooser(`units in layer ${i + 1}`, [1, 2, 3, 4, 5, 6, 7, 8], resize(i)));
  const depth = chooser("hidden layers", [0, 1, 2, 3], (n) => change("hidden")([...hidden, 4, 4, 4].slice(0, n)));
  groups.Network.firstChild.after(depth.node, ...sizes.map((size) => size.node));

  const update = ({ setup, task }) => {
    hidden = setup.hidden;
    depth.show(hidden.length);
    sizes.forEach((size, i) => { size.node.hidden = i >= hidden.length; size.show(hidden[i] ?? 1); });
    for (const [name, control] of Object.entries(shown)) {
      control.show(setup[name], name === "loss" ? choices.losses[task] : choices[name]);
    }
  };
  return { node: make("div", { class: "settings" }, ...Object.values(groups)), update };
}

function buttons(send) {
  const button = (text, title, does) => {
    // A button that does nothing now keeps the focus: "disabled" would take it from the keyboard.
    const onclick = () => { if (node.getAttribute("aria-disabled") !== "true") send({ do: does() }); };
    const node = make("button", { type: "button", title, onclick }, text);
    return node;
  };
  let running = false, kept = null;
  const run = button("▶ Run", "Train on and on, and pause", () => (running ? "pause" : "run"));
  const forward = button("Forward →", "First half of a step: a batch goes through the network", () => "forward");
  const backward = button("← Backward", "Second half: the error comes back, the layers learn", () => "backward");
  const epoch = button("One epoch", "Train to the end of the epoch", () => "epoch");
  const rewind = button("⟲ Rewind", "Back to the same starting weights", () => "rewind");
  const keep = button("Keep this run", "Keep it, to compare the next one with it", () => (kept ? "forget" : "keep"));
  const code = button("Write code", "Write this set-up as a program with nnkit", () => "code");
  const pace = chooser("speed", Object.keys(PACES), (value) => send({ do: "pace", value }), PACES);

  const update = (frame) => {
    ({ running, kept } = frame);
    write(run, running ? "❚❚ Pause" : "▶ Run");
    write(keep, kept ? "Forget kept run" : "Keep this run");
    forward.setAttribute("aria-disabled", frame.halfway || running);
    backward.setAttribute("aria-disabled", !frame.halfway || running);
    pace.show(frame.pace);
  };
  const all = [run, forward, backward, epoch, rewind, pace.node, keep, code];
  return { node: make("div", { class: "buttons", role: "group", "aria-label": "Training" }, ...all), update };
}

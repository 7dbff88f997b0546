// Screen: draws the frames that nnkit/playground/screen.py sends, and tells it which control was used.
// A frame is an object with everything in words and numbers; beside it come the pictures: bytes for the hidden units,
// float32 for the outputs, and for those of the kept run.

const MARKS = {
  "yes or no": "● class 0, hatched   ■ class 1",
  classes: "● class 0, hatched   ■ class 1   ▲ class 2, dotted",
  numbers: "● below 0, hatched   ■ above 0",
};

// The program that the set-up is written as.
function listing() {
  const code = make("pre", { tabindex: 0, role: "region", "aria-label": "This set-up as a program with nnkit" });
  const selectAll = () => getSelection().selectAllChildren(code);
  const copied = () => navigator.clipboard.writeText(code.textContent).then(() => write(copy, "Copied"), selectAll);
  const copy = make("button", { type: "button", onclick: copied }, "Copy");
  const node = make("section", { class: "code" }, copy, code);
  node.hidden = true;
  const show = (text) => { write(code, text); write(copy, "Copy"); node.hidden = false; code.focus(); };
  return { node, show };
}

function render({ model, el }) {
  const send = (message) => model.send(message);
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  let latest = null, controls = null;
  const table = numbers(), keys = buttons(send), loss = curves(), program = listing();
  const net = diagram((l, j, name) => { if (latest.layers[l]?.biases.length > j) table.update(latest, l, j, name); });
  const now = surface("this run"), kept = surface("kept run"), marks = make("p", { class: "legend marks" });
  const status = make("p", { class: "status", role: "status" }), differs = make("p");
  const parts = make("p", { class: "parts" });
  const done = make("ol"), steps = make("section", {}, make("h4", {}, "What was just done"), done);
  const left = make("div", { class: "left" }, net.node, net.legend, table.node);
  const surfaces = make("div", { class: "surfaces" }, now.node, kept.node, marks);
  const right = make("div", { class: "right" }, surfaces, loss.node);
  const about = { class: "nnkit-playground", "aria-label": "Playground: a network to play with", "data-frames": 0 };
  const root = make("section", about, keys.node, status, differs, make("div", { class: "stage" }, left, right),
    steps, parts, program.node);
  el.append(root);

  function show(frame, buffers) {
    const copies = buffers.map(({ buffer, byteOffset: from, byteLength }) => buffer.slice(from, from + byteLength));
    const hidden = new Uint8Array(copies[0]), [outputs, keptOutputs] = copies.slice(1).map((c) => new Float32Array(c));
    latest = frame;
    if (!controls) root.prepend((controls = settings(send, frame.choices)).node);
    controls.update(frame);
    keys.update(frame);
    net.update(frame, hidden, outputs);
    now.update(frame, outputs);
    loss.update(frame);
    kept.node.hidden = differs.hidden = !frame.kept;
    root.classList.toggle("two", Boolean(frame.kept));
    if (frame.kept) kept.update(frame.kept, keptOutputs);
    write(differs, frame.kept?.difference ?? "");
    tell(frame);
    root.dataset.frames = Number(root.dataset.frames) + 1;
    setTimeout(() => send({ do: "drawn" }), calm.matches ? 500 : 0); // who wants less motion gets two frames a second
  }

  function tell(frame) {
    const losses = frame.epoch ? `. Losses: ${ended(frame)}` : "";
    const at = frame.batch ? `Batch ${frame.batch} of ${frame.batches}. ` : "";
    status.setAttribute("aria-live", frame.running ? "off" : "polite");
    write(status, `${counted(frame.epoch)}${losses}. ${at}${frame.note}`);
    write(marks, `${MARKS[frame.task]}; hollow: test set`);
    steps.hidden = !frame.said.length;
    list(done, "li", frame.said);
    list(parts, "span", frame.parts);
    if (frame.code) program.show(frame.code);
  }

  function list(node, tag, lines) {
    if ([...node.children].map((child) => child.textContent).join("\n") === lines.join("\n")) return;
    node.replaceChildren(...lines.map((line) => make(tag, {}, line)));
  }

  const receive = (frame, buffers) => requestAnimationFrame(() => show(frame, buffers));
  model.on("msg:custom", receive);
  send({ do: "hello" });
  return () => model.off("msg:custom", receive);
}

export default { render };

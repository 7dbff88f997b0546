// Pictures: what units and networks answer over the plane, and the examples on it. Values come row by row from the top.

const SIDE = 50, REACH = 1.5; // places in a row, and where they end
const SURFACE = 330; // pixels in a row of the large picture
const WARM = [193, 84, 0], COOL = [0, 104, 168], GREEN = [0, 122, 88], INK = [26, 26, 26];

const mixed = (colour, share) => colour.map((c) => Math.round(255 + (c - 255) * share));
const pixel = ([r, g, b]) => (255 << 24) | (b << 16) | (g << 8) | r;
const shades = (colour, n, least, most) =>
  Array.from({ length: n + 1 }, (_, i) => mixed(colour, least + ((most - least) * i) / n));
const darker = (share) => (colour) => pixel(colour.map((c) => c * share));

// An array of values for each unit, out of one for all.
function split(values) {
  const size = SIDE ** 2;
  return Array.from({ length: values.length / size }, (_, k) => values.subarray(k * size, (k + 1) * size));
}

function painted(canvas, side, colour) {
  const context = canvas.getContext("2d"), image = context.createImageData(side, side);
  const pixels = new Int32Array(image.data.buffer);
  for (let i = 0; i < pixels.length; i++) pixels[i] = colour(i, i % side, Math.floor(i / side));
  context.putImageData(image, 0, 0);
}

// What a unit answers: blue where positive, orange and hatched where negative.
const POSITIVE = shades(COOL, 64, 0, 0.85).map(pixel), NEGATIVE = shades(WARM, 64, 0, 0.85).map(pixel);
const HATCHED = shades(WARM, 64, 0, 0.85).map(darker(0.72));

function paintUnit(canvas, values) {
  painted(canvas, SIDE, (i, x, y) => {
    const shade = Math.round(64 * Math.min(1, Math.abs(values[i])));
    return (values[i] >= 0 ? POSITIVE : (x + y) % 7 === 0 ? HATCHED : NEGATIVE)[shade];
  });
}

// One value for each pixel of the large picture, between the places that were asked for.
function enlarged(values) {
  const large = new Float32Array(SURFACE ** 2), step = (SIDE - 1) / (SURFACE - 1);
  for (let y = 0, n = 0; y < SURFACE; y++) {
    const i = Math.min(SIDE - 2, Math.floor(y * step)), v = y * step - i;
    for (let x = 0; x < SURFACE; x++, n++) {
      const j = Math.min(SIDE - 2, Math.floor(x * step)), u = x * step - j, k = i * SIDE + j;
      const above = (1 - u) * values[k] + u * values[k + 1];
      const below = (1 - u) * values[k + SIDE] + u * values[k + SIDE + 1];
      large[n] = (1 - v) * above + v * below;
    }
  }
  return large;
}

// What the network answers: a colour and a pattern for each class, and a line where they meet.
const TINTS = [WARM, COOL, GREEN].map((colour) => shades(colour, 8, 0.08, 0.5));
const PLAIN = TINTS.map((tints) => tints.map(pixel)), MARKED = TINTS.map((tints) => tints.map(darker(0.82)));

function paintSurface(canvas, outputs, task) {
  const planes = split(outputs).map(enlarged), winners = new Uint8Array(SURFACE ** 2);
  painted(canvas, SURFACE, (i, x, y) => {
    let value = planes[0][i], winner = 0;
    for (let k = 1; k < planes.length; k++) if (planes[k][i] > value) [value, winner] = [planes[k][i], k];
    if (task === "classes") value = Math.max(0, 1.5 * value - 0.5);
    else if (task === "yes or no") value = 2 * value - 1;
    if (task !== "classes") winner = value >= 0 ? 1 : 0;
    winners[i] = winner;
    if ((x && winners[i - 1] !== winner) || (y && winners[i - SURFACE] !== winner)) return pixel(INK);
    const marked = (winner === 0 && (x + y) % 12 === 0) || (winner === 2 && x % 10 < 2 && y % 10 < 2);
    return (marked ? MARKED : PLAIN)[winner][Math.round(8 * Math.min(1, Math.abs(value)))];
  });
}

// The examples: each class has a shape; those of the test set are hollow.
function paintExamples(canvas, { X, y }, task, hollow) {
  const context = canvas.getContext("2d"), scale = SURFACE / 2;
  X.forEach(([x1, x2], i) => {
    const kind = task === "classes" ? y[i].indexOf(1) : Number(y[i][0] > (task === "numbers" ? 0 : 0.5));
    const colour = `rgb(${[WARM, COOL, GREEN][kind]})`;
    context.fillStyle = hollow ? "white" : colour;
    context.strokeStyle = hollow ? colour : "white";
    context.lineWidth = hollow ? 1.8 : 1;
    context.beginPath();
    marker(context, kind, (x1 / REACH + 1) * scale, (1 - x2 / REACH) * scale, 4.2);
    context.fill();
    context.stroke();
  });
}

function marker(context, kind, x, y, r) {
  if (kind === 0) context.arc(x, y, r, 0, 7);
  else if (kind === 1) context.rect(x - 0.9 * r, y - 0.9 * r, 1.8 * r, 1.8 * r);
  else [[0, -1.2], [1.1, 1], [-1.1, 1], [0, -1.2]].forEach(([dx, dy]) => context.lineTo(x + dx * r, y + dy * r));
}

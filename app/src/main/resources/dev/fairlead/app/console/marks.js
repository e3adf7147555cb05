// A cluster's mark: one colour and one shape for as long as the page lives, the same in the table,
// the plan and the curves. The shape is there for whoever cannot tell the colours apart.

const COLOURS = 7;

/** Paths around the origin, five units in each direction. */
const SHAPES = [
  "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0Z",
  "M0 -4.8L4.8 4L-4.8 4Z",
  "M-3.7 -3.7H3.7V3.7H-3.7Z",
  "M0 -5L5 0L0 5L-5 0Z",
  "M0 4.8L4.8 -4L-4.8 -4Z",
];

const SVG = "http://www.w3.org/2000/svg";
const order = [];

/** Gives marks to names not seen before; sorted, so that a reload of the page gives the same. */
export function introduce(names) {
  for (const name of [...new Set(names)].sort()) {
    if (!order.includes(name)) order.push(name);
  }
}

export function byMark(left, right) {
  return order.indexOf(left) - order.indexOf(right);
}

function indexOf(name) {
  introduce([name]);
  return order.indexOf(name);
}

export function colour(name) {
  const property = `--series-${indexOf(name) % COLOURS}`;
  return getComputedStyle(document.documentElement).getPropertyValue(property).trim();
}

export function shape(name) {
  return new Path2D(SHAPES[indexOf(name) % SHAPES.length]);
}

/** The mark as an element; decoration only, since the name always stands beside it. */
export function markOf(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "-6 -6 12 12");
  svg.setAttribute("class", "mark");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", SHAPES[indexOf(name) % SHAPES.length]);
  path.style.fill = `var(--series-${indexOf(name) % COLOURS})`;
  svg.append(path);
  return svg;
}

// The curves: four charts over the same ten minutes with one cursor. Above each stands what it
// shows, with each cluster's number at the cursor, or the latest one.

import { make } from "./dom.js";
import { clock, millis, percent, success } from "./format.js";
import { byMark, colour, markOf, shape } from "./marks.js";
import { clusterNames, columns } from "./past.js";

const HEIGHT = 204;
/** A young process fills the chart: the axis starts at two minutes and grows to ten. */
const SHORTEST_SECONDS = 120;
const WINDOW_SECONDS = 600;

const CHARTS = [
  {
    title: "Share of requests", note: "bold plan, thin observed, tick: change",
    fields: ["share", "observedShare"], write: percent, changes: true,
    scale: { range: [0, 1] }, splits: () => [0, 0.25, 0.5, 0.75, 1],
  },
  { title: "Success", note: "", fields: ["successRatio"], write: success,
    scale: { range: successRange } },
  { title: "Latency p99", note: "log scale", fields: ["p99Millis"], write: millis,
    scale: { distr: 3, range: latencyRange }, splits: steps },
  { title: "Latency p50", note: "log scale", fields: ["p50Millis"], write: millis,
    scale: { distr: 3, range: latencyRange }, splits: steps },
];

/** From a few fixed floors, so that the axis stays put while the curve moves. */
function successRange(plot, min) {
  return [[0.99, 0.95, 0.9, 0.8, 0.5, 0].find((floor) => floor <= (min ?? 1)) ?? 0, 1];
}

/** 1, 2, 5, 10, 20 … from the one at or below min to the one at or above max. */
function ladder(min, max) {
  const decades = [];
  for (let power = Math.floor(Math.log10(min)); 10 ** power < max * 10; power++) {
    decades.push(Number(`1e${power}`), Number(`2e${power}`), Number(`5e${power}`));
  }
  const from = decades.findLastIndex((rung) => rung <= min);
  const to = decades.findIndex((rung) => rung >= max);
  return decades.slice(from, to + 1);
}

function latencyRange(plot, min, max) {
  if (!(min > 0)) return [1, 1000];
  const rungs = ladder(min, Math.max(max, min * 1.01));
  return [rungs[0], rungs.at(-1)];
}

function steps(plot, axis, min, max) {
  const rungs = ladder(min, max);
  return rungs.length <= 7 ? rungs : rungs.filter((rung) => Number.isInteger(Math.log10(rung)));
}

/** From the data itself: uPlot widens a single moment to days. */
function timeRange(plot) {
  const [times] = plot.data;
  if (times.length === 0) return [0, 1];
  const span = Math.min(WINDOW_SECONDS, Math.max(SHORTEST_SECONDS, times.at(-1) - times[0]));
  return [times.at(-1) - span, times.at(-1)];
}

const theme = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function axis(more) {
  const font = `11px ${theme("--font")}`;
  const line = { stroke: theme("--grid"), width: 1 };
  return { stroke: theme("--muted"), font, grid: line, ticks: { show: false }, ...more };
}

/** 2 s, not 2.00 s. */
const short = (text) => text.replace(/\.0+(?= )/, "");

function timeLabels(plot, splits, index, space, step) {
  return splits.map((seconds) => clock(seconds * 1000).slice(0, step >= 60 ? 5 : 8));
}

function lineOf(name, field) {
  return {
    stroke: colour(name),
    width: field === "share" ? 2 : 1.25,
    alpha: field === "observedShare" ? 0.65 : 1,
    paths: field === "share" ? uPlot.paths.stepped({ align: 1 }) : uPlot.paths.linear(),
    points: { show: false },
  };
}

/** Draws each cluster's shape now and then along its line, the lines' shapes side by side. */
function drawMarks(plot, names, perName) {
  const [times] = plot.data;
  // Two fixed steps, or the shapes would wander while the axis grows.
  const every = plot.scales.x.max - plot.scales.x.min <= 2 * SHORTEST_SECONDS ? 30 : 90;
  names.forEach((name, position) => {
    const values = markedColumn(plot, position * perName, perName);
    const turn = (seconds) => Math.floor(seconds / every + position / names.length);
    for (let i = 1; i < times.length; i++) {
      const due = turn(times[i]) !== turn(times[i - 1]);
      if (due && values[i] !== null) stamp(plot, name, times[i], values[i]);
    }
  });
}

/** The plan's line where there is one, else the observed one. */
function markedColumn(plot, first, perName) {
  const own = plot.data.slice(first + 1, first + 1 + perName);
  return own.find((values) => values.some((value) => value !== null)) ?? own[0];
}

function stamp(plot, name, seconds, value) {
  const { ctx } = plot;
  ctx.save();
  ctx.translate(plot.valToPos(seconds, "x", true), plot.valToPos(value, "y", true));
  ctx.scale(uPlot.pxRatio * 0.85, uPlot.pxRatio * 0.85);
  ctx.fillStyle = colour(name);
  ctx.fill(shape(name));
  ctx.restore();
}

/** A tick on the time axis for each change of the plan. */
function drawChanges(plot, times) {
  const { ctx, bbox } = plot;
  ctx.fillStyle = theme("--muted");
  for (const time of times) {
    if (time / 1000 < plot.scales.x.min || time / 1000 > plot.scales.x.max) continue;
    const x = plot.valToPos(time / 1000, "x", true);
    ctx.fillRect(x, bbox.top + bbox.height - 6 * uPlot.pxRatio, uPlot.pxRatio, 6 * uPlot.pxRatio);
  }
}

/** What stands above a chart: its title and each cluster's number at one moment. */
function heading(kind, names) {
  const caption = make("figcaption");
  const when = make("span", "when");
  const readings = make("div", "readings");
  const values = names.map((name) => {
    const item = make("span", "reading");
    const value = make("span", "value");
    item.append(markOf(name), make("span", "", name), value);
    readings.append(item);
    return value;
  });
  caption.append(make("h3", "", kind.title), make("span", "note", kind.note), when, readings);
  return { caption, when, values };
}

/** Writes the numbers at the cursor, or the latest ones, above the chart. */
function read(plot, kind, names, { when, values }) {
  const [times] = plot.data;
  const last = times.length - 1;
  const index = plot.cursor.left >= 0 ? plot.cursor.idx ?? last : last;
  when.textContent = index < 0 ? "" : clock(times[index] * 1000);
  const perName = kind.fields.length;
  names.forEach((name, position) => {
    const own = plot.data.slice(1 + position * perName, 1 + (position + 1) * perName);
    const known = own.map((column) => column[index] ?? null);
    const shown = known[0] === null && perName > 1 ? known.slice(1) : known;
    values[position].textContent = shown.map(kind.write).join(" / ").replace(" % /", " /");
  });
  const spoken = names.map((name, position) => `${name} ${values[position].textContent}`);
  plot.root.parentElement.setAttribute("aria-label", `${kind.title}: ${spoken.join(", ")}`);
}

function optionsFor(kind, names, width, hooks) {
  return {
    width,
    height: HEIGHT,
    padding: [8, 14, 0, 0],
    legend: { show: false },
    cursor: { sync: { key: "console" }, drag: { x: false }, y: false, points: { size: 6 } },
    scales: { x: { time: true, range: timeRange }, y: kind.scale },
    axes: [
      axis({ size: 26, values: timeLabels, space: 64 }),
      axis({ size: 56, splits: kind.splits, filter: (plot, splits) => splits,
        values: (plot, splits) => splits.map((split) => short(kind.write(split))) }),
    ],
    series: [{}, ...names.flatMap((name) => kind.fields.map((field) => lineOf(name, field)))],
    hooks,
  };
}

/** One chart on the page; it lives until its clusters or the colours change. */
function chart(kind, names, host) {
  const figure = make("figure", "chart");
  const head = heading(kind, names);
  const plotted = make("div", "plot");
  const empty = make("p", "empty", "waiting for requests");
  plotted.tabIndex = 0;
  plotted.setAttribute("role", "img");
  plotted.append(empty);
  figure.append(head.caption, plotted);
  host.append(figure);

  let changes = [];
  const plot = new uPlot(optionsFor(kind, names, Math.max(200, plotted.clientWidth), {
    draw: [(u) => drawMarks(u, names, kind.fields.length), (u) => drawChanges(u, changes)],
    setCursor: [(u) => read(u, kind, names, head)],
  }), emptyColumns(kind, names), plotted);
  plotted.addEventListener("keydown", (event) => moveCursor(event, plot));
  const observer = new ResizeObserver(() =>
    plot.setSize({ width: plotted.clientWidth, height: HEIGHT }));
  observer.observe(plotted);

  return {
    update(service) {
      const data = columns(service.name, names, kind.fields);
      changes = kind.changes ? (service.plan?.recent ?? []).map((change) => change.time) : [];
      plot.setData(data);
      empty.hidden = data.slice(1).some((column) => column.some((value) => value !== null));
      read(plot, kind, names, head);
    },
    remove() {
      observer.disconnect();
      plot.destroy();
      figure.remove();
    },
  };
}

function emptyColumns(kind, names) {
  return [[], ...names.flatMap(() => kind.fields.map(() => []))];
}

/** Left and right move the cursor of all charts, Escape puts it away. */
function moveCursor(event, plot) {
  const step = { ArrowLeft: -1, ArrowRight: 1, Escape: 0 }[event.key];
  const [times] = plot.data;
  if (step === undefined || times.length === 0) return;
  event.preventDefault();
  const from = plot.cursor.left >= 0 ? plot.cursor.idx : times.length - 1;
  const to = Math.min(times.length - 1, Math.max(0, from + step));
  const left = step === 0 ? -10 : plot.valToPos(times[to], "x");
  plot.setCursor({ left, top: step === 0 ? -10 : 10 }, true, true);
}

let charts = [];
let built = "";

/** Shows one service; builds the charts anew only when its clusters or the colours changed. */
export function showCharts(service) {
  const names = clusterNames(service.name).sort(byMark);
  const needed = [theme("--page"), service.name, ...names].join("\n");
  if (needed !== built) {
    charts.forEach((old) => old.remove());
    charts = CHARTS.map((kind) => chart(kind, names, document.getElementById("charts")));
    built = needed;
  }
  charts.forEach((shown) => shown.update(service));
}

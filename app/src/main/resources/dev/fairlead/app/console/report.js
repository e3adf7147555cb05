// The report: what each service's traffic costs a month by the price sheets, and what its plan
// would make of it. How far it looks back lives in the address.

import { make, sync, write } from "./dom.js";
import * as format from "./format.js";
import { byMark, introduce, markOf } from "./marks.js";
import { showShares } from "./shares.js";

/** A month's money hardly moves; whoever waits for the first numbers is not kept long. */
const REFRESH_MILLIS = 10_000;
const DEFAULT_SINCE = "3600";

const byId = (id) => document.getElementById(id);
const idOf = (name) => `service-${name}`;

let timer = 0;
let asked = 0;
let anchored = false;

function since() {
  const inAddress = new URLSearchParams(location.search).get("since") ?? DEFAULT_SINCE;
  return [...byId("since").options].some((option) => option.value === inAddress)
    ? inAddress : DEFAULT_SINCE;
}

async function load() {
  clearTimeout(timer);
  const mine = ++asked;
  try {
    const response = await fetch(`../report?since=${since()}`, { cache: "no-store" });
    if (!response.ok) throw new Error(`the process answers ${response.status}`);
    const report = await response.json();
    if (mine === asked) show(report);
  } catch (error) {
    if (mine === asked) showLost(error);
  }
  if (mine === asked) timer = setTimeout(loadIfSeen, REFRESH_MILLIS);
}

/** Asks nothing while nobody looks; a look asks at once. */
function loadIfSeen() {
  if (!document.hidden) load();
}

function showStatus(state, text) {
  byId("status").dataset.state = state;
  write(byId("status"), text);
  document.body.classList.toggle("stale", state === "lost");
}

function showLost(error) {
  console.warn(error.message);
  showStatus("lost", "No connection, retrying");
}

function show(report) {
  const { services } = report;
  introduce([report.from]);
  introduce(services.flatMap((service) => [...service.pairs.map((pair) => pair.to),
    ...Object.keys(service.plan?.shares ?? {})]));
  showStatus("ready", `As of ${format.clock(Date.now())}`);
  write(byId("loop"), `from ${hereOf(report)} (${report.fromLocality})`);
  byId("notice").hidden = services.length > 0;
  byId("report").hidden = services.length === 0;
  write(byId("notice"), "No services configured.");
  showNotes(byId("notes"), report.notes);
  showSummary(report);
  sync(byId("services"), services, (service) => service.name, makeService,
    (section, service) => fillService(section, service, report));
  toAnchor();
}

/** The sections come after the page: the browser has looked for the anchor in vain. */
function toAnchor() {
  if (anchored) return;
  anchored = true;
  if (location.hash === "") return;
  // Not decodeURIComponent: it throws at a stray per cent sign.
  const id = new URLSearchParams(`id=${location.hash.slice(1)}`).get("id");
  document.getElementById(id)?.scrollIntoView();
}

function showNotes(list, notes) {
  list.hidden = notes.length === 0;
  sync(list, notes, (note) => note, () => make("li"), write);
}

/** A process need not know its cluster. */
const hereOf = ({ from }) => (from === "" ? "here" : from);

/** What Locality has where nobody said. */
const NOWHERE = "-";

/** Bytes between two localities whose price nobody knows count as free; that must be seen. */
const isUnknown = (pair, report) => !pair.priced && pair.to !== report.from
  && (pair.toLocality !== report.fromLocality || pair.toLocality === NOWHERE);
const hasUnknown = (service, report) => service.pairs.some((pair) => isUnknown(pair, report));

/** Unknown where none of some is known. */
const sum = (items, field) => (items.length > 0 && items.every((item) => (item[field] ?? null) === null)
  ? null : items.reduce((total, item) => total + (item[field] ?? 0), 0));

const SUMMARY = [
  (row) => row.mode ?? format.NONE,
  (row) => format.total(row.requests),
  (row) => format.rate(row.rps),
  (row) => format.bytes(row.sent),
  (row) => format.bytes(row.received),
  (row) => format.millis(row.meanMillis),
  (row) => format.millis(row.plan?.meanMillis),
  (row) => (row.unknown && row.dollarsPerMonth !== null
    ? `≥\u00a0${format.month(row.dollarsPerMonth)}` : format.month(row.dollarsPerMonth)),
  (row) => format.month(row.plannedPerMonth),
  (row) => format.month(row.savesPerMonth),
];
const MODE = 1;
const NOW = 8;
const SAVES = 10;

function showSummary(report) {
  const rows = report.services.map((service) => rowOf(service, hasUnknown(service, report)));
  const table = byId("summary");
  sync(table.tBodies[0], rows, (row) => row.name, summaryRow, fillSummary);
  const totals = rows.length > 1 ? [totalOf(rows)] : [];
  sync(table.tFoot, totals, () => "total", summaryRow, fillSummary);
}

/** With a price unknown nobody can say what a plan saves. */
function rowOf(service, unknown) {
  return {
    ...service,
    unknown,
    sent: sum(service.pairs, "bytesSent"),
    received: sum(service.pairs, "bytesReceived"),
    plannedPerMonth: unknown ? null : service.plan?.dollarsPerMonth,
    savesPerMonth: unknown ? null : service.plan?.savesPerMonth,
  };
}

/** Money and bytes add up; of latencies there is no sum, and no plan is of all. */
function totalOf(rows) {
  const isKnown = (row) => (row.savesPerMonth ?? null) !== null;
  return {
    name: "", mode: null, meanMillis: null, plan: null, plannedPerMonth: null,
    ...Object.fromEntries(["requests", "rps", "sent", "received", "dollarsPerMonth"]
      .map((field) => [field, sum(rows, field)])),
    savesPerMonth: rows.some(isKnown) ? sum(rows, "savesPerMonth") : null,
    unknown: rows.some((row) => row.unknown),
  };
}

function summaryRow({ name }) {
  const row = make("tr");
  const head = make("th", "name", name === "" ? "All services" : "");
  head.scope = "row";
  if (name !== "") {
    const link = make("a", "", name);
    link.href = `#${encodeURIComponent(idOf(name))}`;
    head.append(link);
  }
  row.append(head, ...SUMMARY.map(() => make("td")));
  row.cells[MODE].className = "name";
  return row;
}

function fillSummary(row, numbers) {
  SUMMARY.forEach((cell, position) => write(row.cells[position + 1], cell(numbers)));
  row.cells[NOW].className = numbers.unknown ? "warn" : "";
  row.cells[NOW].title = numbers.unknown ? "for some of it there is no price: it counts as free" : "";
  row.cells[SAVES].className = levelOf(numbers.savesPerMonth ?? 0);
}

/** A cent is no news. */
function levelOf(saves) {
  if (saves >= 0.005) return "good";
  return saves <= -0.005 ? "bad" : "";
}

function table(className, titles) {
  const node = make("table", className);
  const row = node.createTHead().insertRow();
  titles.forEach((title, position) => {
    const head = make("th", position === 0 ? "name" : "", title);
    head.scope = "col";
    row.append(head);
  });
  node.createTBody();
  return node;
}

function makeService({ name }) {
  const section = make("section", "service");
  section.id = idOf(name);
  const head = make("h2", "", name);
  head.append(make("span", "tag"));
  const scroller = make("div", "scroller");
  scroller.tabIndex = 0;
  scroller.setAttribute("role", "region");
  scroller.setAttribute("aria-label", `Traffic of ${name}`);
  scroller.append(table("pairs", ["From → to", "Requests", "Failed", "Sent", "Received", "Mean",
    "Cost", "$/month"]));
  const tables = make("div", "tables");
  tables.append(scroller, table("shares", ["Plan", "Observed", "By plan"]));
  section.append(head, make("p", "verdict"), tables, make("ul", "notes"));
  return section;
}

function fillService(section, service, report) {
  write(section.querySelector(".tag"), service.mode ?? "");
  write(section.querySelector(".verdict"), verdictOf(service, hasUnknown(service, report)));
  const pairs = [...service.pairs].sort((a, b) => byMark(a.to, b.to));
  section.querySelector(".scroller").hidden = pairs.length === 0;
  sync(section.querySelector(".pairs").tBodies[0], pairs, (pair) => `${pair.from} ${pair.to}`,
    pairRow, (row, pair) => fillPair(row, pair, report));
  const shares = sharesOf(service);
  section.querySelector(".shares").hidden = shares.length === 0;
  showShares(section.querySelector(".shares").tBodies[0], shares);
  showNotes(section.querySelector(".notes"), service.notes);
}

function sharesOf({ plan, requests }) {
  return Object.entries(plan?.shares ?? {}).map(([destination, share]) => ({
    destination,
    reason: plan.why[destination] ?? "",
    numbers: [format.percent(requests === 0 ? null : plan.observed[destination]),
      format.percent(share)],
  }));
}

/** What the plan would make of it, in one line. */
function verdictOf({ plan, requests, dollarsPerMonth, meanMillis }, unknown) {
  if (requests === 0) return "No traffic was seen.";
  if (dollarsPerMonth === null) {
    return "Nobody counts its bytes: what they cost is not known"
      + (plan === null ? "." : `; by the plan, a mean of ${format.millis(plan.meanMillis)} instead of`
        + ` ${format.millis(meanMillis)}.`);
  }
  if (plan === null) return `${atLeast(unknown, dollarsPerMonth)} a month; there is no plan.`;
  const means = `a mean of ${format.millis(plan.meanMillis)} instead of`
    + ` ${format.millis(meanMillis)}`;
  if (unknown) return `${atLeast(unknown, dollarsPerMonth)} a month; by the plan, ${means}.`;
  return `${format.month(plan.dollarsPerMonth)} a month by the plan instead of`
    + ` ${format.month(dollarsPerMonth)} (${changeOf(plan.savesPerMonth)}), at ${means}.`;
}

const atLeast = (unknown, dollars) => `${unknown ? "At least " : ""}${format.month(dollars)}`;

function changeOf(saves) {
  if (levelOf(saves) === "") return "the same";
  return `${format.month(Math.abs(saves))} ${saves > 0 ? "less" : "more"}`;
}

function pairRow(pair) {
  const row = make("tr");
  const name = make("th", "name");
  name.scope = "row";
  name.append(markOf(pair.to), make("span", "", `${hereOf(pair)} → `), make("b", "", pair.to),
    make("span", "locality"));
  row.append(name, ...PAIR.map(() => make("td")));
  return row;
}

const PAIR = [
  (pair) => format.total(pair.requests),
  (pair) => format.total(pair.failed),
  (pair) => format.bytes(pair.bytesSent),
  (pair) => format.bytes(pair.bytesReceived),
  (pair) => format.millis(pair.meanMillis),
  (pair, unknown) => (unknown ? "no price" : format.dollars(pair.dollars)),
  (pair, unknown) => (unknown ? "no price" : format.month(pair.dollarsPerMonth)),
];
const FAILED = 2;
const MONEY = [6, 7];

function fillPair(row, pair, report) {
  const unknown = isUnknown(pair, report);
  write(row.querySelector(".locality"), `${report.fromLocality} → ${pair.toLocality}`);
  PAIR.forEach((cell, position) => write(row.cells[position + 1], cell(pair, unknown)));
  row.cells[FAILED].className = pair.failed > 0 ? "warn" : "";
  MONEY.forEach((position) => { row.cells[position].className = unknown ? "warn" : ""; });
}

byId("since").value = since();
byId("since").addEventListener("change", (event) => {
  const address = new URL(location.href);
  address.searchParams.set("since", event.target.value);
  history.replaceState(null, "", address);
  load();
});
document.addEventListener("visibilitychange", loadIfSeen);
load();

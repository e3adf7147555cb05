// Everything beside the curves: the state of the process, the table of clusters, and why the plan
// is as it is.

import { make, sync, write } from "./dom.js";
import * as format from "./format.js";
import { byMark, markOf } from "./marks.js";
import { latest } from "./past.js";
import { showShares } from "./shares.js";

const byId = (id) => document.getElementById(id);

export function showStatus(connected) {
  const state = latest();
  const [name, text] = statusOf(state, connected);
  byId("status").dataset.state = name;
  write(byId("status"), text);
  document.body.classList.toggle("stale", !connected && state !== undefined);
}

function statusOf(state, connected) {
  if (!state) return connected ? ["waiting", "Connecting"] : ["lost", "No connection, retrying"];
  if (!connected) return ["lost", "Connection lost, retrying"];
  if (state.draining) return ["draining", "Draining"];
  return state.ready ? ["ready", "Ready"] : ["lost", "Not ready"];
}

export function showInstance(state) {
  const { config, version } = state;
  write(byId("instance"), `Fairlead ${version}. Configuration ${config.generation}, loaded`
    + ` ${format.clock(config.loadedAt)}. State of ${format.clock(state.time)}.`);
}

export function showProblems(config) {
  const shown = !config.lastReloadOk || config.problems.length > 0;
  byId("problems").hidden = !shown;
  if (!shown) return;
  write(byId("problems-title"), config.lastReloadOk
    ? `Configuration ${config.generation} has problems:`
    : `The last reload was refused. Configuration ${config.generation} stays in force.`);
  sync(byId("problems-list"), config.problems, (problem) => problem, () => make("li"), write);
}

export function showServices(names, chosen) {
  const select = byId("service");
  const offered = names.includes(chosen) || chosen === "" ? names : [chosen, ...names];
  sync(select, offered, (name) => name, () => make("option"), write);
  for (const option of select.children) option.value = option.textContent;
  if (select.value !== chosen) select.value = chosen;
  select.disabled = offered.length === 0;
}

/** What stands in place of the content, or null to show the content. */
export function showNotice(text) {
  byId("notice").hidden = text === null;
  if (text !== null) write(byId("notice"), text);
  byId("content").hidden = text !== null;
}

const MODES = {
  observe: "observe: the plan is computed, not enforced",
  advise: "advise: the plan is published, not enforced",
  drive: "drive: the plan is enforced",
};

/** Who decides for the service, in one line; nothing where there is no such service. */
export function showLoop(service, caller) {
  const text = service
    && [`from ${caller.cluster || "here"}, ${service.policy ?? "carried by others"}`, steeringOf(service),
      ...service.ordered]
      .join("; ");
  write(byId("loop"), text ?? "");
}

function steeringOf({ steering, mode, periodMillis, enforcer }) {
  if (steering === null) return "no steering";
  const period = periodMillis === null ? "" : ` every ${periodMillis / 1000}\u00a0s`;
  const by = enforcer === null ? "" : ` by ${enforcer}`;
  return `steered by ${steering}${period}; ${MODES[mode] ?? mode}${mode === "drive" ? by : ""}`;
}

const CELLS = [
  (cluster) => format.percent(cluster.share),
  (cluster) => format.percent(cluster.inForce),
  (cluster) => format.percent(cluster.observedShare),
  (cluster) => format.rate(cluster.rps),
  (cluster) => format.millis(cluster.p50Millis),
  (cluster) => format.millis(cluster.p99Millis),
  (cluster) => format.success(cluster.successRatio),
  (cluster) => format.count(cluster.inFlight),
  (cluster) => usableOf(cluster),
  (cluster) => format.duration(cluster.ageSeconds === null ? null : cluster.ageSeconds * 1000),
  (cluster) => format.bytes(cluster.bytesPerSecond),
  (cluster) => format.dollars(cluster.dollarsPerHour),
];
/** Where two of them stand in the row, after its name and its bar. */
const SUCCESS = 2 + 6;
const USABLE = 2 + 8;
const AGE = 2 + 9;
/** Numbers that are older are not of now: those of others come each 15 s or so. */
const OLD_SECONDS = 60;

function usableOf({ usable, endpoints }) {
  return endpoints === null ? format.NONE : `${usable} of ${endpoints}`;
}

export function showClusters(service) {
  const table = byId("clusters");
  const clusters = [...service.clusters].sort((a, b) => byMark(a.cluster, b.cluster));
  sync(table.tBodies[0], clusters, (cluster) => cluster.cluster, clusterRow, fillCluster);
  const totals = service.clusters.length > 1 ? [totalOf(service)] : [];
  sync(table.tFoot, totals, () => "total", totalRow, fillNumbers);
}

function clusterRow(cluster) {
  const row = make("tr");
  const name = make("th", "name");
  name.scope = "row";
  name.append(markOf(cluster.cluster), make("b", "", cluster.cluster), make("span", "tag"),
    make("span", "locality"));
  const bar = make("td", "bar");
  const bullet = make("div", "bullet");
  bullet.append(make("i", "fill"), make("i", "tick"));
  bar.append(bullet);
  row.append(name, bar, ...CELLS.map(() => make("td")));
  return row;
}

function totalRow() {
  const row = make("tr");
  const name = make("th", "name", "All clusters");
  name.scope = "row";
  row.append(name, make("td", "bar"), ...CELLS.map(() => make("td")));
  return row;
}

function fillCluster(row, cluster) {
  const fill = row.querySelector(".fill");
  const tick = row.querySelector(".tick");
  const down = cluster.usable === 0;
  row.classList.toggle("down", down);
  const tags = [cluster.local ? "local" : "", down ? "down" : ""];
  write(row.querySelector(".tag"), tags.filter(Boolean).join(", "));
  write(row.querySelector(".locality"), cluster.locality);
  fill.style.width = `${(cluster.observedShare ?? 0) * 100}%`;
  fill.style.background = row.querySelector(".mark path").style.fill;
  tick.hidden = cluster.share === null;
  tick.style.left = `${(cluster.share ?? 0) * 100}%`;
  fillNumbers(row, cluster);
  row.cells[SUCCESS].className = levelOf(cluster.successRatio);
  const some = cluster.endpoints !== null && cluster.usable < cluster.endpoints ? "warn" : "";
  row.cells[USABLE].className = down ? "bad" : some;
  row.cells[AGE].className = cluster.ageSeconds > OLD_SECONDS ? "warn" : "";
}

function fillNumbers(row, numbers) {
  CELLS.forEach((cell, position) => write(row.cells[position + 2], cell(numbers)));
}

function levelOf(ratio) {
  if (ratio === null || ratio >= 0.999) return "";
  return ratio >= 0.99 ? "warn" : "bad";
}

/** Sums; success weighted by requests. Percentiles do not add up, so they stay empty. */
function totalOf(service) {
  const sum = (field) => service.clusters.reduce((total, each) => total + (each[field] ?? 0), 0);
  const answered = service.clusters.filter((each) => each.successRatio !== null && each.rps > 0);
  const rps = answered.reduce((total, cluster) => total + cluster.rps, 0);
  const good = answered.reduce((total, cluster) => total + cluster.rps * cluster.successRatio, 0);
  return {
    share: null, inForce: null, observedShare: null, ageSeconds: null, p50Millis: null, p99Millis: null,
    rps: service.rps, successRatio: rps > 0 ? good / rps : null,
    inFlight: sum("inFlight"), usable: sum("usable"),
    endpoints: service.clusters.every((each) => each.endpoints === null) ? null : sum("endpoints"),
    bytesPerSecond: sum("bytesPerSecond"), dollarsPerHour: sum("dollarsPerHour"),
  };
}

export function showPlan(service, now) {
  const { plan } = service;
  byId("plan").hidden = plan === null;
  byId("plan-none").hidden = plan !== null;
  if (plan === null) {
    write(byId("plan-none"), service.steering === null
      ? "No TrafficObjective for this service: locality and the balancing policy decide."
      : "Waiting for the first plan.");
    return;
  }
  write(byId("plan-why"), plan.why);
  write(byId("plan-when"), `Plan ${plan.version}, changed ${format.clock(plan.changedAt)},`
    + ` ${format.duration(now - plan.changedAt)} ago`);
  showShares(byId("plan-shares").tBodies[0], plan.shares.map((share) => ({
    ...share,
    numbers: [format.percent(share.share), format.percent(share.wanted),
      format.weight(share.weight)],
  })));
  showControl(plan);
  sync(byId("plan-recent"), [...plan.recent].sort((a, b) => b.time - a.time).slice(0, 50),
    (change) => `${change.time} ${change.why}`, recentItem, () => {});
}

function showControl(plan) {
  const held = Object.entries(plan.suppressed)
    .map(([reason, count]) => [`held by ${reason}`, String(count)]);
  const unheard = Object.entries(plan.quarantined)
    .map(([name, why]) => [`${name} is not heard`, why]);
  const terms = [...(held.length > 0 ? held : [["held", "none"]]),
    ["oscillation per hour", format.weight(plan.oscillation)], ...costs(plan.solver), ...unheard];
  sync(byId("plan-control"), terms, ([term]) => term, controlItem,
    (node, [, value]) => write(node.lastChild, value));
}

/** What the plan costs as it was wanted, an hour; nothing where the policy optimises nothing. */
function costs(solver) {
  if (solver.status === null) return [];
  return [["solver", `${solver.status}, ${format.millis(solver.millis)}`],
    ...["latency", "waiting", "egress", "overload"]
      .map((term) => [`${term} per hour`, format.dollars(solver[term])])];
}

function controlItem([term]) {
  const group = make("div");
  group.append(make("dt", "", term), make("dd"));
  return group;
}

function recentItem(change) {
  const item = make("li");
  const time = make("time", "", format.clock(change.time));
  time.dateTime = new Date(change.time).toISOString();
  item.append(time, make("span", "", change.why));
  return item;
}

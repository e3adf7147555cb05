// The console: what this process sees and decides, one service at a time. This module joins the
// feed to the views; the chosen service lives in the address, so that a link shows the same.

import { showCharts } from "./charts.js";
import { follow } from "./feed.js";
import { introduce } from "./marks.js";
import * as panels from "./panels.js";
import { allNames, latest, remember, serviceIn } from "./past.js";

let connected = true;
let asked = false;

function chosenName(state) {
  // Not decodeURIComponent: it throws at a stray per cent sign.
  const inAddress = new URLSearchParams(`name=${location.hash.slice(1)}`).get("name");
  return inAddress === "" ? state.services[0]?.name ?? "" : inAddress;
}

/** Why there is nothing to show, or null. */
function noticeFor(state, name, service) {
  if (state.services.length === 0) return "No services configured.";
  return service ? null : `There is no service ${name} in this configuration. Choose one above.`;
}

function showService(state) {
  const name = chosenName(state);
  const service = serviceIn(state, name);
  panels.showServices(state.services.map((each) => each.name), name);
  panels.showNotice(noticeFor(state, name, service));
  document.title = service ? `${name} – Fairlead` : "Fairlead";
  panels.showLoop(service, state.caller);
  if (!service) return;
  panels.showClusters(service);
  panels.showPlan(service, state.time);
  showCharts(service);
}

function show() {
  asked = false;
  panels.showStatus(connected);
  const state = latest();
  if (!state) return;
  panels.showInstance(state);
  panels.showProblems(state.config);
  showService(state);
}

/** Draws once a frame however much arrived, and not at all while nobody looks. */
function askToShow() {
  if (asked || document.hidden) return;
  asked = true;
  requestAnimationFrame(show);
}

function add(states) {
  introduce(states.map((state) => state.caller.cluster));
  introduce(allNames(states));
  remember(states);
  askToShow();
}

document.getElementById("service").addEventListener("change", (event) => {
  location.hash = encodeURIComponent(event.target.value);
});
addEventListener("hashchange", askToShow);
document.addEventListener("visibilitychange", askToShow);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", askToShow);

follow(add, (state) => add([state]), (flows) => {
  connected = flows;
  askToShow();
});

// The last ten minutes of states, and their columns for the charts.

const WINDOW_MILLIS = 10 * 60 * 1000;
/** States come each second; after two and a half the line is broken rather than drawn through. */
const GAP_MILLIS = 2500;

let states = [];

/** Adds states in any order; the same moment counts once. */
export function remember(more) {
  const byTime = new Map([...states, ...more].map((state) => [state.time, state]));
  states = [...byTime.values()].sort((left, right) => left.time - right.time);
  const oldest = (latest()?.time ?? 0) - WINDOW_MILLIS;
  states = states.filter((state) => state.time >= oldest);
}

export function latest() {
  return states.at(-1);
}

export function serviceIn(state, name) {
  return state.services.find((service) => service.name === name);
}

/** Every cluster that served the service within the window. */
export function clusterNames(serviceName) {
  const names = states.flatMap((state) =>
    (serviceIn(state, serviceName)?.clusters ?? []).map((cluster) => cluster.cluster));
  return [...new Set(names)];
}

/** Every destination of every service, for marks that survive a change of the selection. */
export function allNames(someStates) {
  return someStates.flatMap((state) =>
    state.services.flatMap((service) => [
      ...service.clusters.map((cluster) => cluster.cluster),
      ...(service.plan?.shares ?? []).map((share) => share.destination),
    ]));
}

/** The rows of a chart: a time in seconds and, by cluster, its numbers; null breaks the line. */
function rows(serviceName) {
  const result = [];
  let before = null;
  for (const state of states) {
    if (before !== null && state.time - before > GAP_MILLIS) {
      result.push({ seconds: (before + GAP_MILLIS / 2) / 1000, clusters: new Map() });
    }
    const clusters = serviceIn(state, serviceName)?.clusters ?? [];
    result.push({
      seconds: state.time / 1000,
      clusters: new Map(clusters.map((cluster) => [cluster.cluster, cluster])),
    });
    before = state.time;
  }
  return result;
}

/**
 * Columns as uPlot takes them.
 *
 * @param names the clusters, one or more columns each
 * @param fields what to show of each cluster, in the order of the columns
 */
export function columns(serviceName, names, fields) {
  const all = rows(serviceName);
  const series = names.flatMap((name) =>
    fields.map((field) => all.map((row) => row.clusters.get(name)?.[field] ?? null)));
  return [all.map((row) => row.seconds), ...series];
}

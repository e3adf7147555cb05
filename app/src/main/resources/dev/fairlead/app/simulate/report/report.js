"use strict";
// The report's curves. The tables above them are in the page itself; this draws what stands in
// #results: for each scenario its runs, one or one for each point of its sweep.
(() => {
  const HEIGHT = 220;
  const COLOURS = 7;
  const DASHES = [[], [8, 4], [2, 3], [10, 3, 2, 3]];
  const DASH_NAMES = ["", "dashed", "dotted", "dashed"];
  const PERCENTILES = [["p50Millis", "p50"], ["p90Millis", "p90"], ["p99Millis", "p99"],
    ["p999Millis", "p99.9"]];
  const MONEY = "dollarsPerMonth";

  const results = JSON.parse(document.getElementById("results").textContent);
  const theme = (name) =>
    getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  // ---- text -------------------------------------------------------------------------------

  function make(name, className, text) {
    const element = document.createElement(name);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  }

  const digits = (value) => {
    if (value === 0) return "0";
    const size = Math.floor(Math.log10(Math.abs(value)));
    return String(Number(value.toFixed(Math.min(6, Math.max(0, 2 - size)))));
  };
  const unknown = (write) => (value) => (value === null || value === undefined ? "–" : write(value));
  const millis = unknown((value) => `${digits(value)} ms`);
  const dollars = unknown((value) => `$${digits(value)}`);
  const percent = unknown((value) => `${digits(100 * value)} %`);
  const plain = unknown(digits);
  const count = unknown((value) => String(value));
  const seconds = (value) => `${digits(value)} s`;

  // ---- what is drawn ----------------------------------------------------------------------

  /** A contender keeps its colour and dash in all charts of its scenario. */
  function styleOf(position) {
    const dash = Math.floor(position / COLOURS) % DASHES.length;
    return { colour: `--series-${position % COLOURS}`, dash };
  }

  const OVER_TIME = [
    { title: "Latency", unit: millis, log: true, field: null },
    { title: "Failed requests per second", unit: plain, field: "failed", perSecond: true },
    { title: "Cost per hour", unit: dollars, field: "dollarsPerHour" },
    { title: "Oscillation index", unit: plain, field: "oscillationIndex" },
  ];

  const BY_VALUE = [
    ["p99Millis", "p99", millis, true], ["p50Millis", "p50", millis, true],
    ["p999Millis", "p99.9", millis, true], ["successRatio", "success", percent, false],
    ["shed", "shed", count, false], [MONEY, "dollars a month", dollars, false],
    ["crossClusterRatio", "crossed", percent, false],
    ["oscillationIndex", "oscillation index", plain, false],
    ["brokerBytesPerSecond", "bytes per second to and from the broker", plain, false],
  ];

  // ---- charts -----------------------------------------------------------------------------

  function axis(more) {
    return { stroke: theme("--muted"), font: `11px ${theme("--font")}`,
      grid: { stroke: theme("--grid"), width: 1 }, ticks: { show: false }, ...more };
  }

  /** Room above and below; a log scale goes from a 1, 2 or 5 to the next. */
  function range(log) {
    return (plot, min, max) => {
      if (log) {
        if (!(min > 0)) return [1, 1000];
        const down = 10 ** Math.floor(Math.log10(min));
        const up = 10 ** Math.floor(Math.log10(max * 1.0001));
        const floor = [5, 2, 1].find((step) => step * down <= min) * down;
        const top = [1, 2, 5, 10].find((step) => step * up >= max) * up;
        return floor < top ? [floor, top] : [floor, floor * 2];
      }
      if (min === null || min === undefined) return [0, 1];
      return max > 0 ? [Math.min(0, min), max * 1.05] : [Math.min(0, min), 1];
    };
  }

  function steps(log) {
    if (!log) return undefined;
    return (plot, index, min, max) => {
      const all = [];
      for (let power = Math.floor(Math.log10(min)); 10 ** power <= max * 1.001; power++) {
        for (const step of [1, 2, 5]) all.push(Number(`${step}e${power}`));
      }
      const inside = all.filter((each) => each >= min * 0.999 && each <= max * 1.001);
      return inside.length <= 8 ? inside
        : inside.filter((each) => Number.isInteger(Math.round(Math.log10(each) * 1e6) / 1e6));
    };
  }

  /**
   * A chart with its caption, its readings at the cursor and its numbers as a table.
   * lines: [{name, values, colour, dash, width}]; x: {values, write, title}
   */
  function chart(host, { title, note, x, lines, unit, log, points, connect, labels, fixed }) {
    const figure = make("figure");
    const caption = make("figcaption");
    const when = make("span", "when");
    const readings = make("div", "readings");
    caption.append(make("h3", "", title), make("span", "note", note ?? ""), when, readings);
    figure.append(caption);
    host.append(figure);
    const known = lines.some((line) => line.values.some((value) => value !== null));
    if (!known) {
      figure.append(make("p", "empty", "nothing was measured"));
      return () => figure.remove();
    }
    const values = lines.map((line) => {
      const item = make("span", "reading");
      const mark = make("span", `mark ${DASH_NAMES[line.dash] ?? ""}`);
      mark.style.borderTopColor = theme(line.colour);
      const value = make("span", "value");
      item.append(mark, make("span", "", line.name), value);
      readings.append(item);
      return value;
    });
    const plotted = make("div", "plot");
    plotted.tabIndex = 0;
    plotted.setAttribute("role", "img");
    figure.append(plotted, numbers(x, lines, unit));

    const last = x.values.length - 1;
    const read = (plot) => {
      const index = plot.cursor.left >= 0 ? plot.cursor.idx ?? last : last;
      when.textContent = fixed && plot.cursor.left < 0 ? "" : x.write(x.values[index], index);
      lines.forEach((line, i) => {
        values[i].textContent = fixed ? fixed(line) : unit(line.values[index]);
      });
      const spoken = lines.map((line, i) => `${line.name} ${values[i].textContent}`);
      plotted.setAttribute("aria-label", `${title} ${when.textContent}: ${spoken.join(", ")}`);
    };
    const plot = new uPlot({
      width: Math.max(200, plotted.clientWidth),
      height: HEIGHT,
      padding: [10, 16, 0, 0],
      legend: { show: false },
      cursor: { drag: { x: false, y: false }, y: false, points: { size: 6 } },
      scales: { x: { time: false, range: x.range }, y: { distr: log ? 3 : 1, range: range(log) } },
      axes: [
        axis({ size: 28, values: (u, splits) => splits.map((split) => x.tick(split)),
          splits: x.splits }),
        axis({ size: 64, splits: steps(log), filter: (u, splits) => splits,
          values: (u, splits) => splits.map((split) => unit(split)) }),
      ],
      series: [{}, ...lines.map((line) => ({
        stroke: theme(line.colour), width: line.width ?? 1.5, dash: DASHES[line.dash],
        points: { show: points ?? false, size: 7, fill: theme(line.colour) },
        paths: connect === false ? () => null : undefined, spanGaps: false,
      }))],
      hooks: { setCursor: [read], draw: labels ? [labels] : [] },
    }, [x.values, ...lines.map((line) => line.values)], plotted);
    read(plot);
    plotted.addEventListener("keydown", (event) => move(event, plot));
    const observer = new ResizeObserver(() =>
      plot.setSize({ width: Math.max(200, plotted.clientWidth), height: HEIGHT }));
    observer.observe(plotted);
    return () => {
      observer.disconnect();
      plot.destroy();
      figure.remove();
    };
  }

  /** Left and right move the cursor, Escape puts it away. */
  function move(event, plot) {
    const step = { ArrowLeft: -1, ArrowRight: 1, Escape: 0 }[event.key];
    const [xs] = plot.data;
    if (step === undefined || xs.length === 0) return;
    event.preventDefault();
    const from = plot.cursor.left >= 0 ? plot.cursor.idx : xs.length;
    const to = Math.min(xs.length - 1, Math.max(0, from + step));
    plot.setCursor(step === 0 ? { left: -10, top: -10 }
      : { left: plot.valToPos(xs[to], "x"), top: 10 });
  }

  /** The same numbers for those who do not see curves; made when it is opened. */
  function numbers(x, lines, unit) {
    const details = make("details");
    details.append(make("summary", "", "Numbers"));
    details.addEventListener("toggle", () => {
      if (!details.open || details.children.length > 1) return;
      const scroller = make("div", "scroller");
      scroller.tabIndex = 0;
      scroller.setAttribute("role", "group");
      scroller.setAttribute("aria-label", "Numbers");
      const table = make("table");
      const head = table.createTHead().insertRow();
      for (const name of [x.title, ...lines.map((line) => line.name)]) {
        const cell = make("th", "", name);
        cell.scope = "col";
        head.append(cell);
      }
      const body = table.createTBody();
      x.values.forEach((value, i) => {
        const row = body.insertRow();
        const cell = make("th", "name", x.write(value, i));
        cell.scope = "row";
        row.append(cell);
        lines.forEach((line) => row.append(make("td", "", unit(line.values[i]))));
      });
      scroller.append(table);
      details.append(scroller);
    });
    return details;
  }

  const overTime = (values) => ({ values, title: "time", write: seconds, tick: seconds,
    range: (plot, min, max) => (min === max ? [min - 1, max + 1] : [min, max]) });

  // ---- one scenario -----------------------------------------------------------------------

  function scenario(host, runs) {
    const names = [...new Set(runs.flatMap((run) => run.policies.map((policy) => policy.name)))];
    const state = {
      run: 0, percentile: "p99Millis", hidden: new Set(), metric: 0,
      policy: 0, service: "", source: "", money: "one",
    };
    let drawn = [];
    const charts = make("div", "curves");
    charts.style.display = "contents";

    function redraw() {
      drawn.forEach((remove) => remove());
      drawn = [];
      const shown = names.filter((name) => !state.hidden.has(name));
      const draw = (options) => drawn.push(chart(charts, options));
      if (runs.length > 1) draw(byValue(runs, names, shown, BY_VALUE[state.metric]));
      const compared = state.money === "all" ? runs : [runs[state.run]];
      pareto(compared, names, shown).forEach(draw);
      OVER_TIME.forEach((kind) => draw(inTime(runs[state.run], names, shown, kind, state)));
      const shares = sharesOf(runs[state.run], state);
      if (shares) draw(shares);
    }

    host.append(controls(runs, names, state, redraw), charts);
    redraw();
    return redraw;
  }

  function inTime(run, names, shown, kind, state) {
    const field = kind.field ?? state.percentile;
    const label = PERCENTILES.find(([id]) => id === state.percentile)[1];
    const policies = run.policies.filter((policy) => shown.includes(policy.name));
    const times = policies.length === 0 ? [] : policies[0].overTime.seconds;
    const stretch = kind.perSecond && times.length > 1 ? times[1] - times[0] : 1;
    const rate = (value) => (value === null ? null : value / stretch);
    return {
      title: kind.field === null ? `${kind.title} ${label}` : kind.title,
      note: kind.log ? "log scale" : "",
      unit: kind.unit,
      log: kind.log,
      x: overTime(times),
      lines: policies.map((policy) => ({
        name: policy.name, values: policy.overTime[field].map(rate),
        ...styleOf(names.indexOf(policy.name)),
      })),
    };
  }

  /** A metric of each contender over the sweep's values, which stand at equal distances. */
  function byValue(runs, names, shown, [field, label, unit, log]) {
    const written = runs.map((run) => run.sweep.value);
    return {
      title: `${label} by ${runs[0].sweep.path}`,
      note: log ? "log scale" : "",
      unit,
      log,
      points: true,
      x: {
        values: runs.map((run, i) => i), title: runs[0].sweep.path,
        write: (value) => written[value], tick: (value) => written[value] ?? "",
        range: () => [-0.3, runs.length - 0.7],
        splits: () => {
          const every = Math.ceil(runs.length / 10);
          return runs.map((run, i) => i).filter((i) => i % every === 0);
        },
      },
      lines: shown.map((name) => ({
        name,
        values: runs.map((run) => run.policies.find((policy) => policy.name === name)?.[field] ?? null),
        ...styleOf(names.indexOf(name)),
      })),
    };
  }

  /** Money against tail latency: what is to the lower left is better in both. */
  function pareto(runs, names, shown) {
    const places = [];
    runs.forEach((run) => run.policies.forEach((policy) => {
      if (shown.includes(policy.name) && policy.p99Millis !== null && policy[MONEY] !== null) {
        places.push({ name: policy.name, money: policy[MONEY], p99: policy.p99Millis,
          label: runs.length > 1 ? `${policy.name} ${run.sweep.value}` : policy.name });
      }
    }));
    if (places.length === 0) return [];
    places.sort((one, other) => one.money - other.money || one.p99 - other.p99);
    const most = Math.max(...places.map((place) => place.money));
    return [{
      title: "Money and p99",
      note: "lower left is better",
      unit: millis,
      log: true,
      points: true,
      connect: false,
      x: {
        values: places.map((place) => place.money), title: "dollars a month",
        write: (value, i) => `${places[i].label}: ${dollars(value)} a month`, tick: dollars,
        range: () => (most > 0 ? [-0.04 * most, 1.15 * most] : [-1, 1]),
      },
      lines: shown.filter((name) => places.some((place) => place.name === name)).map((name) => ({
        name, values: places.map((place) => (place.name === name ? place.p99 : null)),
        ...styleOf(names.indexOf(name)),
      })),
      labels: (plot) => writeLabels(plot, places),
      fixed: (line) => places.filter((place) => place.name === line.name)
        .map((place) => `${dollars(place.money)}, ${millis(place.p99)}`).slice(0, 3).join("; "),
    }];
  }

  function writeLabels(plot, places) {
    const { ctx } = plot;
    ctx.save();
    ctx.fillStyle = theme("--text");
    ctx.font = `${11 * uPlot.pxRatio}px ${theme("--font")}`;
    ctx.textBaseline = "middle";
    for (const place of places) {
      ctx.textAlign = place.money > 0.8 * plot.scales.x.max ? "right" : "left";
      const aside = (ctx.textAlign === "right" ? -8 : 8) * uPlot.pxRatio;
      ctx.fillText(place.label, plot.valToPos(place.money, "x", true) + aside,
        plot.valToPos(place.p99, "y", true));
    }
    ctx.restore();
  }

  const unique = (values) => [...new Set(values)];

  /** Where one cluster's requests to one service went, and where the plan wanted them. */
  function sharesOf(run, state) {
    const policy = run.policies[Math.min(state.policy, run.policies.length - 1)];
    const curves = policy.sharesOverTime.filter((curve) =>
      curve.service === state.service && curve.source === state.source);
    if (curves.length === 0) return null;
    const lines = curves.flatMap((curve, i) => {
      const colour = `--series-${i % COLOURS}`;
      const planned = curve.planned.some((value) => value !== null);
      return [
        { name: curve.destination, values: curve.picked, colour, dash: 0 },
        ...(planned ? [{ name: `${curve.destination}, planned`, values: curve.planned, colour,
          dash: 1, width: 1 }] : []),
      ];
    });
    return { title: `Shares of ${state.source}'s requests to ${state.service}`,
      note: `${policy.name}; dashed: planned`, unit: percent, log: false,
      x: overTime(curves[0].seconds), lines };
  }

  // ---- controls ---------------------------------------------------------------------------

  function choice(label, options, change) {
    const wrapper = make("label", "", label);
    const select = make("select");
    options.forEach(([value, text]) => {
      const option = make("option", "", text);
      option.value = value;
      select.append(option);
    });
    select.addEventListener("change", () => change(select.value));
    wrapper.append(select);
    return { wrapper, select };
  }

  function controls(runs, names, state, redraw) {
    const bar = make("div", "controls");
    const all = make("fieldset", "names");
    all.append(make("legend", "", "Show"));
    names.forEach((name) => {
      const label = make("label");
      const box = make("input");
      box.type = "checkbox";
      box.checked = true;
      box.addEventListener("change", () => {
        if (box.checked) state.hidden.delete(name); else state.hidden.add(name);
        redraw();
      });
      label.append(box, make("span", "", name));
      all.append(label);
    });
    bar.append(all);
    const later = (set) => (value) => { set(value); redraw(); };
    const latency = choice("Latency", PERCENTILES, later((value) => { state.percentile = value; }));
    latency.select.value = state.percentile;
    bar.append(latency.wrapper);
    if (runs.length > 1) {
      bar.append(
        choice("By value", BY_VALUE.map(([, label], i) => [i, label]),
          later((value) => { state.metric = Number(value); })).wrapper,
        choice("Curves at", runs.map((run, i) => [i, run.sweep.value]),
          later((value) => { state.run = Number(value); })).wrapper,
        choice("Money and p99", [["one", "there"], ["all", "at every value"]],
          later((value) => { state.money = value; })).wrapper);
    }
    const curves = runs.flatMap((run) => run.policies.flatMap((policy) => policy.sharesOverTime));
    if (curves.length > 0) {
      state.service = curves[0].service;
      state.source = curves[0].source;
      // Whoever has a plan is more interesting than whoever has none.
      const planned = runs[0].policies.findIndex((policy) => policy.sharesOverTime.some((curve) =>
        unique(curve.planned.filter((value) => value !== null)).length > 1));
      state.policy = Math.max(0, planned);
      const under = choice("Shares under", names.map((name, i) => [i, name]),
        later((value) => { state.policy = Number(value); }));
      under.select.value = String(state.policy);
      bar.append(
        under.wrapper,
        choice("of", unique(curves.map((curve) => curve.service)).map((name) => [name, name]),
          later((value) => { state.service = value; })).wrapper,
        choice("from", unique(curves.map((curve) => curve.source)).map((name) => [name, name]),
          later((value) => { state.source = value; })).wrapper);
    }
    return bar;
  }

  // ---- the page ---------------------------------------------------------------------------

  /** A scenario's curves are drawn when it comes near the screen: there may be many. */
  const redraws = new Map();
  const seen = new IntersectionObserver((entries) => {
    entries.filter((entry) => entry.isIntersecting).forEach(({ target }) => draw(target));
  }, { rootMargin: "600px" });
  const draw = (host) => {
    seen.unobserve(host);
    redraws.set(host, scenario(host, results[Number(host.dataset.scenario)]));
  };
  const hosts = [...document.querySelectorAll(".curves[data-scenario]")];
  hosts.forEach((host, i) => { if (i === 0) draw(host); else seen.observe(host); });
  addEventListener("beforeprint", () =>
    hosts.filter((host) => !redraws.has(host)).forEach(draw));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () =>
    redraws.forEach((redraw) => redraw()));
})();

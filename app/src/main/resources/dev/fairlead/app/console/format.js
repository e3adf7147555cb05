// Numbers as a person reads them: with a unit, few digits, and a dash where there is none.

export const NONE = "–";

const known = (value) => value !== null && value !== undefined && Number.isFinite(value);
const orNone = (write) => (value) => (known(value) ? write(value) : NONE);

/** At most three significant digits, no exponent. */
function digits(value) {
  const size = Math.abs(value);
  return value.toFixed(size === 0 || size >= 100 ? 0 : size >= 10 ? 1 : 2);
}

export const percent = orNone((ratio) => `${(ratio * 100).toFixed(0)} %`);

/** Rounds down: 99.999 % is not 100 %. */
export const success = orNone((ratio) => {
  const floor = Math.floor(ratio * 10000 + 1e-6) / 100;
  return `${floor.toFixed(floor >= 99 && floor < 100 ? 2 : floor >= 100 ? 0 : 1)} %`;
});

export const millis = orNone((value) => {
  if (value >= 1000) return `${(value / 1000).toFixed(2)} s`;
  return `${value.toFixed(value >= 10 ? 0 : value >= 1 ? 1 : 2)} ms`;
});

export const count = orNone((value) => value.toFixed(0));

export const rate = orNone((value) => {
  if (value === 0) return "0";
  return value < 0.05 ? "<0.1" : value.toFixed(value >= 100 ? 0 : 1);
});

export const weight = orNone(digits);

export const bytes = orNone((value) => {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  const step = value < 1 ? 0 : Math.min(4, Math.floor(Math.log2(value) / 10));
  const scaled = value / 1024 ** step;
  return `${step === 0 ? scaled.toFixed(0) : digits(scaled)} ${units[step]}`;
});

export const dollars = orNone((value) => {
  if (value === 0) return "$0";
  return value < 0.001 ? "<$0.001" : `$${value.toFixed(value < 0.1 ? 3 : 2)}`;
});

const CENTS = new Intl.NumberFormat("en", { style: "currency", currency: "USD" });

/** Dollars of a month, to the cent; what costs less than one is not free. */
export const month = orNone((value) =>
  (value !== 0 && Math.abs(value) < 0.005 ? `${value < 0 ? "-" : ""}<$0.01` : CENTS.format(value)));

const WHOLE = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

export const total = orNone((value) => WHOLE.format(value));

/** The wall clock of this browser, 24 hours. */
export function clock(unixMillis) {
  const date = new Date(unixMillis);
  const part = (number) => String(number).padStart(2, "0");
  return `${part(date.getHours())}:${part(date.getMinutes())}:${part(date.getSeconds())}`;
}

export const duration = orNone((ms) => {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 90) return `${seconds} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
});

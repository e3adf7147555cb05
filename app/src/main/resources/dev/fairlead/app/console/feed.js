// The feed of states: all that is kept once, then one a second. Whenever the stream comes back it
// asks for the past again, so that a lost connection leaves no hole that the server could fill.

const REOPEN_MILLIS = 2000;
/** Five missed seconds: longer than a pause for garbage, shorter than anyone's patience. */
const SILENCE_MILLIS = 5000;

/**
 * Follows the states until the page is left.
 *
 * @param onPast called with an array of states
 * @param onState called with one state
 * @param onLink called with true when states flow, false when they stopped
 */
export function follow(onPast, onState, onLink) {
  let source = null;
  let silence = 0;

  function lost() {
    clearTimeout(silence);
    onLink(false);
    // The browser reconnects by itself, except after an answer that is no event stream; an attempt
    // that hangs is given up like a stream that went silent.
    if (source.readyState === EventSource.CLOSED) setTimeout(open, REOPEN_MILLIS);
    else listen();
  }

  function silent() {
    source.close();
    lost();
  }

  function listen() {
    clearTimeout(silence);
    silence = setTimeout(silent, SILENCE_MILLIS);
  }

  function heard(event) {
    listen();
    onLink(true);
    onState(JSON.parse(event.data));
  }

  async function refill() {
    const response = await fetch("api/history", { cache: "no-store" });
    if (!response.ok) throw new Error(`history: ${response.status}`);
    onPast(await response.json());
  }

  function open() {
    source = new EventSource("api/events");
    source.addEventListener("open", () => {
      listen();
      refill().catch((error) => console.warn(error.message));
    });
    source.addEventListener("state", heard);
    source.addEventListener("error", lost);
    listen();
  }

  open();
}

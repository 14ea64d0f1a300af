// The person's doors of the sandbox server, one function each. Every answer is `{ok: true, …}` or
// `{ok: false, error, message}`; a server that does not answer becomes `error: "offline"` here.

const OFFLINE = { ok: false, error: "offline", message: "The sandbox is not answering. Is it still running?" };

async function get(path, query) {
  return answer(fetch(`${path}?${new URLSearchParams(query)}`, { headers: { Accept: "application/json" } }));
}

async function post(path, body) {
  const request = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  return answer(fetch(path, request));
}

async function answer(request) {
  let response;
  try {
    response = await request;
  } catch {
    return OFFLINE; // fetch rejects only when no answer came at all
  }
  try {
    const body = await response.json();
    return response.ok ? { ok: true, ...body } : { error: "bad_call", message: "", ...body, ok: false };
  } catch {
    return { ok: false, error: "bad_answer", message: `The sandbox answered ${response.status} without a body.` };
  }
}

export const state = (person, channel) => get("/page/state", { person, channel });
export const log = (after) => get("/page/log", { after });
export const say = (body) => post("/page/say", body);
export const click = (body) => post("/page/click", body);
export const options = (body) => post("/page/options", body);
export const submit = (body) => post("/page/submit", body);
export const close = (body) => post("/page/close", body);
export const openHome = (body) => post("/page/open_home", body);
export const shortcut = (body) => post("/page/shortcut", body);
export const story = (body) => post("/page/story", body);
export const advance = (by) => post("/page/clock", { advance: by });
export const remove = (body) => post("/page/delete", body);
export const flip = (body) => post("/page/switch", body);
export const read = (body) => post("/page/read", body);

/** Calls `onChange()` whenever anything changed and `onLine(true|false)` as the connection comes and goes. */
export function listen(onChange, onLine) {
  const stream = new EventSource("/page/stream");
  stream.addEventListener("message", onChange);
  stream.addEventListener("open", () => {
    onLine(true);
    onChange(); // whatever happened while we were away
  });
  stream.addEventListener("error", () => {
    onLine(false);
    // A browser gives up for good when the answer was an error page: begin again by ourselves.
    if (stream.readyState === EventSource.CLOSED) setTimeout(() => listen(onChange, onLine), 2000);
  });
  return stream;
}

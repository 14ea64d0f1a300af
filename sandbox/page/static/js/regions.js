// F6 goes from one part of the page to the next, Shift+F6 back, as in Slack: the way round a long conversation
// for whoever has no mouse.
const PARTS = [".topbar", ".story", ".pane-switch", ".tabs", ".app-tabs", ".home", ".conversation .messages", ".composer", ".thread", ".log"];
const STOPS = "button:not(:disabled), a[href], input, textarea, [tabindex='0']";

const isSeen = (node) => node.checkVisibility() && !node.closest("[inert]");

function parts() {
  const all = [...document.querySelectorAll(`${PARTS.join(", ")}, .modal`)].filter(isSeen);
  return all.filter((part) => !part.parentElement.closest(".thread") || part.matches(".thread"));
}

/** What gets the focus in a part: itself where it scrolls, what is chosen in it, else the first thing to press. */
function stopIn(part) {
  if (part.tabIndex >= 0) return part;
  const stops = [...part.querySelectorAll(STOPS)].filter(isSeen);
  return stops.find((stop) => stop.getAttribute("aria-current") === "page") ?? stops[0];
}

export function startRegions() {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "F6" || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    const all = parts();
    const at = all.findLastIndex((part) => part.contains(document.activeElement));
    const next = (at + (event.shiftKey ? -1 : 1) + all.length) % all.length;
    const order = [...all.slice(next), ...all.slice(0, next)];
    if (event.shiftKey) order.splice(1, order.length, ...order.slice(1).reverse());
    order.map(stopIn).find(Boolean)?.focus();
  });
}

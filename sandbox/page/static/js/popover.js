// What floats above everything for a moment: menus, and the place a list of options is shown in.
// At most one is open. It outlives a redraw of what it was opened from.
import { again } from "./again.js";
import { h } from "./dom.js";

let open = null;

/**
 * Shows `content` at `anchor`; returns how to close it, and how to put it at its place when it has grown.
 */
export function showPopover(anchor, content, { width = 0, align = "start" } = {}) {
  closePopover();
  const box = h("div", { class: "popover", data: { testid: "popover" } }, content);
  document.body.append(box);
  const find = again(anchor);
  const place = () => position(box, find().getBoundingClientRect(), width, align);
  place();
  const away = (event) => {
    if (!box.contains(event.target) && !find()?.contains(event.target)) closePopover();
  };
  const escape = (event) => {
    if (event.key !== "Escape" || box.contains(event.target)) return; // inside, the content knows where to go back to
    event.preventDefault();
    event.stopPropagation(); // it closes this, and not what lies under it
    closePopoverAndGoBack();
  };
  document.addEventListener("pointerdown", away, true);
  document.addEventListener("keydown", escape, true);
  window.addEventListener("resize", closePopover);
  find().setAttribute("aria-expanded", "true");
  open = { find, close: () => {
    document.removeEventListener("pointerdown", away, true);
    document.removeEventListener("keydown", escape, true);
    window.removeEventListener("resize", closePopover);
    box.remove();
    find()?.setAttribute("aria-expanded", "false");
  } };
  return { close: closePopover, place: () => find() && place() };
}

export function closePopover() {
  const going = open;
  open = null;
  if (!going) return;
  going.close();
  document.dispatchEvent(new Event("popover-closed"));
}

/** Closes it; the focus goes back to what it was opened from, or to what took the place of that. */
export function closePopoverAndGoBack() {
  const find = open?.find;
  closePopover();
  find?.()?.focus({ preventScroll: true });
}

/** Whether one is open that belongs to something in `part`. */
export const isPopoverOpenIn = (part) => open !== null && part.contains(open.find());

export const isOpenAt = (anchor) => open !== null && open.find() === anchor;

function position(box, at, width, align) {
  const room = 8;
  box.style.minWidth = `${Math.max(width, 0)}px`;
  const size = box.getBoundingClientRect();
  const wish = align === "end" ? at.right - size.width : at.left;
  const left = Math.min(Math.max(room, wish), innerWidth - size.width - room);
  const below = innerHeight - at.bottom - room;
  const flips = below < size.height && at.top > below;
  const top = flips ? Math.max(room, at.top - size.height - 4) : Math.min(at.bottom + 4, innerHeight - size.height - room);
  box.style.left = `${Math.max(room, left)}px`;
  box.style.top = `${Math.max(room, top)}px`;
}

/**
 * A menu at `anchor`. Items: `{label (string or nodes), value?, note?, danger?, checked?, url?, pick()}`,
 * or `{heading}`. Arrows move, Enter picks, Escape goes back to the anchor. `isStacked` puts notes under labels.
 */
export function showMenu(anchor, items, { label, align = "start", isStacked = false } = {}) {
  if (isOpenAt(anchor)) return closePopover();
  const menu = h("div", { class: `menu${isStacked ? " is-stacked" : ""}`, role: "menu", "aria-label": label }, items.map(menuItem));
  menu.addEventListener("keydown", (event) => moveInMenu(event, menu));
  showPopover(anchor, menu, { align });
  (menu.querySelector("[aria-checked=true]") ?? menu.querySelector("button"))?.focus();
  return undefined;
}

function menuItem(item) {
  if (item.heading) return h("div", { class: "menu-heading", role: "presentation" }, item.heading);
  const role = item.checked === undefined ? "menuitem" : item.many ? "menuitemcheckbox" : "menuitemradio";
  const pick = () => {
    closePopoverAndGoBack();
    item.pick();
  };
  return h(
    "button",
    {
      type: "button", role, class: `menu-item${item.danger ? " danger" : ""}`, tabindex: "-1",
      "aria-checked": item.checked === undefined ? null : String(item.checked),
      data: { value: item.value }, on: { click: pick },
    },
    h("span", { class: "menu-label" }, item.label),
    item.note ? h("span", { class: "menu-note" }, item.note) : null,
  );
}

function moveInMenu(event, menu) {
  const items = [...menu.querySelectorAll("button")];
  const at = items.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (to !== undefined) {
    event.preventDefault();
    items[(to + items.length) % items.length]?.focus();
  } else if (event.key === "Escape" || event.key === "Tab") {
    event.preventDefault();
    event.stopPropagation();
    closePopoverAndGoBack();
  }
}

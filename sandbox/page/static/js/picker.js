// The select menus: a field that opens a list with a search line. One list serves options written in the
// block, options asked from the app, and people.
import { h } from "./dom.js";
import { closePopover, closePopoverAndGoBack, isOpenAt, showPopover } from "./popover.js";

let lists = 0;

/**
 * @typedef {{label: string, value: string, note?: string, face?: Node, option: any}} Choice
 * @typedef {{label?: string, choices: Choice[]}} Group
 *
 * A select. `load(query)` gives a Promise of `Group[]`, or throws an Error with words to show. `pick(choices)` gets
 * the chosen ones (one, or all of them where `many`). `props` go to the field, where tests find it.
 */
export function picker({ label, placeholder, load, chosen, many = false, remote = false, pick, props = {} }) {
  let current = [...chosen];
  const words = h("span", { class: "picker-words" });
  const field = h(
    "button",
    { type: "button", class: "picker", "aria-haspopup": "listbox", "aria-expanded": "false", "aria-label": label, ...props },
    words,
    h("span", { class: "caret", "aria-hidden": "true" }),
  );
  const draw = () => {
    words.replaceChildren(...(current.length ? [current.map((one) => one.label).join(", ")] : [placeholder]));
    words.classList.toggle("is-empty", current.length === 0);
  };
  const choose = (choice) => {
    const was = current.some((one) => one.value === choice.value);
    if (!many) current = [choice];
    else current = was ? current.filter((one) => one.value !== choice.value) : [...current, choice];
    draw();
    pick(current);
  };
  const isChosen = (choice) => current.some((one) => one.value === choice.value);
  field.addEventListener("click", () => {
    if (isOpenAt(field)) closePopover();
    else openList({ field, label, load, many, remote, choose, isChosen });
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" && !isOpenAt(field)) {
      event.preventDefault();
      field.click();
    }
  });
  draw();
  return field;
}

function openList({ field, label, load, many, remote, choose, isChosen }) {
  lists += 1;
  const id = `list-${lists}`;
  const list = h("ul", { class: "options", role: "listbox", id, "aria-label": label, "aria-multiselectable": many ? "true" : null });
  const search = h("input", {
    class: "options-search", type: "text", role: "combobox", "aria-expanded": "true", "aria-controls": id,
    "aria-autocomplete": "list", "aria-label": `Search: ${label}`, placeholder: "Search", autocomplete: "off", spellcheck: "false",
    data: { testid: "options-search" },
  });
  const popover = showPopover(field, [h("div", { class: "options-head" }, search), list], {
    width: Math.max(field.offsetWidth, 260),
  });
  const view = { list, search, popover, isChosen, round: 0, take: (choice) => {
    choose(choice);
    if (many) fill(view, load, search.value);
    else closePopoverAndGoBack();
  } };
  let wait;
  search.addEventListener("input", () => {
    clearTimeout(wait);
    wait = setTimeout(() => fill(view, load, search.value), remote ? 200 : 0);
  });
  search.addEventListener("keydown", (event) => steer(event, view));
  search.focus({ preventScroll: true });
  fill(view, load, "");
}

/** Loads and shows what matches; an answer that a later question has overtaken is dropped. */
async function fill(view, load, query) {
  view.round += 1;
  const mine = view.round;
  if (!view.list.children.length) say(view, "Loading…");
  let groups;
  try {
    groups = await load(query);
  } catch (problem) {
    if (mine === view.round) say(view, problem.message);
    return;
  }
  if (mine !== view.round) return;
  const rows = groups.flatMap((group, at) => groupRows(view, group, at));
  if (!rows.some((row) => row.role === "option")) say(view, query ? "Nothing matches" : "Nothing to choose from");
  else view.list.replaceChildren(...rows);
  mark(view, view.list.querySelector("[aria-selected=true]") ?? view.list.querySelector("[role=option]"));
  view.popover.place();
}

function say(view, words) {
  view.list.replaceChildren(h("li", { class: "options-note", role: "presentation" }, words));
  view.popover.place();
}

function groupRows(view, group, at) {
  if (!group.choices.length) return [];
  const heading = group.label ? [h("li", { class: "options-heading", role: "presentation" }, group.label)] : [];
  return [...heading, ...group.choices.map((choice, index) => row(view, choice, `${view.list.id}-${at}-${index}`))];
}

function row(view, choice, id) {
  return h(
    "li",
    {
      role: "option", id, class: "option", "aria-selected": String(view.isChosen(choice)), data: { value: choice.value },
      on: {
        pointerdown: (event) => event.preventDefault(), // the focus stays in the search line
        click: () => view.take(choice),
        pointermove: (event) => mark(view, event.currentTarget, false),
      },
    },
    choice.face ?? null,
    h("span", { class: "option-words" }, choice.label, choice.note ? h("small", {}, choice.note) : null),
  );
}

function mark(view, row, scroll = true) {
  view.list.querySelector(".is-marked")?.classList.remove("is-marked");
  row?.classList.add("is-marked");
  if (row) view.search.setAttribute("aria-activedescendant", row.id);
  else view.search.removeAttribute("aria-activedescendant");
  if (scroll) row?.scrollIntoView({ block: "nearest" });
}

function steer(event, view) {
  const rows = [...view.list.querySelectorAll("[role=option]")];
  const at = rows.findIndex((row) => row.classList.contains("is-marked"));
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + 8, PageUp: at - 8 }[event.key];
  if (to !== undefined) {
    event.preventDefault();
    mark(view, rows[Math.min(Math.max(to, 0), rows.length - 1)]);
  } else if (event.key === "Enter") {
    event.preventDefault();
    rows[at]?.click();
  } else if (event.key === "Escape" || event.key === "Tab") {
    event.preventDefault();
    event.stopPropagation();
    closePopoverAndGoBack();
  }
}

// The log: every request between the small Slack and the app, and every answer. Secrets are already blacked
// out by the server.
import * as api from "./api.js";
import { h } from "./dom.js";
import { clockTime, longMoment } from "./format.js";

const MOST_SHOWN = 400;

export class LogDrawer {
  constructor(root, toggle) {
    Object.assign(this, { root, toggle, last: 0, direction: "", words: "" });
    this.rows = h("ol", { class: "log-rows", tabindex: "0", "aria-label": "Requests and answers, oldest first" });
    this.empty = h("p", { class: "log-empty muted" }, "Nothing has been said between Slack and the app yet.");
    root.append(this.headOf(), this.empty, this.rows);
    toggle.addEventListener("click", () => (root.hidden ? this.open() : this.close()));
    root.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close();
    });
  }

  headOf() {
    const directions = [["", "All"], ["to_app", "To the app"], ["to_slack", "To Slack"]].map(([value, label]) =>
      h("button", {
        type: "button", class: "chip", "aria-pressed": String(value === ""), data: { direction: value },
        on: { click: (event) => this.choose(event.currentTarget) },
      }, label));
    const search = h("input", {
      class: "field log-search", type: "search", placeholder: "Filter by name or content", "aria-label": "Filter the log",
      on: { input: (event) => { this.words = event.target.value.toLowerCase(); this.filter(); } },
    });
    const close = h("button", { type: "button", class: "quiet", data: { testid: "log-close" }, on: { click: () => this.close() } }, "Close");
    return h("header", { class: "log-head" }, h("h2", {}, "Log"), h("div", { class: "log-filters", role: "group", "aria-label": "Direction" }, directions), search, close);
  }

  choose(button) {
    this.direction = button.dataset.direction;
    for (const one of button.parentElement.children) one.setAttribute("aria-pressed", String(one === button));
    this.filter();
  }

  async open() {
    this.root.hidden = false;
    this.toggle.setAttribute("aria-expanded", "true");
    await this.refresh();
    this.rows.scrollTop = this.rows.scrollHeight;
  }

  close() {
    this.root.hidden = true;
    this.toggle.setAttribute("aria-expanded", "false");
    this.toggle.focus();
  }

  /** Fetches what is new, if anybody is looking. */
  async refresh() {
    if (this.root.hidden) return;
    if (this.isFetching) {
      this.isStale = true;
      return;
    }
    this.isFetching = true;
    do {
      this.isStale = false;
      const { entries = [] } = await api.log(this.last);
      this.add(entries.filter((entry) => entry.n > this.last));
    } while (this.isStale);
    this.isFetching = false;
  }

  add(entries) {
    if (!entries.length) return;
    const wasAtEnd = this.rows.scrollHeight - this.rows.scrollTop - this.rows.clientHeight < 40;
    this.last = entries[entries.length - 1].n;
    this.rows.append(...entries.slice(-MOST_SHOWN).map((entry) => this.rowOf(entry)));
    while (this.rows.children.length > MOST_SHOWN) this.rows.firstElementChild.remove();
    this.empty.hidden = true;
    this.filter();
    if (wasAtEnd) this.rows.scrollTop = this.rows.scrollHeight;
  }

  rowOf(entry) {
    const toApp = entry.direction === "to_app";
    const details = h(
      "details",
      { data: { n: entry.n } },
      h(
        "summary", {},
        h("time", { class: "log-at", title: longMoment(entry.at) }, clockTime(entry.at)),
        h("span", { class: `log-way ${toApp ? "to-app" : "to-slack"}` }, toApp ? "Slack → app" : "app → Slack"),
        h("span", { class: "log-name" }, entry.name),
        h("span", { class: `log-status${entry.status === "200" ? "" : " is-bad"}` }, entry.status),
        h("span", { class: "log-ms" }, entry.ms === null || entry.ms === undefined ? "" : `${Math.round(entry.ms)} ms`),
      ),
    );
    // The JSON is drawn when somebody opens the row: a long log stays light.
    details.addEventListener("toggle", () => {
      if (details.open && details.children.length === 1) details.append(bodiesOf(entry));
      if (details.open) details.scrollIntoView({ block: "nearest" });
    });
    const row = h("li", { data: { direction: entry.direction, name: entry.name, status: entry.status } }, details);
    row.searched = JSON.stringify(entry).toLowerCase();
    return row;
  }

  filter() {
    for (const row of this.rows.children) {
      const fits = (!this.direction || row.dataset.direction === this.direction) && row.searched.includes(this.words);
      row.hidden = !fits;
    }
  }
}

function bodiesOf(entry) {
  const body = (label, value) => h("div", { class: "log-body" }, h("h3", {}, label), h("pre", { tabindex: "0" }, pretty(value)));
  return h("div", { class: "log-bodies" }, body("Request", entry.request), body("Answer", entry.response));
}

function pretty(value) {
  if (value === null || value === undefined || value === "") return "(empty)";
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

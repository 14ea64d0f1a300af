// The app's own place for people of the workspace that installed it: a Home tab, which the app draws, and a
// Messages tab, which is its conversation with them. https://docs.slack.dev/surfaces/app-home
import { renderBlocks } from "./blocks.js";
import { h } from "./dom.js";
import { memoryFrom, valuesOf } from "./form.js";
import { focusIn, restoreFocus } from "./patch.js";
import { surface } from "./surface.js";

const TABS = [["home", "Home"], ["messages", "Messages"]];

export class Home {
  /** `body` is the conversation, which is hidden while the Home tab shows; `open(tab)` is a press on a tab. */
  constructor({ tabs, home, body, open, settled }) {
    Object.assign(this, { tabs, home, body, settled, tab: "home", print: null });
    this.buttons = TABS.map(([tab, label]) =>
      h("button", { type: "button", class: "app-tab", data: { testid: "app-tab", appTab: tab }, on: { click: () => open(tab) } }, label));
    tabs.append(...this.buttons);
    this.problem = h("p", { class: "problem", role: "alert", hidden: true });
    this.blocks = h("div", { class: "home-blocks blocks" });
    home.append(this.problem, this.blocks);
  }

  /** Shows what `state.home` has while the app's conversation is the open one. */
  update(state, known, channel) {
    const isOpen = Boolean(state.home) && channel === state.home.channel;
    const isHome = isOpen && this.tab === "home";
    this.tabs.hidden = !isOpen;
    this.home.hidden = !isHome;
    this.body.hidden = isHome;
    for (const button of this.buttons) {
      if (button.dataset.appTab === this.tab) button.setAttribute("aria-current", "page");
      else button.removeAttribute("aria-current");
    }
    if (isHome) this.draw(state.home.view, known);
  }

  draw(view, known) {
    const print = `${known.self} ${view?.id} ${view?.hash}`;
    if (print === this.print) return;
    this.print = print;
    this.showProblem("");
    const focus = focusIn(this.blocks);
    this.blocks.replaceChildren(...(view ? renderBlocks(view.blocks, this.surfaceOf(view, known)) : [nothingYet()]));
    restoreFocus(this.blocks, focus);
  }

  surfaceOf(view, known) {
    const memory = memoryFrom(view);
    return surface({
      known,
      person: known.self,
      memory,
      where: () => ({ view_id: view.id, values: valuesOf(view, memory) }),
      problem: (words) => this.showProblem(words),
      settled: this.settled,
    });
  }

  showProblem(words) {
    this.problem.textContent = words;
    this.problem.hidden = !words;
  }
}

const nothingYet = () =>
  h("div", { class: "home-empty" }, h("h2", {}, "Nothing here yet"), h("p", { class: "muted" }, "The app has not drawn its Home tab."));

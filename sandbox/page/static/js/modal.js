// A person's modals, over their own Slack only: the other client on the page stays usable.
import { again } from "./again.js";
import * as api from "./api.js";
import { renderBlocks } from "./blocks.js";
import { h, icon } from "./dom.js";
import { withEmojiNodes } from "./emoji_art.js";
import { memoryFrom, stateful, valuesOf } from "./form.js";
import { focusIn, restoreFocus } from "./patch.js";
import { isPopoverOpenIn } from "./popover.js";
import { surface } from "./surface.js";

export class Modals {
  /** `layer` covers a pane, `front` is what lies under it, `settled()` asks for the newest state. */
  constructor({ layer, front, settled }) {
    Object.assign(this, { layer, front, settled, memories: new Map(), shown: null });
    layer.addEventListener("keydown", (event) => this.pressed(event));
    // What the app changed while somebody chose from a list is drawn once they have chosen.
    document.addEventListener("popover-closed", () => queueMicrotask(() => this.late && this.update(...this.late)));
  }

  /** Shows the top of the stack. What a person types is drawn anew only when the app changed the view. */
  update(views, known, fills = {}) {
    this.known = known;
    const top = views[views.length - 1];
    const alive = new Set(views.map((view) => view.id));
    for (const id of this.memories.keys()) if (!alive.has(id)) this.memories.delete(id);
    if (!top) return this.hide();
    // A story filled it in for this person: the server knows better than what was typed here.
    const filled = `${top.id} ${fills[top.id] ?? 0}`;
    if (this.filled !== filled && fills[top.id]) this.memories.delete(top.id);
    this.filled = filled;
    const print = `${filled} ${top.hash} ${known.self}`;
    const isChoosing = this.shown?.view.id === top.id && isPopoverOpenIn(this.layer);
    this.late = isChoosing && print !== this.shown.print ? [views, known, fills] : null;
    if (print !== this.shown?.print && !isChoosing) this.show(top, print, views.length);
    this.showErrors(top.errors ?? {});
    this.setBusy(this.isSubmitting || top.busy);
    return undefined;
  }

  hide() {
    if (!this.shown) return;
    this.shown = this.late = null;
    this.layer.hidden = true;
    this.layer.replaceChildren();
    this.front.inert = false;
    if (this.hadFocus) this.cameFrom()?.focus({ preventScroll: true });
    this.cameFrom = null;
  }

  show(view, print, depth) {
    const isSame = this.shown?.view.id === view.id;
    const wasOpen = this.shown !== null;
    const focus = isSame ? focusIn(this.layer) : null;
    const scrolled = isSame ? this.layer.querySelector(".modal-body").scrollTop : 0;
    if (!wasOpen) {
      const before = document.activeElement;
      this.cameFrom = again(before);
      this.hadFocus = this.front.contains(before) || before === document.body;
    }
    this.shown = { view, print };
    const body = h("div", { class: "modal-body", tabindex: "-1" }, renderBlocks(view.blocks, this.surfaceOf(view)));
    this.layer.replaceChildren(this.frame(view, body, depth));
    this.layer.hidden = false;
    this.front.inert = true;
    body.scrollTop = scrolled;
    if (focus) restoreFocus(this.layer, focus);
    else if (this.hadFocus || this.layer.contains(document.activeElement)) this.focusFirst(view);
  }

  frame(view, body, depth) {
    const titleId = `modal-title-${view.id}`;
    const close = h("button", { type: "button", class: "modal-x", "aria-label": "Close", data: { testid: "modal-x" }, on: { click: () => this.close() } }, icon("close"));
    const foot = h(
      "footer", { class: "modal-foot" },
      h("button", { type: "button", class: "button", data: { testid: "modal-close" }, on: { click: () => this.close() } }, view.close || (view.submit ? "Cancel" : "Close")),
      view.submit ? h("button", { type: "submit", class: "button primary", data: { testid: "modal-submit" } }, view.submit) : null,
    );
    const form = h(
      "form", { class: "modal-form", novalidate: true, on: { submit: (event) => { event.preventDefault(); this.submit(); } } },
      h("header", { class: "modal-head" }, h("img", { class: "avatar small", src: "/static/tandem.svg", alt: "" }), h("h2", { id: titleId }, withEmojiNodes(view.title)), close),
      h("p", { class: "modal-problem", role: "alert", hidden: true }),
      body, foot,
    );
    return h("div", {
      class: `modal${depth > 1 ? " is-stacked" : ""}`, role: "dialog", "aria-labelledby": titleId, tabindex: "-1",
      data: { testid: "modal", viewId: view.id, callbackId: view.callback_id },
    }, form);
  }

  surfaceOf(view) {
    return surface({
      known: this.known,
      person: this.known.self,
      memory: this.memoryOf(view),
      where: () => ({ view_id: view.id, values: valuesOf(view, this.memoryOf(view)) }),
      problem: (words) => this.showProblem(words),
      settled: this.settled,
    });
  }

  /** What was typed in this view; begins with what the server remembers from before a reload. */
  memoryOf(view) {
    if (!this.memories.has(view.id)) this.memories.set(view.id, memoryFrom(view));
    return this.memories.get(view.id);
  }

  focusFirst(view) {
    const wished = stateful(view).find(([, element]) => element.focus_on_load);
    const body = this.layer.querySelector(".modal-body");
    const first = wished
      ? body.querySelector(`[data-block-id="${CSS.escape(wished[0].block_id)}"] :is(input, textarea, button)`)
      : body.querySelector(".input :is(input, textarea, button)");
    (first ?? this.layer.querySelector("[data-testid=modal-submit]") ?? this.layer.querySelector("[data-testid=modal-close]")).focus({ preventScroll: true });
  }

  async submit() {
    const { view } = this.shown;
    if (!view.submit || this.isSubmitting) return;
    this.isSubmitting = true;
    this.setBusy(true);
    this.showProblem("");
    const answer = await api.submit({ person: this.known.self, view_id: view.id, values: valuesOf(view, this.memoryOf(view)) });
    this.isSubmitting = false;
    this.setBusy(false);
    if (answer.fields) this.showErrors(answer.fields, true);
    else if (!answer.ok) this.showProblem(answer.message || answer.error);
    this.refused = answer.fields ?? null; // the client's own refusals stay until the next try
    this.settled();
  }

  async close() {
    const answer = await api.close({ person: this.known.self, view_id: this.shown.view.id });
    if (!answer.ok) this.showProblem(answer.message || answer.error);
    this.settled();
  }

  setBusy(isBusy) {
    const modal = this.layer.querySelector(".modal");
    modal?.setAttribute("aria-busy", String(Boolean(isBusy)));
    const button = this.layer.querySelector("[data-testid=modal-submit]");
    if (button) button.disabled = Boolean(isBusy);
  }

  /** Puts each message under its field; the first wrong field gets the focus when the errors are new. */
  showErrors(errors, fromClient = false) {
    const all = fromClient ? errors : { ...(this.refused ?? {}), ...errors };
    const print = JSON.stringify(all);
    if (this.shown.errors === print) return;
    const isNew = this.shown.errors !== undefined || Object.keys(all).length > 0;
    this.shown.errors = print;
    let first = null;
    for (const line of this.layer.querySelectorAll(".input-error")) {
      const words = all[line.dataset.errorFor] ?? "";
      line.textContent = words;
      line.hidden = !words;
      const block = line.closest(".input");
      block.classList.toggle("is-wrong", Boolean(words));
      const field = block.querySelector("input, textarea, button");
      if (words) field?.setAttribute("aria-invalid", "true");
      else field?.removeAttribute("aria-invalid");
      if (words) first ??= field;
    }
    if (isNew && first) {
      first.focus({ preventScroll: true });
      first.closest(".input").scrollIntoView({ block: "nearest" });
    }
  }

  showProblem(words) {
    const line = this.layer.querySelector(".modal-problem");
    if (!line) return;
    line.textContent = words;
    line.hidden = !words;
  }

  pressed(event) {
    if (event.key === "Escape") {
      event.preventDefault();
      this.close();
    } else if (event.key === "Tab") {
      this.keepInside(event);
    }
  }

  /** Tab goes round inside the modal; the mouse may leave it for the other client. */
  keepInside(event) {
    const stops = [...this.layer.querySelectorAll("a[href], button:not(:disabled), input, textarea")].filter((node) => node.offsetParent);
    const edge = event.shiftKey ? stops[0] : stops[stops.length - 1];
    if (document.activeElement !== edge) return;
    event.preventDefault();
    (event.shiftKey ? stops[stops.length - 1] : stops[0])?.focus();
  }
}

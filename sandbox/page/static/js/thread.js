// The thread beside a conversation: its first message, the answers, and a place to write one.
import { Composer } from "./composer.js";
import { h, icon } from "./dom.js";
import { showMessages } from "./messages.js";

export class Thread {
  /** `send(text, threadTs)` as for a Composer; `closed()` when the person closes it. */
  constructor({ root, send, closed }) {
    this.root = root;
    this.ts = null;
    this.first = h("div", { class: "thread-first" });
    this.count = h("span", {});
    this.answers = h("div", { class: "thread-answers" });
    const line = h("div", { class: "day thread-count" }, this.count);
    this.list = h(
      "div",
      { class: "messages thread-messages", role: "log", tabindex: "0", "aria-label": "Messages of the thread" },
      this.first, line, this.answers,
    );
    this.note = h("p", { class: "read-only", hidden: true });
    this.composer = new Composer({ label: "Reply…", testid: "thread-composer", send: (text) => send(text, this.ts) });
    const close = h("button", { type: "button", class: "modal-x", "aria-label": "Close thread", data: { testid: "thread-close" }, on: { click: closed } }, icon("close"));
    root.append(h("header", { class: "thread-head" }, h("h2", {}, "Thread"), close), this.list, this.note, this.composer.root);
    root.addEventListener("keydown", (event) => {
      if (event.key === "Escape") closed();
    });
  }

  open(ts) {
    this.ts = ts;
    this.isFresh = true;
    this.composer.text = "";
  }

  close() {
    this.ts = null;
    this.root.hidden = true;
    this.first.replaceChildren();
    this.answers.replaceChildren();
  }

  /** Draws the thread of `root`, the first message as the state gives it, and what only this person was told in it. */
  update(root, notes, reader, whyReadOnly, offers) {
    if (!root) return this.close();
    const replies = [...(root.replies ?? []), ...notes];
    const count = root.replies?.length ?? 0;
    const wasAtEnd = this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < 60;
    showMessages(this.first, [{ ...root, replies: [] }], reader);
    showMessages(this.answers, replies, reader);
    this.count.textContent = count ? `${count} ${count === 1 ? "reply" : "replies"}` : "No replies yet";
    this.root.hidden = false;
    this.composer.root.hidden = Boolean(whyReadOnly);
    this.note.hidden = !whyReadOnly;
    this.note.textContent = whyReadOnly;
    this.composer.update({ label: "Reply…", ...offers });
    if (this.isFresh) this.list.scrollTop = count ? this.list.scrollHeight : 0;
    else if (wasAtEnd) this.list.scrollTop = this.list.scrollHeight;
    if (this.isFresh && !whyReadOnly) this.composer.field.focus({ preventScroll: true });
    this.isFresh = false;
    return undefined;
  }
}

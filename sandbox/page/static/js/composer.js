// Where a person writes. Enter sends, Shift+Enter begins a line; "/" offers the commands they have, "@" the people.
import { avatar, h, icon } from "./dom.js";

let composers = 0;

export class Composer {
  /**
   * `send(text)` gives a Promise of whether the text was taken (else it stays). `label` names the field,
   * `testid` is its hook.
   */
  constructor({ send, label, testid }) {
    composers += 1;
    this.send = send;
    this.commands = [];
    this.people = [];
    this.offers = [];
    this.marked = 0;
    this.sending = Promise.resolve(true);
    this.listId = `offers-${composers}`;
    this.field = h("textarea", {
      rows: 1, "aria-label": label, placeholder: label, autocomplete: "off", spellcheck: "true",
      "aria-autocomplete": "list", "aria-controls": this.listId, data: { testid },
    });
    this.sendButton = h("button", { type: "button", class: "send", "aria-label": "Send", disabled: true, data: { testid: `${testid}-send` } }, icon("send"));
    this.list = h("ul", { class: "offers", role: "listbox", id: this.listId, "aria-label": "Suggestions", hidden: true });
    this.root = h("div", { class: "composer" }, this.list, h("div", { class: "composer-box" }, this.field, this.sendButton));
    this.field.addEventListener("input", () => this.changed());
    this.field.addEventListener("keydown", (event) => this.pressed(event));
    this.field.addEventListener("click", () => this.offer());
    this.field.addEventListener("blur", () => this.hideOffers());
    this.sendButton.addEventListener("click", () => this.submit());
  }

  /** New words around the field, without touching what is typed. */
  update({ label, commands, people }) {
    this.commands = commands;
    this.people = people;
    if (this.field.placeholder === label) return;
    this.field.placeholder = label;
    this.field.setAttribute("aria-label", label);
  }

  get text() {
    return this.field.value;
  }

  set text(value) {
    this.field.value = value;
    this.changed();
  }

  changed() {
    this.sendButton.disabled = !this.field.value.trim();
    this.field.style.height = "auto";
    const isShown = this.field.offsetParent !== null; // a hidden field has no height to measure
    if (this.field.value && isShown) this.field.style.height = `${Math.min(this.field.scrollHeight, 160)}px`;
    this.offer();
  }

  async submit() {
    const text = this.field.value.trim();
    if (!text) return;
    this.text = ""; // gone at once, as in Slack; it comes back if it could not be sent
    this.root.classList.add("is-sending");
    this.sending = this.sending.then(() => this.send(text)); // whoever types faster than it goes keeps their order
    const last = this.sending;
    const taken = await last;
    if (last === this.sending) this.root.classList.remove("is-sending");
    if (!taken && !this.field.value) this.text = text;
  }

  pressed(event) {
    if (event.isComposing) return;
    const isOpen = !this.list.hidden;
    if (isOpen && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      this.mark(this.marked + (event.key === "ArrowDown" ? 1 : -1));
    } else if (isOpen && (event.key === "Tab" || (event.key === "Enter" && !event.shiftKey))) {
      event.preventDefault();
      this.take(this.offers[this.marked]);
    } else if (isOpen && event.key === "Escape") {
      event.stopPropagation();
      this.hideOffers();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.submit();
    }
  }

  // --- what is offered while typing ----------------------------------------------------------------

  offer() {
    const before = this.field.value.slice(0, this.field.selectionStart);
    const command = /^\/(\w*)$/.exec(before);
    const name = /(?:^|[\s(])@([\p{L}\p{N}]*(?: [\p{L}\p{N}]*)?)$/u.exec(before);
    if (command) this.offers = this.matchingCommands(command[1]);
    else if (name) this.offers = this.matchingPeople(name[1]);
    else this.offers = [];
    this.showOffers();
  }

  matchingCommands(typed) {
    return this.commands
      .filter((one) => one.command.slice(1).startsWith(typed))
      .map((one) => ({
        value: one.command, start: 0, end: one.command.length,
        insert: `${one.command} `, isWhole: one.command.slice(1) === typed,
        draw: () => [h("strong", {}, one.command), " ", h("span", { class: "offer-hint" }, one.usage_hint ?? ""), h("small", {}, one.description ?? "")],
      }));
  }

  matchingPeople(typed) {
    const wish = typed.toLowerCase();
    const fits = (person) => person.name.toLowerCase().split(" ").some((word) => word.startsWith(wish)) || person.name.toLowerCase().startsWith(wish);
    const at = this.field.selectionStart;
    return this.people.filter(fits).slice(0, 8).map((person) => ({
      value: person.id, start: at - typed.length - 1, insert: `@${person.name} `, isWhole: false,
      draw: () => [avatar(person, "tiny"), h("strong", {}, person.name), h("small", {}, person.is_bot ? "App" : `${person.title}, ${person.team_name}`)],
    }));
  }

  showOffers() {
    // With the whole command typed, Enter sends it: the offer stays to read its hint, not to be taken.
    const isOpen = this.offers.length > 0 && document.activeElement === this.field;
    if (!isOpen) {
      this.hideOffers();
      return;
    }
    this.list.hidden = false;
    this.list.replaceChildren(...this.offers.map((offer, at) =>
      h("li", {
        role: "option", id: `${this.listId}-${at}`, class: "offer", data: { value: offer.value },
        on: { pointerdown: (event) => { event.preventDefault(); this.take(offer); } },
      }, offer.draw())));
    this.mark(0);
  }

  hideOffers() {
    this.list.hidden = true;
    this.list.replaceChildren();
    this.field.removeAttribute("aria-activedescendant");
  }

  mark(at) {
    this.marked = (at + this.offers.length) % this.offers.length;
    [...this.list.children].forEach((row, index) => row.setAttribute("aria-selected", String(index === this.marked)));
    const row = this.list.children[this.marked];
    this.field.setAttribute("aria-activedescendant", row.id);
    row.scrollIntoView({ block: "nearest" });
  }

  take(offer) {
    if (offer.isWhole) {
      this.hideOffers();
      this.submit();
      return;
    }
    const caret = this.field.selectionStart;
    this.field.setRangeText(offer.insert, offer.start, caret, "end");
    this.changed();
    this.field.focus();
  }
}

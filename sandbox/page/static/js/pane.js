// One Slack client: a person, their conversations, and what they do in them.
import * as api from "./api.js";
import { Composer } from "./composer.js";
import { beginningOf, boardOf, conversationName, firstLine, whyReadOnly } from "./conversation.js";
import { confirmed } from "./dialog.js";
import { avatar, h, icon, paint, parts } from "./dom.js";
import { clockTime } from "./format.js";
import { withEmojiNodes } from "./emoji_art.js";
import { Home } from "./home.js";
import { showMessages } from "./messages.js";
import { Modals } from "./modal.js";
import { showMenu } from "./popover.js";
import { Reading } from "./reading.js";
import { Tabs } from "./tabs.js";
import { Thread } from "./thread.js";

const SLACKBOT = { id: "USLACKBOT", name: "Slackbot", initials: "S", color: "#5b6770" };
const ANYWHERE = ""; // asks for whatever conversation they are in
const SENT_NOWHERE = new Set(["offline", "bad_answer", "bad_call"]); // what was typed is kept after these

export class Pane {
  /** `told(pane)` is called after each drawing; `now()` gives sandbox time in unix seconds. */
  constructor(root, { told, now }) {
    Object.assign(this, { root, told, now, part: parts(root), notes: [], drafts: new Map(), dismissed: new Set() });
    this.home = root.dataset.channel;
    this.person = root.dataset.person;
    this.channel = this.home;
    this.state = null;
    this.refresh = this.refresh.bind(this);
    this.composer = new Composer({ label: "Message", testid: "composer", send: (text) => this.say(text) });
    this.readOnly = h("p", { class: "read-only", data: { testid: "read-only" }, hidden: true });
    this.part.composer.append(this.composer.root, this.readOnly);
    this.thread = new Thread({
      root: this.part.thread,
      send: (text, ts) => this.say(text, ts),
      closed: () => this.closeThread(),
    });
    this.modals = new Modals({ layer: this.part.modals, front: this.part.front, settled: this.refresh });
    this.appHome = new Home({
      tabs: this.part["app-tabs"], home: this.part.home, body: this.part.body,
      open: (tab) => this.openApp(tab), settled: this.refresh,
    });
    this.tabs = new Tabs({ nav: this.part.tabs, open: (id) => this.openChannel(id), openApp: (tab) => this.openApp(tab) });
    this.part.who.addEventListener("click", () => this.choosePerson());
    this.part.front.addEventListener("click", (event) => {
      const mention = event.target.closest("[data-opens]");
      if (mention) this.openChannel(mention.dataset.opens);
    });
    this.reading = new Reading({ root, box: this.part.messages, newer: this.part.newer });
  }

  // --- what is there -------------------------------------------------------------------------------

  /** Fetches and draws the newest state; calls that come meanwhile become one more round. */
  async refresh() {
    if (this.isFetching) {
      this.isStale = true;
      return;
    }
    this.isFetching = true;
    do {
      this.isStale = false;
      const asked = `${this.person} ${this.channel}`;
      const state = await api.state(this.person, this.channel);
      if (asked !== `${this.person} ${this.channel}`) this.isStale = true;
      else if (state.ok) this.arrive(state);
      else if (state.error !== "offline" && this.channel !== ANYWHERE) this.openChannel(ANYWHERE); // they are not in it
    } while (this.isStale);
    this.isFetching = false;
  }

  /** Somebody who is anywhere is where the server has them: in a conversation of theirs, or nowhere. */
  arrive(state) {
    if (this.channel === ANYWHERE && state.channel.id) this.channel = state.channel.id;
    this.draw(state);
  }

  draw(state) {
    const before = this.state;
    this.state = state;
    const { person, people, teams, channels } = state;
    this.known = { people: { ...people, USLACKBOT: SLACKBOT }, teams, channels, self: person.id, now: state.now, zone: person.tz };
    this.drawHead(state);
    this.tabs.update(state, this.channel);
    this.drawPins(state);
    this.drawMessages(state, before);
    this.drawThread(state);
    this.drawComposer(state);
    this.appHome.update(state, this.known, this.channel);
    this.modals.update(state.views, this.known, state.story?.fills);
    this.noticeDms(before, state);
    this.markRead(state);
    this.told(this);
  }

  drawHead({ person, teams, now }) {
    const { part, root } = this;
    const color = paint(teams[person.team_id]?.color);
    root.dataset.person = person.id;
    root.style.setProperty("--team", color.background);
    root.setAttribute("aria-label", `Slack as ${person.name} of ${person.team_name} sees it`);
    for (const [key, value] of Object.entries(color)) part["team-tile"].style.setProperty(key, value);
    part["team-tile"].textContent = person.team_name[0];
    part["team-name"].textContent = person.team_name;
    part["app-note"].textContent = person.has_app ? "Tandem is installed" : "has not installed Tandem";
    part["who-name"].textContent = person.name;
    part["who-title"].textContent = `${person.title} · ${clockTime(now, person.tz)} local time`;
    if (part.who.firstElementChild.dataset.person !== person.id) {
      part.who.querySelector(".avatar")?.remove();
      part.who.prepend(avatar(this.known.people[person.id], "small"));
    }
    part.who.setAttribute("aria-label", `${person.name}, ${person.title}. Switch person`);
  }

  drawPins({ channel }) {
    const pinned = channel.messages.filter((message) => channel.pins.includes(message.ts));
    const print = JSON.stringify(pinned.map((message) => [message.ts, firstLine(message)]));
    if (print === this.pinsPrint) return;
    this.pinsPrint = print;
    this.part.pins.hidden = pinned.length === 0;
    this.part.pins.replaceChildren(icon("pin"), ...pinned.map((message) =>
      h("button", { type: "button", class: "pin", data: { testid: "pin", pin: message.ts }, on: { click: () => this.jumpTo(message.ts) } }, withEmojiNodes(firstLine(message)))));
  }

  drawMessages(state, before) {
    const box = this.part.messages;
    const isNew = before?.channel.id !== state.channel.id || before?.person.id !== state.person.id;
    if (isNew) this.reading.open(`${state.person.id} ${state.channel.id}`);
    const messages = this.withNotes(state.channel.messages, null);
    const grew = !isNew && messages.length > 0 && messages[messages.length - 1].ts !== this.lastTs;
    this.lastTs = messages[messages.length - 1]?.ts;
    box.setAttribute("aria-label", `Messages in ${conversationName(state)}`);
    showMessages(box, messages, this.reader(false), [this.beginning(state)]);
    this.reading.settle(boardOf(state.channel)?.ts, grew);
  }

  /** What only this person was told by their own client, among what everybody said. */
  withNotes(messages, threadTs) {
    const mine = this.notes.filter((note) => note.home === `${this.person} ${this.channel}` && note.thread_ts === threadTs);
    const kept = messages.filter((message) => !this.dismissed.has(message.ts));
    return [...kept, ...mine].sort((a, b) => Number(a.ts) - Number(b.ts));
  }

  beginning(state) {
    const [name, words] = [conversationName(state), beginningOf(state)];
    return { key: "beginning", print: `${name} ${words}`, draw: () => h("div", { class: "beginning" }, h("h2", {}, name), h("p", {}, words)) };
  }

  drawThread({ channel }) {
    if (!this.thread.ts) return;
    const root = channel.messages.find((message) => message.ts === this.thread.ts);
    const notes = this.withNotes([], this.thread.ts);
    const kept = root && { ...root, replies: root.replies?.filter((reply) => !this.dismissed.has(reply.ts)) };
    this.thread.update(kept, notes, this.reader(true), whyReadOnly(this.state), { ...this.offers(), commands: [] });
  }

  drawComposer(state) {
    const why = whyReadOnly(state);
    this.composer.root.hidden = Boolean(why);
    this.readOnly.hidden = !why;
    this.readOnly.textContent = why;
    this.composer.update({ label: `Message ${conversationName(state)}`, ...this.offers() });
  }

  offers() {
    const { channel, people, commands } = this.state;
    const there = channel.member_ids.map((id) => people[id]).filter((person) => person && person.id !== this.person);
    return { commands, people: there.sort((a, b) => Number(b.is_bot) - Number(a.is_bot)) };
  }

  reader(inThread) {
    return {
      known: this.known,
      channel: this.channel,
      inThread,
      settled: this.refresh,
      openThread: (ts) => this.openThread(ts),
      remove: (message, near) => this.remove(message, near),
      dismiss: (ts) => this.dismiss(ts),
      shortcuts: this.state.shortcuts ?? [],
      shortcut: (message, callbackId) => this.shortcut(message, callbackId),
    };
  }

  jumpTo(ts) {
    const node = this.reading.toMessage(ts);
    if (!node) return;
    node.classList.remove("is-found");
    void node.offsetWidth; // begins the animation again
    node.classList.add("is-found");
  }

  // --- what the person does ------------------------------------------------------------------------

  async say(text, threadTs = null) {
    const answer = await api.say({ person: this.person, channel: this.channel, text, ...(threadTs ? { thread_ts: threadTs } : {}) });
    if (!answer.ok) this.slackbot(answer.message || answer.error, threadTs);
    else if (!threadTs) this.reading.toEnd();
    await this.refresh();
    if (answer.ok && !threadTs) this.reading.toEnd();
    return !SENT_NOWHERE.has(answer.error);
  }

  /** Words of the person's own client, which nobody else sees and no app sent. */
  slackbot(text, threadTs) {
    const ts = this.now().toFixed(6);
    this.notes.push({
      ts, user: "USLACKBOT", bot: false, text: escaped(text), blocks: null, ephemeral: true, replies: [],
      thread_ts: threadTs, home: `${this.person} ${this.channel}`,
    });
    if (this.state) this.draw(this.state);
    if (!threadTs) this.reading.toEnd();
  }

  dismiss(ts) {
    this.dismissed.add(ts);
    this.notes = this.notes.filter((note) => note.ts !== ts);
    this.draw(this.state);
  }

  async remove(message, near) {
    const question = {
      title: { text: "Delete this message?" }, text: { type: "plain_text", text: "It goes for everybody, as if an admin had removed it." },
      confirm: { text: "Delete" }, deny: { text: "Keep" }, style: "danger",
    };
    if (!(await confirmed(question, near, this.known))) return;
    const answer = await api.remove({ person: this.person, channel: this.channel, ts: message.ts });
    if (!answer.ok) this.toast(answer.message || answer.error);
    this.refresh();
  }

  async shortcut(message, callbackId) {
    const answer = await api.shortcut({ person: this.person, channel: this.channel, ts: message.ts, callback_id: callbackId });
    this.refresh();
    return answer.ok ? "" : answer.message || answer.error;
  }

  openThread(ts) {
    this.thread.open(ts);
    this.drawThread(this.state);
  }

  closeThread() {
    const { ts } = this.thread;
    this.thread.close();
    this.part.messages.querySelector(`[data-ts="${CSS.escape(ts ?? "")}"] button`)?.focus({ preventScroll: true });
  }

  openChannel(id) {
    this.drafts.set(`${this.person} ${this.channel}`, this.composer.text);
    this.channel = id;
    this.thread.close();
    this.composer.text = this.drafts.get(`${this.person} ${id}`) ?? "";
    this.part.toasts.replaceChildren();
    if (this.state) this.tabs.update(this.state, id);
    return this.refresh();
  }

  /** The app's own place: its Home tab or its Messages tab. Slack tells the app of both. */
  async openApp(tab) {
    const answer = await api.openHome({ person: this.person, tab });
    if (!answer.ok) {
      this.toast(answer.message || answer.error);
      return;
    }
    this.appHome.tab = tab;
    if (this.channel === answer.channel) await this.refresh();
    else await this.openChannel(answer.channel);
  }

  /** Somebody else sits here from now on, at the conversation they came for. */
  become(id, channel = this.home) {
    this.drafts.set(`${this.person} ${this.channel}`, this.composer.text);
    this.person = id;
    this.composer.text = "";
    return this.openChannel(channel);
  }

  /** A story is at this person in this conversation, at what they say or at the board. */
  async show({ person, channel, is_talk }) {
    this.appHome.tab = "messages";
    if (person !== this.person) await this.become(person, channel);
    else if (channel !== this.channel) await this.openChannel(channel);
    this.look({ is_talk });
  }

  look({ is_talk: isTalk }) {
    const board = boardOf(this.state.channel);
    this.reading.acted();
    if (isTalk || !board) this.reading.toEnd();
    else this.reading.toMessage(board.ts);
  }

  choosePerson() {
    const { people, teams } = this.state;
    const humans = Object.values(people).filter((person) => !person.is_bot && !person.is_deactivated);
    const items = Object.values(teams).flatMap((team) => [
      { heading: team.name },
      ...humans.filter((person) => person.team_id === team.id).map((person) => ({
        label: [avatar(person, "tiny"), person.name], note: person.title, value: person.id,
        checked: person.id === this.person, pick: () => this.become(person.id),
      })),
    ]);
    showMenu(this.part.who, items, { label: "Whose Slack this is", align: "end" });
  }

  // --- what arrives --------------------------------------------------------------------------------

  /** A private message that came while another conversation is open is announced over the pane. */
  noticeDms(before, state) {
    if (!before || before.person.id !== state.person.id) return;
    for (const channel of state.channels) {
      const had = before.channels.find((one) => one.id === channel.id)?.unread ?? 0;
      if (channel.kind !== "dm" || channel.id === this.channel || channel.unread <= had) continue;
      const name = state.people[channel.with]?.name ?? channel.name;
      this.toast(`${name} wrote to ${state.person.name.split(" ")[0]}`, () => this.openChannel(channel.id));
    }
  }

  toast(words, open = null) {
    const go = () => {
      note.remove();
      open?.();
    };
    const note = h("div", { class: "toast", data: { testid: "toast" } }, h("span", {}, words),
      h("button", { type: "button", class: "quiet", on: { click: go } }, open ? "Open" : "OK"));
    this.part.toasts.replaceChildren(note);
  }

  markRead(state) {
    const open = state.channels.find((channel) => channel.id === this.channel);
    const print = `${this.person} ${this.channel} ${open?.unread} ${this.lastTs}`;
    if (!open?.unread || !this.root.offsetParent || document.hidden || print === this.readPrint) return;
    this.readPrint = print;
    api.read({ person: this.person, channel: this.channel });
  }
}

const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

// The line of a person's conversations: which one is open, what is new in the others.
import { avatar, h } from "./dom.js";
import { focusIn, restoreFocus } from "./patch.js";

export class Tabs {
  /** `open(id)` opens a conversation, `openApp(tab)` the app's own place with its tabs. */
  constructor({ nav, open, openApp }) {
    Object.assign(this, { nav, open, openApp, print: null });
  }

  /** `openId` is the conversation that shows, whatever the state was asked for. */
  update({ channels, people, home, person }, openId) {
    const print = JSON.stringify([channels, openId, home?.channel, person.id]);
    if (print === this.print) return;
    this.print = print;
    const focus = focusIn(this.nav);
    this.nav.replaceChildren(...withApp(channels, home, people).map((channel) => this.tab(channel, openId, home, people)));
    this.nav.setAttribute("aria-label", `Conversations of ${person.name}`);
    restoreFocus(this.nav, focus);
  }

  tab(channel, openId, home, people) {
    const isDm = channel.kind === "dm";
    const other = people[channel.with];
    const isOpen = channel.id === openId;
    const isNew = channel.unread > 0 && !isOpen;
    const go = () => (channel.id === home?.channel ? this.openApp(channel.unread ? "messages" : "home") : this.open(channel.id));
    return h(
      "button",
      {
        type: "button", class: `tab${isNew ? " has-unread" : ""}`, "aria-current": isOpen ? "page" : null,
        data: { testid: "tab", channelId: channel.id, kind: channel.kind, unread: channel.unread }, on: { click: go },
      },
      isDm ? avatar(other, "tiny") : null,
      isDm ? (other?.name ?? channel.name) : `#${channel.name}`,
      channel.is_ext_shared ? mark("shared", "Shared between the two companies") : null,
      channel.is_archived ? mark("archived", "Nothing more can be said in it") : null,
      isNew ? h("span", { class: "unread", "aria-label": `${channel.unread} unread` }, String(channel.unread)) : null,
    );
  }
}

const mark = (word, title) => h("span", { class: `tab-mark ${word}`, title }, word);

/** The conversations, and the app among them for whoever has its Home tab, before it ever wrote to them. */
function withApp(channels, home, people) {
  if (!home || channels.some((channel) => channel.id === home.channel)) return channels;
  const app = Object.values(people).find((person) => person.is_bot);
  return [...channels, { id: home.channel, name: app.name, kind: "dm", with: app.id, unread: 0 }];
}

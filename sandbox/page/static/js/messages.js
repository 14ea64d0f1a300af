// Messages: the list of a conversation, and the list of a thread.
import { avatar, h, icon, paint } from "./dom.js";
import { renderBlocks } from "./blocks.js";
import { valuesOf } from "./form.js";
import { renderFiles } from "./files.js";
import { clockTime, dayKey, dayName, longMoment } from "./format.js";
import { mrkdwn } from "./mrkdwn.js";
import { patch } from "./patch.js";
import { showMenu } from "./popover.js";
import { surface } from "./surface.js";

const TOGETHER = 5 * 60; // seconds within which messages of one person share one head, as in Slack

/**
 * @typedef {Object} Reader  Whoever looks at the list, and what they may do with a message.
 * @property {import("./mrkdwn.js").Known} known
 * @property {string} channel
 * @property {boolean} inThread
 * @property {() => void} settled
 * @property {(ts: string) => void} openThread
 * @property {(message: Object, node: Element) => void} remove
 * @property {(ts: string) => void} dismiss  an ephemeral message
 * @property {Object[]} shortcuts  what the menu of a message offers, `{callback_id, name, description}`
 * @property {(message: Object, callbackId: string) => Promise<string>} shortcut  gives what went wrong, or ""
 */

/** Brings the children of `box` to `messages`, with a line per day and whatever stands `before` them. */
export function showMessages(box, messages, reader, before = []) {
  const { now, zone, self } = reader.known;
  const items = [...before];
  let last = null;
  for (const message of messages) {
    const isNewDay = !last || dayKey(last.ts, zone) !== dayKey(message.ts, zone);
    if (isNewDay && !reader.inThread) {
      const words = dayName(message.ts, now, zone);
      items.push({ key: `day ${dayKey(message.ts, zone)}`, print: words, draw: () => dayLine(words) });
    }
    const follows = !isNewDay && continues(last, message);
    // Whoever sits here is part of it: what they press, they press.
    const said = JSON.stringify([self, message, follows, reader.inThread, reader.shortcuts]);
    // "today" and "2 hours ago" go on being true: those are drawn anew each minute.
    const print = /<!date\^|"type":"date"/.test(said) ? `${said} ${Math.floor(now / 60)}` : said;
    items.push({ key: message.ts, print, draw: () => renderMessage(message, reader, follows) });
    last = message;
  }
  patch(box, items);
}

const dayLine = (words) => h("div", { class: "day", role: "separator" }, h("span", {}, words));

function continues(last, message) {
  const plain = (one) => !one.ephemeral && !one.pinned && !one.subtype && !one.replies?.length;
  return last.user === message.user && plain(last) && plain(message) && Number(message.ts) - Number(last.ts) < TOGETHER;
}

function renderMessage(message, reader, follows) {
  const { known } = reader;
  const person = known.people[message.user] ?? { name: message.user, initials: "?" };
  if (message.subtype && !["bot_message", "file_share"].includes(message.subtype) && !message.blocks) return systemLine(message, reader);
  const kinds = ["message", follows && "follows", message.ephemeral && "ephemeral", message.pinned && "pinned"];
  return h(
    "article",
    {
      class: kinds.filter(Boolean).join(" "), "aria-label": `${person.name}, ${clockTime(message.ts, known.zone)}`,
      data: { ts: message.ts, user: message.user, ephemeral: message.ephemeral || null },
    },
    marks(message),
    h("div", { class: "message-side" }, follows ? timeOf(message, known, "side-time") : avatar(person)),
    h(
      "div",
      { class: "message-main" },
      follows ? null : head(message, person, known),
      body(message, reader),
      renderFiles(message.files),
      h("p", { class: "problem", role: "alert", hidden: true }),
      reader.inThread ? null : threadLine(message, reader),
    ),
    tools(message, reader),
  );
}

/** Somebody joined, a message was deleted: words of Slack's own. */
function systemLine(message, reader) {
  const { known } = reader;
  return h(
    "article",
    { class: "message system", data: { ts: message.ts } },
    h("div", { class: "message-side" }, avatar(known.people[message.user], "small")),
    h(
      "div",
      { class: "message-main" },
      h("div", { class: "text muted" }, mrkdwn(message.text ?? "", known)),
      reader.inThread ? null : threadLine(message, reader),
    ),
  );
}

function marks(message) {
  if (message.ephemeral) return h("div", { class: "mark" }, icon("eye"), "Only visible to you");
  if (message.pinned) return h("div", { class: "mark" }, icon("pin"), "Pinned");
  return null;
}

function timeOf(message, known, style = "time") {
  return h("time", { class: style, title: longMoment(message.ts, known.zone) }, clockTime(message.ts, known.zone));
}

function head(message, person, known) {
  const team = person.is_external && !person.is_bot
    ? h("span", { class: "from-team" }, h("i", { style: { background: paint(known.teams[person.team_id]?.color).background } }), person.team_name)
    : null;
  return h(
    "div",
    { class: "message-head" },
    h("span", { class: "author" }, person.name),
    message.bot || person.is_bot ? h("span", { class: "badge" }, "App") : null,
    team,
    timeOf(message, known),
    message.edited_ts && message.blocks ? editedMark(message, known) : null,
  );
}

const editedMark = (message, known) =>
  h("span", { class: "edited", title: longMoment(message.edited_ts, known.zone) }, "(edited)");

function body(message, reader) {
  const { known } = reader;
  if (!message.blocks?.length) {
    const edited = message.edited_ts ? [" ", editedMark(message, known)] : [];
    return h("div", { class: "message-body text" }, mrkdwn(message.text ?? "", known), edited);
  }
  const node = h("div", { class: "message-body blocks" });
  const memory = new Map();
  const place = surface({
    known,
    person: known.self,
    memory,
    where: () => ({ channel: reader.channel, ts: message.ts, values: valuesOf(message, memory) }),
    problem: (words, near) => showProblem(near, words),
    settled: reader.settled,
  });
  node.append(...renderBlocks(message.blocks, place));
  return node;
}

/** What Slack answered to a press, under the message it was on. */
function showProblem(near, words) {
  const line = near.closest(".message")?.querySelector(":scope > .message-main > .problem");
  if (!line) return;
  line.textContent = words;
  line.hidden = !words;
}

function threadLine(message, reader) {
  const replies = message.replies ?? [];
  if (!replies.length) return null;
  const { known } = reader;
  const faces = [...new Set(replies.map((reply) => reply.user))].slice(0, 4);
  const last = replies[replies.length - 1];
  const day = dayName(last.ts, known.now, known.zone);
  return h(
    "button",
    { type: "button", class: "replies", data: { testid: "replies" }, on: { click: () => reader.openThread(message.ts) } },
    h("span", { class: "replies-faces" }, faces.map((id) => avatar(known.people[id], "tiny"))),
    h("span", { class: "replies-count" }, `${replies.length} ${replies.length === 1 ? "reply" : "replies"}`),
    h("span", { class: "muted" }, `Last reply ${day.toLowerCase() === "today" ? "today" : day} at ${clockTime(last.ts, known.zone)}`),
  );
}

function tools(message, reader) {
  const tool = (name, label, act) =>
    h("button", { type: "button", class: "message-tool", title: label, "aria-label": label, data: { tool: name }, on: { click: act } },
      icon({ reply: "reply", delete: "trash", dismiss: "close", more: "dots" }[name]));
  const all = message.ephemeral
    ? [tool("dismiss", "Dismiss message", () => reader.dismiss(message.ts))]
    : [
        reader.inThread ? null : tool("reply", "Reply in thread", () => reader.openThread(message.ts)),
        reader.shortcuts.length ? tool("more", "More actions", (event) => offerShortcuts(message, reader, event.currentTarget)) : null,
        message.bot ? tool("delete", "Delete message, as an admin could", (event) => reader.remove(message, event.currentTarget)) : null,
      ];
  return h("div", { class: "message-tools" }, all);
}

/** The app's own entries in the menu of a message: https://docs.slack.dev/interactivity/implementing-shortcuts */
function offerShortcuts(message, reader, near) {
  const items = reader.shortcuts.map((shortcut) => ({
    label: shortcut.name, note: shortcut.description, value: shortcut.callback_id,
    pick: async () => showProblem(near, await reader.shortcut(message, shortcut.callback_id)),
  }));
  showMenu(near, [{ heading: "Message shortcuts" }, ...items], { label: "Message shortcuts", align: "end", isStacked: true });
}

// Slack's mrkdwn as nodes: https://docs.slack.dev/messaging/formatting-message-text
// Text arrives escaped (&amp; &lt; &gt;) and is unescaped at the leaves, into text nodes only.
import { h } from "./dom.js";
import { emoji } from "./emoji.js";
import { emojiNode, withEmojiNodes } from "./emoji_art.js";
import { slackDate } from "./format.js";

/**
 * @typedef {{people: Object, channels: Object[], self: string, now: number, zone?: string}} Known
 * What mentions and dates are looked up in: people by id, the viewer's channels, the viewer's id.
 */

const unescape = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

/** A whole text object (`{type, text}`) or string of mrkdwn, as an array of nodes and strings. */
export function renderText(text, known) {
  if (!text) return [];
  if (typeof text === "string") return mrkdwn(text, known);
  if (text.type === "plain_text") return text.emoji === false ? [text.text] : withEmojiNodes(text.text);
  return mrkdwn(text.text, known);
}

export function mrkdwn(text, known) {
  const pieces = [];
  text.split(/```([\s\S]+?)```/).forEach((part, at) => {
    if (at % 2) pieces.push(h("pre", { class: "code-block" }, unescape(part.replace(/^\n|\n$/g, ""))));
    else if (part) pieces.push(...quoted(part, known));
  });
  return pieces;
}

/** Lines that begin with ">" become quotes; ">>>" quotes all that follows. */
function quoted(text, known) {
  const pieces = [];
  let plain = [];
  let quote = [];
  const flush = () => {
    if (quote.length) pieces.push(h("blockquote", {}, inline(quote.join("\n"), known)));
    if (plain.length) pieces.push(...inline(plain.join("\n"), known));
    [plain, quote] = [[], []];
  };
  const lines = text.split("\n");
  for (let at = 0; at < lines.length; at += 1) {
    if (/^(&gt;|>){3}/.test(lines[at])) {
      flush();
      quote = [lines[at].replace(/^(&gt;|>){3} ?/, ""), ...lines.slice(at + 1)];
      break;
    }
    const isQuote = /^(&gt;|>)/.test(lines[at]);
    if (isQuote !== quote.length > 0) {
      // A quote is a box of its own: the empty line written around it is its margin already.
      if (quote.length && lines[at] === "") {
        flush();
        continue;
      }
      flush();
    }
    if (isQuote) quote.push(lines[at].replace(/^(&gt;|>) ?/, ""));
    else plain.push(lines[at]);
  }
  flush();
  return pieces;
}

// One alternative per thing that can begin here; the marks of style want a word's edge on both sides.
const TOKEN = new RegExp(
  [
    /`([^`\n]+)`/, // 1 code
    /<([^<>\n]+)>/, // 2 entity
    /:([a-z0-9_+'-]+):(?::skin-tone-[2-6]:)?/, // 3 emoji
    /(?<![\p{L}\p{N}*])\*(?!\s)([^*\n]*[^*\s])\*(?![\p{L}\p{N}*])/, // 4 bold
    /(?<![\p{L}\p{N}_])_(?!\s)([^_\n]*[^_\s])_(?![\p{L}\p{N}_])/, // 5 italic
    /(?<![\p{L}\p{N}~])~(?!\s)([^~\n]*[^~\s])~(?![\p{L}\p{N}~])/, // 6 strike
    /(?<![\p{L}\p{N}/])(https?:\/\/[^\s<>|]+[^\s<>|.,;:!?)'"])/, // 7 bare link
  ]
    .map((one) => one.source)
    .join("|"),
  "gu",
);

function inline(text, known) {
  const pieces = [];
  let at = 0;
  for (const found of text.matchAll(TOKEN)) {
    const node = token(found, known);
    if (node === null) continue;
    if (found.index > at) pieces.push(...withEmojiNodes(unescape(text.slice(at, found.index))));
    pieces.push(node);
    at = found.index + found[0].length;
  }
  if (at < text.length) pieces.push(...withEmojiNodes(unescape(text.slice(at))));
  return pieces;
}

function token([, code, inside, shortcode, bold, italic, strike, address], known) {
  if (code !== undefined) return h("code", {}, unescape(code));
  if (inside !== undefined) return entity(inside, known);
  if (shortcode !== undefined) return emoji(shortcode) ? emojiNode(shortcode, emoji(shortcode)) : null;
  if (bold !== undefined) return h("strong", {}, inline(bold, known));
  if (italic !== undefined) return h("em", {}, inline(italic, known));
  if (strike !== undefined) return h("s", {}, inline(strike, known));
  return link(unescape(address), unescape(address));
}

/** What stands between < and >: a person, a channel, a broadcast, a date or a link. */
function entity(inside, known) {
  const [target, ...rest] = inside.split("|");
  const label = rest.length ? unescape(rest.join("|")) : null;
  if (target.startsWith("@")) return mention(target.slice(1), known, label);
  if (target.startsWith("#")) return channelMention(target.slice(1), known, label);
  if (target.startsWith("!date^")) return date(target, label, known);
  if (target.startsWith("!subteam^")) return h("span", { class: "mention" }, label ?? "@group");
  if (target.startsWith("!")) return broadcast(target.slice(1));
  return link(unescape(target), label ?? unescape(target));
}

export function mention(id, known, label = null) {
  const name = known.people[id]?.name ?? label ?? id;
  const own = id === known.self ? " mention-own" : "";
  return h("span", { class: `mention${own}`, data: { user: id } }, `@${name}`);
}

export function channelMention(id, known, label = null) {
  const mine = known.channels.find((channel) => channel.id === id);
  const words = `#${mine?.name ?? label ?? id}`;
  // The client it stands in opens the conversation; one that this person is not in leads nowhere.
  return mine ? h("button", { type: "button", class: "mention", data: { opens: id } }, words) : h("span", { class: "mention" }, words);
}

export const broadcast = (range) => h("span", { class: "mention mention-own" }, `@${range}`);

function date(target, fallback, known) {
  const [, seconds, pattern, address] = target.split("^");
  if (!/^\d{1,11}$/.test(seconds) || !pattern) return document.createTextNode(fallback ?? "");
  const words = slackDate(Number(seconds), pattern, known.now, known.zone);
  const when = h("time", { datetime: new Date(Number(seconds) * 1000).toISOString() }, words);
  return address ? link(address, when) : when;
}

/** A link that leaves the page, or only its words where the address is not one that may be followed. */
export function link(address, words) {
  if (!/^(https?:|mailto:|tel:)/i.test(address)) return h("span", {}, words);
  return h("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, words);
}

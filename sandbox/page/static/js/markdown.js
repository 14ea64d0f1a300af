// markdown blocks: standard Markdown, unlike Slack's own mrkdwn. As much of it as Slack draws in a message.
// https://docs.slack.dev/reference/block-kit/blocks/markdown-block
import { h } from "./dom.js";
import { withEmojiNodes } from "./emoji_art.js";
import { link } from "./mrkdwn.js";

export function renderMarkdown(text) {
  const box = h("div", { class: "markdown text" });
  text.split(/```([\s\S]+?)```/).forEach((part, at) => {
    if (at % 2) box.append(h("pre", { class: "code-block" }, part.replace(/^\w*\n|\n$/g, "")));
    else for (const paragraph of part.split(/\n{2,}/)) if (paragraph.trim()) box.append(...lines(paragraph.trim().split("\n")));
  });
  return box;
}

const KINDS = [
  [/^#{1,6}\s+(.*)/, (words) => h("strong", { class: "markdown-line" }, inline(words))],
  [/^\s*[-*+]\s+(.*)/, (words) => h("span", { class: "markdown-line markdown-item" }, "•  ", inline(words))],
  [/^\s*(\d+\.\s+.*)/, (words) => h("span", { class: "markdown-line markdown-item" }, inline(words))],
  [/^>\s?(.*)/, (words) => h("blockquote", {}, inline(words))],
  [/^(.*)/, (words) => h("span", { class: "markdown-line" }, inline(words))],
];

const lines = (rows) => rows.map((row) => {
  const [shape, draw] = KINDS.find(([one]) => one.test(row));
  return draw(shape.exec(row)[1]);
});

const TOKEN = /`([^`]+)`|\[([^\]]+)\]\(([^)\s]+)\)|\*\*(.+?)\*\*|~~(.+?)~~|(?<![\p{L}\p{N}])[*_](\S[^*_]*?)[*_](?![\p{L}\p{N}])/gu;

function inline(text) {
  const pieces = [];
  let at = 0;
  for (const found of text.matchAll(TOKEN)) {
    const [whole, code, label, address, bold, strike, italic] = found;
    pieces.push(...withEmojiNodes(text.slice(at, found.index)));
    if (code) pieces.push(h("code", {}, code));
    else if (label) pieces.push(link(address, label));
    else if (bold) pieces.push(h("strong", {}, inline(bold)));
    else if (strike) pieces.push(h("s", {}, inline(strike)));
    else pieces.push(h("em", {}, inline(italic)));
    at = found.index + whole.length;
  }
  pieces.push(...withEmojiNodes(text.slice(at)));
  return pieces;
}

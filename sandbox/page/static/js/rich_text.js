// rich_text blocks: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
// Their text is raw, never escaped and never parsed.
import { h } from "./dom.js";
import { emoji } from "./emoji.js";
import { emojiNode, withEmojiNodes } from "./emoji_art.js";
import { slackDate } from "./format.js";
import { broadcast, channelMention, link, mention } from "./mrkdwn.js";

export function renderRichText(block, known) {
  return h("div", { class: "rich-text" }, block.elements.map((element) => group(element, known)));
}

function group(element, known) {
  const runs = () => element.elements.map((run) => styled(run, known));
  if (element.type === "rich_text_list") return list(element, known);
  if (element.type === "rich_text_quote") return h("blockquote", {}, runs());
  if (element.type === "rich_text_preformatted") return h("pre", { class: "code-block" }, runs());
  return h("div", { class: "text" }, runs());
}

function list(element, known) {
  const items = element.elements.map((item) => h("li", {}, group(item, known)));
  const level = element.indent ?? 0;
  const shape = { class: `list level-${level % 3}`, style: { "margin-inline-start": `${level * 1.6}em` } };
  if (element.style === "ordered") return h("ol", { ...shape, start: (element.offset ?? 0) + 1 }, items);
  return h("ul", shape, items);
}

function styled(run, known) {
  let node = leaf(run, known);
  const style = run.style ?? {};
  if (style.code) node = h("code", {}, node);
  if (style.strike) node = h("s", {}, node);
  if (style.italic) node = h("em", {}, node);
  if (style.bold) node = h("strong", {}, node);
  return node;
}

function leaf(run, known) {
  switch (run.type) {
    case "text":
      return withEmojiNodes(run.text);
    case "link":
      return link(run.url, run.text ?? run.url);
    case "user":
      return mention(run.user_id, known);
    case "channel":
      return channelMention(run.channel_id, known);
    case "broadcast":
      return broadcast(run.range);
    case "usergroup":
      return h("span", { class: "mention" }, "@group");
    case "emoji":
      return emoji(run.name) ? emojiNode(run.name, emoji(run.name)) : `:${run.name}:`;
    case "date":
      return slackDate(run.timestamp, run.format, known.now, known.zone);
    case "color":
      return h("span", { class: "color" }, h("i", { style: { background: run.value } }), run.value);
    default:
      return run.fallback ?? "";
  }
}

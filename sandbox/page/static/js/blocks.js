// Block Kit blocks: https://docs.slack.dev/reference/block-kit/blocks
import { h } from "./dom.js";
import { withEmojiNodes } from "./emoji_art.js";
import { renderElement } from "./elements.js";
import { renderMarkdown } from "./markdown.js";
import { renderText } from "./mrkdwn.js";
import { renderRichText } from "./rich_text.js";

/** All blocks of a message or a view, one node each. `surface`: see elements.js. */
export function renderBlocks(blocks, surface) {
  return blocks.map((block) => {
    const draw = BLOCKS[block.type];
    const node = draw ? draw(block, surface) : h("p", { class: "unknown" }, `The sandbox does not draw the block “${block.type}”.`);
    node.classList.add("block");
    node.dataset.blockId = block.block_id ?? "";
    node.dataset.blockType = block.type;
    return node;
  });
}

function section(block, surface) {
  const text = block.text ? h("div", { class: "text" }, renderText(block.text, surface.known)) : null;
  const fields = block.fields
    ? h("div", { class: "fields" }, block.fields.map((field) => h("div", { class: "text" }, renderText(field, surface.known))))
    : null;
  const beside = block.accessory ? h("div", { class: "accessory" }, renderElement(block.accessory, block, surface)) : null;
  return h("div", { class: "section" }, h("div", { class: "section-words" }, text, fields), beside);
}

const actions = (block, surface) =>
  h("div", { class: "actions", role: "group" }, block.elements.map((element) => renderElement(element, block, surface)));

const context = (block, surface) =>
  h("div", { class: "context" }, block.elements.map((element) =>
    element.type === "image"
      ? renderElement(element, block, surface)
      : h("div", { class: "text" }, renderText(element, surface.known))));

const header = (block) => h("h3", { class: "header" }, withEmojiNodes(block.text.text));

function image(block, surface) {
  const picture = h("img", { src: block.image_url, alt: block.alt_text, loading: "lazy", referrerpolicy: "no-referrer" });
  const title = block.title ? h("figcaption", {}, renderText(block.title, surface.known)) : null;
  return h("figure", { class: "image" }, title, picture);
}

function input(block, surface) {
  const optional = block.optional ? h("span", { class: "optional" }, "(optional)") : null;
  return h(
    "div",
    { class: "input" },
    h("div", { class: "input-label", on: { click: focusField } }, withEmojiNodes(block.label.text), " ", optional),
    renderElement(block.element, block, surface),
    h("p", { class: "input-error", role: "alert", data: { errorFor: block.block_id }, hidden: true }),
    block.hint ? h("p", { class: "input-hint" }, withEmojiNodes(block.hint.text)) : null,
  );
}

/** A press on the label goes to what it labels, as a native label does. */
function focusField(event) {
  event.currentTarget.parentElement.querySelector("input, textarea, button")?.focus();
}

const alert = (block, surface) =>
  h("div", { class: `alert ${block.level ?? "default"}` }, h("div", { class: "text" }, renderText(block.text, surface.known)));

const BLOCKS = {
  section,
  actions,
  context,
  header,
  image,
  input,
  divider: () => h("hr", { class: "divider" }),
  alert,
  markdown: (block) => renderMarkdown(block.text),
  rich_text: (block, surface) => renderRichText(block, surface.known),
};

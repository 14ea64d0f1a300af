// Block Kit elements that are pressed or picked: https://docs.slack.dev/reference/block-kit/block-elements
// What is typed is in inputs.js.
import { avatar, h, icon } from "./dom.js";
import { withEmoji } from "./emoji.js";
import { withEmojiNodes } from "./emoji_art.js";
import { showMenu } from "./popover.js";
import { picker } from "./picker.js";
import { inputs } from "./inputs.js";
import { changed, ids } from "./surface.js";

/** The node for one element, with the ids that tests and focus are found by. */
export function renderElement(element, block, surface) {
  const draw = ELEMENTS[element.type] ?? inputs[element.type];
  if (!draw) return h("span", { class: "unknown" }, `The sandbox does not draw ${element.type}.`);
  return draw(element, block, surface);
}

function button(element, block, surface) {
  const look = `button ${element.style ?? ""}${block.type === "section" ? " in-section" : ""}`;
  const props = {
    class: look.trim(), "aria-label": element.accessibility_label,
    data: { ...ids(element, block), value: element.value },
  };
  const words = withEmojiNodes(element.text.text);
  if (element.url) {
    const go = { ...props, href: /^https?:/i.test(element.url) ? element.url : null, target: "_blank", rel: "noopener noreferrer" };
    const node = h("a", go, words);
    node.addEventListener("click", () => surface.act(block, element, {}, node));
    return node;
  }
  const node = h("button", { type: "button", ...props }, words);
  node.addEventListener("click", () => surface.act(block, element, {}, node));
  return node;
}

function overflow(element, block, surface) {
  const node = h(
    "button",
    { type: "button", class: "button overflow", "aria-haspopup": "menu", "aria-label": "More actions", data: ids(element, block) },
    icon("dots"),
  );
  const items = element.options.map((option) => ({
    label: withEmojiNodes(option.text.text),
    note: option.description?.text,
    value: option.value,
    pick: () => {
      if (option.url && /^https?:/i.test(option.url)) window.open(option.url, "_blank", "noopener");
      return surface.act(block, element, { selected_option: option }, node);
    },
  }));
  node.addEventListener("click", () => showMenu(node, items, { label: "More actions" }));
  return node;
}

// --- selects ---------------------------------------------------------------------------------------

const asChoice = (option) => ({
  label: withEmoji(option.text.text), value: option.value, note: option.description?.text, option,
});

const asGroups = ({ options, option_groups: groups }) =>
  groups
    ? groups.map((group) => ({ label: group.label.text, choices: group.options.map(asChoice) }))
    : [{ choices: (options ?? []).map(asChoice) }];

function matching(groups, query) {
  const words = query.trim().toLowerCase();
  const fits = (choice) => `${choice.label} ${choice.note ?? ""}`.toLowerCase().includes(words);
  return groups.map((group) => ({ ...group, choices: group.choices.filter(fits) }));
}

function select(element, block, surface, { load, chosen, state, many = false, remote = false }) {
  const node = picker({
    label: element.placeholder?.text ?? block.label?.text ?? "Choose",
    placeholder: element.placeholder?.text ?? (many ? "Choose some" : "Choose one"),
    load, chosen, many, remote,
    pick: (choices) => changed(element, block, surface, state(choices), node),
    props: { data: ids(element, block), ...(block.label ? { "aria-label": block.label.text } : {}) },
  });
  return node;
}

const one = (choices) => ({ selected_option: choices[0].option });
const some = (choices) => ({ selected_options: choices.map((choice) => choice.option) });

function startingOptions(element, block, surface, many) {
  const kept = surface.remembered(block, element);
  const begun = many ? (kept ? kept.selected_options : element.initial_options) : [kept ? kept.selected_option : element.initial_option];
  return (begun ?? []).filter(Boolean).map(asChoice);
}

const staticSelect = (many) => (element, block, surface) =>
  select(element, block, surface, {
    load: async (query) => matching(asGroups(element), query),
    chosen: startingOptions(element, block, surface, many),
    state: many ? some : one,
    many,
  });

const externalSelect = (many) => (element, block, surface) =>
  select(element, block, surface, {
    load: async (query) => {
      const least = element.min_query_length ?? 3; // Slack's default
      if (query.length < least) throw new Error(`Type at least ${least} characters`);
      return asGroups(await surface.ask(block, element, query));
    },
    chosen: startingOptions(element, block, surface, many),
    state: many ? some : one,
    many,
    remote: true,
  });

const usersSelect = (many) => (element, block, surface) => {
  const { people } = surface.known;
  const choice = (person) => ({
    label: person.name, value: person.id, face: avatar(person, "tiny"),
    note: person.is_external ? person.team_name : person.title,
  });
  const kept = surface.remembered(block, element);
  const begun = many
    ? (kept ? kept.selected_users : element.initial_users) ?? []
    : [kept ? kept.selected_user : element.initial_user];
  return select(element, block, surface, {
    load: async (query) => matching([{ choices: Object.values(people).filter((p) => !p.is_bot && !p.is_deactivated).map(choice) }], query),
    chosen: begun.filter((id) => id && people[id]).map((id) => choice(people[id])),
    state: many
      ? (choices) => ({ selected_users: choices.map((c) => c.value) })
      : (choices) => ({ selected_user: choices[0].value }),
    many,
  });
};

const ELEMENTS = {
  button,
  overflow,
  static_select: staticSelect(false),
  multi_static_select: staticSelect(true),
  external_select: externalSelect(false),
  multi_external_select: externalSelect(true),
  users_select: usersSelect(false),
  multi_users_select: usersSelect(true),
  image: (element) => h("img", { class: "thumb", src: element.image_url, alt: element.alt_text, loading: "lazy", referrerpolicy: "no-referrer" }),
};

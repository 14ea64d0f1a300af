// Block Kit elements that are typed into or ticked. Each keeps its state as Slack sends it, through
// `surface.remember`, and starts from what was remembered, else from its initial value.
import { h } from "./dom.js";
import { renderText } from "./mrkdwn.js";
import { changed, ids } from "./surface.js";

let made = 0;

const named = (block, element) => ({
  "aria-label": block.label?.text ?? element.placeholder?.text ?? "Answer",
  placeholder: element.placeholder?.text,
  data: ids(element, block),
});

const state = (surface, block, element) => surface.remembered(block, element);

function textInput(element, block, surface) {
  const kept = state(surface, block, element);
  const value = kept ? (kept.value ?? "") : (element.initial_value ?? "");
  const limit = element.max_length;
  const props = { ...named(block, element), class: "field", maxlength: limit, autocomplete: "off", spellcheck: "true" };
  const field = element.multiline ? h("textarea", { ...props, rows: 4 }) : h("input", { ...props, type: "text" });
  field.value = value;
  const keep = () => surface.remember(block, element, { value: field.value || null });
  const counter = limit ? h("span", { class: "counter", "aria-hidden": "true" }) : null;
  const count = () => {
    if (!counter) return;
    counter.textContent = `${[...field.value].length}/${limit}`;
    counter.classList.toggle("is-near", field.value.length > limit * 0.8);
  };
  field.addEventListener("input", () => {
    keep();
    count();
    if (wants(element, "on_character_entered")) tell(element, block, surface, field);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || element.multiline || !block.dispatch_action || !wants(element, "on_enter_pressed")) return;
    event.preventDefault();
    tell(element, block, surface, field);
  });
  count();
  return counter ? h("span", { class: "field-box" }, field, counter) : field;
}

/** `dispatch_action_config`: without one, Slack tells the app when Enter is pressed. */
function wants(element, moment) {
  const config = element.dispatch_action_config?.trigger_actions_on;
  return config ? config.includes(moment) : moment === "on_enter_pressed";
}

function tell(element, block, surface, field) {
  if (block.dispatch_action) surface.act(block, element, { value: field.value }, field);
}

function numberInput(element, block, surface) {
  const kept = state(surface, block, element);
  const field = h("input", {
    ...named(block, element), class: "field short", type: "number", inputmode: element.is_decimal_allowed ? "decimal" : "numeric",
    step: element.is_decimal_allowed ? "any" : 1, min: element.min_value, max: element.max_value,
  });
  field.value = kept ? (kept.value ?? "") : (element.initial_value ?? "");
  field.addEventListener("input", () => surface.remember(block, element, { value: field.value || null }));
  return field;
}

/** A native date or time field. On a message it tells the app when the person has settled on a value. */
const moment = (type, key, initial) => (element, block, surface) => {
  const kept = state(surface, block, element);
  const field = h("input", { ...named(block, element), class: "field short", type, placeholder: null });
  field.value = (kept ? kept[key] : element[initial]) ?? "";
  let told = field.value;
  let wait;
  const settle = () => {
    clearTimeout(wait);
    if (field.value === told) return;
    told = field.value;
    changed(element, block, surface, { [key]: field.value || null }, field);
  };
  field.addEventListener("input", () => {
    surface.remember(block, element, { [key]: field.value || null });
    clearTimeout(wait);
    wait = setTimeout(settle, 800); // each typed digit of a date is a valid date: wait for the last
  });
  field.addEventListener("blur", settle);
  return field;
};

/** A day and a time in one field, unix seconds in the state. The field is where the browser is, as in Slack. */
function dateTime(element, block, surface) {
  const kept = state(surface, block, element);
  const field = h("input", { ...named(block, element), class: "field short", type: "datetime-local", placeholder: null });
  const begun = kept ? kept.selected_date_time : element.initial_date_time;
  const here = begun ? new Date(begun * 1000 - new Date(begun * 1000).getTimezoneOffset() * 60000) : null;
  field.value = here ? here.toISOString().slice(0, 16) : "";
  field.addEventListener("change", () => {
    const seconds = field.value ? Math.floor(new Date(field.value).getTime() / 1000) : null;
    changed(element, block, surface, { selected_date_time: seconds }, field);
  });
  return field;
}

const ticks = (type) => (element, block, surface) => {
  made += 1;
  const many = type === "checkbox";
  const kept = state(surface, block, element);
  const begun = many
    ? (kept ? kept.selected_options : element.initial_options) ?? []
    : [kept ? kept.selected_option : element.initial_option].filter(Boolean);
  const chosen = new Set(begun.map((option) => option.value));
  const box = h("div", {
    class: "ticks", role: many ? "group" : "radiogroup", "aria-label": block.label?.text ?? "Choices", data: ids(element, block),
  });
  const report = () => {
    const picked = element.options.filter((option) => chosen.has(option.value));
    const answer = many ? { selected_options: picked } : { selected_option: picked[0] ?? null };
    changed(element, block, surface, answer, box);
  };
  for (const option of element.options) {
    const input = h("input", { type, name: `ticks-${made}`, value: option.value, data: { value: option.value } });
    input.checked = chosen.has(option.value);
    input.addEventListener("change", () => {
      if (!many) chosen.clear();
      if (input.checked) chosen.add(option.value);
      else chosen.delete(option.value);
      report();
    });
    const note = option.description ? h("small", {}, renderText(option.description, surface.known)) : null;
    box.append(h("label", { class: "tick" }, input, h("span", {}, renderText(option.text, surface.known), note)));
  }
  return box;
};

export const inputs = {
  plain_text_input: textInput,
  email_text_input: textInput,
  url_text_input: textInput,
  number_input: numberInput,
  datepicker: moment("date", "selected_date", "initial_date"),
  timepicker: moment("time", "selected_time", "initial_time"),
  datetimepicker: dateTime,
  radio_buttons: ticks("radio"),
  checkboxes: ticks("checkbox"),
};

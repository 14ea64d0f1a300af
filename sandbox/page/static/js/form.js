// What is filled in on a surface (a modal, a home tab, a message), in Slack's shape. A memory is a Map from
// `keyOf(block, element)` to the state of that element.

const STATEFUL = {
  plain_text_input: ["value", "initial_value"],
  email_text_input: ["value", "initial_value"],
  url_text_input: ["value", "initial_value"],
  number_input: ["value", "initial_value"],
  datepicker: ["selected_date", "initial_date"],
  timepicker: ["selected_time", "initial_time"],
  datetimepicker: ["selected_date_time", "initial_date_time"],
  static_select: ["selected_option", "initial_option"],
  external_select: ["selected_option", "initial_option"],
  users_select: ["selected_user", "initial_user"],
  radio_buttons: ["selected_option", "initial_option"],
  checkboxes: ["selected_options", "initial_options"],
  multi_static_select: ["selected_options", "initial_options"],
  multi_external_select: ["selected_options", "initial_options"],
  multi_users_select: ["selected_users", "initial_users"],
};

export const keyOf = (block, element) => `${block.block_id}\n${element.action_id}`;

/** Every element of a view that has a state, as `[block, element]`. */
export function stateful(view) {
  const found = view.blocks.flatMap((block) => {
    const elements = { input: [block.element], actions: block.elements, section: [block.accessory] }[block.type];
    return (elements ?? []).filter(Boolean).map((element) => [block, element]);
  });
  return found.filter(([, element]) => element.type in STATEFUL);
}

/** The state of a view in Slack's shape, `{block_id: {action_id: {type, …}}}`: what was typed, else what it began with. */
export function valuesOf(view, memory) {
  const values = {};
  for (const [block, element] of stateful(view)) {
    const [key, initial] = STATEFUL[element.type];
    const begun = element[initial] ?? (key.endsWith("s") ? [] : null);
    values[block.block_id] ??= {};
    values[block.block_id][element.action_id] =
      memory.get(keyOf(block, element)) ?? { type: element.type, [key]: begun };
  }
  return values;
}

/** A memory that begins with what the server has of a view. */
export function memoryFrom(view) {
  const memory = new Map();
  for (const [block, element] of stateful(view)) {
    const known = view.values?.[block.block_id]?.[element.action_id];
    if (known && STATEFUL[element.type][0] in known) memory.set(keyOf(block, element), { type: element.type, ...known });
  }
  return memory;
}

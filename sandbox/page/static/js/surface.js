// Where blocks live: on a message, in a modal or in a home tab. Elements know only this much of it.
import * as api from "./api.js";
import { confirmed } from "./dialog.js";
import { keyOf } from "./form.js";

/**
 * @typedef {Object} Surface
 * @property {import("./mrkdwn.js").Known} known
 * @property {(block: Object, element: Object) => Object|undefined} remembered  state typed so far
 * @property {(block: Object, element: Object, state: Object) => void} remember
 * @property {(block: Object, element: Object, answer: Object, node: Element) => Promise<void>} act
 * @property {(block: Object, element: Object, query: string) => Promise<Object>} ask  options of an external select
 */

/** The ids that tests, and focus after a redraw, find an element by. */
export const ids = (element, block) => ({ actionId: element.action_id, blockId: block.block_id });

/** Keeps a new choice, and tells the app: at once outside an input block, and inside one that asks for it. */
export function changed(element, block, surface, state, node) {
  surface.remember(block, element, state);
  if (block.type !== "input" || block.dispatch_action) return surface.act(block, element, state, node);
  return undefined;
}

/**
 * A surface for `person` at `where` ({channel, ts} or {view_id}). `problem(message, node)` shows what went wrong,
 * `memory` keeps what is typed (none on a message), `settled()` is called after each answer. `where` is asked at
 * each press, and also tells what is filled in so far, which Slack sends along with an action.
 */
export function surface({ known, person, where, memory = null, problem, settled }) {
  const call = (block, element, rest) => ({
    person, ...where(), block_id: block.block_id, action_id: element.action_id, ...rest,
  });
  return {
    known,
    remembered: (block, element) => memory?.get(keyOf(block, element)),
    remember: (block, element, state) => memory?.set(keyOf(block, element), { type: element.type, ...state }),
    async act(block, element, answer, node) {
      if (node.getAttribute("aria-busy") === "true") return;
      if (element.confirm && !(await confirmed(element.confirm, node, known))) return;
      node.setAttribute("aria-busy", "true");
      const result = await api.click(call(block, element, answer));
      node.removeAttribute("aria-busy");
      problem(result.ok ? "" : result.message || result.error, node);
      settled();
    },
    async ask(block, element, query) {
      const result = await api.options(call(block, element, { query }));
      if (!result.ok) throw new Error(result.message || "Something went wrong loading these options");
      return result;
    },
  };
}

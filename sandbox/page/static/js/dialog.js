// A question with two answers. Native <dialog>: it keeps the focus inside and Escape says no.
import { again } from "./again.js";
import { h } from "./dom.js";
import { renderText } from "./mrkdwn.js";

/**
 * Asks `question` (a Block Kit confirm object) over the pane `near` stands in; resolves to whether the
 * person agreed. https://docs.slack.dev/reference/block-kit/composition-objects/confirmation-dialog-object
 */
export function confirmed(question, near, known) {
  const yes = h(
    "button",
    { value: "yes", class: `button ${question.style === "danger" ? "danger solid" : "primary"}`, data: { testid: "confirm-yes" } },
    question.confirm.text,
  );
  const no = h("button", { value: "no", class: "button", data: { testid: "confirm-no" } }, question.deny.text);
  const dialog = h(
    "dialog",
    { class: "confirm", data: { testid: "confirm" } },
    h("form", { method: "dialog" },
      h("h2", {}, question.title.text),
      h("div", { class: "text" }, renderText(question.text, known)),
      h("div", { class: "confirm-foot" }, no, yes)),
  );
  document.body.append(dialog);
  const find = again(near);
  const pane = near.closest(".pane")?.getBoundingClientRect();
  if (pane) dialog.style.left = `${pane.left + pane.width / 2}px`;
  dialog.showModal();
  yes.focus();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      find()?.focus();
      resolve(dialog.returnValue === "yes");
    });
  });
}

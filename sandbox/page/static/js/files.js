// Files of a message: pictures are drawn, and open larger. https://docs.slack.dev/messaging/working-with-files
import { again } from "./again.js";
import { h, icon } from "./dom.js";

/** The files of a message, or nothing. */
export function renderFiles(files) {
  if (!files?.length) return null;
  return h("div", { class: "files" }, files.map((file) => (file.is_picture ? picture(file) : other(file))));
}

function picture(file) {
  return h(
    "figure",
    { class: "file" },
    h("figcaption", {}, file.title),
    h(
      "button",
      {
        type: "button", class: "file-picture", title: "Open larger", data: { testid: "picture", file: file.id },
        on: { click: (event) => openLarger(file, event.currentTarget) },
      },
      h("img", { src: file.address, alt: file.alt, loading: "lazy" }),
    ),
  );
}

const other = (file) =>
  h("a", { class: "file-other", href: file.address, target: "_blank", rel: "noopener noreferrer" }, file.title);

/** Native <dialog>: it keeps the focus inside, and Escape closes it. */
function openLarger(file, near) {
  const close = h(
    "button", { class: "message-tool", title: "Close", "aria-label": "Close", data: { testid: "picture-close" } }, icon("close"),
  );
  const dialog = h(
    "dialog",
    { class: "picture-large", "aria-label": file.title, data: { testid: "picture-large" } },
    h("form", { method: "dialog" }, h("span", {}, file.title), close),
    h("div", { class: "picture-scroll" }, h("img", { src: file.address, alt: file.alt })),
  );
  document.body.append(dialog);
  const find = again(near);
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener("close", () => {
    dialog.remove();
    find()?.focus();
  });
  dialog.showModal();
}

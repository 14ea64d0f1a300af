// Keeps a list in the page equal to a list of items while touching only what changed, so that nothing
// flickers, nothing scrolls away and the focus stays where it was.

/**
 * Makes the children of `box` those of `items`: `[{key, print, draw()}]`. A child is drawn anew only when its
 * `print` (any string) differs from the last time.
 */
export function patch(box, items) {
  const wanted = new Set(items.map((item) => item.key));
  // Those that go, go first: else all that follow them would be moved, and lose their focus.
  for (const node of [...box.children]) if (!wanted.has(node.patchKey)) node.remove();
  const standing = new Map([...box.children].map((node) => [node.patchKey, node]));
  let place = box.firstElementChild;
  for (const item of items) {
    let node = standing.get(item.key);
    if (!node || node.patchPrint !== item.print) {
      const fresh = Object.assign(item.draw(), { patchKey: item.key, patchPrint: item.print });
      if (node) {
        if (place === node) place = fresh;
        const focus = focusIn(node);
        node.replaceWith(fresh);
        restoreFocus(fresh, focus);
      }
      node = fresh;
    }
    if (node === place) place = place.nextElementSibling;
    else box.insertBefore(node, place);
  }
}

/** Which element inside `box` has the focus, in terms that survive a redraw; null where none has. */
export function focusIn(box) {
  const node = document.activeElement;
  if (!node || node === box || !box.contains(node)) return null;
  const { actionId, blockId, value, testid } = node.dataset;
  const hasCaret = typeof node.selectionStart === "number";
  return { actionId, blockId, value, testid, caret: hasCaret ? [node.selectionStart, node.selectionEnd] : null };
}

export function restoreFocus(box, focus) {
  if (!focus) return;
  const { actionId, blockId, value, testid } = focus;
  const same = (node) =>
    node.dataset.actionId === actionId && node.dataset.testid === testid &&
    (blockId === undefined || node.dataset.blockId === blockId);
  const all = [...box.querySelectorAll("[data-action-id], [data-testid]")].filter(same);
  const node = all.find((one) => one.dataset.value === value) ?? all[0];
  if (!node) return;
  node.focus({ preventScroll: true });
  if (focus.caret && typeof node.selectionStart === "number") node.setSelectionRange(...focus.caret);
}

// Finds an element again when what it stood in was drawn anew: menus, lists and windows give the focus back by it.

/**
 * Remembers `node`; returns a function that gives it, or what took its place in the same part of the page (in the
 * same message, if that still stands), or null where nothing did.
 */
export function again(node) {
  const part = node?.closest("[data-part]");
  const before = node && { marks: marksOf(node), ts: tsOf(node), value: node.dataset.value };
  return () => {
    if (!node || node.isConnected) return node;
    if (!part || before.marks === "{}") return null;
    const same = [...part.querySelectorAll(node.localName)].filter((one) => marksOf(one) === before.marks);
    const here = same.filter((one) => tsOf(one) === before.ts);
    const best = here.length ? here : same;
    return best.find((one) => one.dataset.value === before.value) ?? best[0] ?? null;
  };
}

/** What it is known by: its `data-*`, but for a value, which may change with what it acts on. */
const marksOf = ({ dataset }) => JSON.stringify({ ...dataset, value: undefined });

const tsOf = (node) => node.closest("[data-ts]")?.dataset.ts;

// Elements made and rewritten without touching what did not change, so that focus, selection and
// scroll positions survive the next second. Text goes in as text, never as markup.

export function make(tag, className = "", text = "") {
  const node = document.createElement(tag);
  node.className = className;
  node.textContent = text;
  return node;
}

export function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Makes a parent's children match the items, by key and in order; keeps those that are there. */
export function sync(parent, items, keyOf, create, update) {
  const existing = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  items.forEach((item, position) => {
    const key = keyOf(item);
    const node = existing.get(key) ?? create(item);
    existing.delete(key);
    node.dataset.key = key;
    const there = parent.children[position] ?? null;
    if (there !== node) parent.insertBefore(node, there);
    update(node, item);
  });
  while (parent.children.length > items.length) parent.lastElementChild.remove();
}

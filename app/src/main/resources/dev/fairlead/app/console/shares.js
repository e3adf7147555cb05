// A plan's shares as rows of a table: each destination's numbers, and below them why.

import { make, sync, write } from "./dom.js";
import { byMark, markOf } from "./marks.js";

/**
 * Shows them in a table's body.
 *
 * @param shares each with its destination, its reason and its numbers as texts
 */
export function showShares(body, shares) {
  const sorted = [...shares].sort((a, b) => byMark(a.destination, b.destination));
  sync(body, sorted.flatMap((share) => [{ share, reason: false }, { share, reason: true }]),
    (line) => `${line.share.destination} ${line.reason}`, shareRow, fillShare);
}

function shareRow({ share, reason }) {
  const row = make("tr", reason ? "reason" : "");
  if (reason) {
    row.append(make("td"));
    row.cells[0].colSpan = 1 + share.numbers.length;
  } else {
    const name = make("th", "name");
    name.scope = "row";
    name.append(markOf(share.destination), make("b", "", share.destination));
    row.append(name, ...share.numbers.map(() => make("td")));
  }
  return row;
}

function fillShare(row, { share, reason }) {
  if (reason) write(row.cells[0], share.reason);
  else share.numbers.forEach((text, position) => write(row.cells[position + 1], text));
}

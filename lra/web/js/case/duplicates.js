// Who looks like somebody else (feature 10): shown, never decided by a machine. Two people may have one name.
import { ask } from "../api.js";
import { stateBadge } from "../cases.js";
import { make } from "../dom.js";
import { say, sayOf } from "../words.js";
import { part } from "./parts.js";

const row = (one) => make("li", {}, make("a", { href: `#/case/${one.receiptNumber}`, target: "_blank", rel: "noopener", class: "number" }, one.receiptNumber),
	` ${one.commonName} (${one.employeeNumber}) `, stateBadge(one.state),
	make("small", {}, `${say("alikeScore", { score: one.score })} ${one.reasons.map((reason) => sayOf("alike", reason)).join(say("comma"))}`));

// null: nobody
export const duplicates = (rows) => (rows.length === 0 ? null : [make("p", { class: "late" }, `! ${say("alikeCount", { count: rows.length })}`), make("ul", { class: "cards" }, rows.map(row))]);

// While somebody can still do something about it.
export async function duplicatesOf(one, session) {
	if (!["received", "refused", "identified"].includes(one.state) || one.lra !== session.lra?.id) return null;
	const { duplicates: rows } = await ask("GET", `applications/${one.receiptNumber}/duplicates`);
	return rows.length === 0 ? null : part("alike", say("alike"), duplicates(rows));
}

// What changed since somebody last said yes to it (UX 7.4): the version that was decided about, or the one before, beside this one.
import { ask } from "../api.js";
import { fields } from "../apply/fields.js";
import { valuesOf } from "../apply/body.js";
import { make } from "../dom.js";
import { say } from "../words.js";

const baseOf = (one) => Math.max(1, ...one.decisions.map((row) => row.version).filter((version) => version < one.version)) || one.version - 1;

const told = (field, values) => (values[field.id] ? field.tell(values[field.id]) : say("none"));

// null: there is nothing before this version
export async function difference(one) {
	if (one.version === 1) return null;
	const base = baseOf(one);
	const [before, now] = (await Promise.all([base, one.version].map((version) => ask("GET", `applications/${one.receiptNumber}/versions/${version}`)))).map(valuesOf);
	const changed = fields.filter((field) => field.id in now && now[field.id] !== before[field.id]);
	return [make("p", { class: "quiet" }, say("changedSince", { before: base, now: one.version })),
		changed.length === 0 ? make("p", {}, say("unchanged"))
			: make("dl", { class: "difference" }, changed.flatMap((field) => [make("dt", {}, say(field.word)),
				make("dd", {}, make("del", {}, told(field, before)), make("ins", {}, told(field, now)))]))];
}

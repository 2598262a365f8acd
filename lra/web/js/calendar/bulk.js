// Renewals of a selection (一括更新, feature 32): for each an application as its person's last one was entered, with the same yes
// to the terms for all. However often it is sent, each is made once a day. Keys that are born elsewhere need a request of
// their own, and go one by one.
import { ask, Refused } from "../api.js";
import { bodyOf, valuesOf } from "../apply/body.js";
import { parts } from "../apply/fields.js";
import { part } from "../case/parts.js";
import { field, form } from "../deed.js";
import { make, show } from "../dom.js";
import { office } from "../office.js";
import { dayInOffice, say } from "../words.js";

const consent = parts.find((one) => one.once).fields.filter((one) => one.id !== "acceptedBy"); // everybody for himself
const must = consent.filter((one) => one.tick && one.id !== "publication");

export const mayBeChosen = (one) => !one.renewedBy && !one.renewal && one.keyOrigin === "handover";

async function renew(one, given, mine) {
	const { version } = await ask("GET", `applications/${one.receiptNumber}`);
	const entered = await ask("GET", `applications/${one.receiptNumber}/versions/${version}`);
	const values = { ...valuesOf(entered), ...given, acceptedBy: one.employeeNumber,
		idempotencyKey: `renew.${one.receiptNumber}.${dayInOffice(new Date())}.${one.serialNumber.slice(-16)}` };
	const profile = mine.profiles.find((row) => row.profile === values.profile);
	values.validity ||= String(Math.min(profile.validityDefault, mine.validityMax));
	return ask("POST", "applications", { ...bodyOf(values, profile, { entered }), method: "bulk" });
}

const refusal = (one, { message, faults = [] }) => make("li", {}, make("a", { href: `#/case/${one.receiptNumber}`, class: "number" }, one.receiptNumber),
	` ${[message, ...faults.map((fault) => fault.text)].join(" ")}`);

function tick(one) {
	const input = make("input", { type: "checkbox", id: `bulk-${one.id}`, name: one.id });
	return make("p", { class: "tick" }, input, make("label", { for: input.id }, say(one.word)));
}

// chosen(): the certificates that are ticked
export async function bulk(at, chosen) {
	const [mine, { agreements }] = await Promise.all([office(), ask("GET", "agreements")]);
	const told = make("div", { role: "status" });
	const send = async ({ elements }) => {
		const all = chosen(), open = must.filter((one) => !elements[one.id].checked), refused = [];
		const words = all.length === 0 ? say("nothingChosen") : open.length > 0 ? say("missing", { fields: open.map((one) => say(one.word)).join(say("comma")) }) : null;
		if (words) throw new Refused(422, { message_ja: words, message_en: words });
		const given = Object.fromEntries(consent.map((one) => [one.id, one.tick ? elements[one.id].checked : elements[one.id].value]));
		for (const [done, one] of all.entries()) {
			show(told, make("p", {}, say("renewingAll", { done, count: all.length })), make("progress", { max: all.length, value: done, "aria-label": say("renewSelected") }));
			try {
				await renew(one, given, mine);
			} catch (error) {
				if (!(error instanceof Refused) || error.status === 401) throw error;
				refused.push(refusal(one, error));
			}
		}
		const done = say("renewedAll", { done: all.length - refused.length });
		if (refused.length === 0) await at.again();
		else show(told, make("p", {}, say("renewalsRefused", { count: refused.length })), make("ul", {}, refused));
		at.said(done);
	};
	return part("bulk", say("renewSelected"), make("p", {}, say("renewSelectedHelp")),
		form({}, send, say("renewSelected"), consent.map((one) => (one.tick ? tick(one)
			: field(one.id, say(one.word), { id: `bulk-${one.id}`, tag: "select", options: one.options(mine, agreements) }))), told));
}

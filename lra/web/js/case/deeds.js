// What may be done with a case, by whom and from which states (common/flow/application.h); and how each of them is done.
import { ask } from "../api.js";
import { field, form } from "../deed.js";
import { make } from "../dom.js";
import { decide } from "../passkey.js";
import { signing } from "../statement.js";
import { say, sayOf } from "../words.js";

const reasons = ["papers", "mismatch", "expired", "unclear", "other"];
// kind: signed; path: needs a reason, chosen from `reasons`; page: has a page of its own. apart: not by whoever entered or verified it.
const deeds = [
	{ page: "verify", role: "lraClerk", from: ["received"] },
	{ page: "correct", role: "lraClerk", from: ["received", "identified", "submitted", "refused"] },
	{ page: "deliver", role: "lraClerk", from: ["verified", "issued", "delivered"] },
	{ kind: "approve", role: "lraApprover", from: ["identified"], apart: true },
	{ path: "send-back", reasons, role: "lraApprover", from: ["identified"] },
	{ path: "reject", reasons, role: "lraApprover", from: ["received", "identified"] },
	{ path: "withdraw", role: "lraClerk", from: ["received", "identified", "submitted", "refused", "verified"] },
];

const involved = (one, person) => [one.identifiedBy, ...one.versions.map((row) => row.enteredBy)].includes(person);

export const allowed = (one, session) => deeds.filter((deed) => deed.from.includes(one.state) && session.roles.includes(deed.role)
	&& one.lra === session.lra?.id && !(deed.apart && involved(one, session.person.id)));
// Four eyes: why the approval is not offered to somebody who could otherwise give it.
export const isKeptApart = (one, session) => one.state === "identified" && session.roles.includes("lraApprover") && involved(one, session.person.id);

const folded = (deed, inside) => make("details", { class: "deed" }, make("summary", {}, say(`do.${deed}`)), inside);
const page = (one, at, { page: name }) => make("p", { class: "deed" }, make("a", { class: "button", href: `#/case/${one.receiptNumber}/${name}` }, say(`do.${name}`)));

function turn(one, at, { path, reasons: known }) {
	const deed = async (target) => {
		const { why, reason, told } = target.elements, chosen = why && sayOf("reason", why.value);
		await ask("POST", `applications/${one.receiptNumber}/${path}`, { reason: [chosen, reason.value.trim()].filter(Boolean).join(": "),
			...(known && { forApplicant: told.value.trim() || chosen }) });
		await at.again();
		at.said(say(`done.${path}`));
	};
	return folded(path, form({}, deed, say(`do.${path}`),
		known ? field("why", say("reason"), { id: `${path}-why`, tag: "select", name: "why", options: known.map((word) => [word, sayOf("reason", word)]) }) : null,
		known ? field("told", say("told"), { id: `${path}-told`, tag: "textarea", name: "told", maxlength: "500", rows: "2", required: false }, say("toldHelp")) : null,
		field("reason", say(known ? "reasonMore" : "reason"), { id: `${path}-reason`, tag: "textarea", name: "reason", maxlength: "400", rows: "2" }, say("reasonHelp"))));
}

// What is signed is read first, and fetched when it is asked for: a statement of a while ago is refused.
export function decision(one, at, { kind }, then = async () => { await at.again(); at.said(say(`done.${kind}`)); }) {
	if (at.session.login !== "passkey")
		return [make("p", {}, say("signByCard")), make("p", {}, make("code", {}, `inkan lra ${kind} ${one.receiptNumber}`))];
	const reading = form({}, async () => {
		const { statement } = await ask("GET", `applications/${one.receiptNumber}/statements/${kind}`);
		const page = await signing(statement, async () => {
			await decide(`applications/${one.receiptNumber}/decisions`, statement);
			await then();
		});
		reading.replaceWith(page);
		page.querySelector("pre").focus();
	}, say("readStatement"), make("p", {}, say(`ask.${kind}`)));
	return reading;
}

export const deed = (one, at, row) => (row.page ? page(one, at, row) : row.path ? turn(one, at, row) : folded(row.kind, decision(one, at, row)));

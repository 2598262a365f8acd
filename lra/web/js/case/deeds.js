// What may be done with a case, by whom and from which states (common/flow/application.h); and how each of them is done.
import { ask } from "../api.js";
import { field, form } from "../deed.js";
import { make } from "../dom.js";
import { office } from "../office.js";
import { decide } from "../passkey.js";
import { signing } from "../statement.js";
import { dayInOffice, nameOf, say, sayOf } from "../words.js";

const reasons = ["papers", "mismatch", "expired", "unclear", "other"];
const holdReasons = ["papers", "applicant", "inquiry", "register", "other"];
// kind: signed; path: needs a reason, chosen from `reasons`; page: has a page of its own. apart: not by whoever entered or verified it.
// held: also while it is on hold, or (only) nothing else than then.
const deeds = [
	{ page: "verify", role: "lraClerk", from: ["received"] },
	{ small: "resume", role: "lraClerk", from: ["received", "identified", "refused", "verified", "issued"], held: "only" },
	{ page: "correct", role: "lraClerk", from: ["received", "identified", "submitted", "refused"], held: true },
	{ page: "deliver", role: "lraClerk", from: ["verified", "issued", "delivered"] },
	{ kind: "approve", role: "lraApprover", from: ["identified"], apart: true },
	{ path: "send-back", reasons, role: "lraApprover", from: ["identified"] },
	{ small: "hold", role: "lraClerk", from: ["received", "identified", "refused", "verified", "issued"], can: (one) => !moving(one) },
	{ small: "hold", role: "lraApprover", from: ["identified"], can: (one, session) => !session.roles.includes("lraClerk") },
	{ path: "reject", reasons, role: "lraApprover", from: ["received", "identified"], held: true },
	{ path: "withdraw", role: "lraClerk", from: ["received", "identified", "submitted", "refused", "verified"], held: true },
	{ page: "copy", role: "lraClerk", from: ["rejected", "withdrawn"] },
];

// A machine is about to go on with it: a key that is there is ordered at once, one that is made at hand-over is handed over.
const moving = (one) => (one.content.key.origin === "handover" ? one.state === "issued" : one.state === "verified");

const involved = (one, person) => [one.identifiedBy, ...one.versions.map((row) => row.enteredBy)].includes(person);

export const allowed = (one, session) => deeds.filter((deed) => deed.from.includes(one.state) && session.roles.includes(deed.role)
	&& one.lra === session.lra?.id && !(deed.apart && involved(one, session.person.id))
	&& (one.hold ? Boolean(deed.held) : deed.held !== "only") && (!deed.can || deed.can(one, session)));
// Four eyes: why the approval is not offered to somebody who could otherwise give it.
export const isKeptApart = (one, session) => one.state === "identified" && session.roles.includes("lraApprover") && involved(one, session.person.id);

const folded = (deed, inside) => make("details", { class: "deed" }, make("summary", {}, say(`do.${deed}`)), inside);
const page = (one, at, { page: name }) => make("p", { class: "deed" }, make("a", { class: "button", href: name === "copy" ? `#/apply?from=${one.receiptNumber}` : `#/case/${one.receiptNumber}/${name}` }, say(`do.${name}`)));

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

// 保留 (feature 12): why, until when, and who goes on with it then.
async function hold(one, at) {
	const { clerks } = await office(), me = at.session.person.id;
	const deed = async (target) => {
		const { why, note, until, resumer } = target.elements;
		await ask("POST", `applications/${one.receiptNumber}/hold`, { reason: why.value, note: note.value.trim(), resumer: resumer.value, ...(until.value && { resumeOn: until.value }) });
		await at.again();
		at.said(say("done.hold"));
	};
	return folded("hold", form({}, deed, say("do.hold"),
		field("why", say("reason"), { id: "hold-why", tag: "select", options: holdReasons.map((word) => [word, sayOf("holdReason", word)]) }),
		field("resumer", say("resumer"), { id: "hold-resumer", tag: "select", value: clerks.some((clerk) => clerk.id === me) ? me : one.enteredBy, options: clerks.map((clerk) => [clerk.id, nameOf(clerk)]) }),
		field("until", say("resumeOn"), { id: "hold-until", type: "date", min: dayInOffice(new Date()), required: false }, say("resumeOnHelp")),
		field("note", say("reasonMore"), { id: "hold-note", tag: "textarea", maxlength: "400", rows: "2", required: false }, say("reasonHelp"))));
}

function resume(one, at) {
	return form({ class: "deed plain" }, async () => {
		await ask("POST", `applications/${one.receiptNumber}/resume`, {});
		await at.again();
		at.said(say("done.resume"));
	}, say("do.resume"));
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

export const deed = (one, at, row) => (row.small ? { hold, resume }[row.small](one, at) : row.page ? page(one, at, row) : row.path ? turn(one, at, row) : folded(row.kind, decision(one, at, row)));

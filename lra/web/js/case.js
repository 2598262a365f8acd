// One application: what will be issued, what was looked at, who decided; and what may be done with it here.
import { ask } from "./api.js";
import { form } from "./deed.js";
import { groups, make, show } from "./dom.js";
import { decide } from "./passkey.js";
import { language, say, sayOf, time } from "./words.js";

const list = (pairs) => make("dl", {}, pairs.flatMap(([term, ...value]) => [make("dt", {}, term), make("dd", {}, value)]));
const part = (id, title, ...children) => make("section", { "aria-labelledby": id }, make("h2", { id }, title), children);
const digest = (hex) => make("code", { class: "digest" }, groups(hex));

// Decisions are signed, the others need nothing but a reason; from which states, by whom (common/flow/application.h).
const deeds = [
	{ kind: "identify", role: "lraClerk", from: ["received"] },
	{ kind: "approve", role: "lraApprover", from: ["identified"] },
	{ path: "send-back", role: "lraApprover", from: ["identified"] },
	{ path: "reject", role: "lraApprover", from: ["received", "identified"] },
	{ path: "withdraw", role: "lraClerk", from: ["received", "identified", "submitted", "refused", "verified"] },
];

function evidence(rows) {
	if (rows.length === 0) return make("p", { class: "quiet" }, say("noEvidence"));
	return make("ul", { class: "cards" }, rows.map((one) => make("li", {},
		make("strong", {}, sayOf("paper", one.kind)), ` ${sayOf("method", one.method)} `,
		one.validUntil ? make("span", { class: "quiet" }, say("validUntil", { date: one.validUntil })) : null,
		digest(one.sha256),
		make("span", { class: "quiet" }, `${one.examinedBy} ${time(one.examinedAt)}`))));
}

function history(one) {
	const events = [
		...one.versions.map((row) => ({ at: row.enteredAt, who: row.enteredBy, what: say("entered", { version: row.version }) })),
		...one.decisions.map((row) => ({ at: row.at, who: row.person, what: sayOf("decision", row.decision), digest: row.statementDigest })),
	].sort((a, b) => a.at.localeCompare(b.at));
	return make("ol", { class: "history" }, events.map((event) => make("li", {},
		make("time", { datetime: event.at }, time(event.at)), ` ${event.what} `, make("span", { class: "quiet" }, event.who),
		event.digest ? digest(event.digest) : null)));
}

function faults(rows) {
	return make("ul", {}, rows.map((fault) => make("li", {},
		language === "ja" ? fault.message_ja : fault.message_en, fault.field ? ` (${fault.field})` : "", fault.detail ? `: ${fault.detail}` : "")));
}

const said = (text) => { document.querySelector("#said").textContent = text; };
const folded = (deed, inside) => make("details", { class: "deed" }, make("summary", {}, say(`do.${deed}`)), inside);

function turn(place, receipt, session, { path }) {
	const reason = make("textarea", { id: `${path}-reason`, required: true, maxlength: "499", rows: "2" });
	const deed = async () => {
		await ask("POST", `applications/${receipt}/${path}`, { reason: reason.value });
		await oneCase(place, receipt, session);
		said(say(`done.${path}`));
	};
	return folded(path, form({}, deed, say(`do.${path}`), make("label", { for: reason.id }, say("reason")), reason,
		make("p", { class: "quiet" }, say("reasonHelp"))));
}

// What is signed is read first, and fetched when it is asked for: a statement of a while ago is refused.
function decision(place, receipt, session, { kind }) {
	if (session.login !== "passkey")
		return folded(kind, [make("p", {}, say("signByCard")), make("p", {}, make("code", {}, `inkan lra ${kind} ${receipt}`))]);
	const reading = form({}, async () => {
		const { statement } = await ask("GET", `applications/${receipt}/statements/${kind}`);
		const bytes = Uint8Array.from(atob(statement), (letter) => letter.charCodeAt(0));
		const sha256 = Array.from(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)), (one) => one.toString(16).padStart(2, "0")).join("");
		const sign = async () => {
			await decide(`applications/${receipt}/decisions`, statement);
			await oneCase(place, receipt, session);
			said(say(`done.${kind}`));
		};
		const signing = form({}, sign, say("signByPasskey"),
			make("p", {}, say("signThis")), digest(sha256),
			make("pre", { class: "statement", tabindex: "0", role: "region", "aria-label": say("signThis") },
				JSON.stringify(JSON.parse(new TextDecoder().decode(bytes)), null, 2)));
		reading.replaceWith(signing);
		signing.querySelector("pre").focus();
	}, say("readStatement"), make("p", {}, say(`ask.${kind}`)));
	return folded(kind, reading);
}

export async function oneCase(place, receipt, session) {
	const one = await ask("GET", `applications/${encodeURIComponent(receipt)}`);
	const allowed = deeds.filter((deed) => deed.from.includes(one.state) && session.roles.includes(deed.role)
		&& one.lra === session.lra?.id);
	show(place,
		make("h1", {}, make("span", { class: "number" }, one.receiptNumber), ` ${one.commonName} `,
			make("span", { class: `state ${one.state}` }, sayOf("state", one.state))),
		make("p", { class: "next" }, say("nextIs"), make("strong", {}, sayOf("next", one.state))),
		one.faults ? part("faults", say("faults"), faults(one.faults)) : null,
		make("div", { class: "halves" },
			part("what", say("toBeIssued"), list([
				...(one.content.subject ?? []).map((attribute) => [sayOf("attribute", attribute.type), attribute.value]),
				[say("profile"), one.profile], [say("version"), String(one.version)],
			])),
			part("papers", say("evidence"), evidence(one.evidence ?? []))),
		part("history", say("history"), history(one)),
		allowed.length === 0 ? null : part("deeds", say("deeds"), allowed.map((deed) =>
			(deed.kind ? decision : turn)(place, receipt, session, deed))));
}

// One application: what will be issued, what was looked at, who decided; and what may be done with it here.
import { ask } from "../api.js";
import { stateBadge } from "../cases.js";
import { form } from "../deed.js";
import { groups, hex, make, show } from "../dom.js";
import { take } from "../frame.js";
import { history } from "../history.js";
import { decide } from "../passkey.js";
import { language, nameOf, say, sayOf, time } from "../words.js";

const list = (pairs) => make("dl", {}, pairs.flatMap(([term, ...value]) => [make("dt", {}, term), make("dd", {}, value)]));
const part = (id, title, ...children) => make("section", { class: "sheet", "aria-labelledby": id }, make("h2", { id }, title), children);
const digest = (text) => make("code", { class: "digest" }, groups(text));

// Decisions are signed, the others need nothing but a reason; from which states, by whom (common/flow/application.h).
const deeds = [
	{ kind: "identify", role: "lraClerk", from: ["received"] },
	{ kind: "approve", role: "lraApprover", from: ["identified"] },
	{ path: "send-back", role: "lraApprover", from: ["identified"] },
	{ path: "reject", role: "lraApprover", from: ["received", "identified"] },
	{ page: "correct", role: "lraClerk", from: ["received", "identified", "submitted", "refused"] },
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

function faults(rows) {
	return make("ul", {}, rows.map((fault) => make("li", {},
		language === "ja" ? fault.message_ja : fault.message_en, fault.field ? ` (${fault.field})` : "", fault.detail ? `: ${fault.detail}` : "")));
}

const folded = (deed, inside) => make("details", { class: "deed" }, make("summary", {}, say(`do.${deed}`)), inside);

function turn(receipt, at, { path }) {
	const reason = make("textarea", { id: `${path}-reason`, required: true, maxlength: "499", rows: "2" });
	const deed = async () => {
		await ask("POST", `applications/${receipt}/${path}`, { reason: reason.value });
		await at.again();
		at.said(say(`done.${path}`));
	};
	return folded(path, form({}, deed, say(`do.${path}`), make("div", { class: "field" }, make("label", { for: reason.id }, say("reason")), reason,
		make("p", { class: "quiet" }, say("reasonHelp")))));
}

const away = (receipt, at, { page }) => make("p", { class: "deed" }, make("a", { href: `#/case/${receipt}/${page}` }, say(`do.${page}`)));

// What is signed is read first, and fetched when it is asked for: a statement of a while ago is refused.
function decision(receipt, at, { kind }) {
	if (at.session.login !== "passkey")
		return folded(kind, [make("p", {}, say("signByCard")), make("p", {}, make("code", {}, `inkan lra ${kind} ${receipt}`))]);
	const reading = form({}, async () => {
		const { statement } = await ask("GET", `applications/${receipt}/statements/${kind}`);
		const bytes = Uint8Array.from(atob(statement), (letter) => letter.charCodeAt(0));
		const sha256 = hex(await crypto.subtle.digest("SHA-256", bytes));
		const sign = async () => {
			await decide(`applications/${receipt}/decisions`, statement);
			await at.again();
			at.said(say(`done.${kind}`));
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

// Who works on it: a note among colleagues, for whoever could.
function hand(one, { events, people }, at) {
	if (!["lraClerk", "lraApprover"].some((role) => at.session.roles.includes(role)) || one.lra !== at.session.lra?.id) return null;
	const last = events.findLast((event) => event.event === "applicationTaken");
	const holder = last && !last.detail.back ? last.actor : undefined, mine = holder === at.session.person.id;
	return make("span", { class: "hand" }, holder && !mine ? say("takenBy", { name: nameOf(holder, people) }) : null,
		make("button", { type: "button", class: "small", onclick: async () => { await take(one.receiptNumber, mine); await at.again(); } }, say(mine ? "giveBack" : "take")));
}

export default async function oneCase(room, at) {
	const receipt = encodeURIComponent(at.parameters.receipt);
	const [one, past] = await Promise.all([ask("GET", `applications/${receipt}`), ask("GET", `applications/${receipt}/history`)]);
	const allowed = deeds.filter((deed) => deed.from.includes(one.state) && at.session.roles.includes(deed.role) && one.lra === at.session.lra?.id);
	show(room,
		make("div", { class: "title" },
			make("h1", {}, make("span", { class: "number" }, one.receiptNumber), ` ${one.commonName} `), stateBadge(one.state), hand(one, past, at)),
		make("p", { class: "next" }, say("nextIs"), make("strong", {}, sayOf("next", one.state))),
		one.faults ? part("faults", say("faults"), faults(one.faults)) : null,
		make("div", { class: "halves" },
			part("what", say("toBeIssued"), list([
				...(one.content.subject ?? []).map((attribute) => [sayOf("attribute", attribute.type), attribute.value]),
				[say("profile"), sayOf("profile", one.profile)], [say("version"), String(one.version)],
			])),
			part("papers", say("evidence"), evidence(one.evidence ?? []))),
		part("history", say("history"), history(past)),
		allowed.length === 0 ? null : part("deeds", say("deeds"), allowed.map((deed) => (deed.kind ? decision : deed.page ? away : turn)(receipt, at, deed))));
}

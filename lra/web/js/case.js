// One application: what will be issued, what was looked at, who decided; and what may be done with it here.
import { ask } from "./api.js";
import { groups, make, show } from "./dom.js";
import { language, say, sayOf, time } from "./words.js";

const list = (pairs) => make("dl", {}, pairs.flatMap(([term, ...value]) => [make("dt", {}, term), make("dd", {}, value)]));
const part = (id, title, ...children) => make("section", { "aria-labelledby": id }, make("h2", { id }, title), children);
const digest = (hex) => make("code", { class: "digest" }, groups(hex));

// Which deeds need nothing but a reason, from which states, by whom (common/flow/application.h).
const deeds = [
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

function turn(place, receipt, session, deed) {
	const reason = make("textarea", { id: `${deed.path}-reason`, required: true, maxlength: "499", rows: "2" });
	const wrong = make("p", { class: "wrong", role: "alert" });
	const form = make("form", { onsubmit: async (event) => {
		event.preventDefault();
		const button = form.querySelector("button");
		button.disabled = true;
		try {
			await ask("POST", `applications/${receipt}/${deed.path}`, { reason: reason.value });
			await oneCase(place, receipt, session);
			document.querySelector("#said").textContent = say(`done.${deed.path}`);
		} catch (refused) {
			// What was typed stays where it is.
			wrong.textContent = [refused.message, ...(refused.faults ?? []).map((fault) => fault.text)].join(" ");
			button.disabled = false;
		}
	} },
	make("label", { for: reason.id }, say("reason")), reason,
	make("p", { class: "quiet" }, say("reasonHelp")), wrong,
	make("button", { type: "submit" }, say(`do.${deed.path}`)));
	return make("details", { class: "deed" }, make("summary", {}, say(`do.${deed.path}`)), form);
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
		allowed.length === 0 ? null : part("deeds", say("deeds"), allowed.map((deed) => turn(place, receipt, session, deed))));
}

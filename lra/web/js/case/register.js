// The organisation's corporate number 法人番号 beside the register (feature 9): its form alone proves nothing; without a register
// nothing is said to be right.
import { ask } from "../api.js";
import { field, form } from "../deed.js";
import { make } from "../dom.js";
import { day, nameOf, number, say, sayOf, time } from "../words.js";
import { list, part } from "./parts.js";

const open = ["notFound", "closed", "differs", "unwritten"];

function entry({ entry: one, register }) {
	if (!one) return null;
	return list([[say("registerName"), one.name, one.enName ? make("small", {}, one.enName) : null], [say("registerAddress"), one.address ?? say("none")],
		...(one.closedOn ? [[say("registerClosed"), make("strong", { class: "late" }, `! ${one.closedOn}`), one.successor ? make("small", {}, say("registerSuccessor", { number: one.successor })) : null]] : []),
		[say("registerOf"), make("small", {}, say("registerData", { date: register.newest, total: number(register.total) }))]]);
}

// What the register says, in short: for the form that is being typed, too.
export function finding(answer) {
	if (!answer || answer.finding === "noNumber") return null;
	const good = answer.finding === "matches", decided = answer.decision !== undefined;
	return make("div", { class: "register", "data-finding": answer.finding },
		make("p", {}, make("span", { class: "number" }, answer.number), ` ${say("registerForm")} / `,
			make("strong", { class: good ? "good" : isOpen(answer) ? "late" : "quiet" }, `${good ? "✓ " : open.includes(answer.finding) ? "! " : ""}${sayOf("finding", answer.finding)}`)),
		entry(answer),
		decided ? make("p", {}, say("registerDecided", { name: nameOf(answer.decision.by, answer.decision.people), at: day(answer.decision.at) }), make("q", {}, answer.decision.reason)) : null);
}

function decide(one, at) {
	return make("details", { class: "deed" }, make("summary", {}, say("registerAccept")), form({}, async (target) => {
		await ask("POST", `applications/${one.receiptNumber}/corporate-register`, { reason: target.elements.reason.value.trim() });
		await at.again();
		at.said(say("registerAccepted"));
	}, say("registerAccept"), field("reason", say("reason"), { id: "register-reason", tag: "textarea", maxlength: 1000 }, say("registerReasonHelp"))));
}

export const askRegister = (one) => ask("GET", `applications/${one.receiptNumber}/corporate-register`);
// Until somebody decides, identity is not verified.
export const isOpen = (answer) => open.includes(answer.finding) && !answer.decision;

export function registerOf(one, answer, at) {
	if (answer.finding === "noNumber") return null;
	const mine = at.session.roles.includes("lraClerk") && one.lra === at.session.lra?.id && one.state === "received";
	return part("register", say("registerTitle"), finding(answer), mine && isOpen(answer) ? decide(one, at) : null,
		answer.register ? make("p", { class: "quiet" }, say("registerLoaded", { at: time(answer.register.loadedAt) })) : null);
}

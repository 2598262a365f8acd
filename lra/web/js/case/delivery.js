// How far a certificate is on its way to its holder: a line of steps, and every hand-over with its two channels.
import { badge } from "../cases.js";
import { make } from "../dom.js";
import { nameOf, say, sayOf, time } from "../words.js";
import { list, part } from "./parts.js";

const line = ["issued", "handed", "pin", "confirmed"];

function done(one, past) {
	const last = past.deliveries.at(-1);
	return { issued: one.certificates?.length > 0, handed: Boolean(last), pin: last && (!last.pinChannel || !last.pinWaits), confirmed: one.state === "accepted" };
}

export function steps(one, past) {
	const state = done(one, past), now = line.find((step) => !state[step]);
	return make("ol", { class: "steps" }, line.map((step) => make("li", { class: state[step] ? "done" : undefined, "aria-current": step === now ? "step" : undefined },
		make("span", { "aria-hidden": "true" }, state[step] ? "✓ " : step === now ? "→ " : "・ "), say(`step.${step}`), make("small", {}, say(state[step] ? "step.done" : step === now ? "step.now" : "step.later")))));
}

// A link that its holder uses himself: how it stands.
const tones = { waiting: "moving", fetched: "good", expired: "over", locked: "bad", recalled: "over" };
const pickup = ({ state, until, at }) => badge(tones[state], say(`pickup.${state}`, { time: time(at ?? until) }));

// Why it is to be done again, when the last link was not used.
export function unfetched(one, past) {
	const last = past.deliveries.at(-1)?.pickup;
	return one.state === "verified" && ["expired", "locked", "recalled"].includes(last?.state) ? make("p", { class: "notice" }, sayOf("againAfter", last.state)) : null;
}

export function deliveries(past) {
	if (past.deliveries.length === 0) return null;
	return part("deliveries", say("deliveries"), past.deliveries.map((row) => list([
		[say("handedAt"), time(row.deliveredAt), ` ${nameOf(row.deliveredBy, past.people)}`],
		[say(row.pickup ? "linkChannel" : "fileChannel"), row.fileChannel],
		row.pickup ? [say("pickup"), pickup(row.pickup)] : null,
		row.pinChannel ? [say("pinChannel"), row.pinChannel, " ", row.pinWaits ? badge("moving", say("pinWaits")) : badge("good", row.pinShownAt ? say("pinShownAt", { time: time(row.pinShownAt) }) : say("pinShown"))] : null,
		[say("receiptDue"), time(row.receiptDueAt)],
	].filter(Boolean))));
}

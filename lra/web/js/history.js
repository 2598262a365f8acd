// What happened to a case, out of the audit trail: when, who, what.
import { make } from "./dom.js";
import { nameOf, say, sayOf, time } from "./words.js";

// Why it came back, as long as nothing was done about it since; or nothing.
export function sentBack({ events, people }) {
	const last = events.filter((event) => !["applicationTaken", "noticeAskedAgain"].includes(event.event)).at(-1);
	return last?.event === "applicationSentBack" ? make("p", { class: "notice" }, make("strong", {}, `${sayOf("event", last.event)}: `),
		`${last.detail.reason} (${nameOf(last.actor, people)} ${time(last.at)})`) : null;
}

function why({ code, reason }) {
	const words = [code && sayOf("holdReason", code), reason].filter(Boolean).join(": ");
	return words ? make("small", {}, say("because", { reason: words })) : null;
}

// The case that took its data up, or whose data it took up.
function other({ copy, copyOf }) {
	const receipt = copy ?? copyOf;
	return receipt ? make("small", {}, say(copy ? "copiedTo" : "copiedFrom"), " ", make("a", { href: `#/case/${receipt}`, class: "number" }, receipt)) : null;
}

export function history({ events, people }) {
	return make("ol", { class: "history" }, events.map((event) => make("li", {},
		make("time", { datetime: event.at }, time(event.at)),
		make("span", {}, make("strong", {}, event.detail.back ? say("event.givenBack") : sayOf("event", event.event)), ` ${nameOf(event.actor, people)}`,
			why(event.detail), other(event.detail), event.detail.resumer ? make("small", {}, say("resumerIs", { name: nameOf(event.detail.resumer, people) })) : null))));
}

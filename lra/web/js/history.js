// What happened to a case, out of the audit trail: when, who, what.
import { make } from "./dom.js";
import { nameOf, say, sayOf, time } from "./words.js";

// Why it came back, as long as nothing was done about it since; or nothing.
export function sentBack({ events, people }) {
	const last = events.filter((event) => !["applicationTaken", "noticeAskedAgain"].includes(event.event)).at(-1);
	return last?.event === "applicationSentBack" ? make("p", { class: "notice" }, make("strong", {}, `${sayOf("event", last.event)}: `),
		`${last.detail.reason} (${nameOf(last.actor, people)} ${time(last.at)})`) : null;
}

export function history({ events, people }) {
	return make("ol", { class: "history" }, events.map((event) => make("li", {},
		make("time", { datetime: event.at }, time(event.at)),
		make("span", {}, make("strong", {}, event.detail.back ? say("event.givenBack") : sayOf("event", event.event)), ` ${nameOf(event.actor, people)}`,
			event.detail.reason ? make("small", {}, say("because", { reason: event.detail.reason })) : null))));
}

// Cases in lists, as the queue and the search show them: one row each, and their marks.
import { make } from "./dom.js";
import { day, dayInOffice, due, nameOf, say, sayOf, time } from "./words.js";

// How a state stands: a sign beside its word, so that no colour says it alone.
const tones = {
	received: "open", identified: "open", submitted: "moving", verified: "open", ordered: "moving", issued: "open",
	delivered: "open", accepted: "good", refused: "bad", rejected: "over", withdrawn: "over",
};
const signs = { open: "○", moving: "→", good: "✓", bad: "!", over: "×" };
export const badge = (tone, words) => make("span", { class: `badge ${tone}` }, make("span", { "aria-hidden": "true" }, signs[tone]), ` ${words}`);
export const stateBadge = (state) => badge(tones[state], sayOf("state", state));

const lookAgain = (one) => one.hold?.resumeOn !== undefined && one.hold.resumeOn <= dayInOffice(new Date());
export const isLate = (one) => (one.hold ? lookAgain(one) : one.dueAt !== undefined && new Date(one.dueAt) < new Date());

function dueCell(one) {
	if (one.hold) return make("td", { class: isLate(one) ? "late" : undefined }, say("clockStands"),
		one.hold.resumeOn ? make("small", {}, `${isLate(one) ? "! " : ""}${say("resumeOnIs", { day: day(`${one.hold.resumeOn}T00:00:00+09:00`) })}`) : null);
	if (!one.dueAt) return make("td", {}, say("none"));
	return make("td", { class: isLate(one) ? "late" : undefined },
		make("time", { datetime: one.dueAt, title: time(one.dueAt) }, due(one.dueAt)), isLate(one) ? make("strong", {}, ` ! ${say("late")}`) : null);
}

// What somebody should know of a case beside its state: each with a sign, too.
const flags = (one, events) => [
	one.event ? events[one.event] ?? one.event : null,
	one.unfetched ? sayOf("unfetched", one.unfetched) : null,
	one.undelivered ? say("undelivered", { count: one.undelivered }) : one.noticeFailed ? say("noticeFailed") : null,
].filter(Boolean).map((words) => make("small", { class: "late" }, `! ${words}`));

const next = (one) => (one.hold ? say("next.held") : one.proposed ? say("next.propose") : one.event ? say("next.revoke") : sayOf("next", one.state));

const columns = {
	due: dueCell,
	number: (one) => make("td", {}, make("a", { href: `#/case/${one.receiptNumber}`, class: "number", "data-step": true }, one.receiptNumber)),
	name: (one) => make("td", {}, one.commonName, make("small", {}, one.employeeNumber)),
	profile: (one) => make("td", {}, sayOf("profile", one.profile), make("small", {}, sayOf("origin", one.keyOrigin))),
	state: (one, { events }) => make("td", {}, stateBadge(one.state), one.hold ? badge("over", say("held")) : null, flags(one, events)),
	next: (one, { people }) => make("td", {}, one.proposed ? make("a", { href: `#/certificate/${one.issuer}/${one.serialNumber}?event=${one.event}` }, next(one)) : next(one), one.hold ? make("small", {}, say("resumerIs", { name: nameOf(one.hold.resumer, people) }), ` ${sayOf("holdReason", one.hold.reason)}`) : null),
	received: (one) => make("td", {}, time(one.receivedAt)),
	taken: (one, { people }) => make("td", {}, one.takenBy ? nameOf(one.takenBy, people) : say("none")),
};

// names: of columns; list: as the API gave it; events: names of life events (office.js); more: cells of the page's own, by column;
// heads: what stands in the head of a column instead of its name
export function table(caption, names, { cases, people }, events, more = {}, heads = {}) {
	const cells = { ...columns, ...more };
	return make("div", { class: "wide", tabindex: "0", role: "region", "aria-label": caption },
		make("table", { class: "list" },
			make("caption", {}, caption),
			make("thead", {}, make("tr", {}, names.map((name) => make("th", { scope: "col" }, heads[name] ?? sayOf("column", name))))),
			make("tbody", {}, cases.map((one) => make("tr", { "data-receipt": one.receiptNumber, class: isLate(one) ? "overdue" : undefined },
				names.map((name) => cells[name](one, { people, events })))))));
}

// The audit trail 監査証跡 (UX feature 21) of this LRA, newest first: readable sentences, and how the chain behind them was last found.
import { ask, fetchFile } from "../api.js";
import { field, form } from "../deed.js";
import { groups, make, show } from "../dom.js";
import { save } from "../file.js";
import { dayInOffice, listOf, midnight, nameOf, number, say, sayOf, time } from "../words.js";

const DAYS = 31; // shown unless asked otherwise; a case from its beginning
const names = ["object", "person", "event", "from", "until"];
const filled = (chosen) => Object.fromEntries(Object.entries(chosen).filter(([, value]) => value));
const address = (chosen, change = {}) => `#/trail?${new URLSearchParams(filled({ ...chosen, ...change }))}`;

function query({ from, until, ...rest }, before) {
	return new URLSearchParams(filled({ ...rest, from: from && midnight(from), until: until && midnight(until, 1), before }));
}

function chainOf(chain) {
	if (!chain) return make("p", { class: "notice" }, say("chainUnknown"));
	const head = make("small", { class: "number" }, say("chainHead", { head: groups(chain.head.slice(0, 16)) }));
	if (chain.fault) return make("p", { class: "wrong", role: "alert", id: "chain" }, make("strong", {}, `! ${say("chainBroken")} `), make("span", { lang: "en" }, chain.fault),
		` ${say("chainWhen", { at: time(chain.checkedAt) })}`, " ", say("chainTell"));
	return make("p", { class: "sheet", id: "chain" }, make("strong", {}, `✓ ${say("chainWhole")} `),
		say("chainCounts", { links: number(chain.links), events: number(chain.events), at: time(chain.checkedAt) }), " ", head);
}

// What it was about, and the way to everything about it.
function about(one, chosen) {
	if (!/^[A-Z]\d{2}-\d{6,}-./.test(one.object)) return make("span", { class: "number" }, one.object);
	return [make("a", { href: `#/case/${one.object}`, class: "number", "data-step": true }, one.object),
		chosen.object ? null : make("small", {}, make("a", { href: address(chosen, { object: one.object, from: "", until: "" }) }, say("onlyThisCase")))];
}

function details(detail) {
	const rows = Object.entries(detail);
	return rows.length === 0 ? null : make("div", { class: "quiet number" }, rows.map(([name, value]) => `${name}: ${typeof value === "object" ? JSON.stringify(value) : value}`).join(", "));
}

function table({ events, people }, chosen) {
	return make("div", { class: "wide", tabindex: "0", role: "region", "aria-label": say("trail") },
		make("table", { class: "list" }, make("caption", {}, say("trailCaption")),
			make("thead", {}, make("tr", {}, ["when", "what", "who", "about", "trace"].map((name) => make("th", { scope: "col" }, say(`trail.${name}`))))),
			make("tbody", {}, events.map((one) => make("tr", { "data-event": one.event, "data-id": one.id },
				make("td", {}, make("time", { datetime: one.at }, time(one.at))),
				make("td", {}, make("strong", {}, sayOf("event", one.event)), one.result === "refused" ? make("span", { class: "late" }, ` ! ${say("trailRefused")}`) : null, details(one.detail)),
				make("td", {}, make("a", { href: address(chosen, { person: one.actor }) }, nameOf(one.actor, people)), make("small", {}, sayOf("role", one.role))),
				make("td", {}, about(one, chosen)),
				make("td", {}, make("small", { class: "number" }, one.origin)))))));
}

function filters(chosen, people) {
	const persons = new Set([...Object.keys(people), chosen.person].filter(Boolean));
	return form({ class: "tools plain" }, async ({ elements }) => {
		location.hash = address(Object.fromEntries(names.map((name) => [name, elements[name].value.trim()])));
	}, make("button", { type: "submit", class: "small" }, say("showPeriod")),
	field("from", say("trail.from"), { type: "date", value: chosen.from, required: false }), field("until", say("untilDayIncluded"), { type: "date", value: chosen.until, required: false }),
	field("object", say("trail.case"), { value: chosen.object, required: false, maxlength: 24 }),
	field("person", say("trail.who"), { tag: "select", value: chosen.person, required: false, options: [["", say("everybody")], ...[...persons].sort().map((id) => [id, nameOf(id, people)])] }),
	field("event", say("trail.what"), { tag: "select", value: chosen.event, required: false, options: [["", say("everything")], ...listOf("event").filter(([name]) => name !== "givenBack")] }));
}

export default async function trail(room, at) {
	const chosen = Object.fromEntries(names.map((name) => [name, at.query.get(name) ?? ""]));
	if (!chosen.object && !chosen.from) chosen.from = dayInOffice(new Date(Date.now() - DAYS * 24 * 60 * 60 * 1000));
	const page = await ask("GET", `audit-events?${query(chosen, at.query.get("before"))}`);
	show(room, make("h1", {}, say("trail")), chainOf(page.chain), filters(chosen, page.people),
		make("div", { class: "tools" }, form({ class: "plain" }, async () => save("audit-events.csv", await fetchFile("GET", `audit-events.csv?${query(chosen)}`)),
			make("button", { type: "submit", class: "small" }, say("trail.csv")))),
		page.events.length === 0 ? make("p", { class: "sheet empty", role: "status" }, say("trailEmpty")) : table(page, chosen),
		page.next === undefined ? null : make("p", {}, make("a", { href: address(chosen, { before: page.next }) }, say("older"))));
}

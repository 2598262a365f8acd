// The work queue (UX 7.1): what waits, by due time; one tab for each room of the way; who works on what. It keeps up by itself.
import { ask, look } from "../api.js";
import { table } from "../cases.js";
import { make, show } from "../dom.js";
import { drafts } from "../draft.js";
import { take } from "../frame.js";
import { step } from "../keys.js";
import { eventNames } from "../office.js";
import { nameOf, say, sayOf, time, waited } from "../words.js";

const SECONDS = 4; // UX feature 1: another's hand is seen within five
const homeTab = (session) => (session.roles.includes("lraClerk") ? "identify" : "approve");

function tabs(counts, open, mine) {
	return make("nav", { class: "tabs", "aria-label": say("tabs") }, counts.tabs.map((one) => make("a", {
		href: `#/queue/${one.tab}${mine ? "?mine=true" : ""}`, "aria-current": one.tab === open ? "page" : undefined },
		sayOf("tab", one.tab), " ", make("span", { class: "count" }, String(one.count)),
		one.late > 0 ? make("span", { class: "late" }, ` ! ${say("lateCount", { count: one.late })}`) : null)));
}

function begun(kept) {
	const one = kept.find((row) => row.name === "apply");
	return one ? make("p", { class: "notice" }, make("a", { href: "#/apply" }, say("draftOpen", { time: time(one.savedAt) }))) : null;
}

// Where many can be decided on at once, by whoever may.
const together = { identify: ["lraClerk", "decide/identify"], approve: ["lraApprover", "decide/approve"], deliver: ["lraClerk", "distribute"] };

function tools(tab, mine, session, some) {
	return make("div", { class: "tools" },
		together[tab] && session.roles.includes(together[tab][0]) && (some || tab === "deliver")
			? make("a", { class: "chip", href: `#/${together[tab][1]}${mine && some && tab !== "deliver" ? "?mine=true" : ""}` }, sayOf("decideMany", tab)) : null,
		make("a", { class: "chip", href: `#/queue/${tab}${mine ? "" : "?mine=true"}`, "aria-current": mine ? "true" : undefined },
			mine ? "✓ " : "", say("onlyMine")));
}

function foot(counts, tab) {
	const oldest = counts.tabs.find((one) => one.tab === tab)?.oldest;
	return make("p", { class: "quiet foot" }, make("span", {}, say("takenByMe", { count: counts.mine })),
		oldest ? make("span", {}, say("oldest", { time: waited(oldest, counts.now) })) : null, make("span", {}, say("queueKeys")));
}

// Taking is for work that is left to do here, and of one's own hand to give back.
function taken(session, hold) {
	return (one, { people }) => {
		const mine = one.takenBy === session.person.id;
		if (one.takenBy && !mine) return make("td", {}, nameOf(one.takenBy, people));
		return make("td", {}, make("button", { type: "button", class: mine ? "small mine" : "small", onclick: () => hold(one.receiptNumber, mine),
			"aria-label": `${say(mine ? "giveBack" : "take")} ${one.receiptNumber}` }, say(mine ? "mine" : "take")));
	};
}

export default async function queue(room, at) {
	const tab = at.parameters.tab ?? homeTab(at.session), mine = at.query.get("mine") === "true", after = at.query.get("after");
	const path = `queue/${tab}?${new URLSearchParams({ limit: 50, mine, ...(after && { after }) })}`;
	let [counts, list, events, kept] = await Promise.all([ask("GET", "queue"), ask("GET", path), eventNames(), drafts()]);

	const draw = () => {
		const focused = document.activeElement?.closest?.("[data-receipt]")?.dataset.receipt, button = document.activeElement?.localName === "button";
		const more = new URLSearchParams({ ...(mine && { mine }), after: list.next });
		show(room,
			make("h1", {}, sayOf("tab", tab)),
			tabs(counts, tab, mine),
			begun(kept),
			tools(tab, mine, at.session, list.cases.length > 1),
			list.cases.length === 0 ? make("p", { class: "sheet empty" }, mine ? say("emptyMine") : say("empty"))
				: table(say("queueCaption"), ["due", "number", "name", "profile", "state", "next", "taken"], list, events, { taken: taken(at.session, hold) }),
			list.next === undefined ? null : make("p", {}, make("a", { href: `#/queue/${tab}?${more}` }, say("more"))),
			foot(counts, tab));
		if (focused) room.querySelector(`[data-receipt="${focused}"] ${button ? "button" : "a"}`)?.focus();
	};
	const renew = async (how) => {
		const next = await Promise.all([how("queue"), how(path)]);
		const same = JSON.stringify([counts.tabs, counts.mine, list]) === JSON.stringify([next[0].tabs, next[0].mine, next[1]]);
		[counts, list] = next;
		if (!same) draw();
	};
	const hold = async (receipt, back) => {
		const { takenBy } = await take(receipt, back);
		await renew((what) => ask("GET", what));
		at.said(say(takenBy ? "taken" : "given", { receipt }));
	};

	draw();
	at.every(SECONDS, () => renew(look));
	at.key("j", "key.j", () => step(1));
	at.key("k", "key.k", () => step(-1));
	at.key("t", "key.t", () => document.activeElement?.closest("[data-receipt]")?.querySelector("button")?.click());
	at.key("m", "key.m", () => { location.hash = `#/queue/${tab}${mine ? "" : "?mine=true"}`; });
}

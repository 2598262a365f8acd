// The work queue: what waits, the longest waiting first; one tab for each room of the way.
import { ask } from "./api.js";
import { make, show } from "./dom.js";
import { say, sayOf, time } from "./words.js";

const PAGE = 100;
// The state that each tab shows, and who has something to do there.
export const tabs = [
	{ state: "received", role: "lraClerk" }, { state: "identified", role: "lraApprover" }, { state: "submitted" },
	{ state: "verified" }, { state: "ordered" }, { state: "issued", role: "lraClerk" }, { state: "delivered", role: "lraClerk" },
	{ state: "accepted" }, { state: "refused", role: "lraClerk" }, { state: "rejected" }, { state: "withdrawn" },
];

const mark = (state) => make("span", { class: `state ${state}` }, sayOf("state", state));

function row(one, state) {
	const due = one.receiptDueAt; // only while its receipt is awaited
	const late = due && new Date(due) < new Date();
	return make("tr", {},
		state !== "delivered" ? null : make("td", {}, due ? time(due) : say("none"), late ? make("strong", { class: "late" }, ` ! ${say("late")}`) : null),
		make("td", {}, make("a", { href: `#/case/${one.receiptNumber}`, class: "number" }, one.receiptNumber)),
		make("td", {}, one.commonName),
		make("td", {}, one.profile),
		make("td", {}, mark(one.state)),
		make("td", {}, sayOf("next", one.state)),
		make("td", {}, time(one.receivedAt)));
}

export async function queue(place, state, after) {
	const asked = new URLSearchParams({ limit: PAGE, state, ...(after && { after }) });
	const list = await ask("GET", `applications?${asked}`);
	const rows = list.applications.map((one) => row(one, state));
	const heads = [...(state === "delivered" ? ["due"] : []), "number", "name", "profile", "stateHead", "nextHead", "received"];
	show(place,
		make("h1", {}, sayOf("state", state)),
		rows.length === 0 ? make("p", { class: "quiet" }, say("empty"))
			: make("div", { class: "wide", tabindex: "0", role: "region", "aria-label": say("queue") },
				make("table", { class: "queue" },
					make("caption", {}, say("queueCaption")),
					make("thead", {}, make("tr", {}, heads.map((head) => make("th", { scope: "col" }, say(head))))),
					make("tbody", {}, rows))),
		list.next === undefined ? null
			: make("p", {}, make("a", { href: `#/queue/${state}/${list.next}` }, say("more"))));
}

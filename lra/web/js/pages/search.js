// What the search box of the head finds. The words stay in the box: the address would tell them to whoever looks back.
import { ask } from "../api.js";
import { table } from "../cases.js";
import { make, show } from "../dom.js";
import { place } from "../frame.js";
import { step } from "../keys.js";
import { eventNames } from "../office.js";
import { say } from "../words.js";

export default async function search(room, at) {
	const text = place("search").value.trim();
	const before = at.query.get("before");
	const list = text === "" ? { cases: [], people: {} }
		: await ask("GET", `search?${new URLSearchParams({ text, limit: 50, ...(before && { before }) })}`);
	show(room,
		make("h1", {}, say("search")),
		text === "" ? make("p", { class: "sheet empty" }, say("searchWhat"))
			: list.cases.length === 0 ? make("p", { class: "sheet empty", role: "status" }, say("notFound"))
				: table(say("searchCaption"), ["number", "name", "profile", "state", "next", "received", "taken"], list, await eventNames()),
		list.next === undefined ? null : make("p", {}, make("a", { href: `#/search?before=${list.next}` }, say("more"))));
	at.key("j", "key.j", () => step(1));
	at.key("k", "key.k", () => step(-1));
}

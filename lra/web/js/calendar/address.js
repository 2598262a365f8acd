// The address at which a calendar program fetches what ends: made here, shown once, ended here.
import { ask } from "../api.js";
import { part } from "../case/parts.js";
import { form } from "../deed.js";
import { make } from "../dom.js";
import { say, time } from "../words.js";

// At the door that asks for no card: a calendar program has none.
function made(path, doors) {
	const url = new URL(path, doors?.counter ?? location.origin).href;
	const shown = make("input", { id: "calendar-address", readonly: true, value: url, onfocus: (event) => event.target.select() });
	return make("div", { class: "field" }, make("label", { for: shown.id }, say("addressOnce")), shown,
		make("p", { class: "quiet" }, say("addressHelp")));
}

export async function address(at) {
	const now = await ask("GET", "calendar-address");
	const make_one = async (target) => {
		const { path } = await ask("POST", "calendar-address", {});
		target.replaceWith(made(path, at.session.doors));
		document.getElementById("calendar-address").focus();
	};
	const end_it = async () => {
		await ask("POST", "calendar-address/end", {});
		await at.again();
		at.said(say("addressEnded"));
	};
	return part("address", say("forPrograms"), make("p", {}, say("forProgramsHelp")),
		now.createdAt ? make("p", {}, say("addressThere", { time: time(now.createdAt) }), " ", now.usedAt ? say("addressUsed", { time: time(now.usedAt) }) : say("addressUnused")) : null,
		make("div", { class: "tools" }, form({ class: "plain" }, make_one, make("button", { type: "submit" }, say(now.createdAt ? "addressAnother" : "addressMake"))),
			now.createdAt ? form({ class: "plain" }, end_it, make("button", { type: "submit" }, say("addressEnd"))) : null));
}

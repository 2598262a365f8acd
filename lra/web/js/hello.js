// Who is not logged in: the ways in that this door offers, the other door, and the first registration of a passkey.
import { ask } from "./api.js";
import { field, form } from "./deed.js";
import { make, show } from "./dom.js";
import { login, register } from "./passkey.js";
import { say, sayOf } from "./words.js";

const begin = { card: () => ask("POST", "session", {}), passkey: login };

// again: what to do when somebody is logged in
export function hello(room, session, again) {
	// A card that the browser did not show at the begin cannot be shown later.
	const offered = session.logins.filter((way) => way !== "card" || session.login === "certificate");
	show(room, make("h1", {}, say("title")),
		make("p", {}, session.token ? say("notHere") : say("nobody")),
		session.token ? null : offered.map((way) => form({}, async () => { await begin[way](); await again(); }, sayOf("login", way))),
		session.token ? null : Object.entries(session.doors).filter(([door]) => door !== session.door)
			.map(([door, address]) => make("p", {}, make("a", { href: address }, sayOf("door", door)))),
		session.logins.includes("passkey") ? make("p", {}, make("a", { href: "#/enrol" }, say("enrol"))) : null);
}

export function enrol(room) {
	const done = async (target) => {
		const { fingerprint } = await register(target.elements.person.value.trim(), target.elements.code.value.trim());
		target.replaceWith(make("div", { role: "status" }, make("p", {}, say("enrolled")), make("p", {}, make("code", {}, fingerprint))));
	};
	show(room, make("h1", {}, say("enrol")), make("p", {}, say("enrolHelp")),
		form({}, done, say("enrolMake"), field("person", say("enrolPerson"), { maxlength: "63", autocapitalize: "none", spellcheck: "false" }),
			field("code", say("enrolCode"), { maxlength: "40", autocapitalize: "characters", spellcheck: "false" }, say("enrolCodeHelp"))),
		make("p", {}, make("a", { href: "#/" }, say("toLogin"))));
}

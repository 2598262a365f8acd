// Who is not logged in: the ways in that this door offers, the other door, and the first registration of a passkey.
import { form } from "../deed.js";
import { make, show } from "../dom.js";
import { logIn } from "../session.js";
import { say, sayOf } from "../words.js";

export default function hello(room, { session, start }) {
	const loggedIn = session.token !== undefined;
	// A card that the browser did not show at the begin cannot be shown later.
	const offered = session.logins.filter((way) => way !== "card" || session.login === "certificate");
	const others = Object.entries(session.doors).filter(([door]) => door !== session.door);
	show(room, make("div", { class: "door" },
		make("h1", {}, say("title")),
		make("section", { class: "sheet" },
			make("p", {}, loggedIn ? say("notHere") : say("nobody")),
			loggedIn ? null : offered.map((way) => form({ class: "plain" }, async () => { await logIn(way); await start(); }, sayOf("login", way))),
			loggedIn || offered.length > 0 ? null : make("p", { class: "quiet" }, say("noCard"))),
		loggedIn ? null : make("ul", { class: "ways" },
			others.map(([door, href]) => make("li", {}, make("a", { href }, sayOf("door", door)))),
			session.logins.includes("passkey") ? make("li", {}, make("a", { href: "#/enrol" }, say("enrol"))) : null)));
}

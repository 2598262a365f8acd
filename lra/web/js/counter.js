// The counter: reads who is there, and shows the page that the address names.
import { ask, carry, Refused } from "./api.js";
import { oneCase } from "./case.js";
import { make, show } from "./dom.js";
import { enrol, hello } from "./hello.js";
import { listen } from "./keys.js";
import { queue, tabs } from "./queue.js";
import { language, preferred, say, sayOf, speak } from "./words.js";

const roles = ["lraClerk", "lraApprover", "lraAdmin", "raOfficer", "auditor", "subscriber"];
const readers = ["lraClerk", "lraApprover", "auditor"];
const place = (id) => document.getElementById(id);
let session = { roles: [], logins: [], doors: {} };
let turn = 0;

function head() {
	const name = session.person && (language === "ja" ? session.person.nameJa : session.person.name);
	const mine = roles.filter((role) => session.roles.includes(role)).map((role) => sayOf("role", role)).join(" · ");
	place("skip").textContent = say("skip");
	place("office").textContent = session.lra ? `${say("office")}: ${session.lra.name}` : say("office");
	show(place("who"), name ? `${name} (${mine}) ` : mine,
		loggedIn() ? make("button", { type: "button", onclick: logout }, say("logout")) : null);
	place("tabs").setAttribute("aria-label", say("queue"));
	for (const button of document.querySelectorAll("[data-language]"))
		button.setAttribute("aria-pressed", String(button.dataset.language === language));
}

const loggedIn = () => session.token !== undefined;
const mayRead = () => loggedIn() && session.roles.some((role) => readers.includes(role));
const home = () => (tabs.find((tab) => session.roles.includes(tab.role)) ?? tabs[0]).state;

function drawTabs(open) {
	show(place("tabs"), mayRead() ? tabs.map((tab) => make("a", {
		href: `#/queue/${tab.state}`, "aria-current": tab.state === open ? "page" : undefined }, sayOf("state", tab.state))) : []);
}

function failed(refused) {
	const known = refused instanceof Refused;
	show(place("main"), make("h1", {}, say("failed")), make("p", { role: "alert" }, known ? refused.message : say("away")),
		known ? make("ul", {}, refused.faults.map((fault) => make("li", {}, fault.text))) : null,
		known ? make("p", { class: "quiet" }, `ref ${refused.ref}`) : null,
		make("p", {}, make("a", { href: `#/queue/${home()}` }, say("toQueue"))));
}

async function logout() {
	try {
		await ask("POST", "session/logout", {});
	} catch (refused) {
		return failed(refused);
	}
	await start(language);
}

async function open(focus) {
	const mine = ++turn; // an older page that answers late must not overwrite a newer one
	const room = make("div", {});
	const [, page, what, after] = location.hash.split("/");
	place("said").textContent = "";
	drawTabs(page === "case" ? null : tabs.some((tab) => tab.state === what) ? what : home());
	try {
		if (page === "enrol") enrol(room);
		else if (!mayRead()) hello(room, session, () => start(language));
		else if (page === "case") await oneCase(room, decodeURIComponent(what), session);
		else await queue(room, tabs.some((tab) => tab.state === what) ? what : home(), after);
		if (mine === turn) show(place("main"), room);
	} catch (refused) {
		if (mine === turn) failed(refused);
	}
	document.title = `${place("main").querySelector("h1").textContent} – ${say("title")}`;
	if (focus) place("main").focus();
	document.body.dataset.shown = String(mine);
}

async function start(wanted) {
	await speak(wanted);
	try {
		session = await ask("GET", "session");
		carry(session);
	} catch (refused) {
		session = { roles: [], logins: [], doors: {} };
		head();
		failed(refused);
		document.body.dataset.shown = String(++turn);
		return;
	}
	head();
	await open(false);
}

for (const button of document.querySelectorAll("[data-language]"))
	button.addEventListener("click", () => {
		history.replaceState(null, "", `?lang=${button.dataset.language}${location.hash}`);
		start(button.dataset.language);
	});
place("skip").addEventListener("click", (event) => {
	event.preventDefault(); // the fragment is the page's address
	place("main").focus();
});
addEventListener("hashchange", () => open(true));
listen(() => { location.hash = `#/queue/${home()}`; });
start(preferred());

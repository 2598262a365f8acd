// The counter: reads who is there, and shows the page that the address names. A page is a module with
//   default (room, at)   draws into the element room; may be async. What it throws is shown as a refusal. at has
//     session            as GET /v1/session said (who, roles, lra)
//     parameters, query  of the address: {receipt: "A26-…"}, URLSearchParams
//     again()            draws the page anew, with what the registry says now
//     said(words)        tells what was done, to eye and ear
//     go(path, words)    goes to another page, and says it there
//     every(seconds, deed)      repeats a deed while this page is open; it asks with look() (api.js)
//     key(letter, word, deed)   a key of this page
//     leave(deed)        what is to be done when the page is left
import { Refused } from "./api.js";
import { make, show } from "./dom.js";
import { failed, head, place, said } from "./frame.js";
import { keysOfFrame, keysOfPage, listen } from "./keys.js";
import { find, homeOf, mayOpen, routes } from "./router.js";
import { forget, learn, logOut, session } from "./session.js";
import { language, preferred, say, speak } from "./words.js";

let turn = 0;
let leaving = [];
let carried = ""; // what the next page says first

const address = (route) => { location.hash = `#/${route.path}`; };

// Where to: home for whoever is logged in and named no page; the door for whoever is not, and then the page that he named.
function wanted() {
	let found = find(location.hash);
	if (found?.route === routes[0] && homeOf(session) !== routes[0]) {
		history.replaceState(null, "", `#/${homeOf(session).path}`);
		found = find(location.hash);
	}
	return found && !mayOpen(found.route, session) ? { ...found, route: routes[0] } : found;
}

function handle(found, mine) {
	const keys = [];
	keysOfPage(keys);
	return { session, parameters: found.parameters, query: found.query, said,
		again: () => (mine === turn ? open(false) : undefined),
		go: (path, words) => { carried = words; location.hash = `#/${path}`; },
		start: () => start(language),
		key: (letter, word, deed) => { if (mine === turn) keys.push([letter, word, deed]); },
		leave: (deed) => leaving.push(deed),
		every: (seconds, deed) => {
			const beat = setInterval(() => { if (mine === turn) deed().catch(() => { /* the next one may be heard */ }); }, seconds * 1000);
			leaving.push(() => clearInterval(beat));
		} };
}

async function open(focus) {
	const mine = ++turn; // an older page that answers late must not overwrite a newer one
	for (const deed of leaving.splice(0)) deed();
	const found = wanted();
	const room = make("div", {}), words = carried;
	carried = "";
	said("");
	head(found?.route, logout);
	try {
		if (!found) throw new Refused(404, { message_ja: say("noPage"), message_en: say("noPage") });
		const at = handle(found, mine);
		await (await found.route.page()).default(room, at);
		if (mine === turn) show(place("main"), room);
	} catch (refused) {
		if (mine === turn) refuse(refused);
	}
	if (mine === turn) finish(focus, words);
}

function refuse(refused) {
	failed(say("failed"), refused instanceof Refused ? refused : { message: say("away") });
	if (!(refused instanceof Refused)) console.error(refused);
}

function finish(focus, words = "") {
	document.title = `${place("main").querySelector("h1").textContent} – ${say("office")}`;
	if (focus) place("main").focus();
	if (words) said(words);
	document.body.dataset.shown = String(turn);
}

async function logout() {
	try {
		await logOut();
	} catch (refused) {
		return refuse(refused);
	}
	history.replaceState(null, "", "#/");
	await start(language);
}

async function start(tongue) {
	await speak(tongue);
	try {
		await learn();
	} catch (refused) {
		forget();
		head(undefined, logout);
		refuse(refused);
		turn++;
		finish(false);
		return;
	}
	keysOfFrame([...routes.filter((route) => route.key && mayOpen(route, session)).map((route) => [route.key, route.title, () => address(route)]),
		["/", "search", () => place("search").focus()]]);
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
// What is searched stays in the box: a name in the address would stay in the browser's history.
place("find").addEventListener("submit", (event) => {
	event.preventDefault();
	if (find(location.hash)?.route.path === "search") open(false);
	else location.hash = "#/search";
});
addEventListener("hashchange", () => open(true));
listen();
start(preferred());

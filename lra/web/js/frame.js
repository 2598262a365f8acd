// What stands around every page: office, menu, search, language, person, and what the person should know.
import { ask } from "./api.js";
import { make, show } from "./dom.js";
import { map } from "./keys.js";
import { homeOf, mayOpen, routes } from "./router.js";
import { session } from "./session.js";
import { day, language, nameOf, say, sayOf } from "./words.js";

export const place = (id) => document.getElementById(id);
export const said = (text) => { place("said").textContent = text; };

const roles = ["lraClerk", "lraApprover", "lraAdmin", "raOfficer", "auditor", "subscriber"];

function brand() {
	return [make("span", { class: "kind" }, say("office")), make("strong", {}, session.lra?.name ?? say("counter"))];
}

function menu(open) {
	return routes.filter((route) => route.menu && mayOpen(route, session)).map((route) => make("a", { href: `#/${route.path}`,
		"aria-current": open?.path.split("/")[0] === route.path ? "page" : undefined }, say(route.title),
		route.key ? make("kbd", { "aria-hidden": "true" }, route.key) : null));
}

function who(logout) {
	if (session.token === undefined) return [];
	const mine = roles.filter((role) => session.roles.includes(role)).map((role) => sayOf("role", role)).join(" · ");
	return [make("span", {}, nameOf(session.person), make("small", {}, mine)), make("button", { type: "button", onclick: logout }, say("logout"))];
}

// What ends soon, and a lone passkey: whoever loses it is locked out.
function notices() {
	const rows = (session.warnings ?? []).map((one) => `${language === "ja" ? one.message_ja : one.message_en} (${day(one.until)})`);
	if (session.passkeys === 1) rows.push(say("onePasskey"));
	return rows.map((text) => make("p", { class: "notice" }, text));
}

// open: the row of the page; logout: what the button does
export function head(open, logout) {
	const searches = routes.some((route) => route.path === "search" && mayOpen(route, session));
	place("skip").textContent = say("skip");
	show(place("office"), make("a", { href: `#/${homeOf(session).path}` }, brand()));
	show(place("menu"), menu(open));
	place("menu").hidden = place("menu").childElementCount === 0;
	place("menu").setAttribute("aria-label", say("menu"));
	place("find").hidden = !searches;
	place("search").setAttribute("aria-label", say("search"));
	place("search").setAttribute("placeholder", say("searchHelp"));
	show(place("who"), who(logout));
	show(place("notices"), notices());
	place("notices").setAttribute("aria-label", say("notices"));
	show(place("foot"), make("button", { type: "button", class: "bare", onclick: map }, make("kbd", { "aria-hidden": "true" }, "?"), ` ${say("keys")}`));
	for (const button of document.querySelectorAll("[data-language]"))
		button.setAttribute("aria-pressed", String(button.dataset.language === language));
}

export function failed(title, refused) {
	show(place("main"), make("h1", {}, title), make("section", { class: "sheet" },
		make("p", { role: "alert" }, refused.message),
		refused.faults?.length ? make("ul", {}, refused.faults.map((fault) => make("li", {}, fault.text))) : null,
		refused.ref ? make("p", { class: "quiet" }, `ref ${refused.ref}`) : null,
		make("p", {}, make("a", { href: `#/${homeOf(session).path}` }, say("toBegin")))));
}

// A case belongs to whoever takes it: a note among colleagues.
export const take = (receipt, back) => ask("POST", `applications/${receipt}/take`, back ? { back: true } : {});

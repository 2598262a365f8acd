// Who is logged in; and what to do when a call is refused because the person has to prove himself: he is asked in a dialog above
// the page, where nothing typed is lost, and the call goes out again.
import { ask, carry, mendBy } from "./api.js";
import { form } from "./deed.js";
import { make } from "./dom.js";
import * as passkey from "./passkey.js";
import { say, sayOf } from "./words.js";

export const nobody = { roles: [], logins: [], doors: {} };
export let session = nobody;

function become(next) {
	session = next;
	carry(session);
}
export const learn = async () => become(await ask("GET", "session"));
export function forget() {
	become(nobody);
}

const ways = {
	card: { logIn: () => ask("POST", "session", {}), stepUp: () => ask("POST", "session/step-up", {}) },
	passkey: { logIn: passkey.login, stepUp: passkey.stepUp },
};
export const logIn = async (way) => become(await ways[way].logIn());
export const logOut = async () => become(await ask("POST", "session/logout", {}));

function dialog(title, words, label, deed) {
	return new Promise((settle) => {
		const box = make("dialog", { class: "person", "aria-labelledby": "person-title" },
			make("h2", { id: "person-title" }, title), make("p", {}, words),
			form({ class: "plain" }, async () => { await deed(); settle(true); box.close(); }, label),
			make("form", { method: "dialog" }, make("button", {}, say("cancel"))));
		box.addEventListener("close", () => { box.remove(); settle(false); });
		document.body.append(box);
		box.showModal();
	});
}

// Whoever logs in instead gets a page of his own: what the other one typed is not his.
async function logInAgain() {
	const before = session, way = before.logins[0];
	await logIn(way);
	if (before.person?.id !== session.person?.id) location.reload();
}

// By code of the refusal. One dialog at a time, however many calls were refused.
const asked = {};
const once = (kind, open) => { asked[kind] ??= open().finally(() => { delete asked[kind]; }); return asked[kind]; };
const again = () => once("login", () => dialog(say("sessionEnded"), say("sessionEndedHelp"), sayOf("login", session.logins[0]), logInAgain));
const mends = {
	"session.none": again,
	"session.ended": again,
	"session.stepUp": () => once("stepUp", () => dialog(say("stepUp"), say("stepUpHelp"), sayOf("stepUp", session.login),
		async () => become(await ways[session.login].stepUp()))),
	"session.card": async () => true, // the next connection shows the card anew
	"session.token": async () => { await learn(); return session.token !== undefined; }, // another window of the same session stepped up
};
mendBy(async (refused) => session.token !== undefined && refused.code in mends && mends[refused.code]());

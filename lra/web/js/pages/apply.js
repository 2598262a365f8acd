// The application on one page (UX 7.2): entered anew, or corrected. What will be issued stands beside it while it is typed; what is
// wrong stands beside its field, and all of it at the top when it is sent. Any width is right.
import { bodyOf, valuesOf } from "../apply/body.js";
import { fields } from "../apply/fields.js";
import { preview } from "../apply/preview.js";
import { sheets } from "../apply/sheet.js";
import { ask, Refused } from "../api.js";
import { form } from "../deed.js";
import { make, show } from "../dom.js";
import { draft, keeper } from "../draft.js";
import { office } from "../office.js";
import { clock, say, time } from "../words.js";

const PAUSE = 400; // behind the last key, before the server is asked what it thinks

function beginning({ office: mine, agreements }) {
	const values = Object.fromEntries(fields.map((one) => [one.id, one.tick ? false : ""]));
	return { ...values, profile: mine.profiles[0].profile, organizationName: mine.organizationNames[0], organizationIdentifier: mine.organizationIdentifiers[0] ?? "",
		agreement: agreements.at(-1)?.sha256 ?? "", means: "paper", idempotencyKey: crypto.randomUUID() };
}

// Of the profile that is chosen: what was left open gets its own.
function settle(world) {
	const { values } = world;
	world.profile = world.office.profiles.find((one) => one.profile === values.profile) ?? world.office.profiles[0];
	values.validity ||= String(Math.min(world.profile.validityDefault, world.office.validityMax));
	if (!values.keyOrigin || (values.keyOrigin === "handover" && !world.profile.keyAtHandover)) values.keyOrigin = world.profile.keyAtHandover ? "handover" : "csr";
}

// The common name follows the names until somebody writes his own.
function proposing(values, sheet) {
	const joined = () => [values.surname, values.givenName].map((one) => one.trim()).filter(Boolean).join(" ");
	let proposed = values.commonName === "" ? "" : joined();
	return (id) => {
		if (!["surname", "givenName"].includes(id) || !["", proposed].includes(values.commonName)) return;
		proposed = joined();
		sheet.box("commonName").value = proposed;
	};
}

// Names in letters follow their reading, as a passport spells it, until somebody writes his own; true: something was filled in.
function spelling(sheet) {
	const proposed = {};
	return (romaji = {}) => ["surname", "givenName"].filter((id) => {
		const box = sheet.box(id), before = proposed[id] ?? "";
		if (!box || romaji[id] === undefined || romaji[id] === before || !["", before].includes(box.value)) return false;
		proposed[id] = box.value = romaji[id];
		return true;
	});
}

// What the server thinks of it, a moment behind the last key; an older answer never overwrites a newer one.
function judging(world, sheet, body, correcting, spelled) {
	const place = make("div", { "aria-live": "polite" });
	let latest = 0, timer;
	show(place, preview(null, 0));
	const judge = async () => {
		const mine = ++latest;
		try {
			const answer = await ask("POST", "preview", body());
			const faults = new Refused(200, answer).faults.filter((fault) => !correcting || fault.field !== "acceptance");
			if (mine !== latest) return;
			show(place, preview(answer, faults.length));
			sheet.mark(faults);
			spelled(answer.romaji);
		} catch (refused) {
			if (mine !== latest) return;
			show(place, make("p", { class: "late" }, refused.message), (refused.faults ?? []).map((fault) => make("p", { class: "late" }, fault.text)));
			sheet.mark(refused.faults ?? []);
		}
	};
	return { place, now: judge, soon: () => { clearTimeout(timer); timer = setTimeout(judge, PAUSE); } };
}

const ended = ["rejected", "withdrawn"]; // cannot be revived, only copied (feature 12)

// receipt: of the application that is corrected, or (anew) of the one whose person and profile are asked for once more.
async function load(receipt, anew) {
	const [mine, { agreements }, one] = await Promise.all([office(), ask("GET", "agreements"), receipt ? ask("GET", `applications/${encodeURIComponent(receipt)}`) : null]);
	const copied = anew && ended.includes(one.state), word = one ? (copied ? "copy" : anew ? "renew" : "correct") : "apply";
	const name = one ? `${word}.${one.receiptNumber}` : "apply";
	const [kept, entered] = await Promise.all([draft(name), one ? ask("GET", `applications/${one.receiptNumber}/versions/${one.version}`) : null]);
	const world = { office: mine, agreements };
	world.values = { ...beginning(world), ...(entered && valuesOf(entered)), ...(anew && !copied && { csr: "" }), ...kept?.values };
	settle(world);
	return { world, before: one && !anew ? { receipt: one.receiptNumber, version: one.version, entered } : null, source: one && anew ? { entered, ...(copied && { copyOf: one.receiptNumber }) } : null, word, name, kept };
}

export default async function apply(room, at) {
	const from = at.query.get("from");
	const { world, before: one, source, word, name, kept } = await load(at.parameters.receipt ?? from, from !== null);
	const sheet = sheets(world, one !== null), saved = make("span", { class: "quiet", role: "status" });
	const body = () => bodyOf(sheet.read(), world.profile, one ?? source);
	sheet.draw();
	const propose = proposing(world.values, sheet), spell = spelling(sheet);
	const judged = judging(world, sheet, body, one !== null, (romaji) => {
		for (const id of spell(romaji)) sheet.box(id).dispatchEvent(new Event("input", { bubbles: true }));
	});
	const keeping = keeper(name, () => sheet.read(), (when) => { saved.textContent = when ? say("draftSaved", { time: clock(when) }) : say("draftWaits"); }, at);
	const send = async () => {
		show(sheet.summary);
		const got = one ? await ask("PUT", `applications/${one.receipt}`, body()) : await ask("POST", "applications", body());
		await keeping.end();
		at.go(`case/${got.receiptNumber}`, say(one ? "done.correct" : "done.apply", { receipt: got.receiptNumber }));
	};
	const refuse = (error) => {
		const ours = error instanceof Refused && error.status === 422 && error.faults.length > 0;
		if (ours) sheet.list(error.faults);
		return ours;
	};
	const page = form({ class: "plain apply", refuse }, send, make("button", { type: "submit", class: "primary" }, say(one ? "sendCorrection" : "send"), " ", make("kbd", { "aria-hidden": "true" }, "Ctrl+Enter")),
		make("div", { class: "two" }, sheet.element, make("section", { class: "sheet stays", "aria-labelledby": "preview-title" },
			make("h2", { id: "preview-title" }, say("toBeIssued")), judged.place)));
	page.addEventListener("input", ({ target: { id } }) => {
		sheet.read();
		propose(id);
		if (id === "profile" || id === "keyOrigin") {
			settle(world);
			sheet.draw();
			sheet.box(id).focus();
		}
		keeping.changed();
		judged.soon();
	});
	page.addEventListener("keydown", (event) => { if (event.ctrlKey && event.key === "Enter" && !event.isComposing) page.requestSubmit(); });
	show(room,
		make("div", { class: "title" }, make("h1", {}, say(word)),
			one || from ? make("a", { class: "number", href: `#/case/${one?.receipt ?? from}` }, one?.receipt ?? from) : null, saved),
		kept ? make("p", { class: "notice" }, say("draftFound", { time: time(kept.savedAt) }), " ",
			make("button", { type: "button", class: "small", onclick: async () => { await keeping.end(); await at.again(); } }, say("draftDrop"))) : null,
		world.agreements.length === 0 ? make("p", { class: "notice" }, say("noAgreement")) : null,
		sheet.summary, page);
	await judged.now();
}

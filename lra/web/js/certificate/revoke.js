// Asking for a revocation: a life event, who asks and how he was authenticated, and the last figures of the serial number (feature 19).
import { field, form } from "../deed.js";
import { make, show } from "../dom.js";
import { office } from "../office.js";
import { ask, Refused } from "../api.js";
import { decide } from "../passkey.js";
import { signing } from "../statement.js";
import { part } from "../case/parts.js";
import { language, number, say, sayOf, time } from "../words.js";

const callers = ["holder", "manager", "responsible", "other"];
const ways = ["callBack", "inPerson", "letter", "register"];

// Who asked and how, as one sentence of the statement that is signed.
function requester(elements) {
	const { caller, callerName, way, wayDetail, note } = elements;
	return [`${sayOf("caller", caller.value)} ${callerName.value.trim()}`, `${sayOf("way", way.value)} ${wayDetail.value.trim()}`,
		note.value.trim() || null].filter(Boolean).join("; ");
}

// Typed in the office's own time; the CRL carries it (RFC 5280, 5.3.2).
const suspected = (since, event) => (event?.reason === "keyCompromise" && since.value ? new Date(`${since.value}+09:00`).toISOString().replace(/\.\d+Z$/, "Z") : null);

const picked = (events, word) => events.find((one) => one.event === word);

function preview(one, event) {
	const hours = event.due / 3600;
	return [make("strong", {}, say("reasonIs", { reason: event.reason })), " ",
		say("publicWithin", { hours: number(hours) }), one.crl ? ` ${say("nextCrlIs", { time: time(one.crl.nextUpdate) })}` : "", ` ${say("cannotBeUndone")}`];
}

const nameOf = (event) => (language === "ja" ? event.nameJa : event.name);
const options = (words, family) => words.map((word) => [word, sayOf(family, word)]);

export async function revoke(one, at, again) {
	const events = (await office()).revocationEvents, tail = one.serialNumber.slice(-4).toUpperCase();
	const byCard = at.session.login !== "passkey";
	const effect = make("p", { class: "notice", "aria-live": "polite" });
	const since = make("div", {}, field("since", say("since"), { type: "datetime-local", step: 1, required: false }, say("sinceHelp")));
	const choose = (select) => {
		const event = picked(events, select.value);
		since.hidden = event?.reason !== "keyCompromise";
		show(effect, event ? preview(one, event) : say("chooseEvent"));
	};
	const place = make("div", { "aria-live": "polite" });
	const deed = async (target) => {
		const { event, serialTail } = target.elements;
		if (serialTail.value.replace(/[\s:]/g, "").toUpperCase() !== tail)
			throw new Refused(0, { message_ja: say("wrongTail"), message_en: say("wrongTail") });
		const said = requester(target.elements), suspicion = suspected(target.elements.since, picked(events, event.value));
		if (byCard) {
			show(place, make("p", {}, say("signByCard")), make("pre", { class: "statement", tabindex: "0" },
				`inkan lra revoke ${one.receiptNumber} --event ${event.value} --requester ${JSON.stringify(said)}${suspicion ? ` --suspected-since ${suspicion}` : ""}`));
			return;
		}
		const query = new URLSearchParams({ issuer: one.issuer, serialNumber: one.serialNumber, event: event.value, requester: said, ...(suspicion && { suspectedSince: suspicion }) });
		const { statement } = await ask("GET", `revocations/statement?${query}`);
		const page = await signing(statement, async () => {
			await decide("revocations", statement);
			await again();
			at.said(say("done.revoke"));
		});
		show(place, page);
		page.querySelector("pre").focus();
	};
	const events_ = field("event", say("lifeEvent"), { tag: "select", options: [["", say("pleaseChoose")], ...events.map((each) => [each.event, nameOf(each)])],
		onchange: (change) => choose(change.target) });
	const proposed = picked(events, at.query.get("event"))?.event ?? ""; // by the queue, whose proposals lead here
	events_.querySelector("select").value = proposed;
	choose({ value: proposed });
	return part("revoke", say("askRevocation"), form({}, deed, make("button", { type: "submit", class: "primary" }, say(byCard ? "showCommand" : "readStatement")),
		events_, since,
		make("div", { class: "grid" },
			make("div", { class: "half" }, field("caller", say("callerIs"), { tag: "select", options: options(callers, "caller") })),
			make("div", { class: "half" }, field("callerName", say("callerName"), { maxlength: 80 })),
			make("div", { class: "half" }, field("way", say("authenticatedBy"), { tag: "select", options: options(ways, "way") })),
			make("div", { class: "half" }, field("wayDetail", say("wayDetail"), { maxlength: 80 }, say("wayDetailHelp")))),
		field("note", say("note"), { tag: "textarea", required: false, maxlength: 100, rows: 2 }),
		effect,
		field("serialTail", say("serialTail"), { maxlength: 9, size: 9, class: "short" }, say("serialTailHelp"))), place);
}

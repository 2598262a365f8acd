// Hand-over to many people in one step (feature 15): chosen from the queue; their keys are born at the LRA, one after another.
import { ask, Refused } from "../api.js";
import { part } from "../case/parts.js";
import { badge, table } from "../cases.js";
import { allBox, chosen, oneBox } from "../choose.js";
import { form } from "../deed.js";
import { channel, channels } from "../delivery.js";
import { make, show } from "../dom.js";
import { eventNames } from "../office.js";
import { say, sayOf, time } from "../words.js";
import { tones } from "./distribution.js";

const PAGE = 500, MOST = 2000;

// Those whose key is born here, and is not yet.
async function waiting() {
	const all = { cases: [], people: {} };
	for (let after; all.cases.length < MOST;) {
		const list = await ask("GET", `queue/deliver?${new URLSearchParams({ limit: PAGE, ...(after && { after }) })}`);
		all.cases.push(...list.cases.filter((one) => one.state === "verified" && one.keyOrigin === "handover"));
		Object.assign(all.people, list.people);
		if ((after = list.next) === undefined) break;
	}
	return all;
}

const before = (list) => (list.length === 0 ? null : part("before", say("distributions"), make("ul", { class: "cards" }, list.map((one) => make("li", {},
	make("a", { href: `#/distribution/${one.id}` }, say("distributionOf", { id: one.id, count: one.of })), " ", badge(tones[one.state], sayOf("distribution", one.state)), make("small", {}, time(one.askedAt)))))));

export default async function distribute(room, at) {
	const [list, { distributions }, events] = await Promise.all([waiting(), ask("GET", "distributions"), eventNames()]);
	const refused = new Map(), cases = make("div", { class: "above" });
	const cells = (ticked) => ({
		choose: (one) => make("td", {}, oneBox(one.receiptNumber, ticked.includes(one.receiptNumber))),
		number: (one) => make("td", {}, make("a", { href: `#/case/${one.receiptNumber}`, class: "number", "data-step": true }, one.receiptNumber),
			refused.has(one.receiptNumber) ? make("small", { class: "late" }, `! ${refused.get(one.receiptNumber)}`) : null) });
	const draw = (ticked) => show(cases, list.cases.length === 0 ? make("p", { class: "sheet empty" }, say("nobodyWaits"))
		: table(say("queueCaption"), ["choose", "number", "name", "profile", "due"], list, events, cells(ticked), { choose: allBox() }));

	// The same list again, such as behind a broken line, is the same distribution.
	let key = crypto.randomUUID();
	cases.addEventListener("change", () => { key = crypto.randomUUID(); });
	const deed = async ({ elements: { fileChannel, pinChannel } }) => {
		const receiptNumbers = chosen(cases);
		if (receiptNumbers.length === 0) throw new Refused(422, { message_ja: say("noneChosen"), message_en: say("noneChosen") });
		const made = await ask("POST", "distributions", { form: "pkcs12", fileChannel: fileChannel.value.trim(), pinChannel: pinChannel.value.trim(), receiptNumbers, idempotencyKey: key });
		at.go(`distribution/${made.id}`, say("distributionBegun"));
	};
	const refuse = (error) => {
		const told = (error.faults ?? []).filter((fault) => list.cases.some((one) => one.receiptNumber === fault.field));
		for (const fault of told) refused.set(fault.field, fault.text);
		if (told.length > 0) draw(chosen(cases).filter((receipt) => !refused.has(receipt)));
		return false; // its words stand in the form, too
	};
	draw([]);
	show(room, make("h1", {}, say("distribute")), make("p", { class: "quiet" }, say("distributeHelp")), cases,
		list.cases.length === 0 ? null : part("ways", say("handOver"), form({ refuse }, deed, say("distributeNow"), channels(), channel("fileChannel", say("fileChannel")), channel("pinChannel", say("pinChannel"), say("mustDiffer")))),
		before(distributions));
}

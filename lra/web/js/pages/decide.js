// Many cases decided on by one signature (R-LRA-04): chosen from the queue, read as they will be signed, signed by one touch.
import { ask, Refused } from "../api.js";
import { part } from "../case/parts.js";
import { table } from "../cases.js";
import { allBox, chosen, oneBox } from "../choose.js";
import { listOf } from "../decide/list.js";
import { papersOfMany } from "../decide/papers.js";
import { signing } from "../decide/sign.js";
import { form } from "../deed.js";
import { make, show } from "../dom.js";
import { eventNames } from "../office.js";
import { say, sayOf } from "../words.js";

const MOST = 500; // of one page of the queue
const kinds = { identify: "lraClerk", approve: "lraApprover" };

const none = () => new Refused(422, { message_ja: say("noneChosen"), message_en: say("noneChosen") });

// With a card the signature is made where the card is, of so many as one command takes.
const ARGUMENTS = 256;
const commands = (kind, receipts) => Array.from({ length: Math.ceil(receipts.length / ARGUMENTS) },
	(_, i) => make("p", {}, make("code", {}, `inkan lra ${kind} ${receipts.slice(i * ARGUMENTS, (i + 1) * ARGUMENTS).join(" ")}`)));
const byCard = (kind, receipts) => [make("p", {}, say("signByCard")), receipts.length === 0 ? make("p", { class: "quiet" }, say("noneChosen")) : commands(kind, receipts)];

const leftOver = ({ receiptNumber, refusal }) => make("li", {}, make("a", { href: `#/case/${receiptNumber}`, class: "number" }, receiptNumber),
	` ${[new Refused(422, refusal)].flatMap((one) => [one.message, ...one.faults.map((fault) => fault.text)]).join(" ")}`);

export default async function decide(room, at) {
	const { kind } = at.parameters, mine = at.query.get("mine") === "true", after = at.query.get("after");
	if (!at.session.roles.includes(kinds[kind])) throw new Refused(404, { message_ja: say("noPage"), message_en: say("noPage") });
	const path = `queue/${kind}?${new URLSearchParams({ limit: MOST, mine, ...(after && { after }) })}`;
	let [list, events] = await Promise.all([ask("GET", path), eventNames()]);
	const refused = new Map(), cases = make("div", { class: "above" }), deciding = make("div", {});

	const note = (receipt) => (refused.has(receipt) ? make("small", { class: "late" }, `! ${refused.get(receipt)}`) : null);
	const cells = (ticked) => ({
		choose: (one) => make("td", {}, oneBox(one.receiptNumber, ticked.includes(one.receiptNumber))),
		number: (one) => make("td", {}, make("a", { href: `#/case/${one.receiptNumber}`, class: "number", "data-step": true }, one.receiptNumber), note(one.receiptNumber)) });
	const draw = (ticked) => show(cases,
		list.cases.length === 0 ? make("p", { class: "sheet empty" }, say("empty"))
			: table(say("queueCaption"), ["choose", "number", "name", "profile", "due", "state"], list, events, cells(ticked), { choose: allBox() }),
		list.next === undefined ? null : make("p", {}, make("a", { href: `#/decide/${kind}?${new URLSearchParams({ ...(mine && { mine }), after: list.next })}` }, say("more"))));
	const renew = async (ticked = []) => {
		list = await ask("GET", path);
		draw(ticked);
	};

	const decided = async (made) => {
		const done = made.filter((one) => !one.refusal).length;
		const left = made.filter((one) => one.refusal);
		await renew();
		ready();
		if (left.length > 0) deciding.append(part("left", say("notDecided"), make("ul", {}, left.map(leftOver))));
		at.said(done === made.length ? say("decidedAll", { done }) : say("decidedSome", { done, refused: made.length - done }));
	};
	const read = async () => {
		const asked = chosen(cases), before = refused.size;
		if (asked.length === 0) throw none();
		for (const receipt of asked) refused.delete(receipt);
		const found = await listOf(asked, kind, at.session.person.id, refused, () => at.said(say("readingAll", { count: asked.length })));
		if (refused.size > 0 || before > 0) draw(found?.receipts ?? []);
		const out = asked.length - (found?.receipts.length ?? 0);
		at.said(out > 0 ? say("someRefused", { count: out }) : "");
		if (!found) return;
		const page = signing(found, decided);
		show(deciding, part("sign", sayOf("decideMany", kind), page));
		page.querySelector("button").focus();
	};
	const ready = () => show(deciding, part("sign", sayOf("decideMany", kind), at.session.login === "passkey" ? form({}, read, say("readStatements"), make("p", {}, say(`askMany.${kind}`))) : byCard(kind, chosen(cases))));
	cases.addEventListener("change", ready); // what was read is no longer what is chosen

	const recorded = async () => {
		const ticked = chosen(cases), left = ticked.filter((receipt) => !refused.has(receipt));
		await renew(left);
		show(papers, shared(await papersOfMany(at, () => chosen(cases), refused, recorded)));
		at.said(left.length < ticked.length ? say("someRefused", { count: ticked.length - left.length }) : say("paperRecorded"));
	};
	const shared = (inside) => make("details", { class: "sheet" }, make("summary", {}, say("sharedPaper")), inside);
	const papers = make("div", {}, kind === "identify" && list.cases.length > 0 ? shared(await papersOfMany(at, () => chosen(cases), refused, recorded)) : null);

	draw([]);
	ready();
	show(room, make("h1", {}, sayOf("decideMany", kind)), make("p", { class: "quiet" }, say("decideHelp")), cases, papers, deciding,
		make("p", {}, make("a", { href: `#/queue/${kind}${mine ? "?mine=true" : ""}` }, say("toQueue"))));
}

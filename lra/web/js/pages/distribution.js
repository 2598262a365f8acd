// One hand-over to many: how far it is, what became of each, the archive of files, and the letters with the PINs, apart.
import { ask, fetchFile, look } from "../api.js";
import { list, part } from "../case/parts.js";
import { badge } from "../cases.js";
import { form } from "../deed.js";
import { make, show } from "../dom.js";
import { save } from "../file.js";
import { language, say, sayOf, time } from "../words.js";

const SECONDS = 2, PAGE = 500;
export const tones = { running: "moving", cancelling: "moving", done: "open", cancelled: "over", taken: "good" };
const isOver = (one) => !["running", "cancelling"].includes(one.state);

async function rows(id, state) {
	const all = [];
	for (let after; ;) {
		const { rows: some, next } = await ask("GET", `distributions/${id}/rows?${new URLSearchParams({ state, limit: PAGE, ...(after !== undefined && { after }) })}`);
		all.push(...some);
		if ((after = next) === undefined) return all;
	}
}

function progress(one) {
	const ended = one.of - one.waiting;
	return part("progress", say("progress"), make("progress", { max: one.of, value: ended, "aria-label": say("progress") }),
		make("p", {}, say("decidingAll", { done: ended, count: one.of }), one.secondsLeft === undefined || isOver(one) ? "" : ` ${say("secondsLeft", { seconds: one.secondsLeft })}`),
		one.before > 0 && !isOver(one) ? make("p", { class: "quiet" }, say("othersBefore", { count: one.before })) : null,
		list([[say("begunAt"), time(one.askedAt)], [say("fileChannel"), one.fileChannel], [say("pinChannel"), one.pinChannel], [say("handedCount"), String(one.done)],
			one.refused > 0 ? [say("refusedCount"), String(one.refused)] : null, one.cancelled > 0 ? [say("cancelledCount"), String(one.cancelled)] : null].filter(Boolean)));
}

const words = (refusal) => (language === "ja" ? refusal?.message_ja : refusal?.message_en) ?? "";
const failures = (left) => (left.length === 0 ? null : part("left", say("notHanded"), make("ul", {}, left.map((row) => make("li", {},
	make("a", { href: `#/case/${row.receiptNumber}`, class: "number" }, row.receiptNumber), ` ${[words(row.refusal), ...(row.refusal?.faults ?? []).map(words)].join(" ")}`)))));

function files(one, at) {
	if (one.files === 0) return one.state === "taken" ? part("files", say("archive"), make("p", { class: "good" }, `✓ ${say("archiveTaken", { time: time(one.takenAt) })}`)) : null;
	return part("files", say("archive"), make("p", {}, say("archiveHelp", { count: one.files })),
		form({ class: "plain" }, async () => { save(`distribution-${one.id}.zip`, await fetchFile("GET", `distributions/${one.id}/files`)); at.said(say("archiveSaved")); }, say("archiveSave")),
		make("details", { class: "deed" }, make("summary", {}, say("archiveSafe")), form({}, async () => {
			await ask("POST", `distributions/${one.id}/taken`, {});
			await at.again();
		}, make("button", { type: "submit", class: "grave" }, say("archiveErase")), make("p", {}, say("archiveSafeHelp")))));
}

function paper(one, done, at, { name, words: button, once }) {
	return form({ class: "plain" }, async () => {
		save(`distribution-${one.id}-${name}.pdf`, await fetchFile("POST", "papers", { form: name, receiptNumbers: done.map((row) => row.receiptNumber) }));
		at.said(say(once ? "done.pinLetter" : "done.paper"));
	}, make("button", { type: "submit", class: once ? "primary" : "small" }, button), once ? make("p", {}, say("pinOnce")) : null);
}

const papers = (one, done, at) => (done.length === 0 ? null : part("letters", say("papers"), paper(one, done, at, { name: "pinLetter", words: say("printPinLetters", { count: done.length }), once: true }),
	make("div", { class: "tools" }, paper(one, done, at, { name: "deliveryNote", words: say("printDeliveryNote") }), paper(one, done, at, { name: "receipt", words: say("printReceipt") }))));

export default async function distribution(room, at) {
	const path = `distributions/${encodeURIComponent(at.parameters.id)}`, clerk = at.session.roles.includes("lraClerk");
	let one = await ask("GET", path);
	const [done, left] = isOver(one) ? await Promise.all([rows(one.id, "done"), rows(one.id, "refused")]) : [[], []];
	const moving = make("div", {});
	const cancel = () => (clerk && one.state === "running" ? form({ class: "plain" }, async () => { await ask("POST", `${path}/cancel`, {}); await at.again(); }, make("button", { type: "submit", class: "small" }, say("distributionCancel"))) : null);
	show(moving, progress(one));
	show(room, make("div", { class: "title" }, make("h1", {}, say("distributionOf", { id: one.id, count: one.of })), badge(tones[one.state], sayOf("distribution", one.state)), make("span", { class: "hand" }, cancel())),
		moving, failures(left), clerk && isOver(one) ? files(one, at) : null, clerk && isOver(one) ? papers(one, done, at) : null,
		make("p", {}, make("a", { href: "#/distribute" }, say("distribute"))));
	if (isOver(one)) return;
	at.every(SECONDS, async () => {
		one = await look(path);
		if (isOver(one)) await at.again();
		else show(moving, progress(one));
	});
}

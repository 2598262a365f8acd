// Handing over (feature 15, 16): the file one way, its PIN another; the file once, the letter once.
import { ask, fetchFile } from "../api.js";
import { deliveries, steps, unfetched } from "../case/delivery.js";
import { load, part, title } from "../case/parts.js";
import { field, form } from "../deed.js";
import { channel, channels } from "../delivery.js";
import { make, show } from "../dom.js";
import { bytesOf, save } from "../file.js";
import { office } from "../office.js";
import { digest, seal } from "../verify/file.js";
import { say, sayOf, time } from "../words.js";

const isBornHere = (one) => one.content.key.origin === "handover";

function paper(one, at, { form: name, words, once, button }) {
	return form({}, async () => {
		save(`${one.receiptNumber}-${name}.pdf`, await fetchFile("POST", "papers", { form: name, receiptNumbers: [one.receiptNumber] }));
		if (once) await at.again(); // its PIN is gone
		at.said(words);
	}, make("button", { type: "submit", class: once ? "primary" : "small" }, button), once ? make("p", {}, once) : null);
}

// What came out of the hand-over stays here until the page is left: the server keeps no second one.
let handed = null;

// Shown once, here: the registry keeps what it opens, not the link itself.
function link(at) {
	const shown = make("input", { id: "link", type: "text", readonly: true, value: handed.link, onfocus: () => shown.select() });
	return make("section", { class: "notice" }, make("label", { for: "link" }, say("linkIsHere")), shown,
		make("p", {}, say("linkUntil", { time: time(handed.until) }), " ", make("button", { type: "button", class: "small", onclick: async () => {
			await navigator.clipboard.writeText(handed.link);
			at.said(say("copied"));
		} }, say("copyLink"))));
}

function file(one, at) {
	if (handed?.receipt !== one.receiptNumber) return null;
	if (handed.link) return link(at);
	return make("p", { class: "notice" }, say("fileIsHere"), " ", make("button", { type: "button", class: "small", onclick: () => save(handed.name, handed.blob) }, say("saveAgain")));
}

function handOver(one, at, pickupWithin) {
	const withPin = isBornHere(one), born = withPin ? "pkcs12" : "certificate";
	const deed = async (target) => {
		const { fileChannel, pinChannel, howFile } = target.elements, pickup = howFile?.value === "pickup";
		const answer = await ask("POST", `applications/${one.receiptNumber}/delivery`, { form: born, fileChannel: fileChannel.value.trim(), ...(withPin && { pinChannel: pinChannel.value.trim() }),
			...(pickup && { pickup }) });
		handed = { receipt: one.receiptNumber, ...(answer.link ? answer : answer.pkcs12 ? { name: answer.fileName, blob: new Blob([bytesOf(answer.pkcs12)], { type: "application/x-pkcs12" }) }
			: { name: `${one.receiptNumber}.pem`, blob: new Blob([answer.certificate, answer.chain], { type: "application/x-pem-file" }) }) };
		if (!pickup) save(handed.name, handed.blob);
		await at.again();
		at.said(say(pickup ? "done.pickup" : "done.deliver"));
	};
	return part("handOver", say("handOver"), make("p", {}, say(withPin ? "handOverPkcs12" : "handOverPlain")),
		form({}, deed, say("handOverNow"), channels(),
			withPin && pickupWithin ? field("howFile", say("howFile"), { tag: "select", options: ["here", "pickup"].map((how) => [how, sayOf("howFile", how)]) }, say("pickupHelp")) : null,
			channel("fileChannel", say("fileChannel")),
			withPin ? channel("pinChannel", say("pinChannel"), say("mustDiffer")) : null));
}

function papers(one, past, at) {
	const last = past.deliveries.at(-1);
	if (!last) return null;
	return part("letters", say("papers"), last.pinWaits ? paper(one, at, { form: "pinLetter", button: say("printPinLetter"), words: say("done.pinLetter"), once: say("pinOnce") })
		: last.pinChannel ? make("p", {}, say("pinShown")) : null,
	make("div", { class: "tools" }, paper(one, at, { form: "deliveryNote", button: say("printDeliveryNote"), words: say("done.paper") }),
		paper(one, at, { form: "receipt", button: say("printReceipt"), words: say("done.paper") })));
}

function recall(one, past, at) {
	if (past.deliveries.at(-1)?.pickup?.state !== "waiting") return null;
	return part("recall", say("recall"), make("details", { class: "deed" }, make("summary", {}, say("recall")), form({}, async (target) => {
		await ask("POST", `applications/${one.receiptNumber}/recall`, { reason: target.elements.reason.value.trim() });
		handed = null;
		await at.again();
		at.said(say("done.recall"));
	}, say("recall"), make("p", {}, say("recallHelp")), field("reason", say("reason"), { maxlength: "400" }, say("reasonHelp")))));
}

function paperReceipt(one, at) {
	const deed = async (target) => {
		const scan = target.elements.scan.files[0], sha256 = await digest(scan);
		try {
			await seal(one.receiptNumber, scan, sha256);
		} catch (error) {
			if (error.code !== "evidence.noVault") throw error; // then its digest alone is kept
		}
		await ask("POST", `applications/${one.receiptNumber}/paper-receipt`, { sha256 });
		await at.again();
		at.said(say("done.paperReceipt"));
	};
	return part("receipt", say("receipt"), make("p", {}, say("receiptByKey")), make("details", { class: "deed" }, make("summary", {}, say("receiptOnPaper")),
		form({}, deed, say("recordReceipt"), make("div", { class: "field" }, make("label", { for: "scan" }, say("scan")),
			make("input", { id: "scan", name: "scan", type: "file", required: true, accept: ".pdf,.jpg,.jpeg,.png,.tif,.tiff", "aria-describedby": "scan-help" }),
			make("p", { class: "quiet", id: "scan-help" }, say("scanHelp"))))));
}

export default async function deliver(room, at) {
	const { one, past } = await load(at.parameters.receipt);
	const clerk = at.session.roles.includes("lraClerk") && one.lra === at.session.lra?.id;
	at.leave(() => { if (location.hash !== `#/case/${one.receiptNumber}/deliver`) handed = null; });
	const { pickupWithin } = clerk ? await office() : {};
	const ready = one.state === "issued" || (one.state === "verified" && isBornHere(one));
	show(room, title(one, say("delivery")), steps(one, past), file(one, at), unfetched(one, past), deliveries(past),
		clerk && ready ? handOver(one, at, pickupWithin) : null,
		clerk && ["delivered", "accepted"].includes(one.state) ? papers(one, past, at) : null,
		clerk && one.state === "delivered" ? recall(one, past, at) : null,
		clerk && one.state === "delivered" ? paperReceipt(one, at) : null);
}

// Handing over (feature 15, 16): the file one way, its PIN another; the file once, the letter once.
import { ask, fetchFile } from "../api.js";
import { deliveries, steps } from "../case/delivery.js";
import { load, part, title } from "../case/parts.js";
import { form } from "../deed.js";
import { channel, channels } from "../delivery.js";
import { make, show } from "../dom.js";
import { bytesOf, save } from "../file.js";
import { digest } from "../verify/file.js";
import { say } from "../words.js";

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

function file(one) {
	if (handed?.receipt !== one.receiptNumber) return null;
	return make("p", { class: "notice" }, say("fileIsHere"), " ", make("button", { type: "button", class: "small", onclick: () => save(handed.name, handed.blob) }, say("saveAgain")));
}

function handOver(one, at) {
	const withPin = isBornHere(one), born = withPin ? "pkcs12" : "certificate";
	const deed = async (target) => {
		const { fileChannel, pinChannel } = target.elements;
		const answer = await ask("POST", `applications/${one.receiptNumber}/delivery`, { form: born, fileChannel: fileChannel.value.trim(), ...(withPin && { pinChannel: pinChannel.value.trim() }) });
		handed = { receipt: one.receiptNumber, ...(answer.pkcs12 ? { name: answer.fileName, blob: new Blob([bytesOf(answer.pkcs12)], { type: "application/x-pkcs12" }) }
			: { name: `${one.receiptNumber}.pem`, blob: new Blob([answer.certificate, answer.chain], { type: "application/x-pem-file" }) }) };
		save(handed.name, handed.blob);
		await at.again();
		at.said(say("done.deliver"));
	};
	return part("handOver", say("handOver"), make("p", {}, say(withPin ? "handOverPkcs12" : "handOverPlain")),
		form({}, deed, say("handOverNow"), channels(), channel("fileChannel", say("fileChannel")),
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

function paperReceipt(one, at) {
	const deed = async (target) => {
		await ask("POST", `applications/${one.receiptNumber}/paper-receipt`, { sha256: await digest(target.elements.scan.files[0]) });
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
	const ready = one.state === "issued" || (one.state === "verified" && isBornHere(one));
	show(room, title(one, say("delivery")), steps(one, past), file(one), deliveries(past),
		clerk && ready ? handOver(one, at) : null,
		clerk && ["delivered", "accepted"].includes(one.state) ? papers(one, past, at) : null,
		clerk && one.state === "delivered" ? paperReceipt(one, at) : null);
}

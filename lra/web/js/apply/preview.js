// What will be issued, exactly, while it is typed; and what the server repaired.
import { duplicates } from "../case/duplicates.js";
import { finding } from "../case/register.js";
import { make } from "../dom.js";
import { day, say, sayOf } from "../words.js";
import { fieldOf } from "./fields.js";

// RFC 4514: a comma inside a value stands behind a backslash.
const attributes = (text) => (text === "" ? [] : text.split(/(?<!\\), /)).map((part) => {
	const at = part.indexOf("=");
	return [part.slice(0, at), part.slice(at + 1).replaceAll(/\\(.)/g, "$1")];
});

export function preview(answer, open) {
	if (!answer) return [make("p", { class: "quiet" }, say("previewWaits"))];
	return [
		make("dl", { class: "exact" }, attributes(answer.subjectText).flatMap(([type, value]) => [make("dt", {}, type), make("dd", {}, value)])),
		(answer.subjectAltName ?? []).length === 0 ? null : make("dl", { class: "exact" }, answer.subjectAltName.flatMap((one) => [make("dt", {}, sayOf("attribute", one.type)), make("dd", {}, one.value)])),
		make("p", { class: "quiet" }, say("previewUntil", { date: day(answer.notAfter) })),
		answer.normalised.length === 0 ? null : make("div", { class: "repairs" }, make("h3", {}, say("normalised", { count: answer.normalised.length })),
			make("ul", {}, answer.normalised.map((one) => make("li", {}, `${fieldOf(one.field) ? say(fieldOf(one.field).word) : one.field}: `, make("del", {}, one.from), " → ", make("ins", {}, one.to))))),
		finding(answer.corporateRegister),
		duplicates(answer.duplicates),
		make("p", { class: open === 0 ? "good" : "quiet" }, open === 0 ? `✓ ${say("previewGood")}` : say("previewOpen", { count: open })),
	];
}

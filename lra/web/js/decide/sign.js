// The list as it is signed, and what came of it.
import { askPart } from "../api.js";
import { digest } from "../case/parts.js";
import { form } from "../deed.js";
import { make, show } from "../dom.js";
import { sign } from "../passkey.js";
import { say } from "../words.js";
import { shown } from "./shown.js";

// Answered part by part: what is there is counted while it comes.
function count(told, all) {
	return (text) => {
		const done = text.split('"receiptNumber"').length - 1;
		show(told, make("p", {}, say("decidingAll", { done, count: all })), make("progress", { max: all, value: done, "aria-label": say("signByPasskey") }));
	};
}

// done(cases): as the API told them
export function signing(list, done) {
	const told = make("div", { role: "status" });
	let signed; // a connection that broke asks for no second touch: the same request again decides nothing twice
	return form({ class: "plain" }, async () => {
		signed ??= await sign(list.statement);
		const { cases } = await askPart("POST", "decisions", { ...signed, receiptNumbers: list.receipts }, count(told, list.receipts.length));
		await done(cases);
	}, say("signAll", { count: list.receipts.length }),
	make("p", {}, say("signList", { count: list.receipts.length })), digest(list.sha256),
	shown(list.rows),
	make("details", {}, make("summary", {}, say("listItself")), make("pre", { class: "statement", tabindex: "0" }, JSON.stringify(list.list, null, 2))), told);
}

// A list of decisions to be signed by one touch (R-LRA-04): what each of them says, and whether the list is over just these.
import { ask, Refused } from "../api.js";
import { hex } from "../dom.js";
import { say } from "../words.js";
import { rootOf } from "./merkle.js";

const bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const read = (bytes) => JSON.parse(new TextDecoder().decode(bytes));

// Nothing is believed: who, what, of which case, and the root over the very bytes.
async function check(list, rows, receipts, kind, person) {
	const right = list.decision === kind && list.person === person && list.count === receipts.length && rows.length === receipts.length
		&& rows.every(({ said }, i) => said.decision === kind && said.person === person && said.at === list.at && said.content.application === receipts[i])
		&& list.root === hex(await rootOf(rows.map(({ bytes }) => bytes)));
	if (!right) throw new Refused(500, { message_ja: say("listWrong"), message_en: say("listWrong") });
}

// {statement, list, sha256, rows: [{bytes, said}]}, in the order of the receipt numbers
async function fetchList(receipts, kind, person) {
	const { statement, statements } = await ask("POST", "decisions/statement", { decision: kind, receiptNumbers: receipts, whole: true });
	const rows = statements.map(bytesOf).map((bytes) => ({ bytes, said: read(bytes) }));
	const bytes = bytesOf(statement), list = read(bytes);
	await check(list, rows, receipts, kind, person);
	return { statement, list, rows, sha256: hex(await crypto.subtle.digest("SHA-256", bytes)) };
}

// Cases that cannot be decided are told by their receipt numbers, so many at a time, and the rest is asked for again.
// refused: a Map that gets them; returns null when none is left.
export async function listOf(receipts, kind, person, refused, told) {
	let left = receipts;
	while (left.length > 0) {
		told(refused.size);
		try {
			return { receipts: left, ...await fetchList(left, kind, person) };
		} catch (error) {
			const faults = error instanceof Refused ? error.faults.filter((fault) => left.includes(fault.field)) : [];
			if (faults.length === 0) throw error;
			for (const fault of faults) refused.set(fault.field, [fault.text, fault.detail].filter(Boolean).join(" "));
			left = left.filter((receipt) => !refused.has(receipt));
		}
	}
	return null;
}

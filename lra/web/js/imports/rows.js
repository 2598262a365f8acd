// Rows with what is wrong with them; mended where they stand, and only the row that was mended is judged again (feature 13).
import { ask } from "../api.js";
import { badge } from "../cases.js";
import { form } from "../deed.js";
import { make } from "../dom.js";
import { language, say } from "../words.js";
import { fieldName } from "./columns.js";

const tones = { read: "moving", good: "good", faulty: "bad", duplicate: "open", made: "good", refused: "bad" };
const told = (fault) => `${language === "ja" ? fault.message_ja : fault.message_en}${fault.detail ? ` (${fault.detail})` : ""}`;
const put = (one, row, change) => ask("PUT", `imports/${one.id}/rows/${row.row}`, { version: row.version, ...change });

const deedButton = (words, deed) => form({ class: "mend" }, deed, make("button", { type: "submit", class: "small" }, words));

function mend(one, row, fault, again) {
	if (fault.column === undefined) return null;
	const id = `mend-${row.row}-${fault.column}`;
	return form({ class: "mend" }, async ({ elements }) => {
		await put(one, row, { cells: { [fault.column]: elements[id].value } });
		await again(row.row);
	}, make("button", { type: "submit", class: "small" }, say("mend")),
	make("input", { id, name: id, value: row.cells[fault.column] ?? "", "aria-label": say("mendCell", { row: row.row, column: fieldName(one.columns[fault.column]) }) }));
}

function same(one, row, again) {
	if (row.state !== "duplicate") return null;
	return make("p", {}, row.sameReceipt ? [say("sameAsCase"), " ", make("a", { href: `#/case/${row.sameReceipt}` }, row.sameReceipt)] : say("sameAsRow", { row: row.sameRow }), " ",
		again ? deedButton(say("anotherPerson"), async () => { await put(one, row, { keep: true }); await again(row.row); }) : null);
}

// Somebody's 個人番号 was never kept (R-IDV-13): the cell is emptied, whether its column is used or not.
const WITHHELD = "************";
const withheld = (one, row, again) => row.cells.flatMap((cell, index) => (cell !== WITHHELD ? [] : [make("li", {},
	make("strong", {}, `${one.columns[index] ? fieldName(one.columns[index]) : say("columnNumber", { number: index + 1 })}: `), make("code", {}, WITHHELD), " ",
	deedButton(say("emptyCell"), async () => { await put(one, row, { cells: { [index]: "" } }); await again(row.row); }))]));

const fault = (one, row, each, again) => make("li", {}, each.column === undefined ? null : make("strong", {}, `${fieldName(one.columns[each.column])}: `),
	each.column === undefined || row.cells[each.column] === undefined ? null : make("code", {}, row.cells[each.column]), ` ${told(each)}`, mend(one, row, each, again));

// mendable: nothing is mended any more when the rows are being entered
export function rows(one, list, mendable, again) {
	return make("div", { class: "wide", tabindex: "0", role: "region", "aria-label": say("importRows") },
		make("table", { class: "list" }, make("caption", {}, say("importRows")),
			make("thead", {}, make("tr", {}, ["columnRow", "columnState", "columnWhat"].map((word) => make("th", { scope: "col" }, say(`import.${word}`))))),
			make("tbody", {}, list.map((row) => make("tr", { "data-row": row.row },
				make("td", {}, String(row.row)),
				make("td", {}, badge(tones[row.state], say(`row.${row.state}`)), row.receiptNumber ? make("small", {}, make("a", { href: `#/case/${row.receiptNumber}` }, row.receiptNumber)) : null),
				make("td", {}, row.subjectText ? make("p", {}, row.subjectText) : null, same(one, row, mendable ? again : null),
					row.faults.length ? make("ul", { class: "cards" }, row.faults.map((each) => fault(one, row, mendable ? each : { ...each, column: undefined }, again)), mendable ? withheld(one, row, again) : null) : null))))));
}

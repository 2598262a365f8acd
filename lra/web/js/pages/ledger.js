// The ledger 帳簿 (R-LRA-11): certificates issued in a period with what became of them; as a paper and for spreadsheets.
import { ask, fetchFile } from "../api.js";
import { field, form } from "../deed.js";
import { make, show } from "../dom.js";
import { save } from "../file.js";
import { day, dayInOffice, midnight, number, say, sayOf, time } from "../words.js";

const ROWS = 200; // on the page; papers and tables have all
const columns = ["number", "name", "issued", "end", "handed", "confirmed", "revoked"];
const when = (text) => (text ? make("time", { datetime: text, title: time(text) }, day(text)) : say("none"));

function table(rows) {
	return make("div", { class: "wide", tabindex: "0", role: "region", "aria-label": say("ledger") },
		make("table", { class: "list" }, make("caption", {}, say("ledgerCaption", { count: number(rows.length) })),
			make("thead", {}, make("tr", {}, columns.map((name) => make("th", { scope: "col" }, sayOf("column", name))))),
			make("tbody", {}, rows.slice(0, ROWS).map((one) => make("tr", { "data-receipt": one.receiptNumber },
				make("td", {}, make("a", { href: `#/certificate/${one.issuer}/${one.serialNumber}`, class: "number", "data-step": true }, one.receiptNumber)),
				make("td", {}, one.commonName, make("small", {}, sayOf("profile", one.profile))),
				make("td", {}, when(one.issuedAt)), make("td", {}, when(one.notAfter)),
				make("td", {}, when(one.deliveredAt), one.fileChannel ? make("small", {}, one.fileChannel) : null),
				make("td", {}, when(one.acceptedAt), one.receiptMethod ? make("small", {}, sayOf("receiptMethod", one.receiptMethod)) : null),
				make("td", {}, one.revokedAt ? [make("strong", { class: "late" }, "! "), when(one.revokedAt), make("small", {}, one.reason)] : say("none")))))));
}

const address = ({ from, until }, format) => `ledger?${new URLSearchParams({ from: midnight(from), until: midnight(until, 1), format })}`;

export default async function ledger(room, at) {
	const today = dayInOffice(new Date());
	const chosen = { from: at.query.get("from") ?? `${today.slice(0, 7)}-01`, until: at.query.get("until") ?? today };
	const { certificates } = await ask("GET", address(chosen, "json"));
	const get = (format) => make("button", { type: "submit", class: "small" }, say(`ledger.${format}`));
	const out = (format) => form({ class: "plain" }, async () => save(`ledger-${chosen.from}-${chosen.until}.${format}`, await fetchFile("GET", address(chosen, format))), get(format));
	show(room, make("h1", {}, say("ledger")),
		form({ class: "tools plain" }, async (target) => {
			const { from, until } = target.elements;
			location.hash = `#/ledger?${new URLSearchParams({ from: from.value, until: until.value })}`;
		}, make("button", { type: "submit", class: "small" }, say("showPeriod")),
		field("from", say("fromDay"), { type: "date", value: chosen.from }), field("until", say("untilDayIncluded"), { type: "date", value: chosen.until })),
		make("div", { class: "tools" }, out("pdf"), out("csv"), out("json")),
		certificates.length === 0 ? make("p", { class: "sheet empty", role: "status" }, say("ledgerEmpty")) : table(certificates),
		certificates.length > ROWS ? make("p", {}, say("ledgerMore", { shown: number(ROWS), count: number(certificates.length) })) : null);
}

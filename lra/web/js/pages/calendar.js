// Certificates that end (feature 32): the month, a table of what ends in it, and the address for a calendar program.
import { ask } from "../api.js";
import { address } from "../calendar/address.js";
import { bulk, mayBeChosen } from "../calendar/bulk.js";
import { month } from "../calendar/month.js";
import { badge } from "../cases.js";
import { allBox, chosen, oneBox } from "../choose.js";
import { make, show } from "../dom.js";
import { step } from "../keys.js";
import { day, dayInOffice, isToday, monthName, say, sayOf } from "../words.js";

const monthOf = (text) => text.slice(0, 7);
// "2027-01" and -1: "2026-12"
function beside(text, by) {
	const at = new Date(`${text}-01T00:00:00Z`);
	at.setUTCMonth(at.getUTCMonth() + by);
	return at.toISOString().slice(0, 7);
}

function tools(shown) {
	const link = (target, words, rel) => make("a", { class: "chip", href: `#/calendar?month=${target}`, rel }, words);
	return make("div", { class: "tools" }, link(beside(shown, -1), `← ${monthName(beside(shown, -1))}`, "prev"),
		link(monthOf(dayInOffice(new Date())), say("thisMonth")), link(beside(shown, 1), `${monthName(beside(shown, 1))} →`, "next"));
}

const link = (receipt) => make("a", { href: `#/case/${receipt}`, class: "number" }, receipt);

function state(one, mayApply) {
	if (one.renewedBy) return [badge("good", say("renewed")), " ", link(one.renewedBy)];
	const reminded = one.reminded.length > 0 ? make("small", {}, say("remindedAt", { days: one.reminded.join(say("comma")) })) : null;
	if (one.renewal) return [badge("moving", say("renewing")), " ", link(one.renewal), reminded];
	return [badge("open", say("notRenewed")), " ", mayApply ? make("a", { href: `#/apply?from=${one.receiptNumber}`, "aria-label": `${say("doRenew")} ${one.receiptNumber}` }, say("doRenew")) : null, reminded];
}

function table(certificates, mayApply) {
	const some = mayApply && certificates.some(mayBeChosen);
	return make("div", { class: "wide", tabindex: "0", role: "region", "aria-label": say("endingCaption") },
		make("table", { class: "list" },
			make("caption", {}, say("endingCaption")),
			make("thead", {}, make("tr", {}, some ? make("th", { scope: "col" }, allBox()) : null, ["end", "number", "name", "profile", "renewal"].map((name) => make("th", { scope: "col" }, sayOf("column", name))))),
			make("tbody", {}, certificates.map((one) => make("tr", { "data-receipt": one.receiptNumber },
				some ? make("td", {}, mayBeChosen(one) ? oneBox(one.receiptNumber) : null) : null,
				make("td", { class: isToday(one.notAfter) ? "late" : undefined }, make("time", { datetime: one.notAfter }, day(one.notAfter))),
				make("td", {}, make("a", { href: `#/case/${one.receiptNumber}`, class: "number", "data-step": true }, one.receiptNumber)),
				make("td", {}, one.commonName, make("small", {}, one.employeeNumber)),
				make("td", {}, sayOf("profile", one.profile)),
				make("td", {}, state(one, mayApply)))))));
}

export default async function calendar(room, at) {
	const asked = at.query.get("day"), after = at.query.get("after");
	const shown = asked ? monthOf(asked) : at.query.get("month") ?? monthOf(dayInOffice(new Date()));
	const range = asked ? { from: asked, to: asked } : { month: shown };
	const mayHave = ["lraClerk", "lraApprover"].some((role) => at.session.roles.includes(role));
	const [whole, list, own] = await Promise.all([ask("GET", `expiring?${new URLSearchParams({ month: shown, limit: 1 })}`),
		ask("GET", `expiring?${new URLSearchParams({ ...range, ...(after && { after }) })}`), mayHave ? address(at) : null]);
	const mayApply = at.session.roles.includes("lraClerk");
	const ticked = () => chosen(room).map((receipt) => list.certificates.find((row) => row.receiptNumber === receipt));
	const several = mayApply && list.certificates.some(mayBeChosen) ? await bulk(at, ticked) : null;
	const more = new URLSearchParams({ ...(asked ? { day: asked } : { month: shown }), after: list.next });
	const count = whole.days.reduce((sum, one) => sum + one.count, 0);

	show(room,
		make("h1", {}, say("calendarOf", { month: monthName(shown) })),
		tools(shown),
		make("p", { role: "status" }, count === 0 ? say("nothingEnds") : say("endsInMonth", { count, open: count - whole.days.reduce((sum, one) => sum + one.renewed, 0) })),
		month(shown, whole.days, asked),
		asked ? make("h2", {}, say("endsOn", { day: day(`${asked}T00:00:00+09:00`) }), " ", make("a", { href: `#/calendar?month=${shown}` }, say("wholeMonth"))) : make("h2", {}, say("endingCertificates")),
		list.certificates.length === 0 ? make("p", { class: "sheet empty" }, say("nothingEnds")) : table(list.certificates, mayApply),
		list.next === undefined ? null : make("p", {}, make("a", { href: `#/calendar?${more}` }, say("more"))),
		several,
		own);
	at.key("j", "key.j", () => step(1));
	at.key("k", "key.k", () => step(-1));
}

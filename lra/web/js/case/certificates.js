// The certificates of a case, each with the way to its own page.
import { badge } from "../cases.js";
import { make } from "../dom.js";
import { day, say } from "../words.js";
import { part } from "./parts.js";

export function certificates(one) {
	if (!one.certificates?.length) return null;
	return part("certificates", say("certificates"), make("ul", { class: "cards" }, one.certificates.map((row) => make("li", {},
		make("a", { href: `#/certificate/${row.issuer}/${row.serialNumber}`, class: "number" }, row.serialNumber), " ",
		row.status === "revoked" ? badge("bad", say("status.revoked")) : badge("good", say("status.good")),
		make("small", { class: "quiet" }, ` ${say("untilDay", { day: day(row.notAfter) })}`)))));
}
